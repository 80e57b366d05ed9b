"""Write a study's report: HTML, PDF and Word with the same numbers, from released tables alone."""

import argparse
from collections.abc import Mapping
from typing import Any

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.project import Project
from evalpipe.cli.tables import RELEASED_FOLDER
from evalpipe.config.plan import Plan
from evalpipe.errors import ExitCode
from evalpipe.io import read_json, read_table
from evalpipe.schemas.released import released_schemas


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.report.build import build_report

    project, study = project_and_study(options)
    plan, place = project.plan(study), project.processed(study) / RELEASED_FOLDER
    schemas = released_schemas(plan)
    tables = {name: read_table(place / f"{name}.parquet", s) for name, s in schemas.items()}
    record = read_json(place / "record.json")
    _refuse_other_data(project, plan, record)
    build_report(plan, tables, record, project.report(study))
    return ExitCode.OK


def _refuse_other_data(project: Project, plan: Plan, record: Mapping[str, Any]) -> None:
    """Raise DataError when the raw files, where they are, are not those of the released tables."""
    from evalpipe.ingest.raw_content import refuse_changed_raw

    raw, made_from = project.raw(plan.study.id), record["ingest"]["raw_digest"]
    if raw.is_dir():
        refuse_changed_raw(raw, tuple(plan.privacy.leave_unread), made_from, plan.study.id)

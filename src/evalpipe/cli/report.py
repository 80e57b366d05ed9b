"""Write a study's report: HTML, PDF and Word with the same numbers, from released tables alone."""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.tables import RELEASED_FOLDER
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
    build_report(plan, tables, record, project.report(study))
    return ExitCode.OK

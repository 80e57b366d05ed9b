"""Hold the canonical tables against the plan: each by itself, and all against each other.

Writes validation.html and validation.csv into the study's report folder: every finding, without a
single value, the account of ids, and how many rules each table was held against. Errors stop here,
before anything is computed.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.tables import CANONICAL_FILES, canonical_schemas
from evalpipe.cli.validation import stop_on_errors, write_validation
from evalpipe.config.plan import Plan
from evalpipe.design.judgement import Judgement, judge_tables
from evalpipe.errors import DataError, ExitCode
from evalpipe.findings import Finding
from evalpipe.io import load_table, read_json, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    judgement = judge(plan, folder)
    found, account = _of_ingest(folder / "ingest.json")
    findings = (*found, *judgement.findings)
    write_validation(project, plan, findings, judgement.checked, account)
    stop_on_errors(study, findings)
    record = {
        "study": study,
        "findings": [finding.to_record() for finding in findings],
        "account": account,
        "checked": [one.to_record() for one in judgement.checked],
    }
    write_json(record, folder / "validation.json")
    return ExitCode.OK


def judge(plan: Plan, folder: Path) -> Judgement:
    """Judge the canonical tables that `ingest` wrote into a study's folder."""
    schemas = canonical_schemas(plan)
    tables = {
        table: load_table(folder / f"{name}.parquet", schemas[table])
        for table, name in CANONICAL_FILES.items()
    }
    return judge_tables(plan, tables)


def _of_ingest(path: Path) -> tuple[list[Finding], Mapping[str, Any]]:
    """What `ingest` found, and its account of ids."""
    try:
        record = read_json(path)
        return [Finding.from_record(one) for one in record["findings"]], record["account"]
    except (KeyError, TypeError, ValueError):
        raise DataError(f"{path}: is not a record of this version; run `evalpipe ingest`") from None

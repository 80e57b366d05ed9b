"""Write a study's report: HTML, PDF and Word with the same numbers."""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.errors import ExitCode
from evalpipe.io import read_json, read_table
from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES
from evalpipe.schemas.statistics import STATISTICS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.report.build import build_report

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    tables = {
        "estimates": read_table(folder / "estimates.parquet", ESTIMATES),
        "diagnostics": read_table(folder / "diagnostics.parquet", DIAGNOSTICS),
        "statistics": read_table(folder / "statistics.parquet", STATISTICS),
    }
    record = {
        "ingest": read_json(folder / "ingest.json"),
        "published": read_json(folder / "published.json"),
    }
    build_report(plan, tables, record, project.report(study))
    return ExitCode.OK

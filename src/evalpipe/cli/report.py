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
    import pandas as pd

    from evalpipe.report.build import build_report

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    described = read_table(folder / "description.parquet", STATISTICS)
    analysed = read_table(folder / "statistics.parquet", STATISTICS)
    parts = [part for part in (described, analysed) if not part.empty]
    tables = {
        "estimates": read_table(folder / "estimates.parquet", ESTIMATES),
        "diagnostics": read_table(folder / "diagnostics.parquet", DIAGNOSTICS),
        "statistics": pd.concat(parts, ignore_index=True) if parts else described,
    }
    record = {
        "ingest": read_json(folder / "ingest.json"),
        "published": read_json(folder / "published.json"),
    }
    build_report(plan, tables, record, project.report(study))
    return ExitCode.OK

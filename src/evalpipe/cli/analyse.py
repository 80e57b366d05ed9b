"""Fit one analysis of the plan."""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.project import checked_name
from evalpipe.cli.tables import read_tables
from evalpipe.errors import ExitCode, UsageError
from evalpipe.io import write_table
from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES
from evalpipe.schemas.statistics import STATISTICS
from evalpipe.vocabulary import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)
    parser.add_argument("analysis", metavar="ANALYSIS", help="name under `analyses` in the plan")


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.models.dispatch import run_analysis

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    analysis = checked_name(options.analysis)
    if analysis not in plan.analyses:
        known = ", ".join(plan.analyses)
        raise UsageError(f"the plan of {study} has no analysis `{analysis}`; it has: {known}")
    tables = read_tables(folder, Table.PARTICIPANTS, Table.SCORES, Table.SESSIONS, Table.GOALS)
    settings = project.settings
    result = run_analysis(
        plan, analysis, tables, confidence_level=settings.confidence_level, seed=settings.seed
    )
    target = folder / "analyses" / analysis
    write_table(result.estimates, target / "estimates.parquet", ESTIMATES)
    write_table(result.diagnostics, target / "diagnostics.parquet", DIAGNOSTICS)
    write_table(result.statistics, target / "statistics.parquet", STATISTICS)
    return ExitCode.OK

"""Count and describe: flow of participants, baseline, missingness, means, delivery."""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.tables import read_tables
from evalpipe.errors import ExitCode
from evalpipe.io import write_table
from evalpipe.schemas import statistics_schema
from evalpipe.vocabulary import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.design.describe import describe

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    tables = read_tables(
        plan,
        folder,
        Table.PARTICIPANTS,
        Table.RESPONSES,
        Table.SCORES,
        Table.SESSIONS,
        Table.GOALS,
    )
    write_table(
        describe(plan, {table.value: frame for table, frame in tables.items()}),
        folder / "description.parquet",
        statistics_schema(plan),
    )
    return ExitCode.OK

"""Turn item responses into scores and add each participant's baseline and change."""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.tables import MEASURED, read_tables
from evalpipe.errors import ExitCode
from evalpipe.io import read_table, write_table
from evalpipe.schemas import scores_schema
from evalpipe.vocabulary import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.scoring.items import score_responses

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    schema = scores_schema(plan)
    tables = read_tables(plan, folder, Table.RESPONSES)
    measured = read_table(folder / f"{MEASURED}.parquet", schema)
    scores = score_responses(plan, tables[Table.RESPONSES], measured)
    write_table(scores, folder / "scores.parquet", schema)
    return ExitCode.OK

"""Turn item responses into scores and add each participant's baseline and change."""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.intake import table_schemas
from evalpipe.cli.tables import read_tables
from evalpipe.errors import ExitCode
from evalpipe.io import read_table, write_table
from evalpipe.schemas.scores import SCORES
from evalpipe.vocabulary import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.scoring.items import score_responses

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    tables = read_tables(folder, Table.RESPONSES)
    measured = read_table(folder / "measured.parquet", SCORES)
    scores = score_responses(plan, tables[Table.RESPONSES], measured)
    write_table(scores, folder / "scores.parquet", table_schemas(plan)[Table.SCORES])
    return ExitCode.OK

"""Read a study's raw files through the privacy gate and write its canonical tables.

Nothing is written when the gate refuses, when the data do not fit the plan, or when a participant
is unaccounted for; then reports/STUDY/validation.html lists every finding, without a single value.
"""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.intake import Intake, take_in
from evalpipe.cli.project import Project
from evalpipe.cli.tables import FILES, MEASURED
from evalpipe.errors import ExitCode
from evalpipe.io import make_private_folder, write_json, write_table
from evalpipe.vocabulary import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    project, study = project_and_study(options)
    intake = take_in(project, study)
    _write(project, study, intake)
    return ExitCode.OK


def _write(project: Project, study: str, intake: Intake) -> None:
    folder = project.processed(study)
    make_private_folder(folder)
    for table, name in {**FILES, Table.SCORES: MEASURED}.items():
        write_table(intake.tables[table], folder / f"{name}.parquet", intake.schemas[table])
    write_json(intake.record, folder / "ingest.json")

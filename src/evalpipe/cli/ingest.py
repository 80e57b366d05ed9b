"""Read a study's raw files through the privacy gate and write its canonical tables.

Nothing is written when the gate refuses or when cells do not fit the plan; then
reports/STUDY/validation.html lists every finding, without a single value.
"""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.intake import Intake, take_in
from evalpipe.cli.project import Project
from evalpipe.cli.tables import CANONICAL_FILES, canonical_schemas
from evalpipe.errors import ExitCode
from evalpipe.io import make_private_folder, write_json, write_table
from evalpipe.schemas.table import shape_of


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
    """Write the tables in their shape; `validate` holds them against the rules of the plan."""
    folder = project.processed(study)
    make_private_folder(folder)
    for table, schema in canonical_schemas(intake.plan).items():
        path = folder / f"{CANONICAL_FILES[table]}.parquet"
        write_table(intake.tables[table], path, shape_of(schema))
    write_json(intake.record, folder / "ingest.json")

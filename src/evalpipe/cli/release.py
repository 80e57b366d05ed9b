"""Decide what may leave a study, and write it: released tables, decisions, the record of the run.

Counts of few people are withheld, and what would give them back. The report is made from what
this stage writes and from nothing else.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.tables import RELEASED_FOLDER, read_described, read_tables, result_schemas
from evalpipe.config.plan import Plan
from evalpipe.errors import ExitCode
from evalpipe.io import make_private_folder, read_json, read_table, write_json, write_table
from evalpipe.schemas import answers_schema, empty_frame
from evalpipe.schemas.released import released_schemas
from evalpipe.vocabulary import Table

if TYPE_CHECKING:
    import pandas as pd


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.disclosure.study_release import release_study
    from evalpipe.verification import add_words

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    record = {
        "ingest": {**read_json(folder / "ingest.json"), "findings": _findings(folder)},
        "published": add_words(plan, read_json(folder / "published.json")),
    }
    released = release_study(plan, _read_full(plan, folder), record, project.report(study))
    place = folder / RELEASED_FOLDER
    make_private_folder(place)
    for name, schema in released_schemas(plan).items():
        frame = released.tables.get(name, empty_frame(schema))
        write_table(frame, place / f"{name}.parquet", schema)
    write_json(released.record, place / "record.json")
    return ExitCode.OK


def _findings(folder: Path) -> list[dict[str, object]]:
    """What ingest and validate found, without the rows that it is about."""
    told = ("level", "rule", "source", "column", "count")
    record = read_json(folder / "validation.json")
    return [{name: finding[name] for name in told} for finding in record["findings"]]


def _read_full(plan: Plan, folder: Path) -> dict[str, pd.DataFrame]:
    """Read what was described and analysed; sessions only where their lines may be shown."""
    import pandas as pd

    from evalpipe.disclosure.study_release import allows_individual_lines

    schemas = result_schemas(plan)
    analysed = {n: read_table(folder / f"{n}.parquet", schema) for n, schema in schemas.items()}
    described = read_described(plan, folder)
    parts = [part for part in (described, analysed["statistics"]) if not part.empty]
    tables = {
        **analysed,
        Table.ANSWERS.value: read_table(folder / "answers.parquet", answers_schema(plan)),
        "statistics": pd.concat(parts, ignore_index=True) if parts else described,
    }
    if allows_individual_lines(plan):
        tables["sessions"] = read_tables(plan, folder, Table.SESSIONS)[Table.SESSIONS]
    return tables

"""The processed tables of a study, read from and written to where the stages put them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.config.plan import Plan
from evalpipe.io import read_table
from evalpipe.schemas import SCHEMAS
from evalpipe.vocabulary import Table

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

FILES: Mapping[Table, str] = {
    Table.PARTICIPANTS: "participants",
    Table.RESPONSES: "responses",
    Table.SCORES: "scores",
    Table.SESSIONS: "sessions",
    Table.GOALS: "goals",
}
MEASURED = "measured"
"""The scores that stand in raw files as they are, before items become scores."""

CANONICAL_FILES: Mapping[Table, str] = {**FILES, Table.SCORES: MEASURED}
"""The tables that `ingest` writes."""

RESULTS = (Table.ESTIMATES.value, Table.DIAGNOSTICS.value, Table.STATISTICS.value)
"""The tables of an analysis; each is kept under its own name."""

RELEASED_FOLDER = "released"
"""Where `release` puts what the report is made from, below a study's processed tables."""


def canonical_schemas(plan: Plan) -> dict[Table, DataFrameSchema]:
    """The schema of each canonical table of a study."""
    return {table: SCHEMAS[table](plan) for table in FILES}


def result_schemas(plan: Plan) -> dict[str, DataFrameSchema]:
    """The schema of each table of results of a study, by name."""
    return {name: SCHEMAS[Table(name)](plan) for name in RESULTS}


def read_described(plan: Plan, folder: Path) -> pd.DataFrame:
    """Read what `describe` counted."""
    return read_table(folder / "description.parquet", SCHEMAS[Table.STATISTICS](plan))


def read_tables(plan: Plan, folder: Path, *wanted: Table) -> dict[Table, pd.DataFrame]:
    """Read the wanted tables of a study's folder of processed tables."""
    return {
        table: read_table(folder / f"{FILES[table]}.parquet", SCHEMAS[table](plan))
        for table in wanted
    }

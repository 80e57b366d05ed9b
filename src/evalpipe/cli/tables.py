"""The processed tables of a study, read from where the stages put them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.io import read_table
from evalpipe.schemas.goals import GOALS
from evalpipe.schemas.participants import PARTICIPANTS
from evalpipe.schemas.responses import RESPONSES
from evalpipe.schemas.scores import SCORES
from evalpipe.schemas.sessions import SESSIONS
from evalpipe.vocabulary import Table

if TYPE_CHECKING:
    import pandas as pd

FILES = {
    Table.PARTICIPANTS: ("participants", PARTICIPANTS),
    Table.RESPONSES: ("responses", RESPONSES),
    Table.SCORES: ("scores", SCORES),
    Table.SESSIONS: ("sessions", SESSIONS),
    Table.GOALS: ("goals", GOALS),
}


RELEASED_FOLDER = "released"
"""Where `release` puts what the report is made from, below a study's processed tables."""


def read_tables(folder: Path, *wanted: Table) -> dict[Table, pd.DataFrame]:
    """Read the wanted tables of a study's folder of processed tables."""
    return {
        table: read_table(folder / f"{FILES[table][0]}.parquet", FILES[table][1])
        for table in wanted
    }

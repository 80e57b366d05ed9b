"""Results of analyses, remembered by what they depend on.

An analysis is a pure function of its part of the plan, the settings, the source that computes it
and the tables that it reads. Its three tables are kept under the digest of these. A job that runs
all analyses of a study (the imports cost more than most fits) then computes only those that
changed. Removing the folder changes nothing but the time that the next run takes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.errors import DataError
from evalpipe.io import read_table, write_table

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema


@dataclass(frozen=True)
class Memory:
    """The remembered results of one study's analyses, in a folder of their own.

    schemas: of the tables of an analysis, by name.
    """

    folder: Path
    schemas: Mapping[str, DataFrameSchema]

    def recall(self, key: str) -> dict[str, pd.DataFrame] | None:
        """Return the tables remembered under a digest; None when absent or damaged."""
        place = self.folder / key
        if not place.is_dir():
            return None
        try:
            return {n: read_table(place / f"{n}.parquet", s) for n, s in self.schemas.items()}
        except DataError:
            return None

    def remember(self, key: str, tables: dict[str, pd.DataFrame]) -> None:
        """Keep the tables of an analysis under a digest."""
        for name, schema in self.schemas.items():
            write_table(tables[name], self.folder / key / f"{name}.parquet", schema)

    def keep_only(self, keys: Iterable[str]) -> None:
        """Remove what belongs to no analysis of the present plan."""
        wanted = set(keys)
        for place in sorted(self.folder.iterdir()) if self.folder.is_dir() else []:
            if place.name not in wanted:
                shutil.rmtree(place, ignore_errors=True)

"""The one door through which files enter `reports/`: whole files, atomically, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalpipe.io import write_bytes, write_csv, write_json

_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,80}(/[a-z0-9][a-z0-9_.-]{0,80})?$")


@dataclass(frozen=True)
class Released:
    """Tables that may leave: what disclosure control has passed, and what it decided.

    decisions: one sentence for each suppression or exception, without a value.
    """

    tables: Mapping[str, pd.DataFrame]
    decisions: tuple[str, ...] = ()


class Release:
    """Writes one study's files below its report folder; refuses any name that leads elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Write a file; raises ValueError for a name with other than plain characters."""
        write_bytes(content, self._path(name))

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a released table as CSV with its row numbers; cells cannot start a formula."""
        numbered = table.reset_index(drop=True)
        numbered.insert(0, "row", range(1, len(numbered) + 1))
        write_csv(numbered, self._path(name))

    def write_json(self, name: str, value: object) -> None:
        """Write JSON data."""
        write_json(value, self._path(name))

    def _path(self, name: str) -> Path:
        if not _NAME.match(name) or ".." in name:
            raise ValueError(f"{name!r} is not a name of a released file")
        return self._folder / name

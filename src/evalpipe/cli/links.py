"""What evalpipe writes or removes stays inside the project's folder.

A project from somebody else may hold links (archives and git carry them). Through a link at
`data/processed/x`, or deeper, a run would write elsewhere, and clearing remembered results or
`evalpipe forget` would remove somebody's files. Links on the way to raw files (`data`, `data/raw`,
`data/raw/<study>`) are how people keep data on a protected share; these stay allowed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from evalpipe.errors import UsageError, make_printable

WRITTEN = (".snakemake", "logs", "reports", "data/processed")
"""Folders below the project that hold only what evalpipe and Snakemake write."""


def refuse_links(root: Path) -> None:
    """Raise UsageError for the first link among the folders that evalpipe writes, or inside them.

    `root` itself may be reached through a link, and so may `data`.
    """
    for name in WRITTEN:
        for path in _entries(root / name):
            if path.is_symlink():
                shown = make_printable(path.relative_to(root).as_posix())
                raise UsageError(
                    f"{shown}: is a link, and evalpipe writes and removes files inside the "
                    "project only; remove the link (the folder `data` as a whole may be one)"
                )


def _entries(folder: Path) -> Iterator[Path]:
    """A folder and everything below it, in order of name, without following links."""
    yield folder
    for place, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted([*folders, *files]))

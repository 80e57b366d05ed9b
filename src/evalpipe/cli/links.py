"""What evalpipe writes or removes stays inside the project's folder.

A project from somebody else may hold links (archives and git carry them). Through a link at
`data/processed/x`, or deeper, a run would write elsewhere, and clearing remembered results or
`evalpipe forget` would remove somebody's files. Links to raw files (`data/raw`, `data/raw/<study>`)
are how people keep data on a protected share; these stay allowed. A whole project may lie there,
too.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from evalpipe.errors import UsageError, make_printable

WRITTEN = (".snakemake", "logs", "reports", "data/processed")
"""Folders below the project that hold only what evalpipe and Snakemake write."""


def refuse_links(root: Path) -> None:
    """Raise UsageError for the first link among the folders that evalpipe writes, or inside them.

    `root` itself may be reached through a link.
    """
    for path in (root / "data", *(p for name in WRITTEN for p in _entries(root / name))):
        if path.is_symlink():
            shown = make_printable(path.relative_to(root).as_posix())
            raise UsageError(
                f"{shown} is a link, and nothing is written or removed through a link. Remove the "
                "link (`data/raw` and `data/raw/<study>` may be links, and the whole project may "
                "lie behind one)"
            )


def _entries(folder: Path) -> Iterator[Path]:
    """A folder and everything below it, in order of name, without following links."""
    yield folder
    for place, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted([*folders, *files]))

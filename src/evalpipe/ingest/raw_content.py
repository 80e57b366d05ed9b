"""What lies in a study's raw folder, and one digest of all of it.

Content decides whether raw files are read again, never their times: a file restored from a backup
has an old one, a file from a computer whose clock is wrong one that is still to come.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from evalpipe.errors import DataError
from evalpipe.provenance import digest_file, digest_json

COMPANIONS = frozenset({"readme.md", "source.md", "synthetic.md", "truth.json"})
"""What may lie in the raw folder itself beside the data, in small letters."""
MOST_DIGESTED = 20_000
"""Of more files only the names count; the intake refuses them."""
_CLUTTER = frozenset(
    [
        ".gitkeep",
        ".gitignore",
        ".gitattributes",
        ".ds_store",
        ".localized",
        ".directory",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
    ]
)
_LOCKS = ("~$", ".~lock.")
_LARGEST_LOCK = 512
_FORK = b"\x00\x05\x16\x07"
"""How the attributes begin that a Mac keeps beside a file on a foreign disk (`._data.csv`)."""


def raw_files(folder: Path) -> Iterator[str]:
    """Every file below a raw folder, and links to folders, relative to it, in no order.

    What an operating system or an office program left, which holds no data, is left out.
    """
    for base, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(base) / name).is_symlink()]
        for name in [*files, *links]:
            if not _is_clutter(Path(base) / name):
                yield (Path(base) / name).relative_to(folder).as_posix()


def _is_clutter(path: Path) -> bool:
    """Whether an operating system or an office program left this file, which holds no data."""
    if path.is_symlink() or not path.is_file():
        return False
    if path.name.casefold() in _CLUTTER:
        return True
    if path.name.startswith(_LOCKS):
        return path.stat().st_size <= _LARGEST_LOCK
    if not path.name.startswith("._"):
        return False
    with path.open("rb") as stream:
        return stream.read(len(_FORK)) == _FORK


def digest_raw(folder: Path, left_unread: Collection[str] = ()) -> str:
    """Digest of the names and bytes of all raw files, those that the plan does not name included.

    left_unread: files and folders that the plan leaves unread with a reason; whether they are there
    counts, what they hold does not. Texts about the data (`README.md`, ...) do not count.
    """
    left = {name.rstrip("/") for name in left_unread}
    digests: dict[str, str] = {}
    names = sorted(name for name in raw_files(folder) if name.casefold() not in COMPANIONS)
    for name in names:
        above = next((path for path in _self_and_above(name) if path in left), None)
        if above is not None:
            digests[above] = "left unread"
        else:
            digests[name] = "" if len(names) > MOST_DIGESTED else _digest(folder / name)
    return digest_json(digests)


def _self_and_above(name: str) -> Iterator[str]:
    yield name
    yield from (parent.as_posix() for parent in Path(name).parents)


def _digest(path: Path) -> str:
    """Digest of a file; what is no file or cannot be read is told by the stage that reads it."""
    try:
        return digest_file(path) if path.is_file() else "no file"
    except OSError:
        return "cannot be read"


def refuse_changed_raw(folder: Path, left_unread: Collection[str], digest: str, study: str) -> None:
    """Raise DataError when the raw files are not, or no longer, those of an earlier digest."""
    if digest_raw(folder, left_unread) != digest:
        raise DataError(
            f"data/raw/{study}: a file was changed, added or removed while the study was computed, "
            f"so nothing that rests on it is kept; run again: evalpipe run {study}"
        )

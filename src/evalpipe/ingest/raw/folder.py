"""Opening a file that stays inside the study's raw folder, whatever the plan calls it.

Each part of the path is opened from its parent without following links, so that a link swapped in
at the last moment is refused as well (the operating system's own check, not a look beforehand).
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from evalpipe.errors import DataError, PrivacyError
from evalpipe.privacy.lookalikes import name_hostile_character

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def check_inside(path: Path, root: Path) -> PurePosixPath:
    """Return the path relative to the raw folder.

    `path` is relative to `root`, or already starts with it. Raises PrivacyError when it leaves
    the folder or holds hidden characters.
    """
    if hidden := name_hostile_character(str(path)):
        raise PrivacyError(f"a data file's name holds {hidden}; rename the file")
    relative = path.relative_to(root) if path.is_relative_to(root) else path
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise PrivacyError(
            f"{path.name}: data files are named relative to the study's raw folder, without `..`"
        )
    return PurePosixPath(*relative.parts)


@contextmanager
def open_inside(path: Path, root: Path) -> Iterator[BinaryIO]:
    """Open a regular file inside `root` for reading; links, devices and pipes are refused."""
    relative = check_inside(path, root)
    descriptor = _open_parts(relative, root)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PrivacyError(f"{relative}: not an ordinary file; put a copy into the raw folder")
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def _open_parts(relative: PurePosixPath, root: Path) -> int:
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        raise DataError(f"{relative}: the study's raw folder cannot be opened") from None
    try:
        for part in relative.parts[:-1]:
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(relative.name, _FILE, dir_fd=folder)
    except OSError as error:
        raise _explain(error, relative) from None
    finally:
        os.close(folder)


def _explain(error: OSError, relative: PurePosixPath) -> DataError | PrivacyError:
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
        return PrivacyError(f"{relative}: links are not followed; put the file itself there")
    if error.errno in (errno.ENXIO, errno.ENODEV):
        return PrivacyError(f"{relative}: not an ordinary file; put a copy into the raw folder")
    if error.errno == errno.ENOENT:
        return DataError(f"{relative}: no such file in the study's raw folder")
    if error.errno == errno.ENAMETOOLONG:
        return DataError("a data file's name is too long")
    return DataError(f"{relative}: cannot be opened ({os.strerror(error.errno or 0)})")

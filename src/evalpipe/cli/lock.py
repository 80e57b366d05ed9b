"""One run at a time in a project, and no run kept out by one that was killed.

The lock is held by the operating system for as long as the run, or Snakemake started by it, lives;
a power cut or `kill -9` releases it. Snakemake's own lock files stay behind then; they are removed
when no process of Snakemake is left in this folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalpipe.errors import BusyError, UsageError

BUSY = "another run is at work in this project; wait for it to end, then run the same command again"


@contextmanager
def one_run_at_a_time(root: Path) -> Iterator[int]:
    """Hold the project's lock; yields the file descriptor that Snakemake inherits.

    Raises BusyError when another run holds it, UsageError when nothing can be written here.
    """
    import fcntl

    descriptor = _open_lock(root / ".snakemake")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(BUSY) from None
        _remove_stale(root)
        yield descriptor
    finally:
        os.close(descriptor)


def _open_lock(folder: Path) -> int:
    try:
        folder.mkdir(exist_ok=True)
        return os.open(folder / "evalpipe.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(
            f"{folder}: nothing can be written there ({error.strerror}); "
            "work in a project folder of your own"
        ) from None


def _remove_stale(root: Path) -> None:
    """Remove Snakemake's lock files that a killed run left behind."""
    locks = root / ".snakemake" / "locks"
    left = [path for path in locks.glob("*.lock") if path.is_file()] if locks.is_dir() else []
    if left and not _snakemake_lives(root):
        for path in left:
            path.unlink()


def _snakemake_lives(root: Path) -> bool:
    import psutil

    here = root.resolve()
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if any("snakemake" in word for word in words) and Path(process.cwd()) == here:
                return True
        except (psutil.Error, OSError):
            continue
    return False

"""What the computer refused: a full disk, a folder that is not ours; the path and what to do."""

import errno
from pathlib import Path

_WHAT = {
    errno.ENOSPC: "the disk is full; make room and run the same command again",
    errno.EDQUOT: "your share of the disk is full; make room and run the same command again",
    errno.EACCES: "you may not read or write there; ask whoever owns it, or work in a folder of "
    "your own (`--project`)",
    errno.EPERM: "you may not read or write there; ask whoever owns it, or work in a folder of "
    "your own (`--project`)",
    errno.EROFS: "the folder can only be read; work in a folder of your own (`--project`)",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away",
    errno.EISDIR: "a folder stands where a file is needed; move it away",
    errno.ENAMETOOLONG: "the path is too long; work in a folder with a shorter name",
    errno.EMFILE: "too many files are open; close other programs",
    errno.EIO: "the disk or the network drive does not answer; try again, or work on a local disk",
    errno.ESTALE: "the network drive was mounted anew; open the folder again",
    errno.ETXTBSY: "another program holds the file; close it there",
    errno.EBUSY: "another program holds the file; close it there",
}


def tell_trouble(error: OSError) -> str | None:
    """One line for what the computer refused; None where it is no fault of the computer."""
    what = _WHAT.get(error.errno or 0)
    if what is None:
        return None
    path = error.filename2 or error.filename
    shown = _below_here(path) if isinstance(path, str | Path) else "data or reports"
    return f"{shown}: {what}"


def _below_here(path: str | Path) -> str:
    whole = Path(path)
    try:
        return str(whole.relative_to(Path.cwd()))
    except ValueError:
        return str(whole)

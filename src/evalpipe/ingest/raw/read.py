"""The one door for raw files: inside the raw folder, really of its format, and within bounds."""

from pathlib import Path

from evalpipe.errors import DataError
from evalpipe.ingest.raw.folder import check_inside, open_inside
from evalpipe.ingest.raw.formats import format_by_ending, settle_format
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable


def read_raw(
    path: Path, root: Path, spec: RawFormat | None = None, bounds: Bounds | None = None
) -> RawTable:
    """Read one raw file of the study as text.

    path: relative to `root`, the study's raw folder (or starting with it). Returns every cell as
    text, `pd.NA` where empty. Raises PrivacyError when the path leaves the folder or the file is
    hostile or not what its name says, DataError when it is malformed or out of bounds; neither
    message holds a cell value.
    """
    spec, bounds = spec or RawFormat(), bounds or Bounds()
    name = str(check_inside(path, root))
    with open_inside(path, root) as stream:
        settled = settle_format(stream, name, spec.format)
        try:
            return settled.read(stream, name, spec, bounds)
        except MemoryError:
            raise DataError(
                f"{name}: does not fit into memory; close other programs, "
                "or leave out columns that the plan does not need"
            ) from None


def read_for_gate(path: Path, root: Path) -> tuple[RawTable, ...]:
    """Read everything that a file holds, every worksheet of a workbook, only to judge it.

    Raises as `read_raw` does.
    """
    name = str(check_inside(path, root))
    told = format_by_ending(path.name)
    if told is None or told.read_all is None:
        table = read_raw(path, root)
        return (table, *table.others.values())
    with open_inside(path, root) as stream:
        settle_format(stream, name, told.name)
        return told.read_all(stream, name, Bounds())

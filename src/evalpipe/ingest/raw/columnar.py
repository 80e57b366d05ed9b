"""Rows of cells gathered into text columns, in chunks, so that memory follows the file's size."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evalpipe.errors import DataError
from evalpipe.ingest.raw.table import Bounds

Cell = str | None


class ColumnGatherer:
    """Takes rows one by one, refuses ragged ones, and gives a frame of text.

    A cell that is empty or only white space becomes `pd.NA`; other cells stay as they are.
    """

    def __init__(self, name: str, columns: tuple[str, ...], bounds: Bounds) -> None:
        self._name = name
        self._columns = columns
        self._limit = bounds.cells
        self._chunk_rows = max(1, 400_000 // len(columns))
        self._rows: list[Sequence[Cell]] = []
        self._numbers: list[int] = []
        self._parts: list[list[pa.Array]] = [[] for _ in columns]
        self._all_numbers: list[int] = []

    def add(self, number: int, row: Sequence[Cell]) -> None:
        """Add one row; `number` is its row in the file. Raises DataError when it is ragged."""
        if len(row) != len(self._columns):
            raise DataError(
                f"{self._name}: row {number} has {len(row)} cells, "
                f"the headings are {len(self._columns)}; if a title stands above the headings, say "
                "with `header_row` in which row they stand"
            )
        self._rows.append(row)
        self._numbers.append(number)
        if len(self._rows) >= self._chunk_rows:
            self._flush()

    def finish(self) -> pd.DataFrame:
        """Return all rows as `string` columns with the index `row`."""
        self._flush()
        index = pd.Index(np.asarray(self._all_numbers, dtype=np.int64), name="row")
        arrays = {
            column: as_text_array(pa.chunked_array(parts, type=pa.large_string()))
            for column, parts in zip(self._columns, self._parts, strict=True)
        }
        return pd.DataFrame(arrays, index=index)

    def _flush(self) -> None:
        for part, cells in zip(self._parts, zip(*self._rows, strict=True), strict=False):
            part.append(blank_to_null(pa.array(cells, type=pa.large_string())))
        self._all_numbers.extend(self._numbers)
        self._rows, self._numbers = [], []
        if len(self._all_numbers) * len(self._columns) > self._limit:
            raise too_many_cells(
                self._name, len(self._all_numbers) * len(self._columns), self._limit
            )


def too_many_cells(name: str, reached: int, limit: int) -> DataError:
    """What to say of a table beyond the bounds; reached: cells so far."""
    return DataError(
        f"{name}: more than {limit} cells, the most that a study may have (it has at least "
        f"{reached}); leave out columns that the plan does not need"
    )


def blank_to_null(cells: pa.Array) -> pa.Array:
    """Make cells that are empty or hold only white space null."""
    is_blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(cells)), 0)
    return pc.if_else(is_blank, pa.scalar(None, type=pa.large_string()), cells)


def as_text_array(cells: pa.ChunkedArray) -> "pd.api.extensions.ExtensionArray":
    """Wrap arrow text as pandas `string` (missing is `pd.NA`) without copying."""
    return pd.arrays.ArrowStringArray(cells)

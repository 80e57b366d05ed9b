"""Fast look-up of one row's value in another row: integer keys instead of joins on text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

NO_CODE = -1


def code_of(*columns: pd.Series[Any]) -> Codes:
    """Number the combinations of the columns; missing values count as a level of their own."""
    if len(columns) == 1:
        codes, _ = pd.factorize(columns[0], use_na_sentinel=False)
        return np.asarray(codes, dtype=np.int64)
    total = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, levels = pd.factorize(column, use_na_sentinel=False)
        total, _ = pd.factorize(total * (len(levels) + 1) + codes)
    return np.asarray(total, dtype=np.int64)


def join_codes(first: Codes, second: Codes, span: int) -> Codes:
    """One key from two codes; `second` lies in 0 .. span - 1. -1 where either is missing."""
    missing = (first < 0) | (second < 0) | (second >= span)
    return np.where(missing, NO_CODE, first * span + second)


def whole_numbers(values: pd.Series[Any]) -> tuple[Codes, int]:
    """Whole numbers counted from the lowest, and the span; -1 where missing or not whole."""
    number = values.to_numpy("float64", na_value=np.nan)
    whole = np.isfinite(number) & (number == np.rint(number))
    if not whole.any():
        return np.full(len(number), NO_CODE, dtype=np.int64), 1
    lowest = number[whole].min()
    codes = np.where(whole, number - lowest, NO_CODE).astype(np.int64)
    return codes, int(codes.max()) + 1


def look_up(source: Codes, wanted: Codes, values: pd.Series[Any], what: str) -> pd.Series[Any]:
    """For each wanted key the value of the row with that source key; missing where there is none.

    Raises DataError when two rows have the same source key: `what` says what should differ.
    """
    known = source >= 0
    index = pd.Index(source[known])
    if not index.is_unique:
        count = int(index.duplicated(keep=False).sum())
        raise DataError(f"{what}: {count} rows share an occasion; keep one of each")
    place = index.get_indexer(pd.Index(wanted))
    found = (place >= 0) & (wanted >= 0)
    picked = values[known].reset_index(drop=True).reindex(np.where(found, place, -1))
    picked.index = values.index
    return picked


def is_among(values: Any, among: Any) -> NDArray[np.bool_]:
    """Whether each value is one of `among`: as `isin`, and quick for a million identifiers."""
    known = pd.Index(pd.unique(np.asarray(among, dtype=object)), dtype=object)
    found: NDArray[np.bool_] = known.get_indexer(np.asarray(values, dtype=object)) >= 0
    return found


def place_of(values: pd.Series[Any], ids: pd.Series[Any]) -> Codes:
    """The row of `ids` (each once) that each value stands in, -1 where it does not."""
    index = pd.Index(ids.to_numpy(dtype=object), dtype=object)
    return np.asarray(index.get_indexer(values.to_numpy(dtype=object)), dtype=np.int64)


def take_at(column: pd.Series[Any], place: Codes, index: pd.Index[Any]) -> pd.Series[Any]:
    """The column's value at each place, missing at -1, under a new index."""
    if (place >= 0).all():
        taken = column.take(place)
    else:
        taken = column.reset_index(drop=True).reindex(place)
    taken.index = index
    return taken


def columns_of(frame: pd.DataFrame, names: Sequence[str]) -> list[pd.Series[Any]]:
    """The columns that the frame has."""
    return [frame[name] for name in names if name in frame]

"""How well participants hide among others: k-anonymity and l-diversity of a table.

A class is the set of participants who share every quasi-identifier. k is the size of the smallest
class (Sweeney 2002), l the fewest distinct sensitive values in one (Machanavajjhala et al. 2007).
A missing quasi-identifier is a level of its own: somebody who knows a person knows that too.
Results name columns and counts, never a value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalpipe.privacy import thresholds as limits

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Cause:
    """A smallest set of columns that already makes classes below k; no part of it does.

    n_records: participants in those classes.
    """

    columns: tuple[str, ...]
    n_records: int


@dataclass(frozen=True)
class Suggestion:
    """One coarsening and what it would leave. how: what to do with the column, in words."""

    column: str
    how: str
    n_below_k: int
    smallest_class: int


@dataclass(frozen=True)
class Anonymity:
    """k-anonymity of one table.

    smallest_class: 0 when the table is empty. n_below_k: participants in classes smaller than k.
    causes: smallest column sets first. suggestions: the ones that help most first.
    """

    columns: tuple[str, ...]
    k: int
    n_records: int
    n_classes: int
    smallest_class: int
    n_below_k: int
    causes: tuple[Cause, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether every class has at least k participants."""
        return self.n_below_k == 0


@dataclass(frozen=True)
class Diversity:
    """l-diversity of one sensitive column.

    fewest_values: distinct filled values in the poorest class (0 when all there are missing).
    n_below_l: participants in classes with fewer than l. most_certain: largest share that one
    value has in a class, 0 to 1 (what knowing the class reveals).
    """

    sensitive: str
    columns: tuple[str, ...]
    l: int  # noqa: E741  # the field's own letter
    n_classes: int
    fewest_values: int
    n_below_l: int
    most_certain: float

    @property
    def is_met(self) -> bool:
        """Whether every class has at least l distinct values."""
        return self.n_below_l == 0


def check_k_anonymity(frame: pd.DataFrame, columns: Sequence[str], k: int) -> Anonymity:
    """Measure k-anonymity; one row of `frame` is one participant.

    columns: quasi-identifiers (any type; missing is a level). With no column all participants are
    one class. Raises ValueError for a column that the frame lacks.
    """
    codes = _code_columns(frame, columns)
    sizes = _class_sizes(codes, len(frame))
    below = sizes < k
    summary = Anonymity(
        columns=tuple(columns),
        k=k,
        n_records=len(frame),
        n_classes=_count_classes(codes, len(frame)),
        smallest_class=int(sizes.min()) if len(sizes) else 0,
        n_below_k=int(below.sum()),
    )
    if summary.is_met:
        return summary
    return Anonymity(
        **{
            **summary.__dict__,
            "causes": _find_causes(codes, len(frame), k),
            "suggestions": _suggest(frame, codes, k, summary.n_below_k),
        }
    )


def check_l_diversity(
    frame: pd.DataFrame,
    columns: Sequence[str],
    sensitive: str,
    l: int,  # noqa: E741
) -> Diversity:
    """Measure distinct l-diversity of one sensitive column over the classes.

    Missing sensitive values reveal nothing and are not counted as a value. Raises ValueError for a
    column that the frame lacks.
    """
    codes = _code_columns(frame, columns)
    values = _code_columns(frame, [sensitive])[sensitive]
    filled = frame[sensitive].notna().to_numpy(dtype=bool)
    classes = _class_codes(codes, len(frame))
    n_classes = int(classes.max()) + 1 if len(classes) else 0
    pairs = pd.DataFrame({"class": classes[filled], "value": values[filled]})
    distinct = np.zeros(n_classes, dtype=np.int64)
    counted = pairs.drop_duplicates()["class"].value_counts()
    distinct[counted.index.to_numpy()] = counted.to_numpy()
    sizes = np.bincount(classes, minlength=n_classes)
    commonest = pairs.value_counts().groupby("class").max()
    certain = commonest.to_numpy() / sizes[commonest.index.to_numpy()]
    return Diversity(
        sensitive=sensitive,
        columns=tuple(columns),
        l=l,
        n_classes=n_classes,
        fewest_values=int(distinct.min()) if n_classes else 0,
        n_below_l=int(sizes[distinct < l].sum()),
        most_certain=float(certain.max()) if len(certain) else 0.0,
    )


def describe_anonymity(result: Anonymity) -> str:
    """Say the result in one line: counts and column names only."""
    names = ", ".join(result.columns) or "no columns"
    if result.is_met:
        return (
            f"over {names}: {result.n_classes} classes, the smallest of {result.smallest_class} "
            f"participants (at least {result.k} asked)"
        )
    causes = "; ".join(
        f"{' with '.join(cause.columns)} ({cause.n_records})" for cause in result.causes[:3]
    )
    advice = "; ".join(f"{item.how} leaves {item.n_below_k}" for item in result.suggestions[:3])
    return (
        f"over {names}: {result.n_below_k} of {result.n_records} participants stand in classes "
        f"smaller than {result.k}, the smallest of {result.smallest_class}"
        + (f"; caused by {causes}" if causes else "")
        + (f"; {advice}" if advice else "")
    )


def describe_diversity(result: Diversity) -> str:
    """Say the result in one line: counts and column names only."""
    names = ", ".join(result.columns) or "no columns"
    if result.is_met:
        return (
            f"{result.sensitive} over {names}: at least {result.fewest_values} distinct values in "
            f"each of {result.n_classes} classes (at least {result.l} asked)"
        )
    return (
        f"{result.sensitive} over {names}: {result.n_below_l} participants stand in classes with "
        f"fewer than {result.l} distinct values"
    )


def _code_columns(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, IntArray]:
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise ValueError(f"no such column: {', '.join(absent)}")
    return {
        column: pd.factorize(frame[column], use_na_sentinel=False)[0].astype(np.int64)
        for column in columns
    }


def _class_codes(codes: Mapping[str, IntArray], n_rows: int) -> IntArray:
    """Number the classes 0, 1, ... in order of appearance, shape (n_rows,)."""
    classes = np.zeros(n_rows, dtype=np.int64)
    for column in codes.values():
        combined = classes * (int(column.max(initial=0)) + 1) + column
        classes = pd.factorize(combined)[0].astype(np.int64)
    return classes


def _class_sizes(codes: Mapping[str, IntArray], n_rows: int) -> IntArray:
    """Size of the class of each row, shape (n_rows,)."""
    classes = _class_codes(codes, n_rows)
    sizes: IntArray = np.bincount(classes)[classes] if n_rows else classes
    return sizes


def _count_classes(codes: Mapping[str, IntArray], n_rows: int) -> int:
    return int(_class_codes(codes, n_rows).max(initial=-1)) + 1


def _find_causes(codes: Mapping[str, IntArray], n_rows: int, k: int) -> tuple[Cause, ...]:
    """Smallest column sets with classes below k; sets that hold a smaller cause are left out."""
    names = list(codes)[: limits.ANONYMITY_CAUSES]
    causes: list[Cause] = []
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            if any(set(cause.columns) <= set(chosen) for cause in causes):
                continue
            sizes = _class_sizes({name: codes[name] for name in chosen}, n_rows)
            if (n_below := int((sizes < k).sum())) > 0:
                causes.append(Cause(chosen, n_below))
    return tuple(causes)


def _suggest(
    frame: pd.DataFrame, codes: Mapping[str, IntArray], k: int, n_below: int
) -> tuple[Suggestion, ...]:
    """Try each coarsening on its own; keep those that help, the most helpful first."""
    found = [
        suggestion
        for column in codes
        for how, coarser in _coarsen(frame[column], codes[column], k)
        if (suggestion := _try(column, how, {**codes, column: coarser}, len(frame), k)).n_below_k
        < n_below
    ]
    places = {column: place for place, column in enumerate(codes)}
    return tuple(sorted(found, key=lambda item: (item.n_below_k, places[item.column], item.how)))


def _try(column: str, how: str, codes: Mapping[str, IntArray], n_rows: int, k: int) -> Suggestion:
    sizes = _class_sizes(codes, n_rows)
    return Suggestion(column, how, int((sizes < k).sum()), int(sizes.min()))


def _coarsen(cells: "pd.Series[Any]", codes: IntArray, k: int) -> list[tuple[str, IntArray]]:
    """Coarser versions of one column: fewer bands, rare levels together, or left out."""
    left_out = (f"leaving out {cells.name}", np.zeros(len(codes), dtype=np.int64))
    sizes = np.bincount(codes)
    if pd.api.types.is_numeric_dtype(cells) and cells.nunique() > limits.ANONYMITY_FEW_NUMBERS:
        return [*_band(cells), left_out]
    rare = sizes < max(k, int(limits.ANONYMITY_RARE * len(codes)))
    if 1 < int(rare.sum()) < len(sizes):
        merged = np.where(rare[codes], len(sizes), codes)
        return [(f"joining the rare levels of {cells.name}", merged), left_out]
    return [left_out]


def _band(cells: "pd.Series[Any]") -> list[tuple[str, IntArray]]:
    numbers = pd.to_numeric(cells).to_numpy(dtype=float, na_value=np.nan)
    bands = []
    for n_bands in range(limits.ANONYMITY_MOST_BANDS, 1, -1):
        edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, n_bands + 1)[1:-1]))
        banded = np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="right"))
        bands.append((f"{n_bands} bands of {cells.name}", (banded + 1).astype(np.int64)))
    return bands

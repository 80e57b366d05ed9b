"""Variables as they stand in an analysis frame: levels in the plan's order, or numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.derived import (
    Band,
    Derived,
    PerLevel,
    PerVisit,
    Previous,
    followed_sources,
)
from evalpipe.config.plan import Plan
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.terms import Category, Number, Variable
from evalpipe.stats.problem import FloatArray, IntArray

ID_COLUMNS = {"participant": "participant_id", "dyad": "dyad_id"}


@dataclass(frozen=True)
class Declared:
    """What the plan declares about variables; empty for a frame without a plan.

    levels: category -> levels, the reference first. parents: level of clustering -> the level
    directly above it, which its codes are nested in. derived: derived variable -> how. periods:
    period -> its first and last day. baseline_visit: the visit that changes are measured from.
    """

    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    control_arm: str | None = None
    derived: dict[str, Derived] = field(default_factory=dict)
    periods: dict[str, tuple[float, float]] = field(default_factory=dict)
    baseline_visit: str | None = None

    def sources(self, name: str) -> tuple[str, ...]:
        """Return the variables that one follows from at the same occasion."""
        if name == "period" and self.periods:
            return ("day",)
        kind = self.derived.get(name)
        return followed_sources(kind) if kind is not None else ()


def declare_variables(plan: Plan) -> Declared:
    """Return the categories of a plan with their levels in order, the control arm first."""
    control = plan.control_arm
    levels: dict[str, tuple[str, ...]] = {
        "arm": tuple(sorted(plan.arms, key=lambda arm: arm != control)),
        "visit": tuple(plan.visits),
        "role": tuple(plan.roles),
        "period": tuple(plan.periods),
        "phase": tuple(plan.protocol.phases) if plan.protocol else (),
    }
    if plan.cohorts is not None:
        first = plan.cohorts.reference
        levels["cohort"] = tuple(sorted(plan.cohorts.labels, key=lambda name: name != first))
    for name, variable in plan.variables.items():
        if variable.type == "category":
            levels[name] = variable.levels
    for name, instrument in plan.instruments.items():
        if instrument.classes:
            levels[name] = instrument.classes
    for name in plan.derived:
        derived_levels = _derived_levels(plan, name, levels)
        if derived_levels:
            levels[name] = derived_levels
    parents = {c.contains: name for name, c in plan.clusters.items() if c.contains}
    return Declared(
        {k: v for k, v in levels.items() if v},
        parents,
        control,
        dict(plan.derived),
        {name: period.days for name, period in plan.periods.items()},
        plan.baseline_visit,
    )


def _derived_levels(
    plan: Plan, name: str, levels: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    derived = plan.derived[name]
    if isinstance(derived, Band):
        return derived.names
    if isinstance(derived, Previous):
        return ("first", *levels.get(derived.of, ()))
    if isinstance(derived, PerVisit | PerLevel):
        words = [str(value) for value in derived.values.values()]
        return () if all(_is_number(word) for word in words) else tuple(dict.fromkeys(words))
    return ()


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def column_of(frame: pd.DataFrame, name: str) -> str:
    """Return the column that holds a variable or a level of clustering.

    Raises ModelError when the frame has neither `name` nor `name_id`.
    """
    for candidate in (ID_COLUMNS.get(name, name), name, f"{name}_id"):
        if candidate in frame.columns:
            return candidate
    raise ModelError(f"the model names `{name}`, which the analysis set does not have")


def is_category(frame: pd.DataFrame, name: str, declared: Declared) -> bool:
    """Whether a variable is a category: declared as one, or text in the frame."""
    if name in declared.levels:
        return True
    return not pd.api.types.is_numeric_dtype(frame[column_of(frame, name)].dtype) or (
        pd.api.types.is_bool_dtype(frame[column_of(frame, name)].dtype)
    )


def text_of(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return levels as words: whole numbers without decimals, missing stays missing."""
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map({True: "yes", False: "no"})
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    return values.astype("str").where(values.notna(), None)


def code_levels(
    frame: pd.DataFrame, name: str, declared: Declared
) -> tuple[tuple[str, ...], IntArray]:
    """Return (levels that occur, in the plan's order; (n,) codes, -1 where missing)."""
    column = frame[column_of(frame, name)]
    order = declared.levels.get(name)
    if order is None and isinstance(column.dtype, pd.CategoricalDtype):
        order = tuple(str(level) for level in column.cat.categories)
    codes, found = _factorize(column)
    if order is None:
        order = tuple(sorted(found))
    present = [level for level in order if level in found]
    present += sorted(level for level in found if level not in order)
    place = np.array([present.index(level) for level in found] + [-1], dtype=np.int64)
    return tuple(present), place[codes]


def _factorize(column: "pd.Series[Any]") -> tuple[IntArray, list[str]]:
    codes, found = pd.factorize(column)
    words = list(text_of(pd.Series(found)))
    return np.asarray(codes, dtype=np.int64), [str(word) for word in words]


def read_number(frame: pd.DataFrame, name: str) -> FloatArray:
    """Return a numeric variable (n,), NaN where missing."""
    column = frame[column_of(frame, name)]
    if not pd.api.types.is_numeric_dtype(column.dtype):
        column = pd.to_numeric(column, errors="coerce").astype("float64")
    values: FloatArray = column.to_numpy(dtype="float64", na_value=np.nan)
    return values


def read_variable(
    frame: pd.DataFrame,
    name: str,
    declared: Declared,
    *,
    reference: str | None = None,
    coding: str | None = None,
) -> tuple[Variable, FloatArray | IntArray]:
    """Return a variable and its values: numbers with NaN, or codes with -1, where missing.

    reference: the level others are compared with; default the first that occurs, under sum coding
    the last. coding: `reference`, `cell_means` or `sum`.
    """
    if not is_category(frame, name, declared):
        return Number(name), read_number(frame, name)
    levels, codes = code_levels(frame, name, declared)
    if not levels:
        raise NotEstimableError(f"{name} is missing in every row")
    sum_coded = coding == "sum"
    chosen = reference or (levels[-1] if sum_coded else levels[0])
    if chosen not in levels:
        raise NotEstimableError(f"no observation has the reference level {chosen} of {name}")
    return Category(name, levels, chosen, sum_coded), codes


def code_units(frame: pd.DataFrame, level: str, declared: Declared) -> IntArray:
    """Return (n,) codes of the units of a level, -1 where a row has none.

    A unit is told apart by its own identifier within its parents': class 1 of two schools is two.
    """
    codes, _ = pd.factorize(frame[column_of(frame, level)])
    own = np.asarray(codes, dtype=np.int64)
    parent = declared.parents.get(level)
    if parent is None or not _has_column(frame, parent):
        return own
    above = code_units(frame, parent, declared)
    joint = (above + 1) * (own.max() + 2) + own
    compact, _ = pd.factorize(np.where(own < 0, -1, joint))
    return _recode(np.asarray(compact, dtype=np.int64), own < 0)


def _recode(codes: IntArray, absent: "np.typing.NDArray[np.bool_]") -> IntArray:
    present = np.unique(codes[~absent])
    recoded = np.searchsorted(present, codes)
    return np.where(absent, -1, recoded).astype(np.int64)


def _has_column(frame: pd.DataFrame, name: str) -> bool:
    return any(c in frame.columns for c in (ID_COLUMNS.get(name, name), name, f"{name}_id"))


def missing_rows(values: Sequence[FloatArray | IntArray], n: int) -> "np.typing.NDArray[np.bool_]":
    """Return (n,) True where any variable is missing."""
    missing = np.zeros(n, dtype=bool)
    for column in values:
        missing |= np.isnan(column) if column.dtype.kind == "f" else column < 0
    return missing

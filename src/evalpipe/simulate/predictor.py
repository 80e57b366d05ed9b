"""The linear predictor of a true outcome: cells such as `arm[new]:session_number`, on any rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueOutcome
from evalpipe.design.derived import derive
from evalpipe.errors import ConfigError
from evalpipe.simulate.schedule import PERIOD
from evalpipe.vocabulary import Column

Numbers = np.ndarray[Any, np.dtype[np.float64]]
_PART = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(\[(?P<level>[A-Za-z0-9_]+)\])?")


def linear_predictor(
    plan: Plan, truth: TrueOutcome, rows: pd.DataFrame, knots: pd.DataFrame
) -> Numbers:
    """Return (n,) mean plus terms for each row, without random effects and residual."""
    frame = with_derived(plan, truth.terms, rows, knots)
    eta = by_occasion(truth.mean, frame)
    for cell, coefficient in truth.terms.items():
        eta = eta + cell_value(frame, cell) * by_occasion(coefficient, frame)
    return eta


def with_derived(
    plan: Plan, cells: Mapping[str, Any], rows: pd.DataFrame, knots: pd.DataFrame
) -> pd.DataFrame:
    """Return rows with the derived variables that the cells name."""
    frame = rows
    for cell in cells:
        for name, _ in split_cell(cell):
            frame = _with_variable(plan, name, frame, knots)
    return frame


def _with_variable(plan: Plan, name: str, frame: pd.DataFrame, knots: pd.DataFrame) -> pd.DataFrame:
    if name in frame or name not in plan.derived:
        return frame
    for field in ("of", "minus", "over"):
        source = getattr(plan.derived[name], field, None)
        if isinstance(source, str) and source in plan.derived:
            frame = _with_variable(plan, source, frame, knots)
    if Column.RATER not in frame:
        frame = frame.assign(**{Column.RATER: None})
    return frame.assign(**{name: derive(plan, name, frame, knots)})


def split_cell(cell: str) -> list[tuple[str, str | None]]:
    """Return (name, level) of each part of a cell; level None for a number."""
    parts = []
    for part in cell.split(":"):
        found = _PART.fullmatch(part)
        if found is None:
            raise ConfigError(f"truth: `{cell}` is not a coefficient such as arm[new]:age_years")
        parts.append((found["name"], found["level"]))
    return parts


def cell_value(frame: pd.DataFrame, cell: str) -> Numbers:
    """Return (n,) the product of the cell's numbers and indicators."""
    product = np.ones(len(frame))
    for name, level in split_cell(cell):
        column = _column(frame, name)
        if level is None:
            values = pd.to_numeric(column, errors="coerce").to_numpy("float64")
            product = product * np.nan_to_num(values)
        else:
            product = product * (column.astype(object) == level).to_numpy("float64")
    return product


def _column(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    for candidate in (name, f"{name}_id"):
        if candidate in frame:
            return frame[candidate]
    raise ConfigError(f"truth: there is no variable `{name}` where this outcome is measured")


def by_occasion(value: float | dict[str, float], frame: pd.DataFrame) -> Numbers:
    """Return (n,) a number for each row: the same, or that of its visit or period."""
    if not isinstance(value, dict):
        return np.full(len(frame), float(value))
    column = Column.VISIT if frame[Column.VISIT].notna().any() else PERIOD
    return np.asarray(frame[column].map(value).fillna(0.0), dtype=np.float64)

"""Which visits an analysis is about, and its rows at them."""

from collections.abc import Iterator

import pandas as pd

from evalpipe.config.analyses import Estimand
from evalpipe.errors import NotEstimableError
from evalpipe.models.variables import Declared, code_levels


def visits_of(frame: pd.DataFrame, declared: Declared) -> tuple[str, ...]:
    """Return the visits that have rows, in the plan's order; empty where rows have no visit."""
    if not has_visits(frame):
        return ()
    return code_levels(frame[frame["visit"].notna()], "visit", declared)[0]


def wanted_visits(frame: pd.DataFrame, estimand: Estimand, declared: Declared) -> tuple[str, ...]:
    """Return the estimand's visits that have rows, in the plan's order; empty without visits."""
    found = visits_of(frame, declared)
    if isinstance(estimand.visits, tuple):
        return tuple(visit for visit in found if visit in estimand.visits)
    return found


def has_visits(frame: pd.DataFrame) -> bool:
    """Whether rows are at visits (and not at days or sessions)."""
    return "visit" in frame.columns and bool(frame["visit"].notna().any())


def rows_at(frame: pd.DataFrame, estimand: Estimand) -> pd.DataFrame:
    """Return the rows at the estimand's visits; all rows where it does not name visits."""
    if not has_visits(frame) or not isinstance(estimand.visits, tuple):
        return frame
    part = frame[frame["visit"].isin(list(estimand.visits))]
    if part.empty:
        raise NotEstimableError(f"no row is at {', '.join(estimand.visits)}")
    return part


def split_visits(
    frame: pd.DataFrame, estimand: Estimand, declared: Declared
) -> Iterator[tuple[str | None, pd.DataFrame]]:
    """Yield (visit, rows) for each visit asked for; (None, rows) when there is one only."""
    part = rows_at(frame, estimand)
    visits = visits_of(part, declared)
    if len(visits) <= 1:
        yield None, part
        return
    for visit in visits:
        yield visit, part[part["visit"] == visit]


def only_visit(frame: pd.DataFrame) -> str | None:
    """Return the visit of all rows, or None when there are several or none."""
    if "visit" not in frame.columns:
        return None
    visits = frame["visit"].dropna().unique()
    return str(visits[0]) if len(visits) == 1 else None

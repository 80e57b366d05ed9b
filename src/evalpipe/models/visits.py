"""Which visits an analysis is about, and its rows at them."""

from collections.abc import Iterator

import pandas as pd

from evalpipe.config.analyses import Estimand
from evalpipe.errors import NotEstimableError


def wanted_visits(
    frame: pd.DataFrame, estimand: Estimand, order: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the estimand's visits that have rows, in the plan's order; empty without visits."""
    if "visit" not in frame.columns:
        return ()
    seen = [str(visit) for visit in frame["visit"].dropna().unique()]
    known = [visit for visit in order if visit in seen]
    known += sorted(visit for visit in seen if visit not in order)
    if isinstance(estimand.visits, tuple):
        return tuple(visit for visit in known if visit in estimand.visits)
    return tuple(known)


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
    frame: pd.DataFrame, estimand: Estimand
) -> Iterator[tuple[str | None, pd.DataFrame]]:
    """Yield (visit, rows) for each visit asked for; (None, rows) when there is one only."""
    part = rows_at(frame, estimand)
    visits = list(dict.fromkeys(part["visit"].dropna())) if "visit" in part.columns else []
    if len(visits) <= 1:
        yield None, part
        return
    if isinstance(estimand.visits, tuple):
        visits = [visit for visit in estimand.visits if visit in visits]
    for visit in visits:
        yield str(visit), part[part["visit"] == visit]


def only_visit(frame: pd.DataFrame) -> str | None:
    """Return the visit of all rows, or None when there are several or none."""
    if "visit" not in frame.columns:
        return None
    visits = frame["visit"].dropna().unique()
    return str(visits[0]) if len(visits) == 1 else None

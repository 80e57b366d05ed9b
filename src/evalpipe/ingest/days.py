"""Dates become days from each participant's own baseline, here; no date goes any further."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.ingest.rows import DATES, Rows
from evalpipe.vocabulary import Column

DAY_OF_DATE = {
    "date": Column.DAY,
    "entry_date": Column.ENTRY_DAY,
    "disposition_date": Column.DISPOSITION_DAY,
}


def dates_to_days(plan: Plan, parts: Sequence[Rows]) -> list[Rows]:
    """Return the rows with days instead of dates.

    A participant's baseline is `baseline_date` where a file gives it, else the first `date` at the
    baseline visit. Raises DataError when dates are given and nobody's baseline can be found.
    """
    if not any(DATES & set(part.frame.columns) for part in parts):
        return list(parts)
    baseline = _baseline_dates(plan, parts)
    if baseline.empty:
        raise DataError(
            "data: dates are given, but no `baseline_date` and no date at the baseline visit; "
            "days are counted from each participant's baseline"
        )
    return [Rows(p.source, _without_dates(p, baseline), p.findings) for p in parts]


def _key(frame: pd.DataFrame) -> str:
    return Column.PARTICIPANT_ID if Column.PARTICIPANT_ID in frame else Column.DYAD_ID


def _baseline_dates(plan: Plan, parts: Sequence[Rows]) -> pd.Series[pd.Timestamp]:
    found = []
    for part in parts:
        frame = part.frame
        if "baseline_date" in frame:
            found += [_dated(frame, "baseline_date", key) for key in _keys(frame)]
    if not found and plan.baseline_visit is not None:
        for part in parts:
            frame = part.frame
            if "date" in frame and Column.VISIT in frame:
                at_baseline = frame[frame[Column.VISIT] == plan.baseline_visit]
                found += [_dated(at_baseline, "date", key) for key in _keys(frame)]
    if not found:
        return pd.Series(dtype="datetime64[ns]")
    return pd.concat(found).groupby(level=0).min()


def _keys(frame: pd.DataFrame) -> list[str]:
    return [key for key in (Column.PARTICIPANT_ID, Column.DYAD_ID) if key in frame]


def _dated(frame: pd.DataFrame, date: str, key: str) -> pd.Series[pd.Timestamp]:
    known = frame[[key, date]].dropna()
    return known.set_index(key)[date]


def _without_dates(part: Rows, baseline: pd.Series[pd.Timestamp]) -> pd.DataFrame:
    frame = part.frame.copy()
    start = pd.to_datetime(frame[_key(frame)].map(baseline))
    for date, day in DAY_OF_DATE.items():
        if date in frame:
            frame[day] = (frame[date] - start).dt.days.astype("float64")
            part.findings.add(
                "has a date but no baseline to count from",
                day,
                frame[date].notna() & start.isna(),
                "Give the participant's baseline date",
            )
    return frame.drop(columns=[name for name in DATES if name in frame])

"""Dates become days from each participant's own baseline, here; no date goes any further."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.findings import errors_in
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
    has_error = any(errors_in(part.findings.found) for part in parts)
    if baseline.empty and not has_error:  # else what is wrong with the cells is told, and only that
        raise DataError(
            "data: dates are given, but no `baseline_date` and no date at the baseline visit; "
            "days are counted from each participant's baseline"
        )
    return [
        Rows(p.source, _without_dates(p, baseline, is_told=has_error), p.findings) for p in parts
    ]


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


def _without_dates(part: Rows, baseline: pd.Series[pd.Timestamp], *, is_told: bool) -> pd.DataFrame:
    """Days instead of dates; is_told: wrong cells are found already, and may be the reason."""
    frame = part.frame.copy()
    begins = {} if baseline.empty else baseline.to_dict()
    start = pd.to_datetime(frame[_key(frame)].astype("object").map(begins))
    for date, day in DAY_OF_DATE.items():
        if date in frame:
            frame[day] = (frame[date] - start).dt.days.astype("float64")
            if is_told:
                continue
            part.findings.add(
                "has a date but no baseline to count from",
                day,
                frame[date].notna() & start.isna(),
                "Give the participant's baseline date",
            )
    return frame.drop(columns=[name for name in DATES if name in frame])

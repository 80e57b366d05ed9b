"""Baseline and change of every score, and the running number of occasions without a visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.vocabulary import Column

SAME_SCALE = (Column.PARTICIPANT_ID, Column.SCALE, Column.RATER)


def add_baseline(plan: Plan, scores: pd.DataFrame) -> pd.DataFrame:
    """Add `baseline` (same scale and rater) and `change` from it; see `is_baseline`.

    Missing where there is no baseline score. Several occasions at baseline (trials, double
    measurement, diary days) are averaged.
    """
    full = scores.drop(columns=[Column.BASELINE, Column.CHANGE], errors="ignore")
    for column in (Column.RATER, Column.VISIT):
        if column not in full:
            full[column] = None
    key = list(SAME_SCALE)
    if Column.DAY not in full:
        full[Column.DAY] = np.nan
    known = full[full[Column.SCORE].notna()]
    at_baseline = known[is_baseline(plan, known, key)]
    means = at_baseline.groupby(key, dropna=False, sort=False)[Column.SCORE].mean()
    baseline = means.rename(Column.BASELINE).reset_index()
    if baseline.empty:
        return full.assign(**{Column.BASELINE: np.nan, Column.CHANGE: np.nan})
    for column in key:
        baseline[column] = baseline[column].astype(full[column].dtype)
    merged = full.merge(baseline, on=key, how="left", validate="many_to_one")
    merged.index = full.index
    return merged.assign(**{Column.CHANGE: merged[Column.SCORE] - merged[Column.BASELINE]})


def is_baseline(plan: Plan, rows: pd.DataFrame, series: Sequence[str]) -> pd.Series[Any]:
    """Which rows are the baseline of their participant.

    Those at the baseline visit. In a plan without one: the days of the periods that end before
    day 0; without periods, where a scale is also measured after day 0, the last occasion on or
    before it. series: the columns that tell one series of scores from another. Rows without a
    score must be gone already.
    """
    if plan.visits:
        return rows[Column.VISIT] == plan.baseline_visit
    day = pd.to_numeric(rows[Column.DAY]).astype("float64")
    if plan.periods:
        inside = pd.Series(False, index=rows.index)
        for period in plan.periods.values():
            if period.days[1] < 0:
                inside |= day.between(*period.days)
        return inside
    scale = rows[Column.SCALE] if Column.SCALE in rows else pd.Series("", index=rows.index)
    goes_on = (day > 0).groupby(scale).transform("any")
    until_zero = day.where((day <= 0) & goes_on)
    last = until_zero.groupby([rows[name] for name in series], dropna=False).transform("max")
    return until_zero.notna() & (until_zero == last)


def number_occasions(scores: pd.DataFrame) -> pd.DataFrame:
    """Fill `occasion`: 0 at visits; a running number by day where a row has no visit.

    A number that the raw file gave stays.
    """
    full = scores.copy()
    for column in (Column.RATER, Column.VISIT, Column.DAY, Column.OCCASION):
        if column not in full:
            full[column] = np.nan if column in (Column.DAY, Column.OCCASION) else None
    occasion = pd.to_numeric(full[Column.OCCASION]).astype("float64")
    ordered = full[list(SAME_SCALE)].assign(day=full[Column.DAY]).loc[full[Column.VISIT].isna()]
    ordered = ordered.sort_values("day", kind="stable")
    running = ordered.groupby(list(SAME_SCALE), dropna=False, sort=False).cumcount()
    occasion = occasion.fillna(running.reindex(full.index).astype("float64")).fillna(0)
    return full.assign(**{Column.OCCASION: occasion.astype("int64")})

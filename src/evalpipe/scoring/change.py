"""Baseline and change of every score, and the running number of occasions without a visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.vocabulary import Column

SAME_SCALE = (Column.PARTICIPANT_ID, Column.SCALE, Column.RATER)


def add_baseline(plan: Plan, scores: pd.DataFrame) -> pd.DataFrame:
    """Add `baseline` (score at the baseline visit, same scale and rater) and `change` from it.

    Missing where there is no baseline visit or no score at it. Several occasions at the baseline
    visit (trials, double measurement) are averaged. In a study without visits and diary periods,
    measured at irregular days, the score at day 0 or before is the baseline.
    """
    full = scores.drop(columns=[Column.BASELINE, Column.CHANGE], errors="ignore")
    for column in (Column.RATER, Column.VISIT):
        if column not in full:
            full[column] = None
    key = list(SAME_SCALE)
    at_baseline = full[_is_baseline(plan, full) & full[Column.SCORE].notna()]
    means = at_baseline.groupby(key, dropna=False, sort=False)[Column.SCORE].mean()
    baseline = means.rename(Column.BASELINE).reset_index()
    if baseline.empty:
        return full.assign(**{Column.BASELINE: np.nan, Column.CHANGE: np.nan})
    for column in key:
        baseline[column] = baseline[column].astype(full[column].dtype)
    merged = full.merge(baseline, on=key, how="left", validate="many_to_one")
    merged.index = full.index
    return merged.assign(**{Column.CHANGE: merged[Column.SCORE] - merged[Column.BASELINE]})


def _is_baseline(plan: Plan, scores: pd.DataFrame) -> pd.Series[bool]:
    if plan.visits or plan.periods or Column.DAY not in scores:
        return scores[Column.VISIT] == plan.baseline_visit
    day = pd.to_numeric(scores[Column.DAY])
    goes_on = (day > 0).groupby(scores[Column.SCALE]).transform("any")
    return goes_on & (day <= 0)


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
    occasion = occasion.fillna(running.reindex(full.index)).fillna(0)
    return full.assign(**{Column.OCCASION: occasion.astype("int64")})

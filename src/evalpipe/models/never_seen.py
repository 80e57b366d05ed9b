"""Participants of a population without any outcome after baseline, with their covariates."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.design.people import with_arm
from evalpipe.vocabulary import Exclusion

_UNSEEN = (str(Exclusion.OUTCOME_MISSING), str(Exclusion.AFTER_EVENT))


def people_never_seen(
    plan: Plan, analysis_id: str, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return one row for each participant whose outcome is missing at every visit.

    Participant-level variables come from `participants`, `baseline` from the score at the baseline
    visit; missing where it is not known. People whom the analysis is not about (the other member
    of a pair, another group) are not among them.
    """
    found = build_analysis_set(plan, analysis_id, tables)
    is_unseen = found.excluded["reason"].isin(_UNSEEN)
    ids = found.excluded.loc[is_unseen, "participant_id"]
    people = with_arm(plan, tables["participants"])
    people = people[people["participant_id"].isin(ids)].copy()
    if "baseline" in found.frame.columns:
        people["baseline"] = people["participant_id"].map(
            _baseline_scores(plan, found.outcome, tables["scores"], found.transform)
        )
    needed = [c for c in found.frame.columns if c in people.columns and c not in ("day", "visit")]
    return people[needed].reset_index(drop=True)


def _baseline_scores(
    plan: Plan, outcome: str, scores: pd.DataFrame, transform: str
) -> "pd.Series[float]":
    if not is_scale(plan, outcome):
        return pd.Series(dtype="float64")
    scale = find_scale(plan, outcome).name
    at = scores[(scores["scale"] == scale) & (scores["visit"] == plan.baseline_visit)]
    means = at.dropna(subset=["score"]).groupby("participant_id")["score"].mean()
    return np.log(means.where(means > 0)) if transform == "log" else means

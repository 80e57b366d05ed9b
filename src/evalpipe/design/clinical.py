"""Scores against what is usual: shares on the better side of a cut-off, and T-scores of norms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import ScaleFacts, find_scale
from evalpipe.design.observed import by_arm, by_member, with_people
from evalpipe.design.occasions import scale_rows
from evalpipe.design.people import Tables, entered, table_of, with_arm
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows
from evalpipe.scoring.lookup import cutoff_for, t_scores
from evalpipe.vocabulary import Column, StatisticTable, Table

BETTER_SIDE = "better_side_of_cutoff"
"""Level: the score is at the cut-off or on its better side."""

T_SCORE = "t_score"
"""Begins the statistics that are of T-scores (50 and 10 in the norm group), not of scores."""


def clinical_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """By visit and arm: participants on the better side of their cut-off, and mean T-scores.

    For scales whose plan has cut-offs (and a better direction) or norms; each participant is held
    against the cut-off or norm that fits age, sex or whatever the plan names.
    """
    people = entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))
    rows: list[StatisticRow] = []
    for scale in plan.scale_names:
        facts = find_scale(plan, scale)
        if not (facts.cutoffs and facts.better) and not facts.norms:
            continue
        recorded = with_people(scale_rows(plan, tables, scale), people)
        judged = _judged(plan, facts, recorded, people)
        for groups, own in by_member(plan, judged):
            for visit in [v for v in plan.visits if (own[Column.VISIT] == v).any()]:
                for arm, part in by_arm(plan, own[own[Column.VISIT] == visit]):
                    place = {"variable": scale, "arm": arm, "visit": visit, "groups": groups}
                    rows += _place_rows(part, place)
    return rows


def _judged(
    plan: Plan, facts: ScaleFacts, recorded: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """The rows with `is_better` (missing without a cut-off) and `t_score` (without a norm)."""
    cutoffs = cutoff_for(plan, facts.name, people).set_index(Column.PARTICIPANT_ID)["cutoff"]
    border = recorded[Column.PARTICIPANT_ID].map(cutoffs).to_numpy("float64", na_value=np.nan)
    score = recorded[Column.SCORE].to_numpy("float64")
    sign = 1.0 if facts.better == "higher" else -1.0
    known = np.isfinite(border) & np.isfinite(score) & (facts.better is not None)
    better = np.where(known, sign * (score - border) >= 0, np.nan)
    own = recorded.assign(**{Column.SCALE: facts.name})
    return own.assign(is_better=better, t_score=t_scores(plan, own, people))


def _place_rows(part: pd.DataFrame, place: dict[str, Any]) -> list[StatisticRow]:
    rows: list[StatisticRow] = []
    known = part["is_better"].dropna()
    if len(known):
        count = int(known.sum())
        where = {"table": StatisticTable.RESPONDERS, "level": BETTER_SIDE, **place}
        rows += share_rows(count, len(known), **where)
    if part["t_score"].notna().any():
        where = {"table": StatisticTable.OBSERVED_MEANS, **place}
        numbers = mean_rows(part["t_score"], **where)
        rows += [replace(row, statistic=f"{T_SCORE}_{row.statistic}") for row in numbers]
    return rows

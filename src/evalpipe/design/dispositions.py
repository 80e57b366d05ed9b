"""Where each participant ended, derived from the outcomes when the source does not say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_rows import planned_visits
from evalpipe.design.analysis_variables import source_scales
from evalpipe.design.matching import is_among
from evalpipe.design.people import (
    Tables,
    has_entered,
    table_of,
    unit_ids,
)
from evalpipe.vocabulary import UNKNOWN_REASON, Column, Disposition, Table

IS_RECORDED = "disposition_is_recorded"

_WORST_FIRST = (
    Disposition.DIED,
    Disposition.WITHDREW_CONSENT,
    Disposition.LOST_TO_FOLLOW_UP,
    Disposition.DISCONTINUED,
    Disposition.ONGOING,
    Disposition.COMPLETED,
    Disposition.NOT_RANDOMISED,
    Disposition.DECLINED,
    Disposition.NOT_ELIGIBLE,
)
"""A dyad ends as its member who ended first ends."""


def with_dispositions(plan: Plan, tables: Tables) -> pd.DataFrame:
    """Participants, each with a disposition, and whether the source recorded it.

    Without a record, a participant who entered counts as completed when the primary outcome was
    seen at the last planned visit, and as lost to follow-up otherwise (completed when there are no
    planned visits); one who did not enter counts as not randomised.
    """
    people = table_of(tables, Table.PARTICIPANTS)
    recorded = _recorded(people)
    derived = _derived(plan, tables, people)
    return people.assign(
        **{
            Column.DISPOSITION: recorded.where(recorded.notna(), derived).astype(object),
            IS_RECORDED: recorded.notna(),
        }
    )


def _recorded(people: pd.DataFrame) -> pd.Series[Any]:
    if Column.DISPOSITION not in people:
        return pd.Series(None, index=people.index, dtype=object)
    return people[Column.DISPOSITION].astype(object)


def _derived(plan: Plan, tables: Tables, people: pd.DataFrame) -> pd.Series[Any]:
    seen = _seen_at_end(plan, tables, people)
    entered = has_entered(plan, people)
    words = np.where(seen, str(Disposition.COMPLETED), str(Disposition.LOST_TO_FOLLOW_UP))
    return pd.Series(words, index=people.index, dtype=object).where(
        entered, str(Disposition.NOT_RANDOMISED)
    )


def _seen_at_end(plan: Plan, tables: Tables, people: pd.DataFrame) -> pd.Series[Any]:
    last = last_primary_visit(plan)
    scores = table_of(tables, Table.SCORES)
    if last is None or scores.empty:
        return pd.Series(True, index=people.index)
    scale, visit = last
    known = scores[Column.SCORE].notna() | scores[Column.LEVEL].notna()
    at_end = scores[(scores[Column.SCALE] == scale) & (scores[Column.VISIT] == visit) & known]
    units = pd.Series(unit_ids(plan, people).to_numpy(), index=people[Column.PARTICIPANT_ID])
    seen = units.reindex(at_end[Column.PARTICIPANT_ID].unique()).dropna().unique()
    return pd.Series(is_among(unit_ids(plan, people), seen), index=people.index)


def last_primary_visit(plan: Plan) -> tuple[str, str] | None:
    """Scale and last visit of the first primary analysis; None when it has no visits."""
    for analysis in plan.analyses.values():
        if analysis.role == "primary" and analysis.estimand is not None:
            scales = source_scales(plan, [analysis.estimand.outcome])
            visits = planned_visits(plan, analysis)
            if scales and visits:
                return scales[0], visits[-1]
    return None


def unit_dispositions(plan: Plan, people: pd.DataFrame) -> pd.DataFrame:
    """One row a unit, with the disposition, reason and day of the member who ended first."""
    rank = people[Column.DISPOSITION].map({str(d): i for i, d in enumerate(_WORST_FIRST)})
    units = unit_ids(plan, people)
    ordered = people.assign(unit=units.to_numpy(), rank=rank).sort_values("rank", kind="stable")
    worst = ordered.drop_duplicates("unit").drop(columns="rank")
    return worst.loc[worst.index.sort_values()]


def reason_of(people: pd.DataFrame) -> pd.Series[Any]:
    """The reason of each disposition; `unknown` where the source gives none."""
    if Column.DISPOSITION_REASON not in people:
        return pd.Series(UNKNOWN_REASON, index=people.index, dtype=object)
    return people[Column.DISPOSITION_REASON].astype(object).fillna(UNKNOWN_REASON)

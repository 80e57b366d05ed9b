"""An account of the participants and rows that an analysis does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Analysis
from evalpipe.config.derived import followed_sources
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_rows import planned_visits
from evalpipe.design.derived import derive
from evalpipe.design.matching import is_among
from evalpipe.design.people import Tables, has_entered, table_of, with_arm
from evalpipe.design.populations import IS_MEMBER, REASON
from evalpipe.design.row_account import STAGE, is_selected, population_members
from evalpipe.vocabulary import Column, Exclusion, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


def list_excluded(
    plan: Plan,
    analysis: Analysis,
    used: pd.DataFrame,
    why: pd.DataFrame,
    frame: pd.DataFrame,
    tables: Tables,
) -> pd.DataFrame:
    """Entered participants without a row: the reason of the row that came furthest.

    frame: all rows before any was left out. Who has no row at all was not selected where the
    analysis is about other people (the other member of a pair), else the outcome is missing.
    """
    estimand = analysis.estimand
    assert estimand is not None
    everyone = with_arm(plan, table_of(tables, Table.PARTICIPANTS))
    people = everyone[has_entered(plan, everyone)]
    out = people[~is_among(people[Column.PARTICIPANT_ID], used[Column.PARTICIPANT_ID])]
    furthest = why.assign(stage=why["reason"].map(STAGE)).sort_values("stage", kind="stable")
    furthest = furthest[furthest["reason"] != str(Exclusion.OTHER_VISIT)]
    last = furthest.drop_duplicates(Column.PARTICIPANT_ID, keep="last")
    last = last.set_index(Column.PARTICIPANT_ID)
    members = population_members(plan, estimand.population, out, tables)
    found = last.reindex(out[Column.PARTICIPANT_ID].to_numpy())
    reason = found["reason"].astype(object).where(found["reason"].notna(), None).to_numpy()
    of_population = members[REASON].to_numpy()
    without = _reasons_without_rows(plan, analysis, out, frame)
    unseen = [p or r or w for p, r, w in zip(of_population, reason, without, strict=True)]
    columns = [Column.PARTICIPANT_ID, Column.ARM, Column.ROLE, Column.COHORT, Column.DYAD_ID]
    listed = out[[column for column in columns if column in out]].reset_index(drop=True)
    return listed.assign(reason=unseen, detail=found["detail"].to_numpy())


def _reasons_without_rows(
    plan: Plan, analysis: Analysis, people: pd.DataFrame, frame: pd.DataFrame
) -> NDArray[np.object_]:
    assert analysis.estimand is not None
    asked = plan.populations[analysis.estimand.population].with_outcome_at
    missing = Exclusion.OUTCOME_MISSING if asked == "any" else Exclusion.OUTCOME_INCOMPLETE
    could = _could_answer(plan, analysis, people, frame)
    return np.where(could, str(missing), str(Exclusion.NOT_SELECTED)).astype(object)


def count_reasons(
    plan: Plan,
    analysis: Analysis,
    why: pd.DataFrame,
    frame: pd.DataFrame,
    tables: Tables,
) -> pd.DataFrame:
    """Rows and participants left out by reason; visits that have no row at all are counted too."""
    counted = why[why["reason"] != str(Exclusion.OTHER_VISIT)]
    absent = _absent_visits(plan, analysis, frame, tables)
    rows = pd.concat([counted, absent], ignore_index=True)
    grouped = rows.groupby(["reason", "detail"], dropna=False, sort=False)[Column.PARTICIPANT_ID]
    counts = grouped.agg(n_participants="nunique", n_rows="size").reset_index()
    stage = counts["reason"].map(STAGE)
    return counts.assign(stage=stage).sort_values("stage", kind="stable").drop(columns="stage")


def _absent_visits(
    plan: Plan, analysis: Analysis, frame: pd.DataFrame, tables: Tables
) -> pd.DataFrame:
    """One row for each planned visit of a member that is not in the scores at all."""
    estimand = analysis.estimand
    assert estimand is not None
    visits = planned_visits(plan, analysis)
    empty = pd.DataFrame(columns=[Column.PARTICIPANT_ID, "reason", "detail"])
    if not visits or (len(frame) and not frame[Column.VISIT].notna().any()):
        return empty
    people = with_arm(plan, table_of(tables, Table.PARTICIPANTS))
    members = population_members(plan, estimand.population, people, tables)
    ids = people[members[IS_MEMBER].to_numpy() & _could_answer(plan, analysis, people, frame)]
    at = frame[frame[Column.VISIT].isin(visits)]
    seen = at.groupby(Column.PARTICIPANT_ID)[Column.VISIT].nunique()
    lacking = len(visits) - seen.reindex(ids[Column.PARTICIPANT_ID].to_numpy()).fillna(0)
    missing = np.repeat(lacking.index.to_numpy(), lacking.to_numpy(dtype=np.int64).clip(min=0))
    reason = str(Exclusion.OUTCOME_MISSING)
    return pd.DataFrame({Column.PARTICIPANT_ID: missing, "reason": reason, "detail": None})


def _could_answer(
    plan: Plan, analysis: Analysis, people: pd.DataFrame, frame: pd.DataFrame
) -> NDArray[np.bool_]:
    """Participants of a role that the outcome is recorded for and that the analysis selects."""
    could = np.ones(len(people), dtype=bool)
    if Column.ROLE in people and Column.ROLE in frame:
        roles = frame[Column.ROLE].dropna().unique()
        could &= people[Column.ROLE].isna().to_numpy() | people[Column.ROLE].isin(roles).to_numpy()
    for name, levels in analysis.only.items():
        known = _of_people(plan, people, name)
        if known is not None:
            could &= is_selected(known, name, levels)
    return could


def _of_people(plan: Plan, people: pd.DataFrame, name: str) -> pd.DataFrame | None:
    """The participants with a variable that says something of them; None for one of occasions."""
    if name in people or f"{name}_id" in people:
        return people
    variable = plan.derived.get(name)
    sources = followed_sources(variable) if variable is not None else ()
    for source in sources:
        known = _of_people(plan, people, source)
        if known is None:
            return None
        people = known
    return people.assign(**{name: derive(plan, name, people)}) if sources else None

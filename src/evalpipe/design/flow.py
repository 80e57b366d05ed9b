"""The participant flow of CONSORT 2025, counted from the data and checked for conservation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import AnalysisSet
from evalpipe.design.dispositions import (
    IS_RECORDED,
    reason_of,
    unit_dispositions,
    with_dispositions,
)
from evalpipe.design.matching import is_among
from evalpipe.design.people import (
    Tables,
    has_dyads,
    has_entered,
    is_randomised_design,
    table_of,
    treated_arms,
    unit_ids,
    with_arm,
)
from evalpipe.design.row_account import STAGE
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import DataError
from evalpipe.vocabulary import (
    UNKNOWN_REASON,
    Column,
    Disposition,
    FlowStep,
    Statistic,
    StatisticTable,
    Table,
)

_ENDS = (
    Disposition.COMPLETED,
    Disposition.DISCONTINUED,
    Disposition.LOST_TO_FOLLOW_UP,
    Disposition.WITHDREW_CONSENT,
    Disposition.DIED,
    Disposition.ONGOING,
)


def count_flow(
    plan: Plan, tables: Tables, primary_sets: Mapping[str, AnalysisSet] | None = None
) -> list[StatisticRow]:
    """Count every step of the flow, over all and by arm, and again within each cohort.

    Counts are of units: participants, or dyads where dyads are treated together (then each count
    has a second row with the statistic `members`). primary_sets: analysis id -> analysis set; a
    unit counts as analysed when at least one member has a row. Raises DataError when one
    participant is unaccounted for.
    """
    known = table_of(tables, Table.PARTICIPANTS)
    _refuse(known[Column.PARTICIPANT_ID].duplicated(), "stand twice in the participants table")
    people = with_arm(plan, with_dispositions(plan, tables))
    _check_people(plan, people, tables)
    rows = _flow_of(plan, tables, people, primary_sets or {}, cohort=None)
    if Column.COHORT in people:
        for cohort in sorted(people[Column.COHORT].dropna().unique()):
            own = people[people[Column.COHORT] == cohort]
            rows += _flow_of(plan, tables, own, primary_sets or {}, cohort=str(cohort))
    check_conservation(plan, rows)
    return rows


def _check_people(plan: Plan, people: pd.DataFrame, tables: Tables) -> None:
    """Every participant has a known arm when allocated, and ended somewhere."""
    ids = people[Column.PARTICIPANT_ID]
    entered = has_entered(plan, people)
    _refuse(entered & ~people[Column.ARM].isin(list(plan.arms)), "entered without an arm")
    known = people[Column.DISPOSITION].isin([str(d) for d in Disposition])
    _refuse(~known, "have a disposition that is not in the vocabulary")
    ended_before = ~people[Column.DISPOSITION].isin([str(d) for d in _ENDS])
    _refuse(entered & ended_before, "were randomised but end as not eligible or declined")
    _refuse(~entered & ~ended_before, "were not randomised but end inside the trial")
    for name in (Table.SCORES, Table.RESPONSES, Table.SESSIONS, Table.GOALS):
        rows = table_of(tables, name)
        if Column.PARTICIPANT_ID in rows:
            found = rows[Column.PARTICIPANT_ID].dropna()
            strangers = found[~is_among(found, ids)].nunique()
            if strangers:
                raise DataError(
                    f"flow: {strangers} participants have {name} but are not in the participants "
                    "table; add them or remove their rows"
                )


def _refuse(broken: pd.Series[Any], what: str) -> None:
    count = int(broken.sum())
    if count:
        raise DataError(
            f"flow: {count} participants {what}; every participant must be accounted for"
        )


class _Counter:
    """Counts units (and members of dyads) and writes one or two rows for each count."""

    def __init__(self, plan: Plan, cohort: str | None) -> None:
        self.plan = plan
        self.cohort = cohort
        self.rows: list[StatisticRow] = []

    def add(
        self,
        step: FlowStep,
        people: pd.DataFrame,
        *,
        arm: str | None = None,
        visit: str | None = None,
        level: str | None = None,
        note: str | None = None,
        **groups: str | None,
    ) -> None:
        units = int(unit_ids(self.plan, people).nunique())
        counts = [(str(Statistic.COUNT), units)]
        if has_dyads(self.plan):
            counts.append((MEMBERS, len(people)))
        for statistic, value in counts:
            self.rows.append(
                StatisticRow(
                    table=StatisticTable.FLOW,
                    variable=str(step),
                    statistic=statistic,
                    value=value,
                    level=level,
                    arm=arm,
                    visit=visit,
                    groups={"cohort": self.cohort, **groups},
                    note=note,
                )
            )


MEMBERS = "members"
"""Statistic: how many people, where the count is of dyads."""


def _flow_of(
    plan: Plan,
    tables: Tables,
    people: pd.DataFrame,
    primary_sets: Mapping[str, AnalysisSet],
    cohort: str | None,
) -> list[StatisticRow]:
    counter = _Counter(plan, cohort)
    entered = has_entered(plan, people)
    inside, outside = people[entered], people[~entered]
    if len(outside):
        counter.add(FlowStep.ASSESSED, people)
        _count_outside(counter, outside)
    step = FlowStep.RANDOMISED if is_randomised_design(plan) else FlowStep.ENROLLED
    counter.add(step, inside)
    for arm in plan.arms:
        own = inside[inside[Column.ARM] == arm]
        counter.add(FlowStep.ALLOCATED, own, arm=arm)
        _count_received(counter, plan, tables, own, arm)
        _count_deviations(counter, own, arm)
        _count_ends(counter, plan, own, arm)
        for analysis_id, analysis_set in primary_sets.items():
            _count_analysed(counter, plan, own, arm, analysis_id, analysis_set)
    return counter.rows


def _count_outside(counter: _Counter, outside: pd.DataFrame) -> None:
    counter.add(FlowStep.NOT_ENTERED, outside)
    reasons = reason_of(outside)
    for disposition in sorted(outside[Column.DISPOSITION].unique()):
        own = outside[outside[Column.DISPOSITION] == disposition]
        counter.add(FlowStep.NOT_ENTERED, own, level=str(disposition))
        for reason in sorted(reasons.loc[own.index].unique()):
            if reason != UNKNOWN_REASON:
                matching = own[reasons.loc[own.index] == reason]
                counter.add(FlowStep.NOT_ENTERED, matching, level=str(disposition), reason=reason)


def _count_received(
    counter: _Counter, plan: Plan, tables: Tables, own: pd.DataFrame, arm: str
) -> None:
    delivery = table_of(tables, Table.DELIVERY)
    if delivery.empty or arm not in treated_arms(plan):
        return
    key = Column.DYAD_ID if has_dyads(plan) else Column.PARTICIPANT_ID
    flags = delivery.drop_duplicates(key).set_index(key)
    units = unit_ids(plan, own)
    for step, opposite, flag in (
        (FlowStep.STARTED, FlowStep.NOT_STARTED, "has_started"),
        (FlowStep.TREATMENT_COMPLETED, FlowStep.TREATMENT_NOT_COMPLETED, "has_completed"),
    ):
        reached = (units.map(flags[flag].astype(object)) == True).to_numpy(dtype=bool)  # noqa: E712
        counter.add(step, own[reached], arm=arm)
        counter.add(opposite, own[~reached], arm=arm)


def _count_deviations(counter: _Counter, own: pd.DataFrame, arm: str) -> None:
    """Ineligible but randomised: stays in the trial, and is told."""
    if Column.ELIGIBLE not in own:
        return
    ineligible = own[(own[Column.ELIGIBLE] == False).fillna(False).to_numpy(dtype=bool)]  # noqa: E712
    if ineligible.empty:
        return
    counter.add(FlowStep.INELIGIBLE_ENTERED, ineligible, arm=arm)
    if Column.ELIGIBILITY_REASON in ineligible:
        reasons = ineligible[Column.ELIGIBILITY_REASON].fillna(UNKNOWN_REASON)
        for reason in sorted(reasons.unique()):
            counter.add(
                FlowStep.INELIGIBLE_ENTERED, ineligible[reasons == reason], arm=arm, level=reason
            )


def _count_ends(counter: _Counter, plan: Plan, own: pd.DataFrame, arm: str) -> None:
    ends = unit_dispositions(plan, own)
    of_unit = ends.set_index("unit")
    units = unit_ids(plan, own)
    disposition = units.map(of_unit[Column.DISPOSITION])
    reason = units.map(pd.Series(reason_of(ends).to_numpy(), index=ends["unit"].to_numpy()))
    was_recorded = bool(own[IS_RECORDED].all()) if len(own) else True
    note = None if was_recorded else "from the last visit with an outcome; not recorded"
    for end in _ENDS:
        ended = own[(disposition == str(end)).to_numpy(dtype=bool)]
        if len(ended) or end in (Disposition.COMPLETED, Disposition.LOST_TO_FOLLOW_UP):
            counter.add(FlowStep.ENDED, ended, arm=arm, level=str(end), note=note)
        if end is Disposition.COMPLETED:
            continue
        why = reason.loc[ended.index]
        for word in sorted(why.unique()):
            if word != UNKNOWN_REASON:
                matching = ended[(why == word).to_numpy(dtype=bool)]
                counter.add(FlowStep.ENDED, matching, arm=arm, level=str(end), reason=str(word))


def _count_analysed(
    counter: _Counter,
    plan: Plan,
    own: pd.DataFrame,
    arm: str,
    analysis_id: str,
    analysis_set: AnalysisSet,
) -> None:
    units = unit_ids(plan, own)
    ids = analysis_set.frame[Column.PARTICIPANT_ID].unique()
    has_row = is_among(own[Column.PARTICIPANT_ID], ids)
    in_units = is_among(units, units[has_row])
    counter.add(FlowStep.ANALYSED, own[in_units], arm=arm, analysis=analysis_id)
    out = own[~in_units]
    counter.add(FlowStep.NOT_ANALYSED, out, arm=arm, analysis=analysis_id)
    by_person = analysis_set.excluded.set_index(Column.PARTICIPANT_ID)["reason"]
    why = out[Column.PARTICIPANT_ID].map(by_person).fillna(UNKNOWN_REASON)
    # of a pair the member who came furthest: that the other one was not asked is no reason
    ranked = pd.DataFrame({"why": why, "unit": units.loc[out.index], "stage": why.map(STAGE)})
    ranked = ranked.sort_values("stage", kind="stable", na_position="first")
    furthest = ranked.groupby("unit")["why"].transform("last").loc[out.index]
    for reason in sorted(furthest.unique()):
        matching = out[(furthest == reason).to_numpy(dtype=bool)]
        counter.add(
            FlowStep.NOT_ANALYSED, matching, arm=arm, level=str(reason), analysis=analysis_id
        )


def check_conservation(plan: Plan, rows: list[StatisticRow]) -> None:
    """Raise DataError unless every step of the flow adds up, within the study and each cohort.

    assessed = not entered + entered; entered = sum over arms allocated; allocated = sum over ends;
    allocated = started + not started; allocated = analysed + not analysed.
    """
    for cohort in sorted({str(row.groups.get("cohort") or "") for row in rows}):
        own = [row for row in rows if str(row.groups.get("cohort") or "") == cohort]
        for statistic in sorted({row.statistic for row in own}):
            _check_sums(plan, [row for row in own if row.statistic == statistic])


def _check_sums(plan: Plan, rows: list[StatisticRow]) -> None:
    def total(step: FlowStep, **wanted: Any) -> int | None:
        found = [
            row.value or 0
            for row in rows
            if row.variable == step and all(_place(row, k) == v for k, v in wanted.items())
        ]
        return int(sum(found)) if found else None

    step = FlowStep.RANDOMISED if is_randomised_design(plan) else FlowStep.ENROLLED
    entered = total(step, level=None)
    assessed = total(FlowStep.ASSESSED, level=None)
    if assessed is not None:
        outside = total(FlowStep.NOT_ENTERED, level=None, reason=None) or 0
        _require_sum(assessed, outside + (entered or 0), "assessed", "not entered and entered")
    _require_sum(entered, total(FlowStep.ALLOCATED, level=None), str(step), "allocated to the arms")
    for arm in plan.arms:
        allocated = total(FlowStep.ALLOCATED, arm=arm)
        ends = [total(FlowStep.ENDED, arm=arm, level=str(end), reason=None) or 0 for end in _ENDS]
        _require_sum(allocated, sum(ends), f"allocated to {arm}", "accounted for at the end")
        for first, second in _OPPOSITES:
            for analysis in sorted({str(row.groups.get("analysis") or "") for row in rows}):
                name = analysis or None
                part = total(first, arm=arm, level=None, analysis=name)
                rest = total(second, arm=arm, level=None, analysis=name)
                if part is not None or rest is not None:
                    _require_sum(
                        allocated, (part or 0) + (rest or 0), f"allocated to {arm}", str(first)
                    )


_OPPOSITES = (
    (FlowStep.STARTED, FlowStep.NOT_STARTED),
    (FlowStep.TREATMENT_COMPLETED, FlowStep.TREATMENT_NOT_COMPLETED),
    (FlowStep.ANALYSED, FlowStep.NOT_ANALYSED),
)


def _place(row: StatisticRow, key: str) -> str | None:
    return getattr(row, key) if key in ("arm", "level", "visit") else row.groups.get(key)


def _require_sum(whole: int | None, parts: int | None, what: str, of_what: str) -> None:
    if (whole or 0) != (parts or 0):
        difference = abs((whole or 0) - (parts or 0))
        raise DataError(f"flow: {difference} unaccounted for between {what} and {of_what}")

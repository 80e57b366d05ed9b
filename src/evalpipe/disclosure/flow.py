"""The boxes of the participant flow: nobody is lost between them."""

from __future__ import annotations

import math

from evalpipe.disclosure.cells import COUNTED, FLOW, MEMBERS, StatisticCounts
from evalpipe.vocabulary import FlowStep, Statistic, StatisticTable


def flow_counts(
    c: StatisticCounts, step: str, statistic: str, cohort: str, **wanted: str
) -> list[int]:
    """Counts of one step without a reason, those with the arm, level, analysis wanted."""
    found = []
    for place, row in enumerate(c.rows):
        if row.table != StatisticTable.FLOW or row.variable != step:
            continue
        groups = row.groups
        if row.statistic != statistic or groups.get("cohort", "") != cohort:
            continue
        if "reason" in groups or place not in c.value_of:
            continue
        about = {
            "arm": row.group_arm,
            "level": row.level,
            "analysis": groups.get("analysis", ""),
        }
        if all(about[name] == value for name, value in wanted.items()):
            found.append(c.value_of[place])
    return found


def add_flow(c: StatisticCounts) -> None:
    """Add what conserves people from box to box, in the study and in each cohort."""
    rows = [row for row in c.rows if row.table == StatisticTable.FLOW]
    cohorts = sorted({row.groups.get("cohort", "") for row in rows})
    statistics = sorted({row.statistic for row in rows if row.statistic in COUNTED})
    for cohort in cohorts:
        for statistic in statistics:
            _add_flow_of(c, statistic, cohort)
    _tie_members(c)


def _add_flow_of(c: StatisticCounts, statistic: str, cohort: str) -> None:
    def steps(step: FlowStep, **wanted: str) -> list[int]:
        return flow_counts(c, str(step), statistic, cohort, **wanted)

    entered = steps(FlowStep.RANDOMISED, level="") + steps(FlowStep.ENROLLED, level="")
    out = steps(FlowStep.NOT_ENTERED, level="")
    for assessed in steps(FlowStep.ASSESSED, level=""):
        c.ledger.tie([*entered, *out], assessed)
    for whole in out:
        _tie_levels(c, FlowStep.NOT_ENTERED, statistic, cohort, "", "", whole)
    arms = [number for arm in c.plan.arms for number in steps(FlowStep.ALLOCATED, arm=arm)]
    for whole in entered:
        if arms:
            c.ledger.tie(arms, whole)
    for arm in c.plan.arms:
        for allocated in steps(FlowStep.ALLOCATED, arm=arm):
            _add_arm(c, statistic, cohort, arm, allocated)


def _add_arm(c: StatisticCounts, statistic: str, cohort: str, arm: str, allocated: int) -> None:
    _tie_levels(c, FlowStep.ENDED, statistic, cohort, arm, "", allocated)
    for step in (FlowStep.INELIGIBLE_ENTERED,):
        for whole in flow_counts(c, str(step), statistic, cohort, arm=arm, level=""):
            _tie_levels(c, step, statistic, cohort, arm, "", whole)
            c.ledger.rest(allocated, [whole], FLOW)
    for first, second in (
        (FlowStep.STARTED, FlowStep.NOT_STARTED),
        (FlowStep.TREATMENT_COMPLETED, FlowStep.TREATMENT_NOT_COMPLETED),
    ):
        for one in flow_counts(c, str(first), statistic, cohort, arm=arm):
            for other in flow_counts(c, str(second), statistic, cohort, arm=arm):
                c.ledger.tie([one, other], allocated)
    names = {row.groups.get("analysis", "") for row in c.rows}
    for name in sorted(names - {""}):
        where = {"arm": arm, "analysis": name, "level": ""}
        for one in flow_counts(c, str(FlowStep.ANALYSED), statistic, cohort, **where):
            for other in flow_counts(c, str(FlowStep.NOT_ANALYSED), statistic, cohort, **where):
                c.ledger.tie([one, other], allocated)
                step = FlowStep.NOT_ANALYSED
                _tie_levels(c, step, statistic, cohort, arm, name, other)


def _tie_levels(
    c: StatisticCounts,
    step: FlowStep,
    statistic: str,
    cohort: str,
    arm: str,
    analysis: str,
    whole: int,
) -> None:
    every = flow_counts(c, str(step), statistic, cohort, arm=arm, analysis=analysis)
    plain = flow_counts(c, str(step), statistic, cohort, arm=arm, analysis=analysis, level="")
    levels = [number for number in every if number not in plain]
    if levels:
        c.ledger.tie(levels, whole)


def _tie_members(c: StatisticCounts) -> None:
    """Pairs and their members: twice as many where every pair is complete."""
    units = {c.key(p): n for p, n in c.value_of.items() if c.rows[p].table == "flow"}
    n_roles = max(len(c.plan.roles), 1)
    for place, number in c.value_of.items():
        row = c.rows[place]
        if row.table != StatisticTable.FLOW or row.statistic != MEMBERS:
            continue
        pairs = units.get(c.key(place, Statistic.COUNT))
        if pairs is None:
            continue
        if not c.ledger.bound([(pairs, float(n_roles)), (number, -1.0)], 0.0, 0.0):
            c.ledger.bound([(pairs, float(n_roles)), (number, -1.0)], 0.0, math.inf)
            c.ledger.at_most(pairs, number)

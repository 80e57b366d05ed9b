"""The claims of a study: what each question is answered by, or why there is no answer."""

from __future__ import annotations

import math

from evalpipe.answers.rows import Claim, Estimate, Stat
from evalpipe.answers.study import StudyRows
from evalpipe.config.analyses import Analysis
from evalpipe.vocabulary import NO_ANSWER, ClaimStatus, FlowStep, Statistic, StatisticTable


def claim_of(study: StudyRows, claim_id: str, row: Estimate) -> Claim:
    """Return the claim that a row answers, with the counts that the rows of the study give it.

    Its code is that of a place in the table `answers` and empty before there is one.
    """
    analysis = study.plan.analyses[row.analysis_id]
    return Claim(
        code="",
        claim_id=claim_id,
        analysis_id=row.analysis_id,
        status=_status(row),
        row=row,
        n_analysed=row.n_participants,
        n_observed=count_observed(study, analysis, row),
        n_entered=count_entered(study, analysis, row),
    )


def _status(row: Estimate) -> ClaimStatus:
    if row.status in NO_ANSWER:
        return ClaimStatus.NOT_ESTIMABLE
    if row.is_shown:
        return ClaimStatus.ANSWERED
    if row.withholds("estimate"):
        return ClaimStatus.WITHHELD
    has_test = math.isfinite(row.p_value) or row.withholds("p_value")
    return ClaimStatus.ANSWERED if has_test else ClaimStatus.NOT_ESTIMABLE


def role_of(study: StudyRows, analysis: Analysis, outcome: str) -> str | None:
    """Return the role whose members an analysis is about; None for both members or without dyads.

    It is the role that the plan asks for, else the one role of which the outcome was measured.
    """
    asked = analysis.only.get("role")
    if isinstance(asked, str):
        return asked
    rows = study.of_table(StatisticTable.MISSINGNESS, variable=outcome)
    roles = {row.groups.get("role", "") for row in rows}
    return roles.pop() or None if len(roles) == 1 else None


def count_entered(study: StudyRows, analysis: Analysis, row: Estimate) -> float:
    """Participants who entered: those randomised, else those enrolled; of one role one a dyad.

    Pairs, where the row counts pairs.
    """
    units, members = units_and_members(study)
    if not math.isfinite(members) or counts_pairs(row):
        return units
    return members if role_of(study, analysis, row.outcome) is None else units


def counts_pairs(row: Estimate) -> bool:
    """Whether a row of a study of dyads counts pairs: a share of pairs in which both responded."""
    return "member" in row.about.effect


def units_and_members(study: StudyRows) -> tuple[float, float]:
    """Return how many units entered and how many members of dyads; NaN members without dyads."""
    for step in (FlowStep.RANDOMISED, FlowStep.ENROLLED):
        rows = study.of_table(StatisticTable.FLOW, variable=str(step), group_other="")
        found = {row.statistic: row.value for row in rows}
        if found:
            return found.get("count", math.nan), found.get("members", math.nan)
    return math.nan, math.nan


def count_observed(study: StudyRows, analysis: Analysis, row: Estimate) -> float:
    """Participants whose outcome was seen at the visit of a row, over all arms.

    NaN where it is not known for exactly the participants of the analysis: without a visit, in a
    narrower population, for some rows only, by several raters, where an intercurrent event sets
    outcomes aside or puts others there; and where a count is withheld.
    """
    estimand = analysis.estimand
    if estimand and any(e.strategy != "treatment_policy" for e in estimand.intercurrent_events):
        return math.nan
    if not row.visit or estimand is None or set(analysis.only) - {"role"}:
        return math.nan
    population = study.plan.populations.get(estimand.population)
    if population is None or population.include not in ("randomised", "enrolled"):
        return math.nan
    if population.with_outcome_at != "any":
        return math.nan
    wanted = role_of(study, analysis, row.outcome)
    rows = [
        stat
        for stat in study.of_table(
            StatisticTable.MISSINGNESS,
            variable=row.outcome,
            group_visit=row.visit,
            statistic=str(Statistic.COUNT),
            level="missing",
        )
        if set(stat.groups) <= {"role", "rater"}
        and (wanted is None or stat.groups.get("role") == wanted)
    ]
    if len({stat.groups.get("rater", "") for stat in rows}) > 1:
        return math.nan
    return _seen(rows)


def _seen(rows: list[Stat]) -> float:
    whole = [stat for stat in rows if not stat.group_arm]
    arms = [stat for stat in rows if stat.group_arm]
    counted = arms or whole
    return sum(stat.n - stat.value for stat in counted) if counted else math.nan

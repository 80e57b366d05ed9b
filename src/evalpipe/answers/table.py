"""The table `answers`: the claims of a study, decided once and read by everybody after.

`analyse` decides which rows answer and writes the table; `release` keeps the choice and takes every
number from the released tables, so that an answer becomes `withheld` there and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from evalpipe.answers.choose import answering_rows
from evalpipe.answers.claims import claim_of
from evalpipe.answers.rows import Claim
from evalpipe.answers.study import StudyRows
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.schemas.answers import ANSWERS
from evalpipe.schemas.table import conform_frame, names_of
from evalpipe.vocabulary import NO_ANSWER, Column, Table


def decide_answers(study: StudyRows) -> pd.DataFrame:
    """Return `answers` of a study: a row for each claim, in the order of the plan's analyses.

    An analysis that asks nothing that has one answer has no row. Where nothing was computed that
    answers, the first row that says why not stands for the claim.
    """
    claims = [claim for name in study.plan.analyses for claim in _decide(study, name)]
    return _tabulate(study.plan, claims)


def release_answers(answers: pd.DataFrame, released: StudyRows) -> pd.DataFrame:
    """Return the same claims with the state and the numbers that the released tables give them.

    A claim whose row is not among the released rows is left out.
    """
    places = {row.estimate_id: row for row in released.estimates}
    kept = [
        (str(claim), places[str(row)])
        for claim, row in zip(answers["claim_id"], answers["estimate_id"], strict=True)
        if str(row) in places
    ]
    return _tabulate(released.plan, [claim_of(released, name, row) for name, row in kept])


def with_answers(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return tables of results with the `answers` that they give."""
    return {**tables, Table.ANSWERS.value: decide_answers(StudyRows(plan, tables))}


def _decide(study: StudyRows, analysis_id: str) -> list[Claim]:
    own = study.of_analysis(analysis_id)
    rows = answering_rows(study.plan, analysis_id, own)
    if not rows:
        refused = [row for row in own if row.status in NO_ANSWER]
        rows = tuple(refused[:1])
    return [
        claim_of(study, f"{analysis_id}/{number}", row) for number, row in enumerate(rows, start=1)
    ]


def _tabulate(plan: Plan, claims: Iterable[Claim]) -> pd.DataFrame:
    records = [_record(plan, claim) for claim in claims]
    return conform_frame(pd.DataFrame(records, columns=names_of(ANSWERS), dtype="object"), ANSWERS)


def _record(plan: Plan, claim: Claim) -> dict[str, object]:
    row = claim.row
    return {
        Column.STUDY_ID: plan.study.id,
        Column.CLAIM_ID: claim.claim_id,
        Column.ANALYSIS_ID: claim.analysis_id,
        Column.STATUS: claim.status.value,
        Column.ESTIMATE_ID: row.estimate_id,
        Column.OUTCOME: row.outcome or None,
        Column.ARM: row.arm or None,
        Column.REFERENCE_ARM: row.reference_arm or None,
        Column.VISIT: row.visit or None,
        Column.POPULATION: row.population or None,
        Column.N_ANALYSED: _number(claim.n_analysed),
        Column.N_OBSERVED: _number(claim.n_observed),
        Column.N_ENTERED: _number(claim.n_entered),
        Column.P_ADJUSTED: _number(row.p_adjusted),
        Column.SCALE: row.scale,
        Column.BETTER: _better(plan, row.outcome),
    }


def _better(plan: Plan, outcome: str) -> str | None:
    return find_scale(plan, outcome).better if is_scale(plan, outcome) else None


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None

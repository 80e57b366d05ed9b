"""The one rule for which rows of `estimates` answer an analysis's question.

Headline, multiplicity, influence, forest, index, simulation and `verify` read it; nobody chooses
again. The plan steers it: `summary`, `contrast` and `contrasts`, `terms`, `at`, `headline_visit`
and `average_visits`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalpipe.answers.rows import Estimate, read_rows
from evalpipe.config.analyses import Analysis, Estimand
from evalpipe.config.plan import Plan
from evalpipe.config.summaries import SUMMARIES, TESTED
from evalpipe.vocabulary import Quantity, Scale

AVERAGE = "average"
"""In `visit`: the average over the visits after baseline."""

_LOGS = (Scale.LOG, Scale.LOG_ODDS)


def estimand_of(plan: Plan, analysis: Analysis) -> Estimand | None:
    """Return the estimand of an analysis, or that of the analysis it is about."""
    if analysis.estimand is not None:
        return analysis.estimand
    of = getattr(analysis.model, "of", None) or analysis.of
    return plan.analyses[of].estimand if of in plan.analyses else None


def answering_rows(plan: Plan, analysis_id: str, rows: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """Return the rows that answer, the first question first.

    One row for each thing asked: each contrast, each term, each member of a dyad, each assumption.
    rows: all rows of the analysis; rows of other analyses are passed over. Empty when there is no
    question (no estimand) or nothing was computed that answers it.
    """
    analysis = plan.analyses[analysis_id]
    own = [row for row in rows if row.analysis_id == analysis_id and not row.about.left_out]
    estimand = estimand_of(plan, analysis)
    if estimand is None:
        return tuple(_without_question(own))
    if analysis.model.kind == "single_case":
        return tuple(row for row in own if row.about.over == "cases")
    if analysis.model.kind == "descriptive":
        return tuple(_at_headline(_means(own), estimand))
    if estimand.summary == "share_improved" and estimand.contrast is None:
        shares = [r for r in own if r.quantity == Quantity.PROPORTION]
        return tuple(_at_headline(shares, estimand))
    quantities = SUMMARIES[estimand.summary].quantities
    found = [row for row in own if row.quantity in quantities and _is_asked(row, estimand)]
    return tuple(_at_headline(_on_scale(found, estimand), estimand))


def _without_question(rows: Sequence[Estimate]) -> list[Estimate]:
    """A comparison of models, or goals: what they compute is the answer."""
    likelihoods = [row for row in rows if row.quantity == Quantity.LIKELIHOOD_RATIO]
    mixtures = [row for row in likelihoods if row.about.over == "boundary"]
    return mixtures or likelihoods or [row for row in rows if row.quantity == Quantity.PROPORTION]


def _means(rows: Sequence[Estimate]) -> list[Estimate]:
    return [row for row in rows if row.quantity == Quantity.MARGINAL_MEAN]


def _is_asked(row: Estimate, estimand: Estimand) -> bool:
    """Whether an estimand asks for a row, besides its visit and scale."""
    term, summary = row.about, estimand.summary
    if summary in ("agreement", "marginal_homogeneity"):
        return True
    if summary == "equality_of_means":
        return " " not in term.effect
    if summary == "equivalence" and term.is_change:
        return not _contrasts(estimand)
    if summary == "coefficient":
        return any(term.has_factors(wanted) for wanted in estimand.terms)
    if summary in ("slope", "difference_in_slopes"):
        named = [name for wanted in estimand.terms for name in wanted.split(":")]
        return term.effect in named and (summary == "slope" or _is_compared(row, estimand))
    if summary == "change_from_baseline":
        return term.is_change and _is_of_a_side(row, estimand)
    is_second_difference = summary == "difference_of_differences"
    return (
        term.is_difference_of_differences == is_second_difference
        and not term.is_change
        and _is_compared(row, estimand)
    )


def _contrasts(estimand: Estimand) -> list[tuple[str, str]]:
    asked = (estimand.contrast, *estimand.contrasts)
    return [(str(c.level), str(c.versus)) for c in asked if c is not None]


def _is_compared(row: Estimate, estimand: Estimand) -> bool:
    pairs = _contrasts(estimand)
    return not pairs or (row.arm, row.reference_arm) in pairs


def _is_of_a_side(row: Estimate, estimand: Estimand) -> bool:
    sides = {side for pair in _contrasts(estimand) for side in pair}
    return not sides or not row.arm or row.arm in sides


def _on_scale(rows: list[Estimate], estimand: Estimand) -> list[Estimate]:
    """Rows on the scale of the summary; else on the outcome's own; else as they are."""
    scales = SUMMARIES[estimand.summary].scales
    own = [[row for row in rows if row.scale == scale] for scale in scales]
    told = next((found for found in own if found), None)
    plain = [row for row in rows if row.scale not in _LOGS]
    return told or plain or rows


def _at_headline(rows: list[Estimate], estimand: Estimand) -> list[Estimate]:
    """Rows at the headline visit; without one at the average where it is asked, else the last."""
    visits = [row.visit for row in rows if row.visit and row.visit != AVERAGE]
    if not visits:
        return rows
    if estimand.headline_visit is not None:
        wanted = estimand.headline_visit
    elif estimand.average_visits and any(row.visit == AVERAGE for row in rows):
        wanted = AVERAGE
    else:
        wanted = visits[-1]
    return [row for row in rows if not row.visit or row.visit == wanted]


def answering_places(plan: Plan, analysis_id: str, estimates: pd.DataFrame) -> list[int]:
    """Return the places (from 0) of the rows of a table of estimates that answer an analysis."""
    rows = list(read_rows(Estimate, estimates, "row"))
    place_of = {row.code: place for place, row in enumerate(rows)}
    return [place_of[row.code] for row in answering_rows(plan, analysis_id, rows)]


def tested_places(plan: Plan, analysis_id: str, estimates: pd.DataFrame) -> list[int]:
    """Return the places of the rows that carry the tests of those answers, in the same order."""
    rows = list(read_rows(Estimate, estimates, "row"))
    place_of = {row.code: place for place, row in enumerate(rows)}
    told = answering_rows(plan, analysis_id, rows)
    return [place_of[tested_row(row, rows).code] for row in told]


def tested_row(row: Estimate, rows: Sequence[Estimate]) -> Estimate:
    """Return the row whose p-value tests what `row` tells: that of its log where it is a ratio."""
    scale = TESTED.get(Scale(row.scale)) if row.scale else None
    if scale is None:
        return row
    key = _place(row)
    found = [r for r in rows if r.scale == scale and _place(r) == key]
    return found[0] if found else row


def _place(row: Estimate) -> tuple[str, ...]:
    return (
        row.analysis_id,
        row.quantity,
        row.outcome,
        row.term,
        row.arm,
        row.reference_arm,
        row.visit,
    )

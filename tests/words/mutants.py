"""One change to what a sentence rests on: a side, a visit, a sign, a share, a number of people."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import entail
import numpy as np

from evalpipe.answers.rows import Claim, Estimate
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Number

Rows = dict[str, object]
Change = Callable[[Plan, Rows, entail.Sentence, np.random.Generator], tuple[Rows, Claim] | None]


def _with_row(rows: Rows, claim: Claim, row: Estimate) -> tuple[Rows, Claim]:
    changed = replace(claim, row=row)
    return {**rows, row.code: row, claim.code: changed}, changed


def swap_sides(plan: Plan, rows: Rows, sentence: entail.Sentence, _: object):
    """The row compares the other way round."""
    row = sentence.claim.row
    if not row.reference_arm or row.quantity not in ("contrast", "slope_contrast"):
        return None
    other = replace(row, arm=row.reference_arm, reference_arm=row.arm)
    return _with_row(rows, sentence.claim, other)


def change_visit(plan: Plan, rows: Rows, sentence: entail.Sentence, generator: np.random.Generator):
    """The row is of another visit."""
    row = sentence.claim.row
    others = [visit for visit in plan.visits if visit != row.visit]
    if not others or row.visit not in plan.visits or row.arm in plan.visits:
        return None
    return _with_row(rows, sentence.claim, replace(row, visit=str(generator.choice(others))))


def turn_sign(plan: Plan, rows: Rows, sentence: entail.Sentence, _: object):
    """The row points the other way."""
    row = sentence.claim.row
    if row.quantity not in ("contrast", "slope", "slope_contrast", "coefficient"):
        return None
    if row.scale in ("ratio", "odds_ratio", "risk_ratio", "rate_ratio"):
        low, high = 1 / row.conf_high, 1 / row.conf_low
        turned = replace(row, estimate=1 / row.estimate, conf_low=low, conf_high=high)
    else:
        turned = replace(
            row, estimate=-row.estimate, conf_low=-row.conf_high, conf_high=-row.conf_low
        )
    return _with_row(rows, sentence.claim, turned)


def change_share(plan: Plan, rows: Rows, sentence: entail.Sentence, generator: np.random.Generator):
    """One of the shares that the sentence tells is another one."""
    codes = [piece.row for piece in sentence.content if isinstance(piece, Number)]
    shares = [
        row
        for code in dict.fromkeys(codes)
        if isinstance(row := rows.get(code), Estimate) and row.quantity == "proportion"
    ]
    if not shares:
        return None
    row = shares[int(generator.integers(len(shares)))]
    moved = row.estimate + (0.1 if row.estimate < 0.5 else -0.1)
    other = replace(row, estimate=moved)
    claim = replace(sentence.claim, row=other) if row.code == sentence.claim.row.code else None
    return {**rows, row.code: other}, claim or sentence.claim


def change_count(plan: Plan, rows: Rows, sentence: entail.Sentence, generator: np.random.Generator):
    """Another number of people is analysed, seen or entered."""
    told = {piece.text for piece in sentence.content if isinstance(piece, Number)}
    claim = sentence.claim
    names = [
        name
        for name in ("n_analysed", "n_observed", "n_entered")
        if math.isfinite(getattr(claim, name)) and f"{int(getattr(claim, name)):,}" in told
    ]
    if not names or "analysed" not in sentence.text:
        return None
    values = {getattr(claim, name) for name in ("n_analysed", "n_observed", "n_entered")}
    name = str(generator.choice(names))
    new = next(
        getattr(claim, name) - d for d in (1, 2, 3) if getattr(claim, name) - d not in values
    )
    changed = replace(claim, **{name: new})
    return {**rows, claim.code: changed}, changed


def change_number(
    plan: Plan, rows: Rows, sentence: entail.Sentence, generator: np.random.Generator
):
    """Estimate, end of the interval or p is another number than the one that is told."""
    row = sentence.claim.row
    told = {n for n in ("conf_low", "conf_high") if " CI " in sentence.text}
    told |= {"p_value"} if re.search(r"(?<!adjusted )p\s=", sentence.text) else set()
    told |= {"statistic"} if re.search(r"\)\s=\s", sentence.text) else set()
    names = sorted(n for n in told if math.isfinite(getattr(row, n)))
    if not names:
        return None
    name = str(generator.choice(names))
    value = getattr(row, name)
    moved = (value + 0.3) % 1 if name == "p_value" else 1.7 * value + 0.31
    return _with_row(rows, sentence.claim, replace(row, **{name: moved}))


CHANGES: Mapping[str, Change] = {
    "sides": swap_sides,
    "visit": change_visit,
    "sign": turn_sign,
    "share": change_share,
    "count": change_count,
    "number": change_number,
}

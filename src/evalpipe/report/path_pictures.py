"""Pictures of how members of a dyad influence each other, and of residuals."""

from __future__ import annotations

import math

import pandas as pd

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis
from evalpipe.report.cells import with_interval
from evalpipe.report.documents.model import Figure, inlines
from evalpipe.report.figures.paths import Path, draw_paths
from evalpipe.report.figures.residuals import draw_residuals
from evalpipe.report.labels import (
    in_sentence,
    outcome_label,
    short,
)
from evalpipe.report.numbers import format_fixed
from evalpipe.report.source import Source
from evalpipe.vocabulary import Quantity, StatisticTable

LAGGED = ("coefficient", "difference_in_slopes")
"""Summaries whose predicted course is no answer: effects of other numbers than time."""


def picture_of_residuals(source: Source, analysis_id: str) -> Figure | None:
    """Quantiles of the residuals against the normal distribution, and their spread."""
    from scipy.special import ndtri

    rows = [
        row
        for row in source.of_table(StatisticTable.RESIDUALS)
        if row.groups.get("analysis") == analysis_id and math.isfinite(row.value)
    ]
    points = [row for row in rows if row.groups.get("kind") == "scaled_residual_quantile"]
    if len(points) < 3:
        return None
    quantiles = pd.DataFrame(
        {
            "normal": [float(ndtri(float(row.level))) for row in points],
            "residual": [source.drawn(row).value for row in points],
        }
    )
    parts = [r for r in rows if r.groups.get("kind") == "studentised_residual_by_fitted"]
    spread = pd.DataFrame(
        [
            {r.statistic: source.drawn(r).value for r in parts if r.level == level}
            for level in dict.fromkeys(row.level for row in parts)
        ]
    ).rename(columns={"fitted_mean": "fitted"})
    is_whole = {"fitted", "mean", "sd"} <= set(spread.columns)
    gap = float((quantiles["residual"] - quantiles["normal"]).abs().max())
    picture = draw_residuals(
        quantiles,
        spread.dropna() if is_whole else None,
        alt=f"Residual quantiles differ from the normal distribution by at most "
        f"{format_fixed(gap, 1)} standard deviations.",
        is_synthetic=source.is_synthetic,
    )
    note = (
        "Left: quantiles from 1% to 99% of the scaled residuals. Right: groups of equal size by "
        "fitted value. Single residuals are not shown."
    )
    title = "Residuals of the primary model"
    return Figure(f"figure-residuals-{analysis_id}", inlines(title), picture, inlines(note))


def picture_of_paths(source: Source) -> Figure | None:
    """Actor and partner effects of two members, from two analyses of one outcome, one a member."""
    plan = source.plan
    found = {}
    for name, analysis in plan.analyses.items():
        role = analysis.only.get("role")
        effects = _path_rows(source, name, analysis)
        if isinstance(role, str) and effects is not None and role not in found:
            found[role] = effects
    if len(found) != 2 or len(plan.roles) != 2:
        return None
    roles = tuple(role for role in plan.roles if role in found)
    paths = []
    for end, role in enumerate(roles):
        own, partner = found[role]
        paths.append(_path(source, end, end, own))
        paths.append(_path(source, 1 - end, end, partner))
    outcome = found[roles[0]][0].outcome
    name = in_sentence(outcome_label(plan, outcome))
    members = (short(plan.roles[roles[0]].label), short(plan.roles[roles[1]].label))
    alt = "; ".join(
        f"{members[p.start]} yesterday to {members[p.end]} today {p.text}" for p in paths
    )
    picture = draw_paths(
        members,
        f"{name} yesterday",
        f"{name} today",
        tuple(paths),
        alt=f"{alt}.",
        is_synthetic=source.is_synthetic,
    )
    title = f"{outcome_label(plan, outcome)}: from yesterday to today, within persons"
    note = "Horizontal: own effect; crossing: effect of the other. Coefficients with 95% intervals."
    return Figure("figure-paths", inlines(title), picture, inlines(note))


def _path_rows(source: Source, name: str, analysis: Analysis) -> tuple[Estimate, Estimate] | None:
    """The within-person actor and partner coefficients of an analysis."""
    if analysis.estimand is None or analysis.estimand.summary != "coefficient":
        return None
    kinds: dict[str, str] = {}
    for term in analysis.estimand.terms:
        kind = _derivation(source, term)
        if kind is not None:
            kinds.setdefault(kind, term)
    if set(kinds) != {"own", "partner"}:
        return None
    rows = {row.term: row for row in source.of_analysis(name, Quantity.COEFFICIENT)}
    own, partner = rows.get(kinds["own"]), rows.get(kinds["partner"])
    return (own, partner) if own is not None and partner is not None else None


def _derivation(source: Source, term: str) -> str | None:
    """`own` or `partner` for a within-person deviation of a lagged value; None for others."""
    derived = source.plan.derived
    kinds, name = [], term
    while name in derived:
        kinds.append(derived[name].kind)
        name = str(getattr(derived[name], "of", ""))
    if "person_deviation" not in kinds or "lag" not in kinds:
        return None
    return "partner" if "partner" in kinds else "own"


def _path(source: Source, start: int, end: int, row: Estimate) -> Path:
    return Path(start, end, with_interval(source, row))

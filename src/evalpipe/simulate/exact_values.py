"""The true value of a contrast, slope or coefficient, from the linear predictor itself.

A contrast of means is the mean difference of the linear predictor when everybody is set to one
level and then to the other, everything else the same; a slope is that for one unit more of a
number; a product of several is the difference of differences. No model is fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.analyses import MMRM, Analysis, Ancova, MixedModel, SlopeBy
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueOutcome
from evalpipe.design.analysis_variables import made_of, source_scales
from evalpipe.simulate.outcomes import kind_of
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.predictor import linear_predictor, split_cell, with_derived
from evalpipe.simulate.schedule import PERIOD
from evalpipe.vocabulary import Column

_LINEAR = (OutcomeKind.CONTINUOUS, OutcomeKind.LOG_CONTINUOUS)
_PLACE = re.compile(r"(?P<name>[^=, ]+)=(?P<value>[^,]+)")
_PART = re.compile(
    r"(?P<name>[a-z][a-z0-9_.]*)(\[(?P<level>[A-Za-z0-9_]+)(-vs-(?P<versus>[A-Za-z0-9_]+))?\])?"
)


@dataclass(frozen=True)
class Step:
    """A variable moved from `low` to `high`; a number moves by one from where it is (low None)."""

    name: str
    high: str | float
    low: str | float | None


@dataclass(frozen=True)
class Occasions:
    """Complete rows of one outcome, and everybody's knots."""

    rows: pd.DataFrame
    knots: pd.DataFrame


def exact_value(
    plan: Plan, analysis: Analysis, row: Mapping[str, Any], occasions: Occasions
) -> float | None:
    """Return the true value of one row of `estimates`, or None where it has no closed form here.

    row: quantity, term, arm, reference_arm, visit. Closed forms exist for Gaussian models of
    outcomes with a linear predictor (on the log scale for log outcomes).
    """
    estimand = analysis.estimand
    if estimand is None or not isinstance(analysis.model, MixedModel | MMRM | Ancova):
        return None
    truth = require_truth(plan).outcomes.get(estimand.outcome)
    if truth is None or kind_of(plan, estimand.outcome) not in _LINEAR or truth.classes:
        return None
    asked = _steps_of(plan, analysis, row)
    if asked is None:
        return None
    steps, place = asked
    cells = influence_terms(plan, truth, analysis)
    if cells is None or not _is_exogenous(plan, [s.name for s in steps], cells):
        return None
    with_lags = truth.model_copy(update={"terms": {**truth.terms, **cells}})
    rows = _rows_at(plan, analysis, occasions.rows, row.get("visit"), place)
    if rows.empty:
        return None
    return _mixed_difference(plan, with_lags, rows, occasions.knots, steps)


def _steps_of(
    plan: Plan, analysis: Analysis, row: Mapping[str, Any]
) -> tuple[list[Step], dict[str, str | float]] | None:
    """Return which variables move and where the others are held."""
    term = str(row["term"])
    name, _, where = term.partition(" at ")
    place: dict[str, str | float] = {m["name"]: m["value"] for m in _PLACE.finditer(where)}
    level, versus = row.get("arm"), row.get("reference_arm")
    parts = [_PART.fullmatch(part) for part in name.split(":")]
    if any(part is None for part in parts):
        return None
    found = [part for part in parts if part is not None]
    if row["quantity"] == "contrast":
        steps = [Step(found[0]["name"], str(level), str(versus))]
        steps += [Step(p["name"], p["level"], p["versus"]) for p in found[1:] if p["versus"]]
        return (steps, place) if len(steps) == len(found) else None
    if row["quantity"] in ("slope", "slope_contrast"):
        steps = [Step(found[0]["name"], 1.0, None)]
        if row["quantity"] == "slope_contrast":
            steps.append(Step(_factor(analysis), str(level), str(versus)))
        return steps, place
    if row["quantity"] == "coefficient":
        return [_coefficient_step(plan, p) for p in found], _at_reference(plan, analysis, name)
    return None


def _factor(analysis: Analysis) -> str:
    assert analysis.estimand is not None and analysis.estimand.contrast is not None
    return analysis.estimand.contrast.factor


def _coefficient_step(plan: Plan, part: re.Match[str]) -> Step:
    if part["level"] is None:
        return Step(part["name"], 1.0, None)
    return Step(part["name"], part["level"], reference_level(plan, part["name"]))


def reference_level(plan: Plan, name: str) -> str:
    """Return the level that others are compared with: the control arm, else the first."""
    if name == "arm":
        return plan.control_arm or next(iter(plan.arms))
    if name == PERIOD:
        return next(iter(plan.periods))
    if name == "role":
        return next(iter(plan.roles))
    return plan.variables[name].levels[0] if name in plan.variables else ""


def _at_reference(plan: Plan, analysis: Analysis, name: str) -> dict[str, str | float]:
    """Variables that interact with those of a coefficient: at their reference level, or at zero."""
    own = {part.split("[")[0] for part in name.split(":")}
    place: dict[str, str | float] = {}
    for term in getattr(analysis.model, "fixed", ()):
        names = [term.slope_by, term.of] if isinstance(term, SlopeBy) else term.split(":")
        for other in set(names) - own if own & set(names) else set():
            place[other] = reference_level(plan, other) or 0.0
    return place


def influence_terms(plan: Plan, truth: TrueOutcome, analysis: Analysis) -> dict[str, float] | None:
    """Return cells for yesterday's own and the partner's deviation, as the analysis names them."""
    estimand = analysis.estimand
    lag = truth.lagged
    if lag is None or estimand is None:
        return {}
    role = analysis.only.get("role")
    cells: dict[str, float] = {}
    for name in _derived_names(plan, analysis):
        kinds = _kinds(plan, name)
        if not {"lag", "person_deviation"} <= kinds:
            continue
        if not isinstance(role, str):
            return None
        if "partner" in kinds:
            cells[name] = lag.partner.get(role, 0.0)
            cells |= {f"{c}:{name}": v.get(role, 0.0) for c, v in lag.partner_change.items()}
        else:
            cells[name] = lag.own.get(role, 0.0)
    return cells


def _derived_names(plan: Plan, analysis: Analysis) -> list[str]:
    names: dict[str, None] = {}
    for term in getattr(analysis.model, "fixed", ()):
        parts = [term.slope_by, term.of] if isinstance(term, SlopeBy) else term.split(":")
        names |= dict.fromkeys(part for part in parts if part in plan.derived)
    return list(names)


def _kinds(plan: Plan, name: str) -> set[str]:
    """Return the kinds of a derived variable and of all it is made of."""
    if name not in plan.derived:
        return set()
    return {plan.derived[name].kind}.union(*(_kinds(plan, part) for part in made_of(plan, name)))


def _is_exogenous(plan: Plan, names: Iterable[str], cells: Mapping[str, float]) -> bool:
    """Whether the predictor says all about these variables: not made of outcomes, or a lag."""
    return all(name in cells or not source_scales(plan, [name]) for name in names)


def _rows_at(
    plan: Plan,
    analysis: Analysis,
    rows: pd.DataFrame,
    visit: Any,
    place: Mapping[str, str | float],
) -> pd.DataFrame:
    """Rows that the analysis uses, at the visit, with every other variable held where asked."""
    kept = rows
    for name, wanted in analysis.only.items():
        levels = [wanted] if isinstance(wanted, str) else list(wanted)
        if name in kept and name != Column.RATER:
            kept = kept[kept[name].isin(levels)]
    if isinstance(visit, str) and visit in plan.visits:
        kept = kept[kept[Column.VISIT] == visit]
    elif analysis.estimand is not None and isinstance(analysis.estimand.visits, tuple):
        names = list(analysis.estimand.visits)
        column = Column.VISIT if set(names) <= set(plan.visits) else PERIOD
        kept = kept[kept[column].isin(names)]
    return kept.assign(**{_column(kept, name): value for name, value in place.items()})


def _column(frame: pd.DataFrame, name: str) -> str:
    return f"{name}_id" if f"{name}_id" in frame and name not in frame else name


def _mixed_difference(
    plan: Plan, truth: TrueOutcome, rows: pd.DataFrame, knots: pd.DataFrame, steps: list[Step]
) -> float:
    """Mean over rows of the predictor at the high corner minus the low ones, signs alternating."""
    # Numbers are moved as they are, so variables made of others must stand in the rows beforehand
    frame = _filled(plan, truth, rows, knots, steps)
    total = 0.0
    for corner in product(*[((s.name, s.high, 1.0), (s.name, s.low, -1.0)) for s in steps]):
        moved = frame
        for name, value, _ in corner:
            moved = moved.assign(**{_column(moved, name): _moved(frame, name, value)})
        sign = float(np.prod([s for *_, s in corner]))
        total += sign * float(linear_predictor(plan, truth, moved, knots).mean())
    return total


def _moved(frame: pd.DataFrame, name: str, value: str | float | None) -> Any:
    if isinstance(value, str):
        return value
    own = pd.to_numeric(frame[_column(frame, name)]).fillna(0.0)
    return own if value is None else own + value


def _filled(
    plan: Plan, truth: TrueOutcome, rows: pd.DataFrame, knots: pd.DataFrame, steps: list[Step]
) -> pd.DataFrame:
    """Rows with every variable of the predictor and of the steps; lags stand at zero."""
    lags = {
        name: 0.0
        for cell in truth.terms
        for name, _ in split_cell(cell)
        if "lag" in _kinds(plan, name) and name not in rows
    }
    frame = rows.assign(**lags)
    frame = with_derived(plan, {step.name: 0.0 for step in steps}, frame, knots)
    return with_derived(plan, truth.terms, frame, knots)

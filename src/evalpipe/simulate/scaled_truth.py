"""The same study with more people, or with a larger or smaller true effect."""

from __future__ import annotations

from collections.abc import Mapping

from evalpipe.config.analyses import Analysis
from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueClasses, TrueOutcome
from evalpipe.errors import ConfigError
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.predictor import split_cell
from evalpipe.simulate.prepared import outcomes_read


def with_effect(plan: Plan, analysis_id: str, factor: float) -> Plan:
    """Return the plan whose true effect in one analysis is `factor` times as large; 0 is no effect.

    Every coefficient of the outcome with the contrasted level (or, for slopes and coefficients, the
    asked variable) is multiplied; the changes of a classification move away from the control arm's.
    Raises ConfigError when the analysis asks for nothing that the truth holds.
    """
    truth = require_truth(plan)
    analysis = plan.analyses[analysis_id]
    outcomes = dict(truth.outcomes)
    touched = False
    for scale in outcomes_read(plan, analysis_id):
        if scale in outcomes:
            scaled = _scaled(plan, analysis, outcomes[scale], factor)
            touched |= scaled is not outcomes[scale]
            outcomes[scale] = scaled
    if not touched:
        raise ConfigError(
            f"analyses.{analysis_id}: the truth holds no effect of what it compares, so none can "
            "be made larger or smaller"
        )
    return plan.model_copy(update={"truth": truth.model_copy(update={"outcomes": outcomes})})


def _scaled(plan: Plan, analysis: Analysis, truth: TrueOutcome, factor: float) -> TrueOutcome:
    if truth.classes is not None:
        return truth.model_copy(update={"classes": _scaled_classes(plan, truth.classes, factor)})
    hit = [cell for cell in truth.terms if _is_asked(analysis, cell)]
    if not hit:
        return truth
    terms = {
        cell: _times(value, factor) if cell in hit else value for cell, value in truth.terms.items()
    }
    return truth.model_copy(update={"terms": terms})


def _is_asked(analysis: Analysis, cell: str) -> bool:
    estimand = analysis.estimand
    if estimand is None:
        return False
    parts = split_cell(cell)
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    if contrasts:
        levels = {(c.factor, level) for c in contrasts for level in (c.level, c.versus)}
        return any(part in levels for part in parts)
    asked = {name for term in estimand.terms for name in term.split(":")}
    return any(name in asked and level is None for name, level in parts)


def _times(value: float | Mapping[str, float], factor: float) -> float | dict[str, float]:
    if isinstance(value, Mapping):
        return {name: number * factor for name, number in value.items()}
    return value * factor


def _scaled_classes(plan: Plan, classes: TrueClasses, factor: float) -> TrueClasses:
    """Move every other arm's way from class to class away from the control arm's."""
    control = classes.change.get(plan.control_arm or "", {})
    change = dict(classes.change)
    for arm, rows in classes.change.items():
        if arm != plan.control_arm:
            change[arm] = {name: _moved(control[name], row, factor) for name, row in rows.items()}
    return classes.model_copy(update={"change": change})


def _moved(control: tuple[float, ...], own: tuple[float, ...], factor: float) -> tuple[float, ...]:
    moved = [max(c + factor * (o - c), 0.0) for c, o in zip(control, own, strict=True)]
    return tuple(share / sum(moved) for share in moved)

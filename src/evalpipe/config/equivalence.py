"""Which differences do not matter: the bounds of an equivalence test."""

from evalpipe.config.estimands import Estimand
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale

EQUIVALENCE_KINDS = ("mixed", "mmrm", "ancova", "pre_post")
"""Kinds whose contrasts on the outcome's own scale can be tested for equivalence."""


def bounds_of(plan: Plan, estimand: Estimand) -> tuple[float, float] | None:
    """Return the lower and upper bound in units of the outcome.

    Those of the estimand; without them the outcome's minimal important difference either way. None
    where the plan declares neither.
    """
    if estimand.equivalence_bounds is not None:
        return estimand.equivalence_bounds
    if not is_scale(plan, estimand.outcome):
        return None
    importance = find_scale(plan, estimand.outcome).minimal_important_difference
    return None if importance is None else (-importance.value, importance.value)

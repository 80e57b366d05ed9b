"""Cross-checks of an analysis as a whole: what its kind cannot do with its estimand and role."""

from collections.abc import Iterator

from evalpipe.config.analyses import Analysis, PrePost, RepeatedMeasuresAnova
from evalpipe.config.equivalence import bounds_of
from evalpipe.config.estimands import Estimand
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.config.yaml_file import Place

Found = tuple[Place, str]
NUMBERS = (OutcomeKind.CONTINUOUS, OutcomeKind.PROPORTION, OutcomeKind.COUNT)
"""Outcomes whose means may be compared as they are."""


def check_method(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    """Yield what an analysis asks of its kind that the kind does not do."""
    estimand, place = analysis.estimand, ("analyses", name)
    if estimand is None:
        return
    model = analysis.model
    if isinstance(model, PrePost):
        yield from _means(plan, place, analysis, estimand)
        yield from _pre_post(plan, place, model, estimand)
    if isinstance(model, RepeatedMeasuresAnova):
        yield from _means(plan, place, analysis, estimand)
        yield from _rm_anova(plan, place, analysis, model, estimand)
    yield from _equivalence(plan, place, analysis, estimand)


def _means(plan: Plan, place: Place, analysis: Analysis, estimand: Estimand) -> Iterator[Found]:
    """Yield what no t test or analysis of variance takes: classes, dyads, keys of other kinds."""
    at: Place = (*place, "estimand")
    if not _is_number(plan, estimand.outcome):
        yield (*at, "outcome"), f"is not a mean to compare by `kind: {analysis.model.kind}`"
    if plan.roles and not isinstance(analysis.only.get("role"), str):
        yield (
            (*place, "only"),
            "members of a dyad are not independent: choose one, `only: {role: ...}`",
        )
    for key in ("at", "terms", "average_visits"):
        if getattr(estimand, key):
            yield (*at, key), f"has no effect in `kind: {analysis.model.kind}`"
    if analysis.standardise_by == "control_sd":
        message = f"has no effect in `kind: {analysis.model.kind}`: its effects name their own SD"
        yield (*place, "standardise_by"), message


def _is_number(plan: Plan, outcome: str) -> bool:
    if is_scale(plan, outcome):
        return find_scale(plan, outcome).kind in NUMBERS
    derived = plan.derived.get(outcome)
    return derived is not None and derived.kind not in ("log", "band")


def _pre_post(plan: Plan, place: Place, model: PrePost, estimand: Estimand) -> Iterator[Found]:
    at: Place = (*place, "estimand")
    is_within = model.compare == "within"
    allowed = ("change_from_baseline" if is_within else "difference_in_means", "equivalence")
    if estimand.summary not in allowed:
        message = f"`compare: {model.compare}` answers {' or '.join(allowed)}"
        yield (*at, "summary"), message
    if is_within and estimand.contrast is not None:
        yield (*at, "contrast"), "a paired test compares nobody: leave it out, or `compare: change`"
    if not is_within and estimand.contrast is None:
        yield (*at, "contrast"), f"`compare: {model.compare}` needs the two groups"
    for contrast in (estimand.contrast, *estimand.contrasts):
        if contrast is not None and contrast.factor in ("visit", "period", "phase", "day"):
            yield (*at, "contrast"), "groups of people are compared, not moments: `before`, `after`"
    if isinstance(estimand.visits, tuple) and set(estimand.visits) != {model.before, model.after}:
        yield (*at, "visits"), "are those that `before` and `after` name: leave them out"
    if estimand.headline_visit not in (None, model.after):
        yield (*at, "headline_visit"), "is the visit that `after` names"
    if not is_within and plan.study.design.value == "cluster_rct":
        message = "arms were given to clusters, whose members are not independent: a mixed model"
        yield (*place, "model"), f"{message} with the cluster is needed"


def _rm_anova(
    plan: Plan,
    place: Place,
    analysis: Analysis,
    model: RepeatedMeasuresAnova,
    estimand: Estimand,
) -> Iterator[Found]:
    at: Place = (*place, "estimand")
    if analysis.role not in ("secondary", "exploratory"):
        message = "an analysis of variance of complete people is a secondary look"
        yield (*place, "role"), f"{message}: secondary or exploratory"
    if estimand.contrast is not None:
        yield (*at, "contrast"), "an F test compares all levels at once: leave it out"
    visits = estimand.visits if isinstance(estimand.visits, tuple) else tuple(plan.visits)
    if model.within == "visit" and len(visits) < 2:
        yield (*at, "visits"), "at least two visits are compared"
    if model.within == "arm":
        yield (*place, "model", "within"), "people are in one arm: name what everybody goes through"


def _equivalence(
    plan: Plan, place: Place, analysis: Analysis, estimand: Estimand
) -> Iterator[Found]:
    at: Place = (*place, "estimand")
    if estimand.summary != "equivalence":
        if estimand.equivalence_bounds is not None:
            yield (*at, "equivalence_bounds"), "is for `summary: equivalence`"
        return
    kind = analysis.model.kind
    if kind != "pre_post" and estimand.contrast is None:
        yield (*at, "contrast"), "equivalence needs the two sides that may be equivalent"
    if is_scale(plan, estimand.outcome) and not _is_number(plan, estimand.outcome):
        yield (*at, "outcome"), "equivalence is tested on the scale of the outcome: not on this one"
    if bounds_of(plan, estimand) is None:
        message = "say which differences do not matter: [low, high], or give the outcome a"
        yield (*at, "equivalence_bounds"), f"{message} `minimal_important_difference`"

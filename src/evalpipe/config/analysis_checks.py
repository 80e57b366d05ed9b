"""Cross-checks of analyses: populations, outcomes, contrasts, terms and levels must be declared."""

from collections.abc import Iterator

from evalpipe.config.analyses import Analysis, Contrast
from evalpipe.config.base import no_such
from evalpipe.config.event_checks import event_problems
from evalpipe.config.kinds.base import DeclaredNames, Regression
from evalpipe.config.method_checks import check_method
from evalpipe.config.model_checks import model_problems
from evalpipe.config.names import factor_levels, known_references
from evalpipe.config.plan import Plan
from evalpipe.config.published_checks import published_problems
from evalpipe.config.request_checks import request_problems
from evalpipe.config.scale_facts import is_scale
from evalpipe.config.summaries import summary_problems
from evalpipe.config.yaml_file import Place

Found = tuple[Place, str]


def check_analyses(plan: Plan) -> Iterator[Found]:
    """Yield what does not fit in the analyses and the published numbers."""
    if not plan.analyses:
        yield ("analyses",), "declare at least one analysis"
    for name, analysis in plan.analyses.items():
        yield from _estimand(plan, name, analysis)
        for at, message in analysis.model.find_problems(_declared(plan, name)):
            yield ("analyses", name, "model", *at), message
        yield from check_method(plan, name, analysis)
        yield from _together(plan, name, analysis)
        place: Place = ("analyses", name)
        if analysis.family and analysis.family not in plan.multiplicity:
            message = no_such("multiplicity family", analysis.family, plan.multiplicity)
            yield (*place, "family"), message
        if analysis.of and analysis.of not in plan.analyses:
            yield (*place, "of"), no_such("analysis", analysis.of, plan.analyses)
    yield from _published(plan)


def _estimand(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    estimand = analysis.estimand
    if estimand is None:
        return
    place: Place = ("analyses", name, "estimand")
    if estimand.population not in plan.populations:
        message = no_such("population", estimand.population, plan.populations)
        yield (*place, "population"), message
    yield from _outcome(plan, (*place, "outcome"), estimand.outcome)
    visits = estimand.visits if isinstance(estimand.visits, tuple) else ()
    for visit in visits:
        if visit not in plan.visits and visit not in plan.periods:
            yield (*place, "visits"), no_such("visit", visit, {*plan.visits, *plan.periods})
    if estimand.headline_visit and estimand.headline_visit not in plan.visits:
        message = no_such("visit", estimand.headline_visit, plan.visits)
        yield (*place, "headline_visit"), message
    elif estimand.headline_visit and visits and estimand.headline_visit not in visits:
        yield (*place, "headline_visit"), "is not among the visits of this estimand"
    if estimand.contrast:
        yield from _contrast(plan, (*place, "contrast"), estimand.contrast)
    for number, contrast in enumerate(estimand.contrasts):
        yield from _contrast(plan, (*place, "contrasts", number), contrast)


def _outcome(plan: Plan, place: Place, outcome: str) -> Iterator[Found]:
    if outcome not in known_references(plan):
        yield place, no_such("outcome", outcome, plan.scale_names)
    elif not _is_measured(plan, outcome):
        names = ", ".join(plan.scale_names)
        message = f"{outcome} is not measured by an instrument, nor made of what is"
        yield place, f"{message}; outcomes: {names}"


def _is_measured(plan: Plan, name: str, above: frozenset[str] = frozenset()) -> bool:
    """Whether an outcome is a scale or session rating, or derived from one."""
    if is_scale(plan, name):
        return True
    derived = plan.derived.get(name)
    if derived is None or name in above:
        return False
    parts = [getattr(derived, key, None) for key in ("of", "minus")]
    return any(part and _is_measured(plan, part, above | {name}) for part in parts)


def _together(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    """Yield what is asked and the model beside it cannot give."""
    place: Place = ("analyses", name)
    model, estimand = analysis.model, analysis.estimand
    for at, message in model_problems(plan, analysis):
        yield (*place, *at), message
    if estimand is None or estimand.outcome not in known_references(plan):
        return
    for at, message in event_problems(plan, model, estimand):
        yield (*place, "estimand", *at), message
    for key, message in summary_problems(plan, model, estimand):
        yield (*place, "estimand", key), message
    if isinstance(model, Regression):
        for at, message in request_problems(plan, model, estimand):
            yield (*place, "estimand", *at), message


def _published(plan: Plan) -> Iterator[Found]:
    for name, published in plan.published.items():
        for at, message in published_problems(plan, published):
            yield ("published", name, *at), message


def _contrast(plan: Plan, place: Place, contrast: Contrast) -> Iterator[Found]:
    known = known_references(plan)
    if contrast.factor not in known:
        yield place, no_such("factor", contrast.factor, known)
        return
    levels = factor_levels(plan, contrast.factor)
    if levels is None:
        return
    for level in (contrast.level, contrast.versus):
        if level not in levels:
            yield place, no_such(contrast.factor, level, levels)
    if contrast.level == contrast.versus:
        yield place, "compares a level with itself"


def _declared(plan: Plan, name: str) -> DeclaredNames:
    return DeclaredNames(
        analysis_id=name,
        references=frozenset(known_references(plan)),
        levels=frozenset({"participant", *plan.clusters, *({"dyad"} if plan.roles else set())}),
        visits=tuple(plan.visits),
        arms=tuple(plan.arms),
        roles=tuple(plan.roles),
        models={other: analysis.model for other, analysis in plan.analyses.items()},
    )

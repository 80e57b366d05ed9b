"""Cross-checks of analyses: populations, outcomes, contrasts, terms and levels must be declared."""

from collections.abc import Iterator

from evalpipe.config.analyses import (
    MMRM,
    Analysis,
    ChangeTable,
    Comparison,
    Contrast,
    MissingData,
    MixedModel,
    Model,
    RandomTerm,
    SlopeBy,
)
from evalpipe.config.kind_checks import check_kind
from evalpipe.config.names import factor_levels, known_references, no_such
from evalpipe.config.plan import Plan
from evalpipe.config.yaml_file import Place

Found = tuple[Place, str]


def check_analyses(plan: Plan) -> Iterator[Found]:
    """Yield what does not fit in the analyses and the published numbers."""
    if not plan.analyses:
        yield ("analyses",), "declare at least one analysis"
    for name, analysis in plan.analyses.items():
        yield from _estimand(plan, name, analysis)
        yield from _model(plan, name, analysis)
        yield from check_kind(plan, name, analysis)
        place: Place = ("analyses", name)
        if analysis.family and analysis.family not in plan.multiplicity:
            message = no_such("multiplicity family", analysis.family, plan.multiplicity)
            yield (*place, "family"), message
        if analysis.of and analysis.of not in plan.analyses:
            yield (*place, "of"), no_such("analysis", analysis.of, plan.analyses)
    for name, published in plan.published.items():
        if published.analysis not in plan.analyses:
            message = no_such("analysis", published.analysis, plan.analyses)
            yield ("published", name, "analysis"), message


def _estimand(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    estimand = analysis.estimand
    if estimand is None:
        return
    place: Place = ("analyses", name, "estimand")
    if estimand.population not in plan.populations:
        message = no_such("population", estimand.population, plan.populations)
        yield (*place, "population"), message
    known = known_references(plan)
    if estimand.outcome not in known:
        yield (*place, "outcome"), no_such("outcome", estimand.outcome, plan.scale_names)
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


def _model(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    model = analysis.model
    place: Place = ("analyses", name, "model")
    yield from _terms(plan, place, model)
    if isinstance(model, MixedModel | MMRM):
        yield from _gaussian(plan, place, model)
    yield from _named_analyses(plan, name, place, model)
    if isinstance(model, ChangeTable):
        for field in ("before", "after"):
            if getattr(model, field) not in plan.visits:
                message = no_such("visit", getattr(model, field), plan.visits)
                yield (*place, field), message


def _terms(plan: Plan, place: Place, model: Model) -> Iterator[Found]:
    known = known_references(plan)
    for number, term in enumerate(getattr(model, "fixed", ())):
        parts = [term.slope_by, term.of] if isinstance(term, SlopeBy) else term.split(":")
        for part in parts:
            if part not in known:
                yield (*place, "fixed", number), no_such("variable", part, known)


def _named_analyses(plan: Plan, name: str, place: Place, model: Model) -> Iterator[Found]:
    named: dict[str, str] = {}
    if isinstance(model, Comparison):
        named = {"simpler": model.simpler, "richer": model.richer}
    if isinstance(model, MissingData):
        named = {"of": model.of}
    for field, other in named.items():
        if other not in plan.analyses:
            yield (*place, field), no_such("analysis", other, plan.analyses)
        elif other == name:
            yield (*place, field), "names itself"


def _gaussian(plan: Plan, place: Place, model: MixedModel | MMRM) -> Iterator[Found]:
    levels = {"participant", *plan.clusters, *({"dyad"} if plan.roles else set())}
    known = known_references(plan)
    residual = model.residual
    if residual.within not in levels:
        yield (*place, "residual", "within"), no_such("level", residual.within, levels)
    if residual.over not in known:
        yield (*place, "residual", "over"), no_such("variable", residual.over, known)
    if residual.by and residual.by not in known:
        yield (*place, "residual", "by"), no_such("variable", residual.by, known)
    if residual.members and residual.within != "dyad":
        yield (*place, "residual", "within"), "members of a dyad are related within `dyad`"
    for number, term in enumerate(getattr(model, "random", ())):
        yield from _random(plan, (*place, "random", number), term, levels)


def _random(plan: Plan, place: Place, term: RandomTerm, levels: set[str]) -> Iterator[Found]:
    known = known_references(plan)
    if term.within not in levels:
        yield (*place, "within"), no_such("level", term.within, levels)
    for variable in term.terms:
        if variable not in known:
            yield (*place, "terms"), no_such("variable", variable, known)
    for arm in term.arms:
        if arm not in plan.arms:
            yield (*place, "arms"), no_such("arm", arm, plan.arms)

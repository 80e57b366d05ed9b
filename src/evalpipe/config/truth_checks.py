"""Cross-checks of the truth block: what it names must be declared elsewhere in the plan."""

import re
from collections.abc import Iterable, Iterator

from evalpipe.config.analysis_checks import Found
from evalpipe.config.base import no_such
from evalpipe.config.names import factor_levels, known_references
from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueClasses, TrueOutcome, Truth
from evalpipe.config.yaml_file import Place

_PART = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(\[(?P<level>[A-Za-z0-9_]+)\])?")


def check_truth(plan: Plan) -> Iterator[Found]:
    """Yield what does not fit in the truth block; nothing for a plan without."""
    if plan.truth is None:
        return
    yield from _named(("truth", "clusters"), "cluster", plan.truth.clusters, plan.clusters)
    yield from _named(("truth", "variables"), "variable", plan.truth.variables, plan.variables)
    yield from _named(("truth", "goals"), "goal", plan.truth.goals, plan.goals)
    yield from _named(("truth", "outcomes"), "outcome", plan.truth.outcomes, _outcomes(plan))
    for cluster in plan.clusters:
        if cluster not in plan.truth.clusters:
            yield ("truth", "clusters"), f"say how many units `{cluster}` has"
    yield from _variable_levels(plan, plan.truth)
    depends = plan.truth.dropout.depends_on
    if depends and depends not in plan.truth.outcomes:
        message = no_such("true outcome", depends, plan.truth.outcomes)
        yield ("truth", "dropout", "depends_on"), message
    for name, outcome in plan.truth.outcomes.items():
        yield from _outcome(plan, ("truth", "outcomes", name), name, outcome)


def _named(place: Place, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Found]:
    declared = set(known)
    for name in names:
        if name not in declared:
            yield (*place, name), no_such(what, name, declared)


def _outcomes(plan: Plan) -> set[str]:
    ratings = plan.protocol.ratings if plan.protocol else {}
    return {*plan.scale_names, *(f"session.{rating}" for rating in ratings)}


def _variable_levels(plan: Plan, truth: Truth) -> Iterator[Found]:
    for name, spec in truth.variables.items():
        place: Place = ("truth", "variables", name)
        variable = plan.variables.get(name)
        if variable is None:
            continue
        if variable.type == "category":
            yield from _named((*place, "levels"), f"level of {name}", spec.levels, variable.levels)
        elif spec.mean is None:
            yield place, "a number needs `mean` (and `sd`)"
        yield from _named((*place, "roles"), "role", spec.roles, plan.roles)


def _outcome(plan: Plan, place: Place, name: str, outcome: TrueOutcome) -> Iterator[Found]:
    occasions = {*plan.visits, *plan.periods}
    if isinstance(outcome.mean, dict):
        yield from _named((*place, "mean"), "visit or period", outcome.mean, occasions)
    for cell, value in outcome.terms.items():
        yield from _cell(plan, (*place, "terms", cell), cell)
        if isinstance(value, dict):
            yield from _named((*place, "terms", cell), "visit or period", value, occasions)
    levels = {"participant", "dyad", *plan.clusters}
    yield from _named((*place, "random"), "level", outcome.random, levels)
    for cell in outcome.lagged.partner_change if outcome.lagged else ():
        yield from _cell(plan, (*place, "lagged", "partner_change", cell), cell)
    if outcome.classes is not None:
        yield from _classes(plan, (*place, "classes"), name, outcome.classes)


def _cell(plan: Plan, place: Place, cell: str) -> Iterator[Found]:
    known = known_references(plan)
    for part in cell.split(":"):
        found = _PART.fullmatch(part)
        if found is None:
            continue
        if found["name"] not in known:
            yield place, no_such("variable", found["name"], known)
            continue
        levels = factor_levels(plan, found["name"])
        if found["level"] and levels is not None and found["level"] not in levels:
            yield place, no_such(f"level of {found['name']}", found["level"], levels)


def _classes(plan: Plan, place: Place, name: str, truth: TrueClasses) -> Iterator[Found]:
    instrument = plan.instruments.get(name)
    classes = instrument.classes if instrument else ()
    yield from _named((*place, "start"), "class", truth.start, classes)
    yield from _named((*place, "change"), "arm", truth.change, plan.arms)
    for arm, rows in truth.change.items():
        yield from _named((*place, "change", arm), "class", rows, classes)
        for before, shares in rows.items():
            if len(shares) != len(classes) or abs(sum(shares) - 1) > 1e-3:
                message = "give one share for each class; together they are 1"
                yield (*place, "change", arm, before), message

"""Cross-checks of single kinds of analysis: what each needs of the rest of the plan."""

from collections.abc import Iterator

from evalpipe.config.analyses import Agreement, Analysis
from evalpipe.config.names import known_references, no_such
from evalpipe.config.plan import Plan
from evalpipe.config.yaml_file import Place

Found = tuple[Place, str]


def check_kind(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    """Yield what the kind of an analysis does not find in the plan."""
    place: Place = ("analyses", name, "model")
    model = analysis.model
    if isinstance(model, Agreement):
        yield from _agreement(plan, place, model)


def _agreement(plan: Plan, place: Place, model: Agreement) -> Iterator[Found]:
    if model.form is not None and model.statistic != "icc":
        yield (*place, "form"), "is a form of the intraclass correlation: `statistic: icc`"
    if model.visit is not None and model.visit not in plan.visits:
        yield (*place, "visit"), no_such("visit", model.visit, plan.visits)
    if model.between == "roles" and not plan.roles:
        yield (*place, "between"), "the plan declares no `roles`: participants are no dyads"
    if model.between == "instruments":
        known = known_references(plan)
        if model.with_outcome is None:
            yield (*place, "with_outcome"), "agreement of two instruments: name the second one"
        elif model.with_outcome not in known:
            yield (*place, "with_outcome"), no_such("outcome", model.with_outcome, known)
    elif model.with_outcome is not None:
        yield (*place, "with_outcome"), "is for `between: instruments`"

"""Whether the events of an estimand can be known from the data, and be dealt with as asked."""

from __future__ import annotations

from collections.abc import Iterator

from evalpipe.config.analyses import Estimand
from evalpipe.config.base import no_such
from evalpipe.config.events import EventMarks, IntercurrentEvent
from evalpipe.config.kinds.base import Kind
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale

Found = tuple[tuple[str | int, ...], str]


def event_problems(plan: Plan, model: Kind, estimand: Estimand) -> Iterator[Found]:
    """Yield what keeps the strategies of an estimand from being carried out."""
    for place, event in enumerate(estimand.intercurrent_events):
        if event.strategy == "treatment_policy":
            continue
        at = ("intercurrent_events", place)
        for key, message in _problems(plan, model, estimand, event):
            yield (*at, key), message


def _problems(
    plan: Plan, model: Kind, estimand: Estimand, event: IntercurrentEvent
) -> Iterator[tuple[str, str]]:
    if not model.has_strategies:
        yield "strategy", f"{model.title}: carries out no strategy but treatment_policy"
        return
    if not plan.visits:
        yield "strategy", "needs visits: a day of the event comes before or after a visit"
        return
    yield from _unmarked(plan, event)
    if event.value == "worst":
        yield from _without_worst(plan, estimand)
    elif event.value is not None and event.value != "baseline":
        yield from _outside(plan, estimand, float(event.value))
    if event.value == "baseline" and plan.baseline_visit is None:
        yield "value", "there is no baseline visit, so there is no baseline to put in"


def _unmarked(plan: Plan, event: IntercurrentEvent) -> Iterator[tuple[str, str]]:
    targets = {
        target_of(column) for entry in plan.data.values() for column in entry.columns.values()
    }
    marks = event.marks
    if isinstance(marks, EventMarks) and marks.variable is not None:
        variable = plan.variables.get(marks.variable)
        if variable is None:
            yield "marks", no_such("variable", marks.variable, plan.variables)
        elif variable.type != "number" or variable.varies == "occasion":
            yield "marks", f"`{marks.variable}` must be a number of each participant: a day"
        return
    if isinstance(marks, EventMarks) and marks.fewer_sessions_than is not None:
        if plan.protocol is None or "session_number" not in targets:
            yield "marks", "needs sessions: a `protocol`, and a data file with a session number"
        return
    needed = "disposition_reason" if isinstance(marks, EventMarks) else "disposition"
    if needed not in targets:
        yield (
            "marks",
            f"no data file has a column that becomes `{needed}`, so nothing marks the event",
        )
    if not {"disposition_day", "disposition_date"} & targets:
        message = (
            "when the event took place is not known: a data file needs a column that becomes "
            "`disposition_day` or `disposition_date`"
        )
        yield "marks", message


def _without_worst(plan: Plan, estimand: Estimand) -> Iterator[tuple[str, str]]:
    if not is_scale(plan, estimand.outcome):
        yield "value", f"`{estimand.outcome}` is derived; give the value as a number"
        return
    facts = find_scale(plan, estimand.outcome)
    if facts.classes:
        instrument = plan.instruments[estimand.outcome.split(".")[0]]
        if instrument.better_class is None:
            yield "value", "the instrument names no `better_class`, so none is the worst"
    elif facts.score_range is None or facts.better is None:
        yield "value", "the worst score needs the `range` of the scale and which way is `better`"


def _outside(plan: Plan, estimand: Estimand, value: float) -> Iterator[tuple[str, str]]:
    if not is_scale(plan, estimand.outcome):
        return
    bounds = find_scale(plan, estimand.outcome).score_range
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        yield "value", f"{value:g} lies outside the scale ({bounds[0]:g} to {bounds[1]:g})"

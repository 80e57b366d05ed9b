"""Whether printed numbers name something that a run computes."""

from __future__ import annotations

from collections.abc import Iterator

from evalpipe.config.base import no_such
from evalpipe.config.described import DESCRIBED, DESCRIBED_FIELDS, Described
from evalpipe.config.names import factor_levels, known_references
from evalpipe.config.plan import Plan
from evalpipe.config.published import (
    ESTIMATED_FIELDS,
    PRINTED_QUANTITIES,
    Published,
    PublishedNumber,
)
from evalpipe.config.yaml_file import Place
from evalpipe.vocabulary import FlowStep, StatisticTable

Found = tuple[Place, str]

_OF_ESTIMATES = (*ESTIMATED_FIELDS, "term", "versus", "outcome")
_OF_DESCRIPTIONS = (*DESCRIBED_FIELDS, "variable", "level", "groups")


def published_problems(plan: Plan, published: Published) -> Iterator[Found]:
    """Yield what does not fit in a published source, with its place below the source."""
    name = published.analysis
    if name is not None and name not in plan.analyses:
        yield ("analysis",), no_such("analysis", name, plan.analyses)
    for place, number in enumerate(published.numbers):
        at: Place = ("numbers", place)
        if number.quantity not in PRINTED_QUANTITIES:
            message = no_such("quantity", number.quantity, PRINTED_QUANTITIES)
            yield (*at, "quantity"), message
            continue
        described = DESCRIBED.get(number.quantity)
        if described is None and name is None:
            yield at, f"`{number.quantity}` is of an analysis: name it under `analysis`"
        for key, message in _problems(plan, number, described):
            yield (*at, key), message


def _problems(
    plan: Plan, number: PublishedNumber, described: Described | None
) -> Iterator[tuple[str, str]]:
    own, others = (
        (ESTIMATED_FIELDS, _OF_DESCRIPTIONS)
        if described is None
        else (DESCRIBED_FIELDS, _OF_ESTIMATES)
    )
    for key in others:
        if getattr(number, key):
            yield key, f"does not go with `{number.quantity}`"
    if all(getattr(number, key) is None for key in own):
        yield "quantity", f"has no printed number: write it under {_listed(own)}"
    if number.visit and number.visit not in {*plan.visits, "average"}:
        yield "visit", no_such("visit", number.visit, plan.visits)
    if described is not None:
        yield from _described_problems(plan, number, described)


def _described_problems(
    plan: Plan, number: PublishedNumber, described: Described
) -> Iterator[tuple[str, str]]:
    is_flow = described.table is StatisticTable.FLOW
    known = [str(step) for step in FlowStep] if is_flow else sorted(known_references(plan))
    if number.variable is None:
        yield "variable", "is needed: " + ("the step of the flow" if is_flow else "of what it is")
    elif number.variable not in known:
        yield "variable", no_such("step of the flow" if is_flow else "name", number.variable, known)
    if number.arm is not None and plan.arms and number.arm not in plan.arms:
        yield "arm", no_such("arm", number.arm, plan.arms)
    if described.takes_level and number.level is None:
        yield "level", "is needed: what is counted"
    levels = factor_levels(plan, number.variable) if number.variable and not is_flow else None
    is_baseline = described.table is StatisticTable.BASELINE
    if is_baseline and number.level and levels and number.level not in levels:
        yield "level", no_such("level", number.level, levels)


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in keys[:-1]) + f" or `{keys[-1]}`"

"""Analyses of part of the people of another: whoever subtracts counts those who are left out.

97 analysed and 95 per protocol say that two did not keep to it. Each such difference is a count of
its own, protected like any other; where the plan shows small counts of the flow, it shows these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from evalpipe.config.analyses import (
    Agreement,
    Analysis,
    ChangeTable,
    Estimand,
    Population,
    ReliableChange,
)
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_rows import planned_visits
from evalpipe.design.analysis_variables import source_scales
from evalpipe.disclosure.ledger import Ledger

_DEMANDS = {
    "randomised": frozenset[str](),
    "enrolled": frozenset[str](),
    "eligible": frozenset({"eligible"}),
    "started": frozenset({"started"}),
    "completed": frozenset({"started", "completed"}),
    "per_protocol": frozenset({"eligible", "started", "completed"}),
}
"""What a population asks of its members."""


Sizes = Mapping[tuple[str, str], Sequence[int]]
"""(analysis, arm or nothing) -> numbers of counts of its people or observations."""


def add_nested(ledger: Ledger, plan: Plan, sizes: Sizes, kind: str) -> None:
    """Add the rest of each analysis beside each analysis of part of its people.

    Analyses that are part of each other have the same people. Analyses of the levels of one
    variable (`only`) make the analysis of all levels, when their sizes do.
    """
    names = sorted({name for name, _ in sizes} & set(plan.analyses))
    inside = {o: [i for i in names if o != i and is_part_of(plan, i, o)] for o in names}
    for arm in ("", *plan.arms):
        for outer in names:
            for inner in inside[outer]:
                for whole in dict.fromkeys(sizes.get((outer, arm), ())):
                    for part in dict.fromkeys(sizes.get((inner, arm), ())):
                        if ledger.value(part) < ledger.value(whole):
                            ledger.rest(whole, [part], kind)
                        elif outer in inside[inner]:
                            ledger.same(whole, part)
            for parts in _levels_of(plan, outer, inside[outer]):
                _tie_levels(ledger, sizes, arm, outer, parts)


def _levels_of(plan: Plan, outer: str, inside: Sequence[str]) -> list[list[str]]:
    """Analyses that differ from another by the level of one variable alone, by variable."""
    whole = plan.analyses[outer].only
    found: dict[str, list[str]] = defaultdict(list)
    for name in inside:
        more = {key: level for key, level in plan.analyses[name].only.items() if key not in whole}
        if len(more) == 1:
            found[next(iter(more))].append(name)
    return [names for names in found.values() if len(names) > 1]


def _tie_levels(ledger: Ledger, sizes: Sizes, arm: str, outer: str, parts: Sequence[str]) -> None:
    own = [number for name in parts for number in dict.fromkeys(sizes.get((name, arm), ()))]
    for whole in dict.fromkeys(sizes.get((outer, arm), ())):
        ledger.tie(own, whole)


def is_part_of(plan: Plan, inner: str, outer: str) -> bool:
    """Whether everybody in one analysis is in another, as the plan alone tells."""
    first, second = plan.analyses[inner], plan.analyses[outer]
    if any(isinstance(analysis.model, Agreement) for analysis in (first, second)):
        return False  # judged by both raters
    small, large = first.estimand, second.estimand
    if small is None or large is None or not _is_same_measure(plan, small, large):
        return False
    if not dict(second.only).items() <= dict(first.only).items():
        return False
    populations = [plan.populations[estimand.population] for estimand in (small, large)]
    if not _DEMANDS[populations[0].include] >= _DEMANDS[populations[1].include]:
        return False
    own, other = set(planned_visits(plan, first)), set(planned_visits(plan, second))
    needed = _visits_needed(plan, populations[0], first)
    if bool(own) != bool(other) or not _visits_needed(plan, populations[1], second) <= needed:
        return False
    return own <= other or bool(other & needed)


def _is_same_measure(plan: Plan, one: Estimand, other: Estimand) -> bool:
    """Whether two outcomes come from the same scale, and so from the same people."""
    scales = [source_scales(plan, [estimand.outcome]) for estimand in (one, other)]
    return one.outcome == other.outcome or (bool(scales[0]) and scales[0] == scales[1])


def _visits_needed(plan: Plan, population: Population, analysis: Analysis) -> set[str]:
    """Visits at which every member was seen."""
    visits = set(planned_visits(plan, analysis))
    needed = set(visits) if len(visits) == 1 or isinstance(analysis.model, ChangeTable) else set()
    if population.with_outcome_at == "all":
        needed |= visits
    elif population.with_outcome_at != "any":
        needed |= set(population.with_outcome_at)
    from_baseline = isinstance(analysis.model, ReliableChange)
    from_baseline |= "baseline" in getattr(analysis.model, "fixed", ())
    if plan.baseline_visit and from_baseline:
        needed.add(plan.baseline_visit)
    return needed

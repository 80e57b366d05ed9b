"""Columns whose levels and ranges a plan declares: arms, visits, roles, phases, variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pandera.pandas import Column

from evalpipe.config.plan import Plan
from evalpipe.schemas.columns import category, number, text
from evalpipe.vocabulary import Column as Names


def declared(plan: Plan, name: str, *, nullable: bool = True) -> Column:
    """A column of names that the plan declares: arm, visit, role, goal, phase.

    Phases may be anything where the protocol has none.
    """
    phases = plan.protocol.phases if plan.protocol else {}
    if name == Names.PHASE and not phases:
        return text(name, nullable=nullable)
    levels: dict[str, Iterable[str]] = {
        Names.ARM: plan.arms,
        Names.VISIT: plan.visits,
        Names.ROLE: plan.roles,
        Names.GOAL: plan.goals,
        Names.PHASE: phases,
    }
    return named(name, levels[name], what=name, nullable=nullable)


def named(name: str, levels: Iterable[str], *, what: str, nullable: bool = True) -> Column:
    """A column of names from one part of the plan; another name is none of the plan's."""
    article = "an" if what[0] in "aeiou" else "a"
    return category(name, levels, nullable=nullable, words=f"is not {article} {what} of the plan")


def stable_variables(plan: Plan) -> Iterator[Column]:
    """The variables of a participant or dyad, with their levels and ranges."""
    yield from _variables(plan, varying=False)


def varying_variables(plan: Plan) -> Iterator[Column]:
    """The variables that change from occasion to occasion, with their levels and ranges."""
    yield from _variables(plan, varying=True)


def cluster_columns(plan: Plan) -> Iterator[Column]:
    """The id of each cluster that the plan declares: `site_id`, `therapist_id`."""
    for name in plan.clusters:
        yield text(f"{name}_id")


def _variables(plan: Plan, *, varying: bool) -> Iterator[Column]:
    for name, variable in plan.variables.items():
        if (variable.varies == "occasion") is not varying:
            continue
        if variable.type == "category":
            yield category(name, variable.levels)
        else:
            low, high = variable.range or (None, None)
            yield number(name, minimum=low, maximum=high)

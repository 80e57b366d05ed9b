"""Why the plan has its variables: strata, covariates, moderators and what eligibility asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalpipe.config.plan import Plan
from evalpipe.config.protocol import variables_in
from evalpipe.design.analysis_variables import names_read
from evalpipe.design.people import is_randomised_design
from evalpipe.report.labels import in_sentence
from evalpipe.report.words import list_words

_DECLARED = {
    "covariate": "as covariates",
    "moderator": "as moderators",
    "eligibility": "for eligibility",
}
"""Roles of variables that are told with whether something uses them; a descriptor is described."""


def role_words(plan: Plan) -> str:
    """Sentences on the roles that the plan gives to variables; empty where it gives none."""
    return _strata(plan) + _declared(plan) + _unused(plan)


def _strata(plan: Plan) -> str:
    strata = list(_labels(plan, "stratum"))
    if not strata or not is_randomised_design(plan):
        return ""
    return f" Randomisation was stratified by {list_words(strata)}."


def _declared(plan: Plan) -> str:
    parts = [
        f"{words} {list_words(labels)}"
        for role, words in _DECLARED.items()
        if (labels := list(_labels(plan, role)))
    ]
    return f" The plan declares {'; '.join(parts)}." if parts else ""


def _unused(plan: Plan) -> str:
    """What stands there for a purpose that nothing in the plan serves."""
    read = _sources(plan, (n for a in plan.analyses.values() for n in names_read(plan, a)))
    asked = _sources(plan, _asked(plan))
    uses = {"covariate": read, "moderator": read, "eligibility": asked}
    unused = [
        in_sentence(variable.label)
        for name, variable in plan.variables.items()
        if variable.role in uses and name not in uses[variable.role]
    ]
    if not unused:
        return ""
    return f" No analysis or rule of eligibility uses {list_words(unused, 'or')} in that way."


def _labels(plan: Plan, role: str) -> Iterator[str]:
    for variable in plan.variables.values():
        if variable.role == role:
            yield in_sentence(variable.label)


def _asked(plan: Plan) -> Iterator[str]:
    if plan.eligibility is not None:
        for rule in (*plan.eligibility.include, *plan.eligibility.exclude):
            yield from variables_in(rule)


def _sources(plan: Plan, names: Iterable[str]) -> set[str]:
    """The names and all that derived variables among them are made of."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        derived = plan.derived.get(name)
        sources = (getattr(derived, key, None) for key in ("of", "minus"))
        todo += [source for source in sources if isinstance(source, str)]
    return found

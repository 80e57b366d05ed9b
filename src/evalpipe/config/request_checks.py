"""Whether what an estimand asks can be read off the model beside it, from the plan alone.

What cannot would end as an analysis without an answer; here it is refused before any data are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from evalpipe.config.derived import followed_sources
from evalpipe.config.estimands import Contrast, Estimand
from evalpipe.config.kinds import Ancova, OrdinalModel
from evalpipe.config.kinds.base import Regression
from evalpipe.config.names import factor_levels, is_category
from evalpipe.config.plan import Plan
from evalpipe.config.terms import term_names

Problem = tuple[tuple[int | str, ...], str]

TURNED = ("log", "centre", "standardise", "unit_change", "person_deviation")
"""Kinds of derived variables from which the source follows."""


@dataclass(frozen=True)
class Asked:
    """An estimand beside its regression. fixed: variables of the fixed terms."""

    plan: Plan
    model: Regression
    estimand: Estimand

    @property
    def fixed(self) -> tuple[str, ...]:
        """Variables of the fixed terms, in order of mention."""
        return tuple(dict.fromkeys(n for term in self.model.fixed for n in term_names(term)))

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """All contrasts."""
        first = (self.estimand.contrast,) if self.estimand.contrast is not None else ()
        return (*first, *self.estimand.contrasts)

    @property
    def read(self) -> set[str]:
        """Variables of the fixed terms and what they follow from."""
        return _closure(self.plan, self.fixed)

    def is_number(self, name: str) -> bool:
        """Whether a slope over a variable can be asked for."""
        return name in self.read and not is_category(self.plan, name)


def _closure(plan: Plan, names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _sources(plan, name)
    return found


def _sources(plan: Plan, name: str) -> tuple[str, ...]:
    if name == "period" and plan.periods:
        return ("day",)
    variable = plan.derived.get(name)
    return followed_sources(variable) if variable is not None else ()


def request_problems(plan: Plan, model: Regression, estimand: Estimand) -> Iterator[Problem]:
    """Yield (place inside the estimand, sentence) for what the model cannot answer."""
    asked = Asked(plan, model, estimand)
    yield from _contrast_problems(asked)
    yield from _at_problems(asked)
    if estimand.summary in ("slope", "difference_in_slopes"):
        yield from _slope_problems(asked)
    if estimand.summary == "coefficient":
        yield from _coefficient_problems(asked)
    if estimand.summary == "difference_of_differences":
        yield from _interaction_problems(asked)
    if estimand.summary == "change_from_baseline":
        yield from _change_problems(asked)


def _contrast_problems(asked: Asked) -> Iterator[Problem]:
    places: list[tuple[int | str, ...]] = [("contrast",)] if asked.estimand.contrast else []
    places += [("contrasts", number) for number in range(len(asked.estimand.contrasts))]
    for place, contrast in zip(places, asked.contrasts, strict=True):
        factor = contrast.factor
        if factor == "visit" and isinstance(asked.model, Ancova | OrdinalModel):
            yield place, "each visit is analysed by itself; `kind: mmrm` compares visits"
        elif factor not in asked.fixed:
            message = (
                f"{factor} is not among the fixed terms, so its levels cannot be compared: name "
                f"{factor} in `fixed`"
            )
            yield place, message
        elif not is_category(asked.plan, factor):
            message = (
                f"{factor} is a number: its levels cannot be compared; ask for its slope "
                "(`summary: slope`), or derive a `band`"
            )
            yield place, message


def _at_problems(asked: Asked) -> Iterator[Problem]:
    plan, at, read = asked.plan, asked.estimand.at, asked.read
    for name, value in at.items():
        if name not in read:
            message = (
                "is not among the fixed terms, nor is one of them derived from it; nothing is "
                "read off there"
            )
            yield ("at", name), message
            continue
        levels = factor_levels(plan, name) if is_category(plan, name) else None
        if levels and str(value) not in levels:
            yield ("at", name), f"there is no level `{value}`; levels: {', '.join(levels)}"
        if not is_category(plan, name) and not _is_number(value):
            yield ("at", name), "is a number: give its value"
        others = _closure(plan, (name,)) - {name}
        for other in sorted(others.intersection(at)):
            yield ("at", name), f"follows from {other}, which `at` holds too: leave one out"
        variable = plan.derived.get(name)
        if variable is None or variable.kind in TURNED or name not in asked.fixed:
            continue
        for source in sorted(others.intersection(asked.fixed)):
            yield ("at", name), f"is derived from {source}, also a fixed term: hold {source}"


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _slope_problems(asked: Asked) -> Iterator[Problem]:
    if not asked.estimand.terms:
        yield ("terms",), "a slope needs `terms`: the numbers whose slope is asked for"
    for term in asked.estimand.terms:
        names = term.split(":")
        numbers = [name for name in names if asked.is_number(name)]
        if len(numbers) != 1:
            yield ("terms",), f"the slope {term} needs exactly one number among the fixed terms"
        for name in names:
            if name not in numbers and name not in asked.fixed:
                yield ("terms",), f"{name} is not among the fixed terms"
        if asked.estimand.summary == "difference_in_slopes" and len(numbers) == 1:
            yield from _parallel_problems(asked, numbers[0])


def _parallel_problems(asked: Asked, number: str) -> Iterator[Problem]:
    """Without an interaction the slopes of the levels are the same by the model itself."""
    for contrast in asked.contrasts:
        joined = any(
            contrast.factor in names and number in _closure(asked.plan, names)
            for names in (term_names(term) for term in asked.model.fixed)
        )
        if not joined:
            message = (
                f"no fixed term joins {contrast.factor} with {number}, so their slopes cannot "
                f"differ: add {contrast.factor}:{number}"
            )
            yield ("summary",), message


def _coefficient_problems(asked: Asked) -> Iterator[Problem]:
    known = {frozenset(term_names(term)) for term in asked.model.fixed}
    if not asked.estimand.terms:
        yield ("terms",), "a coefficient needs `terms`: the fixed terms that answer the question"
    for term in asked.estimand.terms:
        is_intercept = term == "intercept" and asked.model.intercept
        if frozenset(term.split(":")) not in known and not is_intercept:
            yield ("terms",), f"{term} is not among the fixed terms: its coefficient is not there"


def _interaction_problems(asked: Asked) -> Iterator[Problem]:
    terms = asked.estimand.terms or tuple(":".join(term_names(t)) for t in asked.model.fixed)
    for contrast in asked.contrasts:
        partners = [
            name
            for term in terms
            for name in term.split(":")
            if contrast.factor in term.split(":") and len(term.split(":")) == 2
            if name != contrast.factor and is_category(asked.plan, name) and name in asked.fixed
        ]
        if not partners:
            message = (
                f"no fixed term joins {contrast.factor} with another factor: a difference of "
                f"differences needs one, such as {contrast.factor}:period"
            )
            yield ("summary",), message


def _change_problems(asked: Asked) -> Iterator[Problem]:
    plan, model, visits = asked.plan, asked.model, asked.estimand.visits
    if getattr(model, "outcome_as", "score") == "change":
        return
    start = plan.baseline_visit
    named = start in visits if isinstance(visits, tuple) else visits == "all"
    is_outcome = start is not None and named and "visit" in asked.fixed
    is_mean = getattr(model, "family", "gaussian") == "gaussian"
    if is_outcome or ("baseline" in asked.read and is_mean):
        return
    where = "`baseline` among the fixed terms, or " if is_mean else ""
    message = (
        f"change from baseline needs {where}the baseline visit among `visits` and `visit` among "
        "the fixed terms"
    )
    yield ("summary",), message

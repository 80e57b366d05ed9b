"""What every kind of analysis is: a part of the plan that knows its needs, words and sources.

A kind is told here and in `models/kinds/<kind>.py`, where it runs. Its words stand beside the
plan's model, because a report reads the plan and must never import what fits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from pydantic import Field

from evalpipe.config.base import Identifier, Level, Strict, no_such
from evalpipe.config.derived import Reference
from evalpipe.config.publication import Publication
from evalpipe.config.terms import SlopeBy, TermName, term_names

Found = tuple[tuple[int | str, ...], str]
"""What does not fit: the place inside the model, and a sentence."""


class Labels(Protocol):
    """How a report names, inside a sentence, what the plan declares."""

    @property
    def outcome(self) -> str:
        """The outcome of the analysis."""

    def variable(self, name: str) -> str:
        """Name a variable or a level of clustering."""

    def level(self, variable: str, name: str) -> str:
        """Name a level of a variable."""

    def visit(self, name: str) -> str:
        """Name a visit."""

    def term(self, name: str) -> str:
        """Name one variable of a term."""

    def analysis(self, name: str) -> str:
        """Name another analysis."""

    def listed(self, words: Sequence[str]) -> str:
        """Join words: `a, b and c`."""


@dataclass(frozen=True)
class DeclaredNames:
    """What the plan declares that a kind of analysis may name.

    analysis_id: the analysis itself. levels: participant, dyad and clusters. models: of all
    analyses. references: variables, outcomes and everything else that a term may name.
    """

    analysis_id: str
    references: frozenset[str]
    levels: frozenset[str]
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    roles: tuple[str, ...]
    models: Mapping[str, "Kind"]


class Kind(Strict):
    """One kind of analysis, as a plan declares it.

    title: what it is called in a list of analyses. short_title: beside an estimate in a figure.
    needs_estimand: a kind without one repeats or compares other analyses.
    is_likelihood: everybody with an outcome is in the model; what is missing is assumed to depend
    on what was seen. has_observed_means: its means are those of the people analysed, no model's.
    has_strategies: it reads the rows that the strategies for intercurrent events have chosen.
    """

    title: ClassVar[str]
    short_title: ClassVar[str]
    needs_estimand: ClassVar[bool] = True
    is_likelihood: ClassVar[bool] = False
    has_observed_means: ClassVar[bool] = False
    has_strategies: ClassVar[bool] = False

    def tell(self, labels: Labels) -> str:
        """Say in one or two sentences what is done."""
        raise NotImplementedError

    def equation(self) -> str:
        """Write the model in symbols: `*Y*` is italic, `_{ij}` a subscript; empty without one."""
        return ""

    def publications(self) -> tuple[Publication, ...]:
        """Return what the method rests on."""
        return ()

    def variables(self) -> tuple[str, ...]:
        """Return every variable that the model reads, in order of mention."""
        return ()

    def visits(self) -> tuple[str, ...]:
        """Return the visits that it names itself; empty where those of the estimand count."""
        return ()

    def analyses(self) -> dict[str, str]:
        """Return the other analyses that it is made of, by key; the first gives its estimand."""
        return {}

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield what it names and the plan does not declare, and what it could not run with."""
        for key, other in self.analyses().items():
            if other not in names.models:
                yield (key,), no_such("analysis", other, names.models)
            elif other == names.analysis_id:
                yield (key,), "names itself"


class Regression(Kind):
    """A kind with fixed terms."""

    has_strategies: ClassVar[bool] = True

    fixed: tuple[TermName | SlopeBy, ...] = ()
    intercept: bool = True
    by_level: dict[Reference, Literal["reference", "cell_means", "sum"]] = Field(
        {}, description="coding of a category; default: reference coding"
    )
    reference_levels: dict[Reference, Level] = Field(
        {}, description="the level that others are compared with; default: control arm, first"
    )
    equal_at: Identifier | None = Field(
        None,
        description="a visit among the outcomes at which the arms share one mean: the constrained "
        "longitudinal model; its fixed terms have `visit` and `arm:visit` but not `arm`",
    )

    def explained(self, labels: Labels) -> str:
        """Say the outcome and the fixed terms: `score explained by arm and visit`."""
        names = [_term_words(term, labels) for term in self.fixed]
        if not names:
            return labels.outcome
        return f"{labels.outcome} explained by {labels.listed(names)}"

    def variables(self) -> tuple[str, ...]:
        """Return the variables of the fixed terms."""
        return tuple(dict.fromkeys(name for term in self.fixed for name in term_names(term)))

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield variables of fixed terms that are not declared."""
        yield from super().find_problems(names)
        for number, term in enumerate(self.fixed):
            for name in term_names(term):
                if name not in names.references:
                    yield ("fixed", number), no_such("variable", name, names.references)


def _term_words(term: str | SlopeBy, labels: Labels) -> str:
    if isinstance(term, SlopeBy):
        return f"a slope of {labels.variable(term.of)} in each {labels.variable(term.slope_by)}"
    return " × ".join(labels.term(name) for name in term.split(":"))

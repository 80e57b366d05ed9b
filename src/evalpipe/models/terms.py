"""Variables and terms of a model: which columns a term becomes, and how they are named.

Terms are structured names (`arm`, `arm:visit`), never code. Categories are coded so that no column
is redundant: a term gets one column for each level where its margin is absent from the model, and
one for each level but the reference where the margin is there (Chambers and Hastie 1992, section
2.4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from evalpipe.errors import ModelError
from evalpipe.stats.problem import FloatArray

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Number:
    """A numeric variable; it enters as itself."""

    name: str


@dataclass(frozen=True)
class Category:
    """A variable with levels, in the order of the plan.

    reference: the level that the others are compared with; under sum coding the level left out.
    """

    name: str
    levels: tuple[str, ...]
    reference: str
    sum_coded: bool = False

    def kept_levels(self, full: bool) -> tuple[str, ...]:
        """Return the levels that get a column."""
        return self.levels if full else tuple(v for v in self.levels if v != self.reference)

    def coding(self, full: bool) -> FloatArray:
        """Return (levels, columns): what each level writes into each column."""
        kept = self.kept_levels(full)
        matrix = np.array([[float(a == b) for b in kept] for a in self.levels])
        matrix = matrix.reshape(len(self.levels), len(kept))
        if self.sum_coded and not full:
            matrix[self.levels.index(self.reference)] = -1.0
        return matrix


Variable = Number | Category


@dataclass(frozen=True)
class Factor:
    """A variable inside a coded term; `full` gives every level of a category its own column."""

    variable: Variable
    full: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of its columns: `age`, or `arm[training]` for each level kept."""
        if isinstance(self.variable, Number):
            return (self.variable.name,)
        kept = self.variable.kept_levels(self.full)
        return tuple(f"{self.variable.name}[{level}]" for level in kept)


@dataclass(frozen=True)
class CodedTerm:
    """Part of the columns of one term; no factors: the intercept."""

    term: str
    factors: tuple[Factor, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns; the first factor varies fastest."""
        if not self.factors:
            return (INTERCEPT,)
        names = self.factors[0].labels
        for factor in self.factors[1:]:
            names = tuple(f"{left}:{right}" for right in factor.labels for left in names)
        return names


def split_term(term: str) -> tuple[str, ...]:
    """Return the variables of a term in the order written; a repeated one is an error."""
    names = tuple(term.split(":"))
    if len(dict.fromkeys(names)) != len(names):
        raise ModelError(f"the term {term} names a variable twice; derive its square instead")
    return names


def term_key(term: str) -> frozenset[str]:
    """Return the variables of a term without their order: `a:b` is `b:a`."""
    return frozenset(split_term(term))


def code_terms(
    terms: Sequence[str],
    variables: dict[str, Variable],
    *,
    intercept: bool = True,
    given: Iterable[frozenset[str]] = (),
) -> tuple[CodedTerm, ...]:
    """Return the coded parts of all terms, main effects before interactions.

    given: sets of categories whose effect counts as present without having columns (the arms at a
    visit where they are held equal).
    """
    used: dict[frozenset[str], set[frozenset[str]]] = {frozenset(): set(given)}
    coded: list[CodedTerm] = []
    if intercept:
        used[frozenset()].add(frozenset())
        coded.append(CodedTerm(INTERCEPT, ()))
    for term in sorted(_distinct(terms), key=lambda name: len(split_term(name))):
        parts = [variables[name] for name in split_term(term)]
        numbers = frozenset(part.name for part in parts if isinstance(part, Number))
        coded += _code_one(term, parts, used.setdefault(numbers, set()))
    return tuple(coded)


def _distinct(terms: Sequence[str]) -> list[str]:
    seen: dict[frozenset[str], str] = {}
    for term in terms:
        seen.setdefault(term_key(term), term)
    return list(seen.values())


_Part = dict[str, bool]
"""Categories of one part of a term -> whether they are coded in full."""


def _code_one(term: str, parts: list[Variable], used: set[frozenset[str]]) -> list[CodedTerm]:
    names = [part.name for part in parts if isinstance(part, Category)]
    wanted: list[_Part] = []
    for size in range(len(names) + 1):
        for subset in combinations(names, size):
            if frozenset(subset) not in used:
                wanted.append(dict.fromkeys(subset, False))
                used.add(frozenset(subset))
    return [CodedTerm(term, _factors(parts, part)) for part in _merge(wanted)]


def _merge(parts: list[_Part]) -> list[_Part]:
    """Join a part with one that has one category more: that category is then coded in full."""
    for i, short in enumerate(parts):
        for j in range(i + 1, len(parts)):
            extra = _absorbs(short, parts[j])
            if extra is not None:
                rest = [part for k, part in enumerate(parts) if k not in (i, j)]
                joined = {name: full or name == extra for name, full in parts[j].items()}
                return _merge([*rest[:i], joined, *rest[i:]])
    return parts


def _absorbs(short: _Part, long: _Part) -> str | None:
    extra = [name for name in long if name not in short]
    same = all(name in long and long[name] == full for name, full in short.items())
    return extra[0] if len(extra) == 1 and same and not long[extra[0]] else None


def _factors(parts: list[Variable], part: _Part) -> tuple[Factor, ...]:
    return tuple(
        Factor(variable, part.get(variable.name, False))
        for variable in parts
        if isinstance(variable, Number) or variable.name in part
    )

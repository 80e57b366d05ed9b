"""A ledger of counts: each count once, every place that shows it, and the sums that tie counts."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalpipe.disclosure.search import Counts


@dataclass(frozen=True)
class Place:
    """Where a count is shown. row: position in the table."""

    table: str
    row: int
    column: str


@dataclass
class Count:
    """One count. value: NaN when no table holds it. kinds: which decisions of a plan may show it.

    least: what everybody knows it is at least (a row that is written only when it occurs: 1).
    """

    value: float
    least: float = 0.0
    cost: float = 1.0
    is_anchor: bool = False
    must_hide: bool = False
    kinds: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)


_FAR = math.inf


class Ledger:
    """Collects counts by key; equal counts can be made one; sums that do not hold are left out."""

    def __init__(self, threshold: int, allowed: Iterable[str] = ()) -> None:
        self.threshold = threshold
        self.allowed = frozenset(allowed)
        self._counts: list[Count] = []
        self._parent: list[int] = []
        self._by_key: dict[Hashable, int] = {}
        self._sums: list[tuple[dict[int, float], float, float]] = []

    def add(
        self,
        key: Hashable,
        value: float,
        kind: str,
        place: Place | None = None,
        *,
        least: float = 0.0,
        cost: float = 1.0,
        is_anchor: bool = False,
        must_hide: bool = False,
    ) -> int:
        """Add a count (or another place of a known one) and return its number.

        The same key with another value is another count.
        """
        known = self._by_key.get(key)
        while known is not None and self.value(known) != value:
            key = (key, "other")
            known = self._by_key.get(key)
        if known is None:
            known = len(self._counts)
            self._by_key[key] = known
            self._counts.append(Count(value))
            self._parent.append(known)
        count = self._counts[self._root(known)]
        count.least = max(count.least, least)
        count.cost = max(count.cost, cost)
        count.is_anchor |= is_anchor
        count.must_hide |= must_hide
        if place is not None:
            count.places.append(place)
            count.kinds.add(kind)
        return known

    def find(self, key: Hashable) -> int | None:
        """The number of a known count."""
        return self._by_key.get(key)

    def value(self, number: int) -> float:
        """The count itself."""
        return self._counts[self._root(number)].value

    def unknown(self, least: float = 0.0) -> int:
        """A count that no table holds and nobody needs to protect."""
        self._counts.append(Count(math.nan, least))
        self._parent.append(len(self._counts) - 1)
        return len(self._counts) - 1

    def rest(self, whole: int, parts: Sequence[int], kind: str) -> int | None:
        """What is left of a whole beside its parts, as a count of its own; None when negative.

        It is shown nowhere, and has to be protected all the same: anybody can subtract.
        """
        left = self.value(whole) - sum(self.value(part) for part in parts)
        if not left >= 0:
            return None
        key = ("rest", self._root(whole), tuple(sorted(self._root(part) for part in parts)))
        number = self.add(key, left, kind)
        self._counts[self._root(number)].kinds.add(kind)
        self.tie([*parts, number], whole)
        return number

    def tie(self, parts: Sequence[int], whole: int) -> bool:
        """Say that parts make a whole, when they do."""
        terms = [(part, 1.0) for part in parts] + [(whole, -1.0)]
        return self.bound(terms, 0.0, 0.0)

    def at_most(self, part: int, whole: int) -> bool:
        """Say that one count is contained in another, when it can be."""
        return self.bound([(part, 1.0), (whole, -1.0)], -_FAR, 0.0)

    def bound(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> bool:
        """Say that a weighted sum lies between two numbers; left out when the counts deny it."""
        known = sum(weight * self.value(number) for number, weight in terms)
        if known == known and not low - 1e-6 <= known <= high + 1e-6:
            return False
        row: dict[int, float] = {}
        for number, weight in terms:
            row[number] = row.get(number, 0.0) + weight
        self._sums.append((row, low, high))
        return True

    def same(self, one: int | None, other: int | None) -> bool:
        """Say that two counts are one, when they are equal."""
        if one is None or other is None:
            return False
        first, second = sorted((self._root(one), self._root(other)))
        if first == second:
            return True
        if self._counts[first].value != self._counts[second].value:
            return False
        kept, gone = self._counts[first], self._counts[second]
        kept.least = max(kept.least, gone.least)
        kept.cost = max(kept.cost, gone.cost)
        kept.is_anchor |= gone.is_anchor
        kept.must_hide |= gone.must_hide
        kept.kinds |= gone.kinds
        kept.places += gone.places
        self._parent[second] = first
        return True

    def places(self, number: int) -> list[Place]:
        """Every place that shows a count."""
        return self._counts[self._root(number)].places

    def count(self, number: int) -> Count:
        """The count behind a number."""
        return self._counts[self._root(number)]

    def roots(self) -> list[int]:
        """The numbers of all counts, each once."""
        return [n for n in range(len(self._counts)) if self._parent[n] == n]

    def is_small(self, count: Count) -> bool:
        """Whether a count must be protected."""
        if count.kinds & self.allowed:
            return False
        return count.must_hide or 1 <= count.value <= self.threshold

    def to_counts(self) -> tuple[Counts, list[int]]:
        """Arrays for the search and the number of the count behind each position."""
        from scipy.sparse import csr_matrix

        roots = self.roots()
        position = {number: place for place, number in enumerate(roots)}
        own = [self._counts[number] for number in roots]
        rows, columns, weights = [], [], []
        for row, (terms, _, _) in enumerate(self._sums):
            for number, weight in terms.items():
                rows.append(row)
                columns.append(position[self._root(number)])
                weights.append(weight)
        shape = (len(self._sums), len(own))
        counts = Counts(
            value=np.array([count.value for count in own], dtype=float),
            lower=np.array(
                [
                    min(count.least, count.value) if count.value == count.value else count.least
                    for count in own
                ],
                dtype=float,
            ),
            is_shown=np.array([bool(count.places) for count in own], dtype=bool),
            is_small=np.array([self.is_small(count) for count in own], dtype=bool),
            is_fixed=np.array(
                [bool(count.places) and bool(count.kinds & self.allowed) for count in own],
                dtype=bool,
            ),
            is_anchor=np.array(
                [count.is_anchor and not self.is_small(count) for count in own], dtype=bool
            ),
            cost=np.array([_price(count) for count in own], dtype=float),
            sums=csr_matrix((weights, (rows, columns)), shape=shape),
            low=np.array([low for _, low, _ in self._sums], dtype=float),
            high=np.array([high for _, _, high in self._sums], dtype=float),
        )
        return counts, roots

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            number = self._parent[number]
        return number


def _price(count: Count) -> float:
    """Zeros and sizes are worth more to a reader than other counts."""
    return count.cost * (500.0 if count.is_anchor else 3.0 if count.value == 0 else 1.0)

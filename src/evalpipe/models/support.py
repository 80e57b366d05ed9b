"""On how few people a number rests: whom a fit cannot do without and still give it.

Of each level, each cell of levels and each group that differs in a number, the rows are set aside
and it is asked what the others still determine. A contrast that they do not determine rests on
those people: it is their mean, or a sum that gives their mean back. The full tables hold the
smallest such group; the boundary decides by it and never shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalpipe.answers.term import read_term
from evalpipe.models.design_matrix import Design, Values
from evalpipe.models.terms import Category, Number, split_term
from evalpipe.stats.problem import FloatArray, IntArray

MOST = 100
"""The largest threshold of a plan: what rests on more people is never withheld for it."""

DETERMINED = 1e-10
"""Share of the largest eigenvalue below which the rows that stay do not determine a direction."""

OUTSIDE = 1e-6
"""Share of a contrast's length in such a direction that counts as some."""


@dataclass(frozen=True)
class Support:
    """Whom the contrasts of a design rest on.

    groups: (people, (p, d) directions that only they determine); scale: (p,) of the columns.
    members: (variable, level) -> (n,) rows there; person: (n,) codes of the people.
    """

    groups: tuple[tuple[int, FloatArray], ...]
    scale: FloatArray
    members: Mapping[tuple[str, str], NDArray[np.bool_]]
    person: IntArray

    def smallest(self, L: FloatArray) -> int | None:
        """Return the people of the smallest group that a contrast (p,) or (m, p) rests on.

        None where it rests on no group of at most `MOST` people.
        """
        rows = np.atleast_2d(L) / self.scale
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        for people, lost in self.groups:
            if (np.abs(rows @ lost) > OUTSIDE * length).any():
                return people
        return None

    def named(
        self, term: str | None, arm: str | None, versus: str | None, visit: str | None
    ) -> int | None:
        """Return the people of the smallest level or cell that a contrast names.

        None where it names none.
        """
        about = read_term(term or "")
        place = {**about.at, **({"visit": visit} if visit else {})}
        sides = [side for side in (arm, versus) if side]
        factor = about.factors[0]
        if not any((factor, side) in self.members for side in sides):
            factor = "arm"
        cells = [{**place, factor: side} for side in sides]
        cells += [
            {**place, **dict(zip(about.factors, levels.split(":"), strict=False))}
            for levels in (about.level, about.against)
            if levels
        ]
        return least(*(self._count(cell) for cell in cells or [place]))

    def _count(self, cell: Mapping[str, str]) -> int | None:
        known = [self.members[key] for key in cell.items() if key in self.members]
        if not known:
            return None
        return len(np.unique(self.person[np.logical_and.reduce(known)]))


def find_support(design: Design, X: FloatArray, values: Values, frame: pd.DataFrame) -> Support:
    """Return the small groups of a design (n, p) and what rests on each, smallest group first.

    frame: the rows used, with `participant_id` where a person has several.
    """
    scale = np.sqrt(np.mean(X**2, axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = X / scale
    person = _number_people(frame)
    whole = len(np.unique(person))
    found = []
    for apart in _groups(design, values):
        people = len(np.unique(person[apart]))
        if 1 <= people <= MOST and people < whole:
            lost = _lost(scaled[~apart])
            if lost.shape[1]:
                found.append((people, lost))
    members = {
        (name, level): np.asarray(values[name]) == code
        for name, variable in design.variables.items()
        if isinstance(variable, Category)
        for code, level in enumerate(variable.levels)
    }
    groups = tuple(sorted(found, key=lambda group: group[0]))
    return Support(groups, scale, members, person)


def count_people(frame: pd.DataFrame, members: NDArray[np.bool_]) -> int:
    """Return how many people some rows (n,) are of."""
    return len(np.unique(_number_people(frame)[members]))


def _number_people(frame: pd.DataFrame) -> IntArray:
    if "participant_id" not in frame:
        return np.arange(len(frame), dtype=np.int64)
    ids = frame["participant_id"].astype(str).to_numpy(dtype=str)
    return np.asarray(np.unique(ids, return_inverse=True)[1], dtype=np.int64).ravel()


def least_at(frame: pd.DataFrame, levels: Iterable[str]) -> int | None:
    """Return the people at the smallest of some visits or levels of a grouping, None for none."""
    wanted = {level for level in levels if level}
    counts: list[int] = []
    for name in ("visit", "arm", "role"):
        if name in frame and "participant_id" in frame:
            text = frame[name].astype("string")
            counts += [
                count_people(frame, (text == level).fillna(False).to_numpy(dtype=bool))
                for level in sorted(wanted.intersection(text.dropna().unique()))
            ]
    return min(counts, default=None)


def least(*people: int | None) -> int | None:
    """Return the smallest of some numbers of people that are known."""
    return min((n for n in people if n is not None), default=None)


def _groups(design: Design, values: Values) -> Iterator[NDArray[np.bool_]]:
    """Yield rows (n,) of each level, of each cell of a term, and of the unusual in a number."""
    seen: set[tuple[str, ...]] = set()
    for term in [*design.variables, *design.terms]:
        names = tuple(sorted(split_term(term))) if term != "intercept" else ()
        categories = [n for n in names if isinstance(design.variables.get(n), Category)]
        if categories and tuple(categories) not in seen:
            seen.add(tuple(categories))
            yield from _cells(categories, values)
        for name in names:
            if isinstance(design.variables.get(name), Number) and (name,) not in seen:
                seen.add((name,))
                distinct, counts = np.unique(np.asarray(values[name]), return_counts=True)
                yield np.asarray(values[name]) != distinct[np.argmax(counts)]


def _cells(names: list[str], values: Values) -> Iterator[NDArray[np.bool_]]:
    codes = [np.asarray(values[name]) for name in names]
    for cell in product(*(np.unique(code) for code in codes)):
        yield np.logical_and.reduce(
            [code == level for code, level in zip(codes, cell, strict=True)]
        )


def _lost(X: FloatArray) -> FloatArray:
    """Return the directions (p, d) that rows (m, p) leave open."""
    sizes, directions = np.linalg.eigh(X.T @ X)
    top = max(float(sizes[-1]), 1.0) if len(sizes) else 1.0
    return np.asarray(directions[:, sizes <= DETERMINED * top], dtype=float)

"""What a row of results is about, taken apart: effect, levels, place, member, case, assumption.

The text of `term` names a row in its id. It is taken apart here, once, where the row is made; its
parts are columns of `estimates`, and nobody after takes words apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from evalpipe.vocabulary import Column

_CELL = re.compile(r"^([a-z][\w.]*)(?:\[(.+?)(?:-vs-(.+))?\])?$")
_DELTA = re.compile(r"^delta ([-+]?[\d.]+(?:e[-+]?\d+)?)$")
_MEDIAN, _MIXTURE = "median over cases", "boundary mixture"


@dataclass(frozen=True)
class Term:
    """One term.

    effect: variables joined by colons (`arm`, `arm:visit`), or what is counted (`responders`).
    level, against: levels of the variables that have one, joined by colons; `against` where the
    term itself names the other side (`arm:role[b-vs-a]`). at: where other terms are held.
    member: the member of a dyad that it is about. case: number of a single case. left_out: level
    and number of the unit left out. delta: what was added to imputed outcomes. over: `cases` for a
    median over cases; `boundary` for a test against a mixture at a boundary.
    """

    effect: str
    level: str = ""
    against: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    member: str = ""
    case: str = ""
    left_out: str = ""
    delta: float | None = None
    over: str = ""

    @property
    def factors(self) -> tuple[str, ...]:
        """The variables of the effect."""
        return tuple(self.effect.split(":"))

    @property
    def is_difference_of_differences(self) -> bool:
        """Whether the term names both sides of a second factor."""
        return bool(self.against)

    @property
    def is_change(self) -> bool:
        """Whether it is a change since baseline."""
        return self.effect == "change"

    def has_factors(self, wanted: str) -> bool:
        """Whether it belongs to a term of the plan, whatever the order of its variables."""
        return sorted(self.factors) == sorted(wanted.split(":"))


@cache
def read_term(text: str) -> Term:
    """Take the text of a term apart; text in other words than terms is an effect as it stands."""
    head, _, left_out = text.partition(" without ")
    head, *tails = head.split(", ")
    facts: dict[str, object] = {"left_out": left_out}
    rest: list[str] = []
    for tail in tails:
        delta = _DELTA.match(tail)
        if delta:
            facts["delta"] = float(delta[1])
        elif tail.startswith("case "):
            facts["case"] = tail.removeprefix("case ")
        elif tail in (_MEDIAN, _MIXTURE):
            facts["over"] = "cases" if tail == _MEDIAN else "boundary"
        elif "=" in tail or (not rest and " at " in head):
            rest.append(tail)
        else:
            facts["member"] = tail
    name, _, place = ", ".join([head, *rest]).partition(" at ")
    at = dict(part.split("=", 1) for part in place.split(", ") if "=" in part)
    if place and not at:
        name = head
    effect, level, against = _cells(name)
    return Term(effect, level, against, at, **facts)  # type: ignore[arg-type]


PARTS = (
    Column.EFFECT,
    Column.LEVEL,
    Column.AGAINST,
    Column.AT,
    Column.MEMBER,
    Column.CASE,
    Column.LEFT_OUT,
    Column.DELTA,
    Column.OVER,
)
"""Columns of `estimates` that hold the parts of a term, in order."""


def with_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """A copy of rows of `estimates` with the parts of their terms as columns.

    A part that a term does not have is missing; so are all parts of a row without a term.
    """
    terms = rows[Column.TERM]
    known = zip(terms, terms.notna(), strict=True)
    parts = [_part_values(read_term(str(text))) if there else {} for text, there in known]
    values = [[part.get(name) for name in PARTS] for part in parts]
    frame = pd.DataFrame(values, columns=list(PARTS), index=rows.index, dtype="object")
    return pd.concat([rows.drop(columns=[*PARTS], errors="ignore"), frame], axis=1)


def _part_values(term: Term) -> dict[str, object]:
    held = ", ".join(f"{name}={level}" for name, level in term.at.items())
    texts = {
        Column.EFFECT: term.effect,
        Column.LEVEL: term.level,
        Column.AGAINST: term.against,
        Column.AT: held,
        Column.MEMBER: term.member,
        Column.CASE: term.case,
        Column.LEFT_OUT: term.left_out,
        Column.OVER: term.over,
    }
    return {Column.DELTA: term.delta, **{name: text or None for name, text in texts.items()}}


def _cells(name: str) -> tuple[str, str, str]:
    """`arm[new]:visit[end]` -> (`arm:visit`, `new:end`, ``); other words as they are."""
    if name.startswith("change"):
        return "change", "", ""
    cells = [_CELL.match(cell) for cell in _split(name)]
    if not all(cells):
        return name, "", ""
    found = [cell.groups() for cell in cells if cell is not None]
    effect = ":".join(name for name, _, _ in found)
    level = ":".join(level for _, level, _ in found if level)
    return effect, level, ":".join(other for _, _, other in found if other)


def _split(name: str) -> list[str]:
    """Split at colons outside brackets."""
    return re.split(r":(?![^\[]*\])", name)

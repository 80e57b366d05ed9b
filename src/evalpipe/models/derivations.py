"""What follows from a variable that is held: squares, logarithms, hinges, centred numbers, bands.

A place such as `at: {years: 3}` fixes every variable that the plan derives from `years`, and what
`years` is itself computed from where that can be turned round (`years` from `day`: then the day is
known too, and with it the months). The change for one unit follows by the chain rule.

Another occasion's or another person's value (lag, partner, person mean, previous level) does not
follow from a value held now; it stays at its mean.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalpipe.config import derived as kinds
from evalpipe.config.derived import knot_columns
from evalpipe.errors import NotEstimableError
from evalpipe.models.rules import (
    Band,
    Difference,
    Held,
    Hinge,
    LevelMap,
    Line,
    Log,
    OwnLine,
    Rule,
    Span,
    Square,
    Unknown,
    hold,
)
from evalpipe.models.variables import Declared, is_category, read_number
from evalpipe.stats.problem import FloatArray, IntArray

PERIOD, DAY, VISIT = "period", "day", "visit"


@dataclass(frozen=True)
class Derivations:
    """What follows from what among the rows used.

    rules: name -> how it is computed, sources before what is made of them. means: number -> its
    mean over the rows (n,), or its value on each of some rows. weights: (k,) shares of the
    participants with the same knots of their own. numbers: number -> (n,). group: (n,) which of
    the k each row belongs to.
    """

    rules: dict[str, Rule] = field(default_factory=dict)
    means: Mapping[str, float | FloatArray] = field(default_factory=dict)
    weights: FloatArray = field(default_factory=lambda: np.ones(1))
    numbers: dict[str, FloatArray] = field(default_factory=dict, repr=False)
    group: IntArray | None = field(default=None, repr=False)

    def of_rows(self, rows: NDArray[np.bool_]) -> "Derivations":
        """Return the same for some rows one by one: with their own knots and means."""
        own = {name: values[rows] for name, values in self.numbers.items()}
        rules = {name: self._own_rule(name, rule, rows) for name, rule in self.rules.items()}
        return Derivations(rules, own)

    def _own_rule(self, name: str, rule: Rule, rows: NDArray[np.bool_]) -> Rule:
        if isinstance(rule, Hinge) and self.group is not None:
            group = self.group[rows]
            both = (rule.start, rule.stop)
            start, stop = (knot[group] if len(knot) > 1 else knot for knot in both)
            return Hinge(rule.of, start, stop)
        if isinstance(rule, OwnLine):
            return OwnLine(rule.of, (self.numbers[rule.of] - self.numbers[name])[rows], 1.0)
        return rule

    def knows(self, name: str) -> bool:
        """Whether anything is made of the variable by a rule that is known."""
        return any(name in rule.sources for rule in self.rules.values())

    def reach(self, names: Iterable[str]) -> set[str]:
        """Return the variables that are determined where these are held, and these themselves."""
        reached = set(names)
        for name, rule in reversed(self.rules.items()):
            if name in reached and rule.can_turn:
                reached.add(rule.sources[0])
        for name, rule in self.rules.items():
            if reached.intersection(rule.sources):
                reached.add(name)
        return reached

    def follow(self, at: Mapping[str, str | float], moved: str | None = None) -> dict[str, Held]:
        """Return every variable that is known at a place.

        moved: the number whose change by one unit is followed; it must be among `at`. A variable
        named in `at` keeps the value given there.
        """
        state = {name: self._held(name, value, moved) for name, value in at.items()}
        for name, rule in reversed(self.rules.items()):
            if name in state and rule.can_turn:
                source = rule.sources[0]
                if source not in state or state[name].change.any():
                    state[source] = rule.turn(state[name])
        for name, rule in self.rules.items():
            if name not in state and any(source in state for source in rule.sources):
                inputs = [state.get(s) or hold(self.means[s]) for s in rule.sources]
                state[name] = rule.follow(inputs)
        return state

    def sources_of(self, names: Iterable[str]) -> set[str]:
        """Return the variables and all that they are made of."""
        found = set(names)
        for name, rule in reversed(self.rules.items()):
            if name in found:
                found.update(rule.sources)
        return found

    def complete(self, columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the columns (m,) of people and what follows from them, by the same rules."""
        numbers = {
            name: np.asarray(v, dtype=float) for name, v in columns.items() if name in self.means
        }
        state = {
            name: Held(numbers.get(name, np.asarray(v)), np.zeros(len(v)))
            for name, v in columns.items()
        }
        for name, rule in self.rules.items():
            if name not in state and all(source in state for source in rule.sources):
                state[name] = rule.follow([state[source] for source in rule.sources])
        return {name: held.value for name, held in state.items()}

    def _held(self, name: str, value: str | float, moved: str | None) -> Held:
        if name not in self.means:
            return hold(str(value))
        try:
            return hold(float(value), 1.0 if name == moved else 0.0)
        except ValueError:
            raise NotEstimableError(f"at: {name} is a number; give its value") from None


def build_derivations(names: Iterable[str], frame: pd.DataFrame, declared: Declared) -> Derivations:
    """Return the rules among variables of a model and what they are made of, for the rows used.

    Rules whose columns the frame does not have are left out: nothing can be held there.
    """
    order = list(_in_order(names, declared))
    numbers = {
        name: read_number(frame, name)
        for name in order
        if name in frame.columns and not is_category(frame, name, declared)
    }
    knots, weights, group = _knots(order, frame)
    rules: dict[str, Rule] = {}
    for name in order:
        rule = _rule(name, numbers, declared, knots)
        if rule is not None and all(s in frame.columns for s in (name, *rule.sources)):
            rules[name] = rule
    means = {name: _mean(values) for name, values in numbers.items()}
    return Derivations(rules, means, weights, numbers, group)


def _in_order(names: Iterable[str], declared: Declared) -> Iterator[str]:
    """Yield the variables and all that they are made of, sources first."""
    seen: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        for source in declared.sources(name):
            yield from visit(source)
        yield name

    for name in names:
        yield from visit(name)


def _knots(
    order: Sequence[str], frame: pd.DataFrame
) -> tuple[dict[str, FloatArray], FloatArray, IntArray]:
    """Return each knot of the participants' own (k,), the shares (k,) of the participants who have
    the same ones, and which of the k each row belongs to.
    """
    columns = [column for name in order for column in knot_columns(name)]
    columns = [column for column in columns if column in frame.columns]
    if not columns:
        return {}, np.ones(1), np.zeros(len(frame), dtype=np.int64)
    values = frame[columns].to_numpy(dtype="float64")
    distinct, group = np.unique(values, axis=0, return_inverse=True)
    group = group.ravel().astype(np.int64)
    counts = np.bincount(group[~frame["participant_id"].duplicated().to_numpy()])
    knots = {column: distinct[:, place] for place, column in enumerate(columns)}
    return knots, counts / counts.sum(), group


def _rule(
    name: str,
    numbers: Mapping[str, FloatArray],
    declared: Declared,
    knots: Mapping[str, FloatArray],
) -> Rule | None:
    if name == PERIOD and declared.periods:
        return Span(DAY, tuple(declared.periods.items()))
    kind = declared.derived.get(name)
    if isinstance(kind, kinds.PerVisit):
        return LevelMap(VISIT, name, dict(kind.values))
    if isinstance(kind, kinds.PerLevel):
        return LevelMap(kind.of, name, dict(kind.values))
    if isinstance(kind, kinds.Hinge):
        return _hinge(name, kind, knots)
    maker = _NUMBERS.get(type(kind))
    if maker is None or any(s not in numbers for s in declared.sources(name)):
        return None
    return maker(kind, numbers, name)


def _hinge(name: str, kind: kinds.Hinge, knots: Mapping[str, FloatArray]) -> Rule | None:
    own_start, own_stop = knot_columns(name)
    start = knots.get(own_start, kind.knot if kind.phase is None else None)
    stop = knots.get(own_stop, np.inf if kind.until is None else kind.until)
    if start is None or isinstance(start, str) or isinstance(stop, str):
        return Unknown(kind.of, name)
    return Hinge(kind.of, np.atleast_1d(start).astype(float), np.atleast_1d(stop).astype(float))


def _line(kind: Any, numbers: Mapping[str, FloatArray], name: str) -> Rule:
    """Return a straight line; a mean or SD that the plan does not state is read off the rows."""
    if isinstance(kind, kinds.UnitChange):
        return Line(kind.of, 0.0, kind.divide_by)
    if isinstance(kind, kinds.Centre) and kind.at is not None:
        return Line(kind.of, kind.at, 1.0)
    if name not in numbers:
        return Unknown(kind.of, name)
    is_known = np.isfinite(numbers[kind.of]) & np.isfinite(numbers[name])
    source, own = numbers[kind.of][is_known], numbers[name][is_known]
    scale = 1.0
    if isinstance(kind, kinds.Scaled) and len(source) and np.ptp(own) > 0:
        scale = float(np.ptp(source) / np.ptp(own))
    line = OwnLine if isinstance(kind, kinds.PersonDeviation) else Line
    return line(kind.of, _mean(source) - scale * _mean(own), scale)


def _mean(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else float("nan")


_NUMBERS: dict[type, Callable[[Any, Mapping[str, FloatArray], str], Rule]] = {
    kinds.Logarithm: lambda kind, _, name: Log(kind.of, name),
    kinds.Square: lambda kind, *_: Square(kind.of),
    kinds.Centre: _line,
    kinds.Scaled: _line,
    kinds.UnitChange: _line,
    kinds.PersonDeviation: _line,
    kinds.Difference: lambda kind, *_: Difference(kind.of, kind.minus),
    kinds.Band: lambda kind, _, name: Band(kind.of, name, kind.borders, kind.names),
}

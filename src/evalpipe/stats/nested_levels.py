"""The levels of nested random effects, innermost first: which rows form a unit, which a parent.

Effects on the same units are one level. A level that is absent for some rows makes units of its
own there, with no random effect. A residual block that holds several units of a level (a couple
with two partners) becomes the unit, and each partner a set of columns of its design.
"""

from dataclasses import dataclass

import numpy as np

from evalpipe.errors import ModelError
from evalpipe.stats.effect_covariance import EffectScale
from evalpipe.stats.problem import ABSENT, FloatArray, IntArray, RandomEffect

MOST_UNITS_PER_BLOCK = 12
"""More units of one level inside one residual block are refused: V would be too large."""


@dataclass(frozen=True)
class Level:
    """One level: its units and random effects.

    unit: (n,) codes 0..n_units-1 of every row (rows in the order of the problem).
    design: (n, q) standardised columns, zero where the level is absent.
    basis: by parameter number, dG / d parameter (q, q).
    effects: the numbers of the random effects on this level.
    places: by effect, the columns of its terms (copies, terms); copies > 1 for several units in one
    residual block. copy: (n,) which copy a row has, None where there is one.
    """

    names: tuple[str, ...]
    unit: IntArray
    n_units: int
    design: FloatArray
    basis: dict[int, FloatArray]
    effects: tuple[int, ...]
    places: tuple[IntArray, ...]
    copy: IntArray | None

    @property
    def size(self) -> int:
        """Random effects per unit, q."""
        return int(self.design.shape[1])

    def covariance(self, theta: FloatArray) -> FloatArray:
        """Return G (q, q) at standardised natural theta."""
        G = np.zeros((self.size, self.size))
        for k, B in self.basis.items():
            G += theta[k] * B
        return G


@dataclass(frozen=True)
class _Group:
    """Effects that share their units, before the levels are put in order."""

    effects: tuple[int, ...]
    code: IntArray

    def name(self, random: tuple[RandomEffect, ...]) -> str:
        return " + ".join(dict.fromkeys(random[i].name for i in self.effects))


def build_levels(
    random: tuple[RandomEffect, ...],
    scales: tuple[EffectScale, ...],
    base: IntArray,
) -> tuple[Level, ...]:
    """Order the effects' levels innermost first and number their units.

    base: (n,) codes of the smallest sets of rows that must stay together: residual blocks, or rows.

    Raises
    ------
    ModelError
        If two levels cross, or a residual block crosses a level.
    """
    groups = _order_groups(_merge_equal(random), random)
    levels: list[Level] = []
    unit = base
    for group in groups:
        copy, n_copies = _find_copies(unit, group, random, base)
        code = group.code if n_copies == 1 else np.full(len(base), ABSENT)
        unit, n_units = _climb(unit, code)
        design, basis, places = _stack_design(group, random, scales, copy, n_copies)
        names = tuple(random[i].name for i in group.effects)
        levels.append(Level(names, unit, n_units, design, basis, group.effects, places, copy))
    return tuple(levels)


def check_effect(effect: RandomEffect, n: int) -> None:
    """Refuse a random effect whose arrays cannot be used.

    Raises
    ------
    ModelError
        On wrong shapes, a design that is not finite, or a level with fewer than two units.
    """
    name = effect.name
    if effect.level.shape != (n,) or effect.design.shape != (n, len(effect.terms)):
        raise ModelError(
            f"random effect {name}: its level or design does not have one row per row of data"
        )
    if not effect.terms:
        raise ModelError(f"random effect {name}: it has no terms; give it an intercept or a slope")
    if not np.all(np.isfinite(effect.design)):
        raise ModelError(
            f"random effect {name}: its columns hold missing or infinite values; drop those rows"
        )
    codes = effect.level[effect.level != ABSENT]
    if not len(codes) or codes.min() == codes.max():
        raise ModelError(
            f"random effect {name}: the level has fewer than two units; remove the effect"
        )
    if codes.min() < 0:
        raise ModelError(f"random effect {name}: level codes must be 0, 1, ... or ABSENT")


def _is_nested(inner: IntArray, outer: IntArray) -> bool:
    """Whether every unit of `inner` meets at most one unit of `outer`."""
    both = (inner != ABSENT) & (outer != ABSENT)
    if not both.all():
        inner, outer = inner[both], outer[both]
    parent = np.full(int(inner.max(initial=0)) + 1, ABSENT)
    parent[inner] = outer
    return bool(np.all(parent[inner] == outer))


def _merge_equal(random: tuple[RandomEffect, ...]) -> list[_Group]:
    groups: list[_Group] = []
    for i, effect in enumerate(random):
        for place, group in enumerate(groups):
            if _is_same(group.code, effect.level):
                groups[place] = _Group((*group.effects, i), _unite(group.code, effect.level))
                break
        else:
            groups.append(_Group((i,), effect.level))
    return groups


def _is_same(a: IntArray, b: IntArray) -> bool:
    if a is b:
        return True
    overlap = bool(np.any((a != ABSENT) & (b != ABSENT)))
    return overlap and _is_nested(a, b) and _is_nested(b, a)


def _unite(a: IntArray, b: IntArray) -> IntArray:
    """One code for two levels whose units match where both exist."""
    if a is b:
        return a
    own = int(a.max()) + 1
    match = own + np.arange(int(b.max()) + 1)
    both = (a != ABSENT) & (b != ABSENT)
    match[b[both]] = a[both]
    return np.where(a != ABSENT, a, np.where(b != ABSENT, match[b], ABSENT))


def _order_groups(groups: list[_Group], random: tuple[RandomEffect, ...]) -> list[_Group]:
    """Innermost first; the level that is nested in most others is the innermost."""
    depth = []
    for i, a in enumerate(groups):
        inside = 0
        for j, b in enumerate(groups):
            if i == j:
                continue
            is_inside = _is_nested(a.code, b.code)
            if not is_inside and not _is_nested(b.code, a.code):
                raise ModelError(
                    f"random effects {a.name(random)} and {b.name(random)} are crossed: neither "
                    "level lies within the other; only nested levels can be fitted"
                )
            inside += is_inside
        depth.append(inside)
    return [groups[i] for i in sorted(range(len(groups)), key=lambda i: -depth[i])]


def _find_copies(
    unit: IntArray, group: _Group, random: tuple[RandomEffect, ...], base: IntArray
) -> tuple[IntArray | None, int]:
    """Number the level's units inside one block, where the block is the larger one."""
    if _is_nested(unit, group.code):
        return None, 1
    present = group.code != ABSENT
    if unit is not base or not _is_nested(group.code, unit):
        raise ModelError(
            f"random effect {group.name(random)}: its level crosses the residual blocks; each unit "
            "must lie within one block or hold whole blocks"
        )
    pairs = np.unique(np.stack([unit[present], group.code[present]]), axis=1)
    rank = np.arange(pairs.shape[1]) - np.searchsorted(pairs[0], pairs[0])
    n_copies = int(rank.max()) + 1
    if n_copies > MOST_UNITS_PER_BLOCK:
        raise ModelError(
            f"random effect {group.name(random)}: a residual block holds more than "
            f"{MOST_UNITS_PER_BLOCK} units of this level; make the residual block smaller"
        )
    copy = np.full(len(unit), ABSENT)
    of_code = np.zeros(int(group.code.max()) + 1, dtype=np.int64)
    of_code[pairs[1]] = rank
    copy[present] = of_code[group.code[present]]
    return copy, n_copies


def _climb(unit: IntArray, code: IntArray) -> tuple[IntArray, int]:
    """Join units into the next level's units; units without one stay alone."""
    present = code != ABSENT
    n_codes = max(int(code.max()) + 1, 0)
    parent = n_codes + np.arange(int(unit.max()) + 1)
    parent[unit[present]] = code[present]
    above = parent[unit]
    used = np.zeros(int(parent.max()) + 1, dtype=np.int64)
    used[above] = 1
    number = np.cumsum(used) - 1
    return number[above], int(number[-1]) + 1


def _stack_design(
    group: _Group,
    random: tuple[RandomEffect, ...],
    scales: tuple[EffectScale, ...],
    copy: IntArray | None,
    n_copies: int,
) -> tuple[FloatArray, dict[int, FloatArray], tuple[IntArray, ...]]:
    sizes = [len(random[i].terms) for i in group.effects]
    q = sum(sizes) * n_copies
    n = len(group.code)
    design = np.zeros((n, q), order="F")
    basis: dict[int, FloatArray] = {}
    places = []
    start = 0
    for i, size in zip(group.effects, sizes, strict=True):
        columns = start + np.arange(size * n_copies).reshape(n_copies, size)
        standard = scales[i].standardise(random[i])
        for c in range(n_copies):
            inside = 1.0 if copy is None else (copy == c)[:, None]
            design[:, columns[c]] = standard * inside
        for k, B in scales[i].basis().items():
            basis[k] = np.zeros((q, q))
            for c in range(n_copies):
                basis[k][np.ix_(columns[c], columns[c])] = B
        places.append(columns)
        start += size * n_copies
    return design, basis, tuple(places)

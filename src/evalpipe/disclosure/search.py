"""Which counts to withhold so that no small one can be worked out from those that are shown.

Counts are whole numbers tied by sums (levels make an arm, arms make the study). An attacker who
knows the sums and every count that is shown asks which numbers a withheld count may be. It is
protected when two possible worlds, both in keeping with everything shown, differ in it by more
than the threshold. Such a world is searched with an integer program that changes as little of what
is shown as it can; the counts that it changes are then withheld too (Kelly, Golden and Assad 1992,
Networks 22, 397-417; Fischetti and Salazar 2001, Management Science 47, 1008-1027). Every world
that was found stays a certificate, because what is withheld only grows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Counts:
    """Counts and the sums that tie them.

    value: (m,) whole numbers; NaN for a count that no table shows and nobody computed.
    lower: (m,) what everybody knows it is at least. is_shown: (m,) a table shows it. is_small:
    (m,) must be protected. is_fixed: (m,) shown by decision of the plan. is_anchor: (m,) withheld
    only when nothing else helps (the size of the study). cost: (m,) of withholding it.
    sums: (r, m) coefficients; low <= sums @ value <= high.
    """

    value: FloatArray
    lower: FloatArray
    is_shown: BoolArray
    is_small: BoolArray
    is_fixed: BoolArray
    is_anchor: BoolArray
    cost: FloatArray
    sums: Any
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Pattern:
    """What the search found.

    withheld: (m,) shown counts that must not be shown. exposed: (m,) counts to protect that stay
    within the threshold whatever is withheld.
    """

    withheld: BoolArray
    exposed: BoolArray


def find_pattern(counts: Counts, threshold: int) -> Pattern:
    """Return the counts to withhold: the small ones and those that would give them back."""
    withheld = counts.is_shown & counts.is_small & ~counts.is_fixed
    exposed = np.zeros(len(withheld), dtype=bool)
    _protect_parts(counts, counts.is_anchor | counts.is_fixed, withheld, exposed, threshold)
    if exposed.any():
        more, still = _with_anchors(counts, withheld, threshold)
        if still.sum() < exposed.sum():
            withheld, exposed = more, still
    return Pattern(withheld, exposed)


def _with_anchors(
    counts: Counts, withheld: BoolArray, threshold: int
) -> tuple[BoolArray, BoolArray]:
    """Search again where sizes may be withheld as well."""
    withheld = withheld.copy()
    exposed = np.zeros(len(withheld), dtype=bool)
    _protect_parts(counts, counts.is_fixed, withheld, exposed, threshold)
    return withheld, exposed


def _protect_parts(
    counts: Counts, constant: BoolArray, withheld: BoolArray, exposed: BoolArray, threshold: int
) -> None:
    """Protect each component, writing into `withheld` and `exposed`.

    Components that are alike in everything (therapists with the same counts) share one search, so
    a table of thousands costs as much as its different rows.
    """
    solved: dict[Hashable, tuple[BoolArray, BoolArray]] = {}
    for cells, rows in _components(counts, constant):
        part = _Part(counts, cells, rows, withheld[cells], threshold)
        key = part.signature()
        if key not in solved:
            part.protect()
            solved[key] = part.withheld, part.exposed
        found, still = solved[key]
        withheld[cells] |= found
        exposed[cells] |= still


def _components(counts: Counts, constant: BoolArray) -> Iterator[tuple[Any, Any]]:
    """Cells that hang together once the constant ones are taken out, with the sums they are in."""
    from scipy.sparse import bmat, csr_matrix, diags
    from scipy.sparse.csgraph import connected_components

    n_rows, _n_cells = counts.sums.shape
    if not n_rows:
        return
    free = csr_matrix(abs(counts.sums) @ diags((~constant).astype(float)))
    graph: Any = bmat([[None, free], [free.T, None]], format="csr")
    _, label = connected_components(graph, directed=False)
    of_row, of_cell = label[:n_rows], label[n_rows:]
    must = counts.is_small & ~constant
    for name in np.unique(of_cell[must]):
        rows = np.flatnonzero(of_row == name)
        if len(rows):
            yield np.flatnonzero((of_cell == name) & ~constant), rows


class _Part:
    """One component: what is withheld of it grows until every withheld count is protected."""

    def __init__(
        self, counts: Counts, cells: Any, rows: Any, withheld: BoolArray, threshold: int
    ) -> None:
        self.threshold = threshold
        self.withheld = withheld.copy()
        self.exposed = np.zeros(len(cells), dtype=bool)
        self.is_shown = counts.is_shown[cells]
        self.is_small = counts.is_small[cells]
        self.is_known = np.isfinite(counts.value[cells])
        self.value = np.where(self.is_known, counts.value[cells], 0.0)
        self.lower = counts.lower[cells]
        self.cost = counts.cost[cells]
        whole = counts.sums[rows].tocsc()
        self.sums = whole[:, cells].tocsr()
        others = np.setdiff1d(np.unique(whole.nonzero()[1]), cells)
        fixed = whole[:, others] @ counts.value[others] if len(others) else 0.0
        self.touches = abs(self.sums).sign()
        self.cells, self.rows = self._around(0, None)
        self.stays = np.zeros(len(cells), dtype=bool)
        known = self.sums @ self.value
        self.low = counts.low[rows] - fixed - known
        self.high = counts.high[rows] - fixed - known
        self.least = np.where(self.is_known, self.value, np.inf)
        self.most = np.where(self.is_known, self.value, -np.inf)

    def signature(self) -> Hashable:
        """Everything that the search depends on: alike components have the same one."""
        numbers = (
            *(self.sums.indptr, self.sums.indices, self.sums.data),
            *(self.value, self.is_known, self.lower, self.cost),
            *(self.is_shown, self.is_small, self.withheld, self.low, self.high),
        )
        return tuple(array.tobytes() for array in numbers)

    def protect(self) -> None:
        """Withhold more until every withheld or small count has its two worlds."""
        while True:
            waiting = (self.withheld | self.is_small) & self.is_known & ~self.exposed
            waiting &= self.most - self.least <= self.threshold
            if not waiting.any():
                return
            place = int(np.flatnonzero(waiting)[np.argmax(self.value[waiting])])
            if not self._find_worlds(place):
                self.exposed[place] = True

    def _find_worlds(self, place: int) -> bool:
        """Look for worlds among what is withheld already, then for cheap ones, then for any.

        Cheap: one world far above, else far below. Any: two worlds, one on each side.
        """
        step = float(self.threshold + 1)
        self.cells, self.rows = self._around(place, _NEAR)
        if self._accept_all(self._two_worlds(place, step, self.is_shown & ~self.withheld)):
            return True
        self.stays = np.zeros_like(self.withheld)
        for hops in (_NEAR, None):
            self.cells, self.rows = self._around(place, hops)
            for toward in (step, -step):
                found = self._one_world(place, toward)
                if found is not None:
                    self._accept(found)
                    return True
        return self._accept_all(self._two_worlds(place, step, np.zeros_like(self.withheld)))

    def _accept_all(self, worlds: list[FloatArray]) -> bool:
        for world in worlds:
            self._accept(world)
        return bool(worlds)

    def _around(self, place: int, hops: int | None) -> tuple[Any, Any]:
        """Cells within some sums of a cell, with every sum that they are in.

        Cells farther off stay as they are. A cell whose value nobody knows cannot stay, so its
        sums come along, however far. hops: None for all.
        """
        m = len(self.value)
        if hops is None:
            return np.arange(m), np.arange(self.sums.shape[0])
        touches = self.touches
        near = np.zeros(m, dtype=bool)
        near[place] = True
        for hop in range(hops):
            near |= (touches.T @ (touches @ near)) > 0
            if hop == 0 and near.all():
                break
        while True:
            rows = (touches @ near) > 0
            strangers = ((touches.T @ rows) > 0) & ~self.is_known & ~near
            if not strangers.any():
                return np.flatnonzero(near), np.flatnonzero(rows)
            near |= strangers

    def _accept(self, change: FloatArray) -> None:
        moved = np.abs(change) > 0.5
        self.withheld |= moved & self.is_shown & self.is_known
        self.least = np.minimum(self.least, self.value + change)
        self.most = np.maximum(self.most, self.value + change)

    def _one_world(self, place: int, step: float) -> FloatArray | None:
        """The cheapest world in which a count differs by at least `step` (negative: less)."""
        if step < 0 and self.value[place] + step < self.lower[place]:
            return None
        price = np.where(self.withheld | ~self.is_shown, 1e-3, self.cost)
        price = np.where(self.is_known, price, 0.0)
        return self._run(np.concatenate([price, price]), [(place, step)])

    def _two_worlds(self, place: int, step: float, stays: BoolArray) -> list[FloatArray]:
        """Two worlds that differ in a count by at least `step`; some counts stay as they are."""
        if stays[place]:
            return []
        self.stays = stays
        ends = [self._extreme(place, sign, step) for sign in (1.0, -1.0)]
        worlds = [world for world in ends if world is not None]
        if len(worlds) < 2 or worlds[0][place] - worlds[1][place] < step:
            return []
        below = worlds[1][place]
        near = self._one_world(place, step + below) if step + below > 0 else None
        return [worlds[0] if near is None else near, worlds[1]]

    def _extreme(self, place: int, sign: float, step: float) -> FloatArray | None:
        """A world with much (or little) of one count, as near to what is shown as it can be."""
        m = len(self.value)
        cost = np.zeros(2 * m)
        cost[place], cost[m + place] = -sign, sign
        found = self._run(cost, [])
        if found is None:
            return None
        reached = float(np.clip(found[place], -step, step))
        nearer = self._one_world(place, reached) if reached else np.zeros(m)
        return found if nearer is None else nearer

    def _run(self, cost: FloatArray, wanted: list[tuple[int, float]]) -> FloatArray | None:
        """Solve for changes (more, less) that keep every sum; None without such a world."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import hstack

        m, cells, rows = len(self.value), self.cells, self.rows
        room = np.where(self.is_known, np.maximum(self.value - self.lower, 0.0), 0.0)
        most = np.concatenate([np.full(m, _MOST), room])
        most[np.concatenate([self.stays, self.stays])] = 0.0
        least = np.zeros(2 * m)
        for place, step in wanted:
            side = place if step > 0 else m + place
            least[side] = abs(step)
            most[place if step < 0 else m + place] = 0.0
            if least[side] > most[side]:
                return None
        both = np.concatenate([cells, m + cells])
        sums = self.sums[rows][:, cells]
        done = milp(
            cost[both],
            integrality=np.ones(len(both), dtype=np.int64),
            bounds=Bounds(least[both], most[both]),
            constraints=LinearConstraint(
                hstack([sums, -sums], format="csc"), self.low[rows] - 1e-6, self.high[rows] + 1e-6
            ),
        )
        if done.x is None:
            return None
        change = np.zeros(m)
        change[cells] = np.round(done.x[: len(cells)] - done.x[len(cells) :])
        return change


_MOST = 1e6
"""No count is larger than this in a possible world."""

_NEAR = 2
"""How many sums around a count are searched first."""

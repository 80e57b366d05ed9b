"""Graphs of hypotheses: weights, and where a weight goes when its hypothesis is rejected.

Sources: Bretz, Maurer, Brannath and Posch (2009), Statistics in Medicine 28, 586-604 (graphs and
the shortcut); Bretz et al. (2011), Biometrical Journal 53, 894-913 (closed tests with Simes).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalpipe.errors import ModelError
from evalpipe.stats.problem import FloatArray

ROUNDING = 1e-9
"""Sums of weights and of transitions may exceed one by this much."""
TIE = 1e-12
"""Share of alpha by which an adjusted p-value may exceed it through rounding alone."""
CLOSED_LOOP = 1e-12
"""Two hypotheses that pass everything to each other but for this share pass nothing to others."""
MOST_CLOSED = 16
"""Hypotheses whose closed test is worked out in full (65,535 intersections)."""


@dataclass(frozen=True)
class Graph:
    """m hypotheses. weights: (m,) shares of alpha, sum at most 1. transitions: (m, m) the share of
    the weight of hypothesis i that goes to j when i is rejected; rows sum to at most 1, diagonal 0.
    """

    weights: FloatArray
    transitions: FloatArray

    def __post_init__(self) -> None:
        """Refuse what is no graph."""
        m = len(self.weights)
        if self.transitions.shape != (m, m):
            raise ModelError("a graph needs a row and a column of transitions for each hypothesis")
        both = np.concatenate([self.weights, self.transitions.ravel()])
        if not np.all(np.isfinite(both)) or np.any(both < 0):
            raise ModelError("weights and transitions of a graph must be numbers of at least 0")
        if self.weights.sum() > 1 + ROUNDING:
            raise ModelError("the weights of a graph must not sum to more than 1")
        if np.any(self.transitions.sum(axis=1) > 1 + ROUNDING):
            raise ModelError("what leaves a hypothesis of a graph must not sum to more than 1")
        if np.any(np.diag(self.transitions) != 0):
            raise ModelError("no hypothesis of a graph passes its weight to itself")


@dataclass(frozen=True)
class GraphResult:
    """Adjusted p-values (m,) and which hypotheses are rejected (m,) at alpha."""

    adjusted: FloatArray
    is_rejected: NDArray[np.bool_]


def remove_hypothesis(graph: Graph, j: int) -> Graph:
    """Return the graph after hypothesis j is rejected; its own weight and edges become zero."""
    g = graph.transitions
    weights = graph.weights + graph.weights[j] * g[j]
    weights[j] = 0.0
    loop = g[:, j] * g[j, :]  # from every hypothesis to j and back
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = (g + np.outer(g[:, j], g[j, :])) / (1 - loop)[:, None]
    passed = np.where((loop < 1 - CLOSED_LOOP)[:, None], passed, 0.0)
    passed[j, :] = 0.0
    passed[:, j] = 0.0
    np.fill_diagonal(passed, 0.0)
    return Graph(weights, passed)


def reject_by_graph(graph: Graph, p_values: FloatArray, alpha: float = 0.05) -> GraphResult:
    """Test by the sequentially rejective Bonferroni procedure of a graph (shortcut).

    p_values: (m,), finite. Adjusted p-values do not depend on alpha.
    """
    p = _check_p(graph, p_values)
    adjusted, highest, current = np.ones(len(p)), 0.0, graph
    left = set(range(len(p)))
    while left:
        ratios = {i: _ratio(p[i], current.weights[i]) for i in sorted(left)}
        j = min(ratios, key=lambda i: ratios[i])
        highest = max(highest, ratios[j])
        if not np.isfinite(highest):
            break
        adjusted[j] = min(highest, 1.0)
        left.remove(j)
        current = remove_hypothesis(current, j)
    return GraphResult(adjusted, adjusted <= alpha * (1 + TIE))


def reject_by_closed_simes(graph: Graph, p_values: FloatArray, alpha: float = 0.05) -> GraphResult:
    """Test by the closed procedure with weighted Simes tests of every intersection.

    Needs test statistics of independent or positively dependent hypotheses. At least as many
    rejections as the shortcut. With the graph of Holm it is Hommel's procedure (1988).
    """
    p = _check_p(graph, p_values)
    m = len(p)
    if m > MOST_CLOSED:
        raise ModelError(f"a closed test takes {MOST_CLOSED} hypotheses at most; use Bonferroni")
    order = np.argsort(p, kind="stable")
    adjusted = np.zeros(m)
    for members, weights in _list_intersections(graph):
        inside = [i for i in order if members >> int(i) & 1]
        value = _simes(p[inside], weights[inside])
        adjusted[inside] = np.maximum(adjusted[inside], value)
    return GraphResult(adjusted, adjusted <= alpha * (1 + TIE))


def weights_of_remaining(graph: Graph, is_rejected: NDArray[np.bool_]) -> FloatArray:
    """Return the weights (m,) when some hypotheses are rejected; theirs are zero.

    The order in which they are removed does not matter.
    """
    for j in np.flatnonzero(is_rejected):
        graph = remove_hypothesis(graph, int(j))
    return graph.weights


def holm_graph(m: int) -> Graph:
    """Return the graph of Holm's procedure."""
    share = 1 / (m - 1) if m > 1 else 0.0
    return Graph(np.full(m, 1 / m), share * (1 - np.eye(m)))


def fixed_sequence_graph(m: int) -> Graph:
    """Return the graph of a fixed sequence: the whole of alpha goes from each to the next."""
    return Graph(np.eye(m)[0], np.eye(m, k=1))


def fallback_graph(weights: Sequence[float]) -> Graph:
    """Return the graph of the fallback procedure: own shares, and each passes its on to the next.

    Wiens and Dmitrienko (2005), Journal of Biopharmaceutical Statistics 15.
    """
    return Graph(np.asarray(weights, dtype=float), np.eye(len(weights), k=1))


def parallel_gatekeeping_graph(families: Sequence[int]) -> Graph:
    """Return the graph of parallel gatekeeping; families: how many hypotheses each has, in order.

    Alpha is split evenly over the first family. A rejected hypothesis passes its weight evenly to
    the next family, one of the last family to its own others (Holm).
    """
    ends = np.cumsum(families)
    starts = ends - families
    m, first = int(ends[-1]), int(families[0])
    transitions = np.zeros((m, m))
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if k + 1 < len(families):
            transitions[start:end, starts[k + 1] : ends[k + 1]] = 1 / families[k + 1]
        elif families[k] > 1:
            own = (1 - np.eye(families[k])) / (families[k] - 1)
            transitions[start:end, start:end] = own
    return Graph(np.r_[np.full(first, 1 / first), np.zeros(m - first)], transitions)


def adjust_serial_gatekeeping(p_values: FloatArray, families: Sequence[int]) -> FloatArray:
    """Return adjusted p-values (m,) of serial gatekeeping: Holm in each family, and a family is
    tested only when every hypothesis before it is rejected.
    """
    adjusted = np.empty(len(p_values))
    gate, start = 0.0, 0
    for size in families:
        own = slice(start, start + size)
        found = reject_by_graph(holm_graph(size), p_values[own]).adjusted
        adjusted[own] = np.maximum(found, gate)
        gate, start = float(adjusted[own].max()), start + size
    return adjusted


def _list_intersections(graph: Graph) -> list[tuple[int, FloatArray]]:
    """Return every non-empty set of hypotheses, as bits, with its weights (m,)."""
    m = len(graph.weights)
    everyone = (1 << m) - 1
    known = {everyone: graph}
    for members in range(everyone - 1, 0, -1):
        out = next(i for i in range(m) if not members >> i & 1)
        known[members] = remove_hypothesis(known[members | 1 << out], out)
    return [(members, known[members].weights) for members in sorted(known)]


def _simes(p: FloatArray, weights: FloatArray) -> float:
    """Return the weighted Simes p-value of an intersection; p sorted."""
    upto = np.cumsum(weights)
    same = np.searchsorted(p, p, side="right") - 1
    total = upto[same]
    is_usable = total > 0
    return min(1.0, float(np.min(p[is_usable] / total[is_usable], initial=1.0)))


def _ratio(p: float, weight: float) -> float:
    return p / weight if weight > 0 else np.inf


def _check_p(graph: Graph, p_values: FloatArray) -> FloatArray:
    p = np.asarray(p_values, dtype=float)
    if p.shape != graph.weights.shape or not np.all((p >= 0) & (p <= 1)):
        raise ModelError("a graph needs one p-value between 0 and 1 for each hypothesis")
    return p

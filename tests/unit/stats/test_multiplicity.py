"""Graphs of hypotheses and intervals that hold together."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from evalpipe.errors import ModelError
from evalpipe.stats.multiplicity.graphs import (
    Graph,
    adjust_serial_gatekeeping,
    fixed_sequence_graph,
    holm_graph,
    parallel_gatekeeping_graph,
    reject_by_closed_simes,
    reject_by_graph,
    remove_hypothesis,
)
from evalpipe.stats.multiplicity.intervals import (
    bonferroni_intervals,
    graph_bounds,
    single_step,
)
from evalpipe.stats.multiplicity.max_t import find_max_t_quantile, probability_all_below


def draw_graph(m: int, generator: np.random.Generator) -> Graph:
    transitions = generator.random((m, m)) * (1 - np.eye(m))
    rows = transitions.sum(axis=1, keepdims=True)
    return Graph(generator.dirichlet(np.ones(m)), transitions / rows * generator.random((m, 1)))


def test_the_shortcut_is_the_closed_bonferroni_test() -> None:
    generator = np.random.default_rng(3)
    for _ in range(20):
        graph, p = draw_graph(4, generator), generator.random(4) / 10
        adjusted = np.zeros(4)
        for members in range(1, 16):
            inside = [i for i in range(4) if members >> i & 1]
            current = graph
            for out in set(range(4)) - set(inside):
                current = remove_hypothesis(current, out)
            value = min(1.0, float(np.min(p[inside] / current.weights[inside])))
            adjusted[inside] = np.maximum(adjusted[inside], value)
        assert np.allclose(reject_by_graph(graph, p).adjusted, adjusted, rtol=1e-12)


def test_simes_never_rejects_less() -> None:
    generator = np.random.default_rng(4)
    for _ in range(20):
        graph, p = draw_graph(5, generator), generator.random(5) / 10
        simes, shortcut = reject_by_closed_simes(graph, p), reject_by_graph(graph, p)
        assert np.all(simes.adjusted <= shortcut.adjusted + 1e-12)


def test_equal_weights_are_holm_and_hommel_as_statsmodels_has_them() -> None:
    generator = np.random.default_rng(5)
    for m in (2, 3, 6, 9):
        p = generator.random(m) / 8
        holm, hommel = (multipletests(p, method=name)[1] for name in ("holm", "hommel"))
        assert np.allclose(reject_by_graph(holm_graph(m), p).adjusted, holm, rtol=1e-12)
        assert np.allclose(reject_by_closed_simes(holm_graph(m), p).adjusted, hommel, rtol=1e-12)


def test_a_loop_that_rounding_leaves_ajar_is_closed() -> None:
    nearly = 1 - 1e-15
    transitions = np.array([[0, nearly, 1e-15], [nearly, 0, 1e-15], [0, 0, 0]])
    left = remove_hypothesis(Graph(np.full(3, 1 / 3), transitions), 0)
    assert left.transitions.tolist() == np.zeros((3, 3)).tolist()


def test_a_weight_of_zero_is_never_rejected_first() -> None:
    found = reject_by_graph(fixed_sequence_graph(3), np.array([0.2, 0.0, 0.0]))
    assert found.adjusted.tolist() == [0.2, 0.2, 0.2]
    no_weight = Graph(np.array([1.0, 0.0]), np.zeros((2, 2)))
    assert reject_by_graph(no_weight, np.array([0.01, 0.001])).adjusted.tolist() == [0.01, 1.0]


def test_a_decision_on_the_border_is_not_lost_to_rounding() -> None:
    graph = Graph(np.array([0.3, 0.7]), np.zeros((2, 2)))
    p = np.array([0.05 * 0.3, 0.9])
    assert reject_by_graph(graph, p).is_rejected[0]
    assert not reject_by_graph(graph, p * (1 + 1e-9)).is_rejected[0]


def test_serial_gatekeeping_waits_for_the_whole_family() -> None:
    p = np.array([0.01, 0.02, 0.001, 0.03])
    assert np.allclose(adjust_serial_gatekeeping(p, [2, 2]), [0.02, 0.02, 0.02, 0.03])
    shut = np.array([0.01, 0.2, 0.001, 0.03])
    assert np.allclose(adjust_serial_gatekeeping(shut, [2, 2]), [0.02, 0.2, 0.2, 0.2])


@pytest.mark.parametrize(
    ("weights", "transitions", "words"),
    [
        ([0.7, 0.7], np.zeros((2, 2)), "sum to more than 1"),
        ([0.5, -0.1], np.zeros((2, 2)), "at least 0"),
        ([0.5, 0.5], np.array([[0.0, 1.2], [0, 0]]), "leaves a hypothesis"),
        ([0.5, 0.5], np.eye(2), "to itself"),
        ([0.5, 0.5], np.zeros((3, 3)), "a row and a column"),
        ([0.5, np.nan], np.zeros((2, 2)), "must be numbers"),
    ],
)
def test_what_is_no_graph_is_refused(weights: list, transitions: np.ndarray, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        Graph(np.array(weights), transitions)


@pytest.mark.parametrize("p", [[0.1], [0.1, np.nan], [0.1, 1.2]])
def test_what_is_no_p_value_is_refused(p: list) -> None:
    with pytest.raises(ModelError, match="one p-value between 0 and 1"):
        reject_by_graph(holm_graph(2), np.array(p))


def test_a_closed_test_of_too_many_is_refused() -> None:
    with pytest.raises(ModelError, match="16 hypotheses at most"):
        reject_by_closed_simes(holm_graph(17), np.full(17, 0.1))


def test_bounds_agree_with_decisions() -> None:
    graph = parallel_gatekeeping_graph([2, 2])
    estimate, error = np.array([3.0, 0.5, 2.0, 0.1]), np.ones(4)
    p = np.array([0.00135, 0.3085, 0.01, 0.46])
    bounds = graph_bounds(graph, estimate, error, p, alpha=0.05)
    rejected = reject_by_graph(graph, p, 0.05).is_rejected
    assert rejected.tolist() == [True, False, True, False]
    assert np.array_equal(bounds >= 0, rejected)
    assert bounds[[0, 2]].tolist() == [0.0, 0.0]
    everything = graph_bounds(graph, 10 * estimate + 10, error, np.full(4, 1e-6), alpha=0.05)
    assert everything[0] == pytest.approx(40 - 1.959964, abs=1e-6)
    assert everything[2] == 0.0  # no weight of its own at the start


def test_bonferroni_shares_alpha() -> None:
    low, high = bonferroni_intervals(np.zeros(2), np.ones(2), np.inf, np.array([0.5, 0.0]))
    assert high[0] == pytest.approx(2.2414027, abs=1e-6)
    assert low[1] == -np.inf


def test_one_statistic_has_its_own_quantile() -> None:
    assert find_max_t_quantile(np.eye(1), 10) == pytest.approx(2.228138852, abs=1e-5)
    assert find_max_t_quantile(np.eye(1), np.inf) == pytest.approx(1.959963985, abs=1e-8)


def test_independent_normal_statistics_multiply() -> None:
    found = probability_all_below(np.eye(5), np.inf, 2.0)
    assert found == pytest.approx(0.954499736104**5, abs=1e-9)


def test_intervals_agree_with_adjusted_p_values() -> None:
    covariance = np.array([[1.0, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])
    found = single_step(np.array([2.2, 2.6, -3.0]), covariance, 20)
    outside = (found.conf_low > 0) | (found.conf_high < 0)
    assert np.array_equal(outside, found.adjusted < 0.05)
    assert outside.tolist() == [False, True, True]


def test_a_redundant_comparison_is_refused() -> None:
    covariance = np.array([[1.0, 0.5, -0.5], [0.5, 1, 0.5], [-0.5, 0.5, 1]])
    with pytest.raises(ModelError, match="combination of others"):
        single_step(np.ones(3), covariance, 20)

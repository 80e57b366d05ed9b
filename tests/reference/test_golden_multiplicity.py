"""Graphs of hypotheses against graphicalMCP 0.2.8; simultaneous intervals against mvtnorm and
emmeans (`r/simultaneous.R`).
"""

import json
from pathlib import Path

import numpy as np
import pytest
from cases.folder import load, read_data
from scipy.stats import dunnett

from evalpipe.stats.multiplicity.graphs import (
    Graph,
    fallback_graph,
    fixed_sequence_graph,
    holm_graph,
    parallel_gatekeeping_graph,
    reject_by_closed_simes,
    reject_by_graph,
)
from evalpipe.stats.multiplicity.intervals import all_pairs, single_step
from evalpipe.stats.multiplicity.max_t import find_max_t_quantile, probability_all_below

pytestmark = pytest.mark.reference
GRAPHS = load("graphs__multiple_comparison")["results"]
R = json.loads(
    (Path(__file__).parent / "golden_r" / "multiplicity" / "simultaneous.json").read_text()
)
WRITTEN = 1e-14
"""A third is written with 15 digits."""


@pytest.mark.parametrize("case", GRAPHS, ids=lambda case: case["name"])
def test_graph(case: dict) -> None:
    graph = Graph(np.array(case["hypotheses"]), np.array(case["transitions"], dtype=float))
    for test in case["tests"]:
        p, alpha = np.array(test["p"]), test["alpha"]
        shortcut, closed = reject_by_graph(graph, p, alpha), reject_by_closed_simes(graph, p, alpha)
        assert np.allclose(shortcut.adjusted, test["shortcut_adjusted"], rtol=0, atol=1e-12)
        assert np.allclose(closed.adjusted, test["simes_closure_adjusted"], rtol=0, atol=1e-12)
        assert shortcut.is_rejected.tolist() == test["shortcut_rejected"]
        assert closed.is_rejected.tolist() == test["simes_closure_rejected"]


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("Holm, three", holm_graph(3)),
        ("fixed sequence, four", fixed_sequence_graph(4)),
        ("fallback, three", fallback_graph([0.5, 0.3, 0.2])),
        ("parallel gatekeeping, two and three", parallel_gatekeeping_graph([2, 3])),
    ],
)
def test_procedures_by_name_are_these_graphs(name: str, graph: Graph) -> None:
    case = next(case for case in GRAPHS if case["name"] == name)
    assert np.allclose(graph.weights, case["hypotheses"], rtol=0, atol=WRITTEN)
    assert np.allclose(graph.transitions, case["transitions"], rtol=0, atol=WRITTEN)


def test_boxes() -> None:
    for box in R["boxes"]:
        df = np.inf if box["df"] == "normal" else box["df"]
        found = probability_all_below(np.array(R["correlation"]), df, box["limit"])
        assert found == pytest.approx(box["probability"], abs=2e-5)


def test_dunnett() -> None:
    golden = R["dunnett"]
    covariance = np.array(golden["covariance"])
    found = single_step(np.array(golden["estimate"]), covariance, golden["df"])
    assert np.allclose(found.adjusted, golden["adjusted"], rtol=0, atol=1e-5)
    error = np.sqrt(np.diag(covariance))
    half = golden["quantile"] * error
    assert np.allclose(found.conf_high, golden["estimate"] + half, rtol=0, atol=2e-4)
    correlation = covariance / np.outer(error, error)
    quantile = find_max_t_quantile(correlation, golden["df"])
    assert quantile == pytest.approx(golden["quantile"], abs=5e-5)


def test_dunnett_of_means_is_scipys() -> None:
    frame = read_data("anorexia")
    arms = [frame.loc[frame["Treat"] == arm, "Postwt"].to_numpy() for arm in ("CBT", "FT", "Cont")]
    theirs = dunnett(arms[0], arms[1], control=arms[2], rng=np.random.default_rng(1))
    sizes = np.array([len(arm) for arm in arms])
    df = sizes.sum() - 3
    pooled = sum(((arm - arm.mean()) ** 2).sum() for arm in arms) / df
    difference = np.array([arm.mean() - arms[2].mean() for arm in arms[:2]])
    covariance = pooled * (np.diag(1 / sizes[:2]) + 1 / sizes[2])
    ours = single_step(difference, covariance, df)
    assert np.allclose(ours.adjusted, theirs.pvalue, rtol=0, atol=1e-3)


def test_tukey() -> None:
    golden = {key: np.array(value) for key, value in R["tukey"].items()}
    found = all_pairs(golden["estimate"], golden["se"], 3, float(golden["df"]))
    assert np.allclose(found.adjusted, golden["p"], rtol=1e-6)
    assert np.allclose(found.conf_low, golden["low"], rtol=1e-6)
    assert np.allclose(found.conf_high, golden["high"], rtol=1e-6)

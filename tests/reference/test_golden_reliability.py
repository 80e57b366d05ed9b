"""Alpha, omega and item-total tables against psych and lavaan (bfi__reliability.json)."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cases.folder import REFERENCE

from evalpipe.scoring.one_factor import fit_one_factor
from evalpipe.scoring.reliability import judge_scale

pytestmark = pytest.mark.reference
SCALES = ("agree", "conscientious", "extraversion", "neuroticism", "openness")


@pytest.fixture(scope="module")
def golden():
    return json.loads((REFERENCE / "golden" / "bfi__reliability.json").read_text())["results"]


@pytest.fixture(scope="module")
def data():
    return pd.read_csv(REFERENCE / "data" / "bfi.csv")


def answers_of(data: Any, scale: Any):
    answers = data[scale["items"]].copy()
    turned = scale["reversed"]
    for item in [turned] if isinstance(turned, str) else turned:
        answers[item] = 7 - answers[item]
    return answers.to_numpy("float64")


@pytest.mark.parametrize("name", SCALES)
def test_alpha_with_its_interval(golden: Any, data: Any, name: Any):
    scale = golden[name]
    answers = answers_of(data, scale)
    found = judge_scale(name, answers, items=(1, 2, 3, 4, 5), by_pingouin=True)
    assert found.second_alpha == pytest.approx(scale["pairwise"]["raw_alpha"], rel=1e-12)
    assert found.n_rows == scale["n_rows"]
    assert found.n_complete == scale["n_complete"]
    assert found.alpha == pytest.approx(scale["pairwise"]["raw_alpha"], rel=1e-12)
    np.testing.assert_allclose(found.alpha_interval, scale["pairwise"]["feldt_ci"], rtol=1e-12)


@pytest.mark.parametrize("name", SCALES)
def test_item_total_table(golden: Any, data: Any, name: Any):
    scale = golden[name]
    found = judge_scale(name, answers_of(data, scale), items=(1, 2, 3, 4, 5)).items
    for item, dropped, statistics in zip(
        found, scale["alpha_if_dropped"], scale["item_stats"], strict=True
    ):
        assert item.n == statistics["n"]
        assert item.alpha_if_dropped == pytest.approx(dropped["raw_alpha"], rel=1e-12)
        assert item.item_total == pytest.approx(statistics["r_drop"], rel=1e-12)
        assert item.mean == pytest.approx(statistics["mean"], rel=1e-12)
        assert item.sd == pytest.approx(statistics["sd"], rel=1e-12)


@pytest.mark.parametrize("name", SCALES)
def test_omega_of_one_factor_by_maximum_likelihood(golden: Any, data: Any, name: Any):
    """lavaan stops at a relative change; the discrepancy reached here must not be larger."""
    scale = golden[name]
    answers = answers_of(data, scale)
    complete = answers[np.isfinite(answers).all(axis=1)]
    found = fit_one_factor(complete)
    omega = scale["omega"]
    assert found.omega == pytest.approx(omega["omega_total_one_factor_ml"], rel=1e-5)
    np.testing.assert_allclose(found.loadings, omega["loadings"], rtol=1e-4)
    np.testing.assert_allclose(found.residual_variances, omega["residual_variances"], rtol=1e-4)
    assert discrepancy(found, complete) * len(complete) <= omega["chisq"] + 1e-6
    assert discrepancy(found, complete) * len(complete) == pytest.approx(omega["chisq"], abs=1e-4)


def discrepancy(fit: Any, answers: Any):
    """log|V| - log|S| + trace(S V^-1) - k."""
    sample = np.cov(answers, rowvar=False, ddof=0)
    model = np.outer(fit.loadings, fit.loadings) + np.diag(fit.residual_variances)
    trace = np.trace(sample @ np.linalg.inv(model))
    return np.linalg.slogdet(model)[1] - np.linalg.slogdet(sample)[1] + trace - len(sample)

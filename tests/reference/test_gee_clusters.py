"""Estimating equations above the participant, against geepack and clm (`r/geepack_clusters.R`)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.analyses import Gee
from evalpipe.errors import NotEstimableError
from evalpipe.models.gee import fit_gee
from evalpipe.models.marginal_fit import MarginalFit
from evalpipe.models.model_rows import build_rows
from evalpipe.models.variables import Declared
from evalpipe.vocabulary import Status

pytestmark = pytest.mark.reference
FOLDER = Path(__file__).parent / "golden_r" / "geepack"
FAMILIES = {"passed": "binomial", "incidents": "poisson", "score": "gaussian"}
STRUCTURES = ("independence", "exchangeable", "ar1", "unstructured")
DESIGNS = {"schools": ("school", ["arm", "age"]), "couples": ("dyad", ["arm", "role"])}
DECLARED = Declared(
    {
        "arm": ("usual", "new"),
        "role": ("mother", "father"),
        "visit": ("v1", "v2", "v3"),
    }
)


@cache
def golden() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "clusters.json").read_text())["answers"]
    return loaded


def read(name: str, outcome: str) -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / f"{name}.csv")
    if "visit" not in frame.columns:
        frame = frame.assign(visit="end")
    return frame.assign(outcome=frame[outcome].astype(float))


def fit(
    name: str, outcome: str, structure: str, covariance: str, shuffled: int | None = None
) -> MarginalFit:
    within, fixed = DESIGNS[name]
    model = Gee.model_validate(
        {
            "kind": "gee",
            "fixed": fixed,
            "family": FAMILIES[outcome],
            "within": within,
            "correlation": structure,
            "covariance": covariance,
        }
    )
    frame = read(name, outcome)
    if shuffled is not None:
        frame = frame.sample(frac=1.0, random_state=shuffled).reset_index(drop=True)
    return fit_gee(build_rows(frame, model, DECLARED, also=(within,)), model, DECLARED)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("outcome", FAMILIES)
@pytest.mark.parametrize("name", DESIGNS)
def test_against_geepack(name: str, outcome: str, structure: str) -> None:
    expected = golden()[f"{name}_{outcome}_{structure}"]
    found = fit(name, outcome, structure, "robust")
    assert found.beta == pytest.approx(expected["estimate"], rel=1e-6)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(expected["robust"], rel=1e-6)
    if structure in ("exchangeable", "ar1"):
        assert found.correlation == pytest.approx(expected["alpha"], rel=1e-6)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("outcome", FAMILIES)
@pytest.mark.parametrize("name", DESIGNS)
def test_model_based_errors_against_geepack(name: str, outcome: str, structure: str) -> None:
    """The scale of counts and numbers is estimated; that of 0 and 1 is held at one."""
    expected = golden()[f"{name}_{outcome}_{structure}"]
    found = fit(name, outcome, structure, "naive")
    held = np.sqrt(expected["scale"]) if outcome == "passed" else 1.0
    errors = np.sqrt(np.diag(found.covariance)) * held
    assert errors == pytest.approx(expected["naive"], rel=1e-6)
    assert (found.scale is None) is (outcome == "passed")
    if found.scale is not None:
        assert found.scale == pytest.approx(expected["scale"], rel=1e-6)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("name", DESIGNS)
def test_the_order_of_rows_does_not_matter(name: str, structure: str) -> None:
    plain = fit(name, "passed", structure, "bias_reduced")
    shuffled = fit(name, "passed", structure, "bias_reduced", shuffled=3)
    assert shuffled.beta == pytest.approx(plain.beta, rel=1e-8)
    assert shuffled.covariance == pytest.approx(plain.covariance, rel=1e-7)


def test_more_places_than_the_clusters_carry_have_no_answer() -> None:
    frame = read("schools", "passed")
    # Schools of twenty pupils, joined from smaller ones: 190 correlations from nine schools.
    frame = frame.assign(school=(np.arange(len(frame)) // 20).astype(str))
    model = Gee.model_validate(
        {"kind": "gee", "fixed": ["age"], "within": "school", "correlation": "unstructured"}
    )
    with pytest.raises(NotEstimableError, match="another `correlation`"):
        fit_gee(build_rows(frame, model, DECLARED, also=("school",)), model, DECLARED)


def test_couples_at_one_visit_have_a_correlation() -> None:
    frame = read("couples", "passed")
    frame = frame[frame["visit"] == "v1"].reset_index(drop=True)
    model = Gee.model_validate({"kind": "gee", "fixed": ["arm"], "within": "dyad"})
    found = fit_gee(build_rows(frame, model, DECLARED, also=("dyad",)), model, DECLARED)
    assert found.status is Status.OK
    assert found.correlation is not None
    assert 0 < found.correlation < 1


def test_clusters_of_one_are_independent() -> None:
    frame = read("schools", "passed").drop_duplicates("school").reset_index(drop=True)
    for structure in STRUCTURES:
        model = Gee.model_validate(
            {"kind": "gee", "fixed": ["arm"], "within": "school", "correlation": structure}
        )
        found = fit_gee(build_rows(frame, model, DECLARED, also=("school",)), model, DECLARED)
        assert found.status is Status.OK
        assert found.correlation is None


def fit_grades(within: str, covariance: str, **changes: object) -> MarginalFit:
    frame = read("pupils", "grade").assign(**changes)
    model = Gee.model_validate(
        {
            "kind": "gee",
            "fixed": ["arm", "age"],
            "family": "ordinal",
            "within": within,
            "covariance": covariance,
        }
    )
    return fit_gee(build_rows(frame, model, DECLARED, also=(within,)), model, DECLARED)


@pytest.mark.parametrize(
    ("within", "covariance", "errors"),
    [
        ("school", "robust", "robust"),
        ("school", "naive", "naive"),
        ("participant", "robust", "robust_independent"),
    ],
)
def test_ordinal_answers_have_the_multinomial_score(
    within: str, covariance: str, errors: str
) -> None:
    expected = golden()["pupils_ordinal"]
    found = fit_grades(within, covariance)
    assert found.beta[1:] == pytest.approx(expected["estimate"], rel=1e-6)
    assert np.sqrt(np.diag(found.covariance))[1:] == pytest.approx(expected[errors], rel=1e-6)
    assert found.thresholds == pytest.approx(expected["cuts"], rel=1e-6)


def test_errors_of_the_cuts_follow_the_centre_of_the_covariates() -> None:
    found = fit_grades("school", "robust")
    expected = golden()["pupils_ordinal"]["robust_cuts"]
    assert found.threshold_errors == pytest.approx(expected, rel=1e-6)


def test_ordinal_answers_of_a_cluster_are_read_with_t_where_few() -> None:
    found = fit_grades("school", "bias_reduced")
    assert found.df == found.n_clusters - 5
    assert (
        np.diag(found.covariance)[1:] > np.diag(fit_grades("school", "robust").covariance)[1:]
    ).all()


def test_ordinal_takes_no_other_working_correlation() -> None:
    with pytest.raises(ValueError, match="correlation: independence"):
        Gee.model_validate(
            {"kind": "gee", "fixed": ["arm"], "family": "ordinal", "correlation": "ar1"}
        )

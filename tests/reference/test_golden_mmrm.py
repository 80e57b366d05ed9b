"""Every marginal model of the reference folder against R's mmrm.

Tolerances are those of the reference README: log-likelihood 1e-6 absolute (a higher one is right),
estimates and standard errors 1e-5 (1e-4 with ten or more covariance parameters), df 1e-3. An
estimate near zero is held to that share of its standard error.
"""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import ContrastTests
from evalpipe.stats.inference import test_contrasts as contrast_tests
from evalpipe.stats.inference import test_joint as joint_test
from evalpipe.stats.problem import GaussianProblem, Method, Residual, Structure

REFERENCE = Path(
    os.environ.get("EVALPIPE_REFERENCE", Path(__file__).parents[2] / ".." / "shared" / "reference")
)
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(
        not (REFERENCE / "golden").is_dir(),
        reason="the reference folder is absent; set EVALPIPE_REFERENCE",
    ),
]

STRUCTURES = {
    "us": Structure.UNSTRUCTURED,
    "cs": Structure.COMPOUND_SYMMETRY,
    "csh": Structure.HETEROGENEOUS_COMPOUND_SYMMETRY,
    "ar1": Structure.AR1,
    "ar1h": Structure.HETEROGENEOUS_AR1,
    "toep": Structure.TOEPLITZ,
    "toeph": Structure.HETEROGENEOUS_TOEPLITZ,
    "ad": Structure.ANTE_DEPENDENCE,
    "adh": Structure.HETEROGENEOUS_ANTE_DEPENDENCE,
}
DF_METHODS = {
    "satterthwaite": "satterthwaite",
    "kenward_roger_linear": "kenward_roger",
    "empirical_cr2_satterthwaite": "cr2",
}
COLUMNS = {
    "btheb": ("id", "visit", "treatment", "bdi", ("BtheB", "TAU")),
    "fev": ("USUBJID", "AVISIT", "ARMCD", "FEV1", ("TRT", "PBO")),
    "acitelli": ("couple", "gender", "", "satisfaction_a", ("", "")),
}


def list_golden() -> list[str]:
    """Names of the golden files of kind mmrm."""
    folder = REFERENCE / "golden"
    if not folder.is_dir():
        return []
    index = json.loads((folder / "index.json").read_text())
    return [entry["file"].removesuffix(".json") for entry in index if entry["kind"] == "mmrm"]


@lru_cache
def read_golden(name: str) -> dict:
    return json.loads((REFERENCE / "golden" / f"{name}.json").read_text())


def list_cases(part: str) -> list[tuple[str, str]]:
    """Pairs of golden file and df method that hold `part` (fixed, contrasts or joint_tests)."""
    cases = []
    for name in list_golden():
        for df_method in DF_METHODS:
            found = read_golden(name)["inference"].get(df_method, {})
            if found.get(part) or found.get("emmeans", {}).get(part):
                cases.append((name, df_method))
    return cases


@lru_cache
def read_data(file: str) -> pd.DataFrame:
    data = pd.read_csv(REFERENCE / file, keep_default_na=True)
    if "btheb" in file:
        data["visit"] = data["month"].astype(str)
        for month in (2, 3, 5, 8):
            shown = (data["treatment"] == "BtheB") & (data["month"] == month)
            data[f"trt_m{month}"] = shown.astype(float)
    if "acitelli" in file:
        for stem in ("other_pos", "tension"):
            for role in ("a", "p"):
                column = data[f"{stem}_{role}"]
                data[f"{stem.split('_')[0]}_{role}c"] = column - column.mean()
    return data


def encode_term(term: str, data: pd.DataFrame) -> np.ndarray:
    """Column of a term as R names it: factor and level run together, atoms joined by a colon."""
    column = np.ones(len(data))
    for atom in [] if term == "(Intercept)" else term.split(":"):
        if atom in data and pd.api.types.is_numeric_dtype(data[atom]):
            column = column * data[atom].to_numpy(float)
            continue
        factor = next(c for c in data if atom.startswith(c) and atom[len(c) :] in set(data[c]))
        column = column * (data[factor] == atom[len(factor) :]).to_numpy(float)
    return column


def list_terms(golden: dict) -> list[str]:
    return [entry["term"] for entry in golden["inference"]["satterthwaite"]["fixed"]]


def build_problem(golden: dict, method: Method) -> GaussianProblem:
    unit, visit, arm, outcome, _ = COLUMNS[golden["id"].split("__")[0]]
    data = read_data(golden["data_file"])
    data = data[data[outcome].notna()]
    levels = golden["visit_levels"]
    terms = list_terms(golden)
    group = None
    if golden["grouped_by"]:
        group = (data[arm] == COLUMNS[golden["id"].split("__")[0]][4][0]).to_numpy().astype(int)
    residual = Residual(
        block=np.unique(data[unit], return_inverse=True)[1],
        structure=STRUCTURES[golden["covariance"]],
        position=np.array([levels.index(str(v)) for v in data[visit]]),
        n_positions=len(levels),
        group=group,
        n_groups=1 if group is None else 2,
        position_names=tuple(levels),
    )
    return GaussianProblem(
        y=data[outcome].to_numpy(float),
        X=np.column_stack([encode_term(term, data) for term in terms]),
        columns=tuple(terms),
        residual=residual,
        method=method,
    )


@lru_cache
def fit_golden(name: str, method: Method) -> GaussianFit:
    return fit_gaussian(build_problem(read_golden(name), method))


def assert_close(ours: Any, theirs: Any, tolerance: float, floor: Any = 0.0) -> None:
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    size = np.maximum(np.abs(theirs), floor)
    assert np.all(np.abs(ours - theirs) <= tolerance * size), np.max(np.abs(ours - theirs) / size)


def choose_tolerance(golden: dict) -> float:
    return 1e-4 if golden["n_covariance_parameters"] >= 10 else 1e-5


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("name", list_golden())
def test_likelihood_and_covariance(name: str, method: Method):
    golden, fit = read_golden(name), fit_golden(name, method)
    theirs = golden[method]
    assert fit.status == "ok", fit.convergence
    assert fit.n_observations == golden["n_obs"]
    assert fit.n_units == golden["n_subjects"]
    assert fit.n_parameters == golden["n_covariance_parameters"]
    assert fit.log_likelihood > theirs["loglik"] - 1e-6
    assert fit.log_likelihood < theirs["loglik"] + 1e-5  # higher by this much: show it, and say so
    aic, bic = fit.information_criteria(count_fixed=False)
    assert_close([aic, bic], [theirs["aic_cov_params_only"], theirs["bic_n_subjects"]], 1e-8)
    matrices = theirs["covariance_matrix"]
    if isinstance(matrices, dict):
        arms = COLUMNS[golden["id"].split("__")[0]][4]
        matrices = [matrices[arms[1]], matrices[arms[0]]]
    else:
        matrices = [matrices]
    for ours, matrix in zip(fit.residual_covariance, matrices, strict=True):
        sd = np.sqrt(np.diag(matrix))
        assert_close(ours, matrix, 2e-4, floor=np.outer(sd, sd))


@pytest.mark.parametrize(("name", "df_method"), list_cases("fixed"))
def test_fixed_effects(name: str, df_method: str):
    golden = read_golden(name)
    theirs = pd.DataFrame(golden["inference"][df_method]["fixed"])
    fit = fit_golden(name, Method.REML)
    ours = contrast_tests(fit, np.eye(len(theirs)), DF_METHODS[df_method])
    compare_rows(ours, theirs, choose_tolerance(golden), df_method)


@pytest.mark.parametrize("name", list_golden())
def test_fixed_effects_by_full_likelihood(name: str):
    golden = read_golden(name)
    theirs = pd.DataFrame(golden["ml"]["fixed"])
    ours = contrast_tests(fit_golden(name, Method.ML), np.eye(len(theirs)), "satterthwaite")
    compare_rows(ours, theirs, choose_tolerance(golden), "satterthwaite")


@pytest.mark.parametrize(("name", "df_method"), list_cases("contrasts"))
def test_contrasts_between_arms_at_each_visit(name: str, df_method: str):
    golden = read_golden(name)
    theirs = pd.DataFrame(golden["inference"][df_method]["emmeans"]["contrasts"])
    _, visit, arm, _, arms = COLUMNS[golden["id"].split("__")[0]]
    terms = list_terms(golden)
    rows = np.zeros((len(theirs), len(terms)))
    for i, level in enumerate(theirs[visit]):
        rows[i, terms.index(f"{arm}{arms[0]}")] = 1
        if i:
            rows[i, terms.index(f"{arm}{arms[0]}:{visit}{level}")] = 1
    ours = contrast_tests(fit_golden(name, Method.REML), rows, DF_METHODS[df_method])
    compare_rows(ours, theirs, choose_tolerance(golden), df_method)


@pytest.mark.parametrize(("name", "df_method"), list_cases("joint_tests"))
def test_joint_tests(name: str, df_method: str):
    golden = read_golden(name)
    terms = list_terms(golden)
    chosen = [":" in term for term in terms]
    if golden["id"] == "btheb__clda_us":
        chosen = [term.startswith("trt_m") for term in terms]
    theirs = golden["inference"][df_method]["joint_tests"][0]
    ours = joint_test(
        fit_golden(name, Method.REML), np.eye(len(terms))[chosen], DF_METHODS[df_method]
    )
    assert ours.num_df == theirs["num_df"]
    assert_close(ours.den_df, theirs["den_df"], 1e-3)
    assert_close(ours.statistic, theirs["F"], 10 * choose_tolerance(golden))
    assert_close(ours.p_value, theirs["p"], 1e-3)


def compare_rows(
    ours: ContrastTests, theirs: pd.DataFrame, tolerance: float, df_method: str
) -> None:
    se = theirs["se"].to_numpy()
    assert_close(ours.estimate, theirs["estimate"], tolerance, floor=se)
    assert_close(ours.std_error, se, 1e-3 if df_method == "kenward_roger_linear" else tolerance)
    assert_close(ours.df, theirs["df"], 1e-3)
    assert_close(ours.conf_low, theirs["ci_low"], 1e-3, floor=se)
    assert_close(ours.conf_high, theirs["ci_high"], 1e-3, floor=se)

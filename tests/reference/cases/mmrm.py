"""Marginal models of R's mmrm: designs from R's own names of the columns, fits, comparisons."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from cases.comparison import (
    Close,
    Comparison,
    compare,
    compare_joint,
    compare_likelihood,
    compare_tests,
)
from cases.folder import load, read_data
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import test_contrasts, test_joint
from evalpipe.stats.problem import GaussianProblem, Method, Residual, Structure

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
SHOWN = {
    "satterthwaite": "Satterthwaite",
    "kenward_roger_linear": "Kenward-Roger",
    "empirical_cr2_satterthwaite": "CR2",
}
COLUMNS = {
    "btheb": ("id", "visit", "treatment", "bdi", ("BtheB", "TAU")),
    "fev": ("USUBJID", "AVISIT", "ARMCD", "FEV1", ("TRT", "PBO")),
    "acitelli": ("couple", "gender", "", "satisfaction_a", ("", "")),
}


@cache
def read_frame(file: str) -> pd.DataFrame:
    """Return a data set with the derived columns that the file's `preparation` describes."""
    data = read_data(file.removeprefix("data/").removesuffix(".csv"))
    if "btheb" in file:
        data["visit"] = data["month"].astype(str)
        for month in (2, 3, 5, 8):
            shown = (data["treatment"] == "BtheB") & (data["month"] == month)
            data[f"trt_m{month}"] = shown.astype(float)
    if "acitelli" in file:
        for stem in ("other_pos", "tension"):
            for role in ("a", "p"):
                values = data[f"{stem}_{role}"]
                data[f"{stem.split('_')[0]}_{role}c"] = values - values.mean()
    return data


def encode_term(term: str, data: pd.DataFrame) -> np.ndarray:
    """Return the column of a term as R names it: factor and level run together, atoms joined by a
    colon.
    """
    column = np.ones(len(data))
    for atom in [] if term == "(Intercept)" else term.split(":"):
        if atom in data and pd.api.types.is_numeric_dtype(data[atom]):
            column = column * data[atom].to_numpy(float)
            continue
        factor = next(c for c in data if atom.startswith(c) and atom[len(c) :] in set(data[c]))
        column = column * (data[factor] == atom[len(factor) :]).to_numpy(float)
    return column


def list_terms(name: str) -> list[str]:
    """Return R's names of the fixed columns."""
    return [entry["term"] for entry in load(name)["inference"]["satterthwaite"]["fixed"]]


def build_problem(name: str, method: Method) -> GaussianProblem:
    """Return the problem of a golden file."""
    golden = load(name)
    unit, visit, arm, outcome, arms = COLUMNS[name.split("__")[0]]
    data = read_frame(golden["data_file"])
    data = data[data[outcome].notna()]
    levels = golden["visit_levels"]
    terms = list_terms(name)
    group = (data[arm] == arms[0]).to_numpy().astype(int) if golden["grouped_by"] else None
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


@cache
def fit(name: str, method: Method) -> GaussianFit:
    """Fit a golden file's model."""
    return fit_gaussian(build_problem(name, method))


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare every number of a golden file."""
    for method in Method:
        yield from compare_fit(name, method)
    yield from compare_full_likelihood(name)
    for df_method in DF_METHODS:
        yield from compare_fixed(name, df_method)
        yield from compare_contrasts(name, df_method)
        yield from compare_joint_tests(name, df_method)


def compare_fit(name: str, method: Method) -> Iterator[Comparison]:
    """Compare likelihood, AIC, BIC and the covariance matrix of each group."""
    theirs, ours = load(name)[method.value], fit(name, method)
    shown = method.value.upper()
    yield compare_likelihood(shown, ours.log_likelihood, theirs["loglik"])
    criteria = ours.information_criteria(count_fixed=False)
    expected = [theirs["aic_cov_params_only"], theirs["bic_n_subjects"]]
    yield from compare(f"{shown}: AIC, BIC", ["AIC", "BIC"], criteria, expected, 1e-8)
    matrices = theirs["covariance_matrix"]
    if isinstance(matrices, dict):
        arms = COLUMNS[name.split("__")[0]][4]
        matrices = [matrices[arms[1]], matrices[arms[0]]]
    else:
        matrices = [matrices]
    for own, matrix in zip(ours.residual_covariance, matrices, strict=True):
        sd = np.sqrt(np.diag(matrix))
        size = len(sd)
        places = [f"{i + 1}, {j + 1}" for i in range(size) for j in range(size)]
        floor = np.outer(sd, sd).ravel()
        flat = np.ravel(matrix)
        yield from compare(f"{shown}: covariance matrix", places, own.ravel(), flat, 2e-4, floor)


def compare_full_likelihood(name: str) -> Iterator[Comparison]:
    """Compare the coefficients of the ML fit."""
    theirs = load(name)["ml"]["fixed"]
    ours = test_contrasts(fit(name, Method.ML), np.eye(len(theirs)), "satterthwaite")
    yield from compare_tests("ML coefficients", ours, theirs, choose_close(name, "satterthwaite"))


def compare_fixed(name: str, df_method: str) -> Iterator[Comparison]:
    """Compare the coefficients under one df method, where the file has it."""
    theirs = load(name)["inference"].get(df_method, {}).get("fixed")
    if theirs:
        rows = np.eye(len(theirs))
        yield from _compare_rows(name, df_method, rows, theirs, "coefficients")


def compare_contrasts(name: str, df_method: str) -> Iterator[Comparison]:
    """Compare the difference between arms at each visit."""
    theirs = load(name)["inference"].get(df_method, {}).get("emmeans", {}).get("contrasts")
    if not theirs:
        return
    _, visit, arm, _, arms = COLUMNS[name.split("__")[0]]
    terms = list_terms(name)
    rows = np.zeros((len(theirs), len(terms)))
    for i, row in enumerate(theirs):
        rows[i, terms.index(f"{arm}{arms[0]}")] = 1
        if i:
            rows[i, terms.index(f"{arm}{arms[0]}:{visit}{row[visit]}")] = 1
    yield from _compare_rows(name, df_method, rows, theirs, "contrasts")


def compare_joint_tests(name: str, df_method: str) -> Iterator[Comparison]:
    """Compare the F test of the interaction."""
    theirs = load(name)["inference"].get(df_method, {}).get("joint_tests")
    if not theirs:
        return
    terms = list_terms(name)
    chosen = [":" in term for term in terms]
    if name == "btheb__clda_us":
        chosen = [term.startswith("trt_m") for term in terms]
    ours = test_joint(fit(name, Method.REML), np.eye(len(terms))[chosen], DF_METHODS[df_method])
    close = choose_close(name, df_method)
    yield from compare_joint(f"{SHOWN[df_method]} joint test", "", ours, theirs[0], close)


def choose_close(name: str, df_method: str) -> Close:
    """Return the tolerances for a file and df method."""
    many = load(name)["n_covariance_parameters"] >= 10
    tolerance = 1e-4 if many else 1e-5
    is_kenward_roger = df_method == "kenward_roger_linear"
    return Close(
        estimate=tolerance,
        std_error=1e-3 if is_kenward_roger else tolerance,
        limit=1e-3,
        floor=1.0,
    )


def _compare_rows(
    name: str, df_method: str, rows: np.ndarray, theirs: list[dict[str, Any]], what: str
) -> Iterator[Comparison]:
    ours = test_contrasts(fit(name, Method.REML), rows, DF_METHODS[df_method])
    close = choose_close(name, df_method)
    yield from compare_tests(f"{SHOWN[df_method]} {what}", ours, theirs, close)

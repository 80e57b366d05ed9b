"""Printed digits of SAS PROC MIXED on the fev trial. SAS stops a little earlier than these fits."""

import json
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import test_contrasts as contrast_tests
from evalpipe.stats.problem import GaussianProblem, Method, Residual, Structure

REFERENCE = Path(
    os.environ.get("EVALPIPE_REFERENCE", Path(__file__).parents[2] / ".." / "shared" / "reference")
)
LISTING = REFERENCE / "golden" / "sas_fev_data.json"
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(
        not LISTING.is_file(), reason="the reference folder is absent; set EVALPIPE_REFERENCE"
    ),
]
STOPS_EARLY = 3e-5
"""Relative difference in estimates that the reference README allows for."""
STRUCTURES = {
    "adh": Structure.HETEROGENEOUS_ANTE_DEPENDENCE,
    "ar1": Structure.AR1,
    "ar1h": Structure.HETEROGENEOUS_AR1,
    "arh1": Structure.HETEROGENEOUS_AR1,
    "cs": Structure.COMPOUND_SYMMETRY,
    "csh": Structure.HETEROGENEOUS_COMPOUND_SYMMETRY,
    "toep": Structure.TOEPLITZ,
    "toeph": Structure.HETEROGENEOUS_TOEPLITZ,
    "us": Structure.UNSTRUCTURED,
    "sp_exp": Structure.EXPONENTIAL,
}


@lru_cache
def read_listing() -> dict:
    return json.loads(LISTING.read_text()) if LISTING.is_file() else {}


@lru_cache
def fit_model(structure: Structure, method: Method, *, by_arm: bool, arm_term: bool) -> GaussianFit:
    data = pd.read_csv(REFERENCE / "data" / "fev_data.csv")
    data = data[data["FEV1"].notna()]
    treated = (data["ARMCD"] == "TRT").to_numpy()
    columns = [np.ones(len(data)), treated][: 1 + arm_term]
    residual = Residual(
        block=np.unique(data["USUBJID"], return_inverse=True)[1],
        structure=structure,
        position=data["VISITN"].to_numpy() - 1,
        n_positions=4,
        time=data["VISITN"].to_numpy(float),
        group=treated.astype(int) if by_arm else None,
        n_groups=1 + by_arm,
    )
    problem = GaussianProblem(
        y=data["FEV1"].to_numpy(),
        X=np.column_stack(columns).astype(float),
        columns=("intercept", "arm")[: 1 + arm_term],
        residual=residual,
        method=method,
    )
    return fit_gaussian(problem)


def list_intercept_listings() -> list[str]:
    """Listings of FEV1 with an intercept only, for the structures that exist here."""
    found = []
    for name in read_listing().get("listings", {}):
        stem = name.removeprefix("sas_").removeprefix("group_").rsplit("_", 1)[0]
        if stem in STRUCTURES:
            found.append(name)
    return found


def list_linear_kenward_roger() -> list[str]:
    """Files with ddfm=kr(linear), and ddfm=kr where it is the same; the spatial pair, in two
    coordinates, has no model here.
    """
    names = [Path(file).stem for file in read_listing().get("kenward_roger_csv", {})]
    linear = [name for name in names if name.startswith("kr1_") and "spexp" not in name]
    same = [name for name in names if name in ("kr_us", "kr_cs", "kr_toep")]
    return linear + same


@pytest.mark.parametrize("name", list_intercept_listings())
def test_intercept_models(name: str):
    theirs = read_listing()["listings"][name]
    stem, method = name.removeprefix("sas_").rsplit("_", 1)
    fit = fit_model(
        STRUCTURES[stem.removeprefix("group_")],
        Method(method),
        by_arm=stem.startswith("group_"),
        arm_term=False,
    )
    deviance = theirs["minus_2_loglik_last_iteration"]
    assert deviance - 2e-5 < -2 * fit.log_likelihood < deviance + 1e-7  # never worse than SAS
    ours = contrast_tests(fit, np.ones((1, 1)), "satterthwaite")
    fixed = theirs["fixed"][0]
    assert ours.estimate[0] == pytest.approx(fixed["estimate"], rel=STOPS_EARLY)
    assert ours.std_error[0] == pytest.approx(fixed["se"], abs=1e-4)
    assert ours.df[0] == pytest.approx(fixed["df"], abs=0.51)


@pytest.mark.parametrize("name", list_linear_kenward_roger())
def test_linear_kenward_roger(name: str):
    file = f"design/ddfm_covtype/{name}.csv"
    theirs = read_listing()["kenward_roger_csv"][file][0]
    fit = fit_model(
        STRUCTURES[name.split("_")[1]],
        Method.REML,
        by_arm=False,
        arm_term=True,
    )
    ours = contrast_tests(fit, np.array([[0.0, 1.0]]), "kenward_roger")
    assert ours.estimate[0] == pytest.approx(theirs["Estimate"], rel=STOPS_EARLY)
    assert ours.std_error[0] == pytest.approx(theirs["StdErr"], rel=1e-3)
    assert ours.df[0] == pytest.approx(theirs["DF"], rel=1e-3)
    assert ours.conf_low[0] == pytest.approx(theirs["Lower"], rel=1e-3)

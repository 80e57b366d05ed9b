"""Printed digits of SAS PROC MIXED on the fev trial. SAS stops a little earlier than these fits."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cases.comparison import Comparison, compare
from cases.folder import has_golden, load, read_data
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import test_contrasts
from evalpipe.stats.problem import GaussianProblem, Method, Residual, Structure

NAME = "sas_fev_data"
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


def read_listing() -> dict[str, Any]:
    """Return what SAS printed, or nothing where the data may not be copied."""
    return load(NAME) if has_golden(NAME) else {}


@cache
def fit_model(structure: Structure, method: Method, *, by_arm: bool, arm_term: bool) -> GaussianFit:
    """Fit FEV1 with an intercept, and the arm if asked for."""
    data = read_data("fev_data")
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


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare every listing that has a model here."""
    if name != NAME:
        raise KeyError(name)
    for listing in list_intercept_listings():
        yield from compare_intercept_model(listing)
    for listing in list_linear_kenward_roger():
        yield from compare_kenward_roger(listing)


def compare_intercept_model(listing: str) -> Iterator[Comparison]:
    """Compare an intercept-only model: never a worse likelihood, the printed digits."""
    theirs = read_listing()["listings"][listing]
    stem, method = listing.removeprefix("sas_").rsplit("_", 1)
    fitted = fit_model(
        STRUCTURES[stem.removeprefix("group_")],
        Method(method),
        by_arm=stem.startswith("group_"),
        arm_term=False,
    )
    deviance = theirs["minus_2_loglik_last_iteration"]
    quantity = f"{method.upper()}: log-likelihood"
    value = fitted.log_likelihood
    yield Comparison(quantity, listing, value, -deviance / 2, 1e-7, 1.0, higher_wins=True)
    ours = test_contrasts(fitted, np.ones((1, 1)), "satterthwaite")
    fixed = theirs["fixed"][0]
    place = [listing]
    yield from compare("intercept: estimate", place, ours.estimate, fixed["estimate"], STOPS_EARLY)
    own = float(ours.std_error[0])
    what = "intercept: standard error (printed to 1e-4)"
    yield Comparison(what, listing, own, fixed["se"], 1e-4, 1.0)
    yield from compare("intercept: df (printed whole)", place, np.round(ours.df), fixed["df"], 0.0)


def compare_kenward_roger(listing: str) -> Iterator[Comparison]:
    """Compare the arm's effect under the linear form of Kenward and Roger."""
    theirs = read_listing()["kenward_roger_csv"][f"design/ddfm_covtype/{listing}.csv"][0]
    structure = STRUCTURES[listing.split("_")[1]]
    fitted = fit_model(structure, Method.REML, by_arm=False, arm_term=True)
    ours = test_contrasts(fitted, np.array([[0.0, 1.0]]), "kenward_roger")
    place = [listing]
    what = "Kenward-Roger arm"
    yield from compare(f"{what}: estimate", place, ours.estimate, theirs["Estimate"], STOPS_EARLY)
    yield from compare(f"{what}: standard error", place, ours.std_error, theirs["StdErr"], 1e-3)
    yield from compare(f"{what}: df", place, ours.df, theirs["DF"], 1e-3)
    yield from compare(f"{what}: interval", place, ours.conf_low, theirs["Lower"], 1e-3)

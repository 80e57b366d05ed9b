"""Fit a marginal model by estimating equations (statsmodels), and judge what it can answer."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalpipe.config.analyses import Gee
from evalpipe.errors import NotEstimableError
from evalpipe.models.answers import offsets, stack_rows
from evalpipe.models.estimable import Carried, carry_design
from evalpipe.models.model_rows import ModelRows
from evalpipe.models.requests import Request
from evalpipe.models.variables import Declared, code_units
from evalpipe.models.wald import Tests, test_rows
from evalpipe.models.working_correlation import find_places, is_definite, working_correlation
from evalpipe.stats.problem import FloatArray, IntArray
from evalpipe.stats.separation import find_separated
from evalpipe.vocabulary import DfMethod, Status

CONVERGED = 1e-12
"""Squared length of the last step, in model-based standard errors, that counts as none."""

INFINITE = {
    "binomial": "some combination of levels has only successes or only failures, so its odds are "
    "infinite",
    "poisson": "some combination of levels has no event at all, so its rate is zero and a ratio "
    "with it infinite or zero",
    "ordinal": "some combination of levels has answers at one end only, so its odds are infinite",
}
ADVICE = "leave the term out, join levels, or report the counts"


@dataclass(frozen=True)
class MarginalFit:
    """A fitted marginal model.

    beta: (p,), covariance: (p, p); where `carried` is not whole only contrasts that it can estimate
    may be read off them. correlation: the working correlation, if one number. scale: mean squared
    Pearson residual that model-based errors are multiplied by, None where it is held at one.
    classes: codes of an ordinal outcome's classes; thresholds: log odds of more than each of them
    but the last, where every column is zero.
    """

    rows: ModelRows
    beta: FloatArray
    covariance: FloatArray
    df: float
    family: str
    correlation: float | None
    n_clusters: int
    status: Status
    note: str | None
    warnings: tuple[str, ...]
    carried: Carried
    scale: float | None = None
    classes: FloatArray | None = None
    thresholds: FloatArray | None = None
    threshold_errors: FloatArray | None = None

    def test(self, requests: list[Request], conf_level: float) -> Tests:
        """Return Wald tests of single-row requests on the link scale."""
        L = stack_rows(requests, len(self.beta))
        return test_rows(L, self.beta, self.covariance, self.df, conf_level, offsets(requests))

    @property
    def df_method(self) -> DfMethod:
        """Residual (clusters minus coefficients) with the small-sample covariance, else normal."""
        return DfMethod.RESIDUAL if np.isfinite(self.df) else DfMethod.NORMAL

    @property
    def reason(self) -> str:
        """Why a contrast that is not carried has no estimate."""
        why = INFINITE.get(self.family, "no row determines it")
        return f"not estimable: {why}; {ADVICE}"


def fit_equations(rows: ModelRows, model: Gee, declared: Declared) -> MarginalFit:
    """Fit a marginal model of an outcome that is a number, a count or yes and no.

    `bias_reduced` covariance (Mancl and DeRouen 2001) is read with t on clusters minus coefficients
    df. Raises NotEstimableError where every row is separated or clusters are fewer than
    coefficients.
    """
    _check_outcome(rows.y, model.family)
    carried = carry_design(rows.X, ~find_separated(rows.X, _find_sign(rows.y, model.family)))
    require_overlap(carried, model.family)
    groups = code_units(rows.frame, model.within, declared)
    places = find_places(rows.frame, groups, declared)
    result, caught = _fit_carried(rows, carried, model, groups, places)
    kept_groups = groups[carried.kept]
    status, note = judge_fit(result, int(np.bincount(kept_groups).max()))
    dependence = result.model.cov_struct.dep_params
    has_one = np.ndim(dependence) == 0 and dependence is not None
    return MarginalFit(
        rows=rows,
        beta=carried.transform @ np.asarray(result.params),
        covariance=carried.transform @ np.asarray(result.cov_params()) @ carried.transform.T,
        df=count_df(model, kept_groups, carried.X.shape[1]),
        family=model.family,
        correlation=float(dependence) if has_one else None,
        n_clusters=len(np.unique(groups)),
        status=status,
        note=note,
        warnings=caught,
        carried=carried,
        scale=float(result.scale) if _has_scale(model.family) else None,
    )


def require_overlap(carried: Carried, family: str) -> None:
    """Raise NotEstimableError where the rows that stay carry no coefficient."""
    if carried.X.shape[1] == 0:
        raise NotEstimableError(f"{INFINITE.get(family, 'no row determines it')}; {ADVICE}")


def count_df(model: Gee, groups: IntArray, n_coefficients: int) -> float:
    """Return clusters minus coefficients for the small-sample covariance, else infinity."""
    if model.covariance != "bias_reduced":
        return np.inf
    n_clusters = len(np.unique(groups))
    if n_clusters <= n_coefficients:
        raise NotEstimableError(
            f"{n_clusters} {model.within}s carry {n_coefficients} coefficients: too few"
        )
    return float(n_clusters - n_coefficients)


def _find_sign(y: FloatArray, family: str) -> IntArray:
    """Return (n,) in which direction of the linear predictor a row's likelihood has no top."""
    if family == "binomial":
        return np.where(y >= 1, 1, np.where(y <= 0, -1, 0)).astype(np.int64)
    if family == "poisson":
        return np.where(y <= 0, -1, 0).astype(np.int64)
    return np.zeros(len(y), dtype=np.int64)


def _has_scale(family: str) -> bool:
    """Whether the variance has a free scale; that of an outcome of 0 and 1 is its mean's."""
    return family != "binomial"


def _fit_carried(
    rows: ModelRows, carried: Carried, model: Gee, groups: IntArray, places: IntArray
) -> tuple[Any, tuple[str, ...]]:
    from statsmodels.genmod import families as known
    from statsmodels.genmod.generalized_estimating_equations import GEE

    families = {
        "binomial": known.Binomial(),
        "poisson": known.Poisson(),
        "gaussian": known.Gaussian(),
        "gamma": known.Gamma(link=known.links.Log()),
    }
    groups, places, y = groups[carried.kept], places[carried.kept], rows.y[carried.kept]
    order = np.lexsort((places, groups))
    gee = GEE(
        y[order],
        carried.X[order],
        groups=groups[order],
        time=places[order][:, None],
        family=families[model.family],
        cov_struct=working_correlation(model.correlation, groups, places),
    )
    return run_equations(
        gee, cov_type=model.covariance, scale="X2" if _has_scale(model.family) else None
    )


def run_equations(gee: Any, **settings: object) -> tuple[Any, tuple[str, ...]]:
    """Return the result of a fit and its warnings.

    Moments are divided by the number of residuals or pairs (`ddof_scale=0`), as geepack does.
    Raises NotEstimableError where the equations have no solution.
    """
    from statsmodels.genmod.generalized_estimating_equations import GEE

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = GEE.fit(gee, maxiter=200, ctol=1e-10, ddof_scale=0, **settings)
        except (np.linalg.LinAlgError, ValueError):  # not definite, or no longer finite
            result = None
    if result is None:
        raise NotEstimableError(
            "the estimating equations have no solution here: choose another `correlation`, or "
            "simplify the model"
        )
    words = (" ".join(str(w.message).split()) for w in caught)
    return result, tuple(dict.fromkeys(words))


def judge_fit(result: Any, largest: int) -> tuple[Status, str | None]:
    """Return how a fit ended, in units of its own standard errors, and why.

    largest: rows of the largest cluster.
    """
    beta, history = np.asarray(result.params), result.fit_history["score"]
    score = np.asarray(history[-1]) if history else np.array([np.nan])
    step = float(score @ np.asarray(result.cov_naive) @ score) / float(result.scale)
    if not np.isfinite(beta).all() or not step <= CONVERGED:
        return Status.NOT_CONVERGED, (
            "the estimating equations did not converge: simplify the model or choose "
            "`correlation: independence`"
        )
    if not is_definite(result.model.cov_struct, largest):
        return Status.NOT_CONVERGED, (
            "the working correlation estimated from these clusters is no correlation matrix: "
            "choose a simpler `correlation`"
        )
    return Status.OK, None


def _check_outcome(y: FloatArray, family: str) -> None:
    if family == "binomial" and ((y < 0) | (y > 1)).any():
        raise NotEstimableError(
            "a binomial outcome lies between 0 and 1; name the class that counts as success with "
            "`better_class`, or derive a variable of 0 and 1"
        )
    if family == "poisson" and ((y < 0) | (np.abs(y - np.round(y)) > 1e-9)).any():
        raise NotEstimableError("a count outcome has whole numbers from 0 on")
    if family == "gamma" and (y <= 0).any():
        raise NotEstimableError("a gamma outcome is above 0")

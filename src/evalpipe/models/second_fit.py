"""An independent second fit of a Gaussian model by statsmodels; its numbers are never reported.

Random effects: statsmodels `MixedLM`, which optimises on its own; its standard errors come from
another formula and are not compared. Without random effects: generalised least squares and a dense
likelihood at our covariance matrix, which checks coefficients, standard errors and the likelihood,
not the optimum itself.
"""

import warnings
from typing import Any

import numpy as np

from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.second_computation import SecondFit, largest_difference, relative_difference
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.problem import FloatArray, GaussianProblem, IntArray, RandomEffect

LARGEST_FOR_MIXEDLM = 5_000
"""Observations above which statsmodels' optimiser is not run: it takes minutes."""

LARGEST_FOR_GLS = 1_500

LOG_2PI = float(np.log(2 * np.pi))

CLOSE = 1e-5
"""A log-likelihood this much lower than ours means that statsmodels' optimiser stopped too early.
"""


def fit_again(fitted: FittedGaussian) -> SecondFit | None:
    """Fit the model by statsmodels where it can be expressed; None where it cannot.

    Differences are relative to our number; for coefficients to the larger of the estimate and its
    standard error.
    """
    fit = fitted.fit
    if fit.status.value != "ok":
        return None
    # sets warning filters of its own when first imported
    import statsmodels.regression.mixed_linear_model  # noqa: F401

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = _second_fit(fit)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError):
            return None
    return found if found is not None and np.isfinite(found.difference) else None


def _second_fit(fit: GaussianFit) -> SecondFit | None:
    problem = fit.problem
    if problem.random:
        return _mixed(fit) if _is_plain(problem) else None
    if len(problem.y) <= LARGEST_FOR_GLS:
        return _generalised(fit)
    return None


def _is_plain(problem: GaussianProblem) -> bool:
    """Whether statsmodels can express it: nested intercepts, or one level with slopes."""
    residual = problem.residual
    if not residual.structure.is_plain or residual.n_groups > 1 or residual.members:
        return False
    if len(problem.y) > LARGEST_FOR_MIXEDLM or any((e.level < 0).any() for e in problem.random):
        return False
    if len(problem.random) == 1:
        return problem.random[0].covariance.value == "unstructured"
    return all(effect.terms == ("intercept",) for effect in problem.random)


def _mixed(fit: GaussianFit) -> SecondFit:
    from statsmodels.regression.mixed_linear_model import MixedLM

    problem = fit.problem
    effects = sorted(problem.random, key=lambda effect: len(np.unique(effect.level)))
    outer = effects[0]
    order = np.argsort(outer.level, kind="stable")
    components = {e.name: _dummies(e.level[order], outer.level[order]) for e in effects[1:]}
    model = MixedLM(
        problem.y[order],
        problem.X[order],
        groups=outer.level[order],
        exog_re=outer.design[order],
        exog_vc=_components(components),
    )
    result, started = _best_fit(model, fit, outer, effects[1:])
    values = {
        "log-likelihood": relative_difference(float(result.llf), fit.log_likelihood),
        "residual variance": relative_difference(float(result.scale), float(fit.theta[-1])),
        **_estimates(fit, np.asarray(result.fe_params)),
        **_variances(fit, outer, np.asarray(result.cov_re)),
    }
    for effect, variance in zip(effects[1:], np.asarray(result.vcomp), strict=True):
        ours = float(fit.random_covariance[effect.name][0, 0])
        values[f"variance within {effect.name}"] = relative_difference(float(variance), ours)
    return largest_difference(f"statsmodels MixedLM{started}", values)


def _best_fit(
    model: Any, fit: GaussianFit, outer: RandomEffect, inner: list[RandomEffect]
) -> tuple[Any, str]:
    """Return statsmodels' fit from its own start, or from ours where its own stops short of it."""
    from statsmodels.regression.mixed_linear_model import MixedLMParams

    settings = {"reml": fit.method.value == "reml", "method": ["lbfgs", "bfgs"], "gtol": 1e-9}
    own = model.fit(**settings)
    if own.llf > fit.log_likelihood - CLOSE:
        return own, ""
    scale = float(fit.theta[-1])
    components = [fit.random_covariance[effect.name][0, 0] / scale for effect in inner]
    start = MixedLMParams.from_components(
        fe_params=fit.beta,
        cov_re=fit.random_covariance[outer.name] / scale,
        vcomp=np.array(components),
    )
    again = model.fit(start_params=start, **settings)
    return (own, "") if own.llf >= again.llf else (again, ", started at our estimates")


def _components(components: dict[str, dict[int, FloatArray]]) -> object:
    if not components:
        return None
    from statsmodels.regression.mixed_linear_model import VCSpec

    names, columns, matrices = [], [], []
    for name, by_group in components.items():
        names.append(name)
        groups = sorted(by_group)
        matrices.append([by_group[g] for g in groups])
        columns.append([[f"{name}{i}" for i in range(by_group[g].shape[1])] for g in groups])
    return VCSpec(names, columns, matrices)


def _dummies(inner: IntArray, outer: IntArray) -> dict[int, FloatArray]:
    """Return for each outer unit the indicators of its inner units."""
    found = {}
    for group in np.unique(outer):
        here = inner[outer == group]
        found[int(group)] = (here[:, None] == np.unique(here)[None, :]).astype(float)
    return found


def _generalised(fit: GaussianFit) -> SecondFit:
    from statsmodels.regression.linear_model import GLS

    problem = fit.problem
    V = np.zeros((len(problem.y), len(problem.y)))
    for batch in fit.iterate_clusters():
        for rows, covariance in zip(batch.rows, batch.covariance, strict=True):
            V[np.ix_(rows, rows)] = covariance
    result = GLS(problem.y, problem.X, sigma=V).fit()
    errors = np.sqrt(np.diag(np.asarray(result.normalized_cov_params)))
    values = _estimates(fit, np.asarray(result.params))
    ours = np.sqrt(np.diag(fit.covariance_beta))
    for name, error, own in zip(problem.columns, errors, ours, strict=True):
        values[f"standard error of {name}"] = relative_difference(float(error), float(own))
    likelihood = _log_likelihood(problem, np.asarray(result.resid), V)
    values["log-likelihood"] = relative_difference(likelihood, fit.log_likelihood)
    return largest_difference("statsmodels GLS at our covariance", values)


def _log_likelihood(problem: GaussianProblem, residual: FloatArray, V: FloatArray) -> float:
    """Return the (restricted) log-likelihood by dense algebra, without log|X'X|."""
    n, p = len(problem.y), len(problem.columns)
    log_det = float(np.linalg.slogdet(V)[1])
    squares = float(residual @ np.linalg.solve(V, residual))
    if problem.method.value == "ml":
        return -0.5 * (n * LOG_2PI + log_det + squares)
    extra = float(np.linalg.slogdet(problem.X.T @ np.linalg.solve(V, problem.X))[1])
    return -0.5 * ((n - p) * LOG_2PI + log_det + extra + squares)


def _estimates(fit: GaussianFit, beta: FloatArray) -> dict[str, float]:
    ours = np.sqrt(np.diag(fit.covariance_beta))
    return {
        f"estimate of {name}": abs(float(theirs - own)) / max(abs(float(own)), float(error))
        for name, theirs, own, error in zip(fit.problem.columns, beta, fit.beta, ours, strict=True)
    }


def _variances(fit: GaussianFit, outer: RandomEffect, theirs: FloatArray) -> dict[str, float]:
    ours = fit.random_covariance[outer.name]
    return {
        f"variance of {term} within {outer.name}": relative_difference(
            float(theirs[i, i]), float(ours[i, i])
        )
        for i, term in enumerate(outer.terms)
    }

"""Profile intervals against a search by brute force over the likelihood itself."""

import numpy as np
import pytest
from scipy.optimize import minimize

from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.likelihood import evaluate_value
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import (
    GaussianProblem,
    Method,
    RandomEffect,
    Residual,
    Structure,
)
from evalpipe.stats.profile import profile_intervals
from evalpipe.stats.variance import covariance_parameter_intervals

HALF_QUANTILE = 1.959963984540054**2 / 2


def make_fit(
    between: float = 1.0,
    structure: Structure = Structure.IDENTITY,
    method: Method = Method.REML,
    seed: int = 3,
) -> GaussianFit:
    rng = np.random.default_rng(seed)
    n, T = 30, 3
    unit, visit = np.repeat(np.arange(n), T), np.tile(np.arange(T), n)
    X = np.column_stack([np.ones(n * T), visit, unit % 2])
    y = 40.0 + np.sqrt(between) * 5 * rng.standard_normal(n)[unit] + 4 * rng.standard_normal(n * T)
    random: tuple[RandomEffect, ...] = ()
    residual = Residual(unit, structure, position=visit, n_positions=T)
    if structure is Structure.IDENTITY:
        random = (RandomEffect("unit", unit, np.ones((n * T, 1)), ("intercept",)),)
    return fit_gaussian(GaussianProblem(y, X, ("a", "b", "c"), residual, random, method))


def best_value_with(fit: GaussianFit, place: int, value: float) -> float:
    """The likelihood maximised over the other parameters, by a simplex, on the units of the fit."""
    core = fit.core
    report = np.linalg.inv(core.report)
    others = np.delete(np.arange(len(fit.theta)), place)

    def cost(free: np.ndarray) -> float:
        theta = np.empty(len(fit.theta))
        theta[place], theta[others] = value, free * fit.theta[others]
        own = report @ theta
        if not core.model.is_feasible(own):
            return 1e10
        return -evaluate_value(core.model, own, fit.n_observations, fit.method)

    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000}
    starts = [np.full(len(others), size) for size in (1.0, 1.6)]
    start = min(starts, key=cost)
    found = minimize(cost, start, method="Nelder-Mead", options=options)
    return -float(found.fun)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize(
    "structure", [Structure.IDENTITY, Structure.AR1, Structure.COMPOUND_SYMMETRY]
)
def test_at_its_limits_the_best_likelihood_has_fallen_by_half_the_quantile(structure, method):
    fit = make_fit(structure=structure, method=method)
    top = fit.core.likelihood.value
    for place, interval in enumerate(profile_intervals(fit)):
        assert interval.conf_low < interval.estimate < interval.conf_high
        for limit in (interval.conf_low, interval.conf_high):
            fallen = top - best_value_with(fit, place, limit)
            assert fallen == pytest.approx(HALF_QUANTILE, abs=2e-5), interval.name


def test_the_outcome_s_unit_does_not_matter():
    fit = make_fit(structure=Structure.UNSTRUCTURED)
    scaled = fit_gaussian(
        GaussianProblem(
            fit.problem.y * 1e4, fit.problem.X, fit.problem.columns, fit.problem.residual
        )
    )
    for one, other in zip(profile_intervals(fit), profile_intervals(scaled), strict=True):
        assert other.conf_low == pytest.approx(1e8 * one.conf_low, rel=1e-6)
        assert other.conf_high == pytest.approx(1e8 * one.conf_high, rel=1e-6)


def test_a_variance_that_may_be_nothing_has_zero_as_its_lower_limit():
    fit = make_fit(between=0.03, seed=8)
    assert fit.status is FitStatus.OK
    interval = profile_intervals(fit)[0]
    assert interval.conf_low == 0.0
    assert interval.conf_high > interval.estimate
    delta = covariance_parameter_intervals(fit)[0]
    assert delta.conf_low > 0.0  # what the profile is for


def test_a_singular_fit_has_no_limits():
    fit = next(
        f for f in (make_fit(between=0.0, seed=s) for s in range(50)) if f.status != FitStatus.OK
    )
    for interval in profile_intervals(fit):
        assert np.isnan([interval.conf_low, interval.conf_high, interval.std_error]).all()
        assert interval.scale == "profile"


def test_another_confidence_level_is_another_interval():
    fit = make_fit()
    wide, narrow = profile_intervals(fit, 0.99)[0], profile_intervals(fit, 0.80)[0]
    assert wide.conf_low < narrow.conf_low < narrow.conf_high < wide.conf_high

"""Influence is exact at the fitted covariance; scaled residuals are white."""

import numpy as np
import pytest

from evalpipe.config.analyses import MMRM
from evalpipe.models.diagnose import influence_of, residuals_of
from evalpipe.models.gaussian_fit import fit_declared
from evalpipe.models.variables import Declared

DECLARED = Declared({"arm": ("control", "new"), "visit": ("v1", "v2", "v3")})


@pytest.fixture(scope="module")
def fitted(trial):
    model = MMRM(kind="mmrm", fixed=("baseline", "arm", "visit", "arm:visit"))
    return fit_declared(trial, model, DECLARED)


def test_influence_is_what_leaving_out_one_participant_gives(fitted):
    """Generalised least squares without the participant, at the same covariance matrix."""
    fit = fitted.fit
    problem = fit.problem
    L = np.eye(len(fit.beta))
    changes, found = influence_of(fit, L), []
    units = list(fit.iterate_clusters())
    V = np.zeros((len(problem.y), len(problem.y)))
    rows_of = []
    for batch in units:
        for rows, covariance in zip(batch.rows, batch.covariance, strict=True):
            V[np.ix_(rows, rows)] = covariance
            rows_of.append(rows)
    for rows in rows_of:
        keep = np.setdiff1d(np.arange(len(problem.y)), rows)
        X, y, W = problem.X[keep], problem.y[keep], np.linalg.inv(V[np.ix_(keep, keep)])
        found.append(np.linalg.solve(X.T @ W @ X, X.T @ W @ y) - fit.beta)
    np.testing.assert_allclose(changes, np.array(found), rtol=1e-6, atol=1e-8)


def test_scaled_residuals_have_unit_variance_and_no_correlation(fitted):
    residuals = residuals_of(fitted.fit)
    assert residuals.scaled.var() == pytest.approx(1.0, abs=0.15)
    assert residuals.studentised.std() == pytest.approx(1.0, abs=0.1)
    frame = fitted.rows.frame.assign(scaled=residuals.scaled)
    wide = frame.pivot(index="participant_id", columns="visit", values="scaled")
    off = wide.corr().to_numpy()[np.triu_indices(3, 1)]
    assert np.abs(off).max() < 0.25


def test_residual_statistics_count_every_observation(fitted):
    from evalpipe.models.diagnose import residual_statistics

    rows = list(residual_statistics(fitted, "score"))
    bins = [row.value for row in rows if row.groups["kind"] == "scaled_residual_bin"]
    assert sum(bins) == fitted.rows.n

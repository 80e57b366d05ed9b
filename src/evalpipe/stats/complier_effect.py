"""The effect among those who take what they are assigned, with randomisation as the instrument.

Two-stage least squares with one instrument (Imbens and Angrist 1994, Econometrica 62, 467-475;
Angrist, Imbens and Rubin 1996, JASA 91, 444-455). It is the complier average effect when assignment
is random, changes the outcome only through what was received (exclusion), and nobody does the
opposite of his assignment (monotonicity). Nothing in the data can show the last two.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.precondition import orthonormalise
from evalpipe.stats.problem import FloatArray
from evalpipe.stats.quadratic import solve_quadratic

WEAK = 10.0
"""First-stage F below which the instrument counts as weak (Staiger and Stock 1997)."""
NO_FIRST_STAGE = 1e-10


@dataclass(frozen=True)
class ComplierEffect:
    """Complier average effect in units of the outcome.

    std_error: robust to unequal variances, HC1. df: n - k. conf_*: of t.
    anderson_rubin_low, _high: limits that hold with a weak instrument too; infinite where unbounded
    and NaN where no value is compatible or the set is not an interval.
    compliance: difference of the arms in what was received (first stage), with its HC1 error and
    F. assigned_effect: difference of the arms in the outcome (by assignment), with its error.
    is_weak: F below 10.
    """

    estimate: float
    std_error: float
    df: int
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    anderson_rubin_low: float
    anderson_rubin_high: float
    compliance: float
    compliance_std_error: float
    first_stage_f: float
    assigned_effect: float
    assigned_std_error: float
    is_weak: bool


def estimate_complier_effect(
    y: FloatArray,
    received: FloatArray,
    assigned: FloatArray,
    covariates: FloatArray | None = None,
    confidence_level: float = 0.95,
) -> ComplierEffect:
    """Estimate the complier average effect.

    y: (n,) outcome. received: (n,) 0 or 1, or a dose. assigned: (n,) 0 or 1. covariates: (n, k)
    known before randomisation, without the constant. No missing values.

    Raises
    ------
    ModelError
        If something is missing or the shapes differ.
    NotEstimableError
        If arms do not differ in what they received, or a column is a combination of others.
    """
    others = _exogenous(y, received, assigned, covariates)
    n, k = len(y), others.shape[1] + 1
    Q, _ = orthonormalise(others, tuple(f"covariate {i}" for i in range(k - 1)))
    z, d, outcome = (v - Q @ (Q.T @ v) for v in (assigned, received, y))
    if z @ z <= NO_FIRST_STAGE * (assigned @ assigned):
        raise NotEstimableError("assignment is a combination of covariates; remove one of them")
    if abs(z @ d) <= NO_FIRST_STAGE * np.sqrt((z @ z) * (received @ received)):
        raise NotEstimableError("the arms do not differ in what they received: nobody complied")
    scale = n / (n - k)
    estimate = float((z @ outcome) / (z @ d))
    error = float(np.sqrt(scale * np.sum((z * (outcome - estimate * d)) ** 2)) / abs(z @ d))
    compliance, compliance_error = _regress(d, z, scale)
    effect, effect_error = _regress(outcome, z, scale)
    t = float(stdtrit(n - k, 0.5 + confidence_level / 2))
    low, high = _anderson_rubin(outcome, d, z, t * t * scale)
    return ComplierEffect(
        estimate=estimate,
        std_error=error,
        df=n - k,
        statistic=estimate / error,
        p_value=2 * float(stdtr(n - k, -abs(estimate / error))),
        conf_low=estimate - t * error,
        conf_high=estimate + t * error,
        anderson_rubin_low=low,
        anderson_rubin_high=high,
        compliance=compliance,
        compliance_std_error=compliance_error,
        first_stage_f=(compliance / compliance_error) ** 2 if compliance_error > 0 else np.inf,
        assigned_effect=effect,
        assigned_std_error=effect_error,
        is_weak=compliance_error > 0 and (compliance / compliance_error) ** 2 < WEAK,
    )


def _regress(v: FloatArray, z: FloatArray, scale: float) -> tuple[float, float]:
    """Return the coefficient of z and its HC1 error; both free of the other columns."""
    slope = float((z @ v) / (z @ z))
    error = np.sqrt(scale * np.sum((z * (v - slope * z)) ** 2)) / (z @ z)
    return slope, float(error)


def _anderson_rubin(
    y: FloatArray, d: FloatArray, z: FloatArray, bound: float
) -> tuple[float, float]:
    """Return the effects b at which (z'(y - b d))^2 <= bound * sum z^2 e(b)^2.

    e(b) are residuals of y - b d on z, so both sides are quadratic in b (Anderson and Rubin 1949).
    """
    cross = np.array([z @ y, -(z @ d)])
    left = np.stack([y, -d]) - np.outer(cross, z) / (z @ z)
    noise = (left * z**2) @ left.T
    M = np.outer(cross, cross) - bound * noise
    c, b, a = float(M[0, 0]), float(2 * M[0, 1]), float(M[1, 1])
    roots = solve_quadratic(a, b, c)
    if a > 0:
        return (roots[0], roots[1]) if len(roots) == 2 else (np.nan, np.nan)
    return (np.nan, np.nan) if len(roots) == 2 else (-np.inf, np.inf)


def _exogenous(
    y: FloatArray, received: FloatArray, assigned: FloatArray, covariates: FloatArray | None
) -> FloatArray:
    """Return the constant and the covariates (n, 1 + k) after checking what came in."""
    extra = np.empty((len(y), 0)) if covariates is None else covariates
    if not len(y) == len(received) == len(assigned) == len(extra):
        raise ModelError("outcome, treatment received, assignment and covariates differ in length")
    if not all(np.all(np.isfinite(v)) for v in (y, received, assigned, extra)):
        raise ModelError("a complier effect takes no missing values; impute or leave out first")
    if not np.array_equal(np.unique(assigned), [0.0, 1.0]):
        raise ModelError("assignment must be 0 or 1, with people in both arms")
    others = np.column_stack([np.ones(len(y)), extra])
    if len(y) <= others.shape[1] + 1:
        raise NotEstimableError("too few people for a complier effect with these covariates")
    return others

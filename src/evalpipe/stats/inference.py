"""One door from a contrast matrix to estimate, standard error, df, statistic, p value and interval.

Sources: Satterthwaite as Giesbrecht and Burns (1985), several rows as Fai and Cornelius (1996);
Kenward and Roger (1997) in the linear form, without second derivatives of V (SAS
`ddfm=kr(linear)`); CR2 as Bell and McCaffrey (2002). The covariance matrix of the covariance
parameters is the inverse of the observed information, except for Kenward-Roger with random
effects (that were not estimated at zero), where it is that of the expected information (as
pbkrtest; SAS and mmrm use the observed one for marginal models). Random effects at zero have no
part in it: see `boundary`.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import fdtrc, ndtr, ndtri, stdtr, stdtrit

from evalpipe.errors import ModelError
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.kenward_roger import adjust_covariance, approximate_f
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import FloatArray, Method
from evalpipe.stats.robust import ClusterRobust, build_cluster_robust

SAME_DF = 1e-8
RANK = 1e-10


class DfMethod(StrEnum):
    """How standard errors and degrees of freedom are computed."""

    SATTERTHWAITE = "satterthwaite"
    KENWARD_ROGER = "kenward_roger"
    """Linear form; needs REML."""
    CR2 = "cr2"
    """Cluster-robust, bias-reduced; clusters are the independent units of the model."""
    NORMAL = "normal"
    """No small-sample correction; only on request."""
    RESIDUAL = "residual"
    """n - p; exact for least squares, refused otherwise."""


@dataclass(frozen=True)
class ContrastTests:
    """Tests of single contrasts, one entry (m,) for each row.

    df: infinite for `normal`; NaN (with p and interval) where the fit has no valid df: its
    residuals are singular, it did not converge, or the contrast is zero. Where random effects were
    estimated at zero, that of the model without them. A zero row has estimate 0 and std_error
    0.
    """

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    confidence_level: float
    method: DfMethod
    status: FitStatus


@dataclass(frozen=True)
class JointTest:
    """F test that several contrasts are zero; num_df is the rank of the rows."""

    num_df: int
    den_df: float
    statistic: float
    p_value: float
    method: DfMethod
    status: FitStatus


def test_contrasts(
    fit: GaussianFit,
    contrasts: FloatArray,
    method: DfMethod | str,
    confidence_level: float = 0.95,
) -> ContrastTests:
    """Test each row of a contrast matrix (m, p) in the fixed effects.

    Raises
    ------
    ModelError
        If the method is unknown, does not fit the model, or the rows are not finite (m, p).
    """
    rule = _choose_method(fit, method)
    rows = _check_rows(fit, contrasts)
    if not 0 < confidence_level < 1:
        raise ModelError("the confidence level must lie between 0 and 1")
    scaled = fit.core.prepared.contrast(rows)
    estimate = rows @ fit.core.prepared.offset + scaled @ fit.core.likelihood.beta
    engine = _Inference(fit, rule)
    variance, df = engine.test_rows(scaled)
    zero = ~np.any(rows != 0, axis=1)
    std_error = np.where(zero, 0.0, np.sqrt(variance))
    df = np.where(zero, np.nan, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(zero, np.nan, estimate / std_error)
    tail = (1 - confidence_level) / 2
    margin = -_t_quantile(df, tail) * std_error
    return ContrastTests(
        estimate=np.where(zero, 0.0, estimate),
        std_error=std_error,
        df=df,
        statistic=statistic,
        p_value=2 * _t_below(df, -np.abs(statistic)),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        confidence_level=confidence_level,
        method=rule,
        status=fit.status,
    )


def test_joint(fit: GaussianFit, contrasts: FloatArray, method: DfMethod | str) -> JointTest:
    """Test that all rows of a contrast matrix (r, p) are zero together; redundant rows are dropped.

    Raises
    ------
    ModelError
        If the method is unknown, does not fit the model, or every row is zero.
    """
    rule = _choose_method(fit, method)
    rows = _independent_rows(_check_rows(fit, contrasts))
    scaled = fit.core.prepared.contrast(rows)
    estimate = rows @ fit.core.prepared.offset + scaled @ fit.core.likelihood.beta
    statistic, den_df = _Inference(fit, rule).test_jointly(scaled, estimate)
    r = len(rows)
    return JointTest(
        num_df=r,
        den_df=den_df,
        statistic=statistic,
        p_value=_f_above(r, den_df, statistic),
        method=rule,
        status=fit.status,
    )


test_contrasts.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest
test_joint.__test__ = False  # type: ignore[attr-defined]


class _Inference:
    """Covariance and degrees of freedom under one method, for contrasts on the safe scale."""

    def __init__(self, fit: GaussianFit, method: DfMethod) -> None:
        core = fit.core
        self.method = method
        self.phi = core.likelihood.phi
        self.precision_d1 = core.likelihood.precision_d1
        uses_theta = method in (DfMethod.SATTERTHWAITE, DfMethod.KENWARD_ROGER)
        self.has_df = not uses_theta or fit.has_inference
        expected = method is DfMethod.KENWARD_ROGER and fit.has_random_effects
        self.theta_covariance = (
            core.theta_covariance_expected if expected else core.theta_covariance_observed
        )
        self.residual_df = float(fit.n_observations - len(fit.beta))
        self.robust: ClusterRobust | None = None
        self.covariance = self.phi
        if method is DfMethod.KENWARD_ROGER and self.has_df:
            self.covariance = adjust_covariance(core, self.theta_covariance)
        elif method is DfMethod.CR2:
            self.robust = build_cluster_robust(core)
            self.covariance = self.robust.covariance

    def test_rows(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return variance and df (m,) of each row."""
        variance = np.einsum("mp,pq,mq->m", rows, self.covariance, rows)
        return variance, self._row_df(rows)

    def test_jointly(self, rows: FloatArray, estimate: FloatArray) -> tuple[float, float]:
        """Return the F statistic and its denominator df."""
        r = len(rows)
        covariance = rows @ self.covariance @ rows.T
        wald = float(estimate @ np.linalg.solve(covariance, estimate)) / r
        if not self.has_df:
            return wald, float("nan")
        if self.method is DfMethod.KENWARD_ROGER:
            scale, den_df = approximate_f(rows, self.phi, self.precision_d1, self.theta_covariance)
            return scale * wald, den_df
        if self.method is DfMethod.NORMAL:
            return wald, float("inf")
        if self.method is DfMethod.RESIDUAL:
            return wald, self.residual_df
        _, vectors = np.linalg.eigh(covariance)
        return wald, combine_df(self._row_df(vectors.T @ rows))

    def _row_df(self, rows: FloatArray) -> FloatArray:
        if not self.has_df:
            return np.full(len(rows), np.nan)
        if self.robust is not None:
            return self.robust.find_df(rows)
        if self.method is DfMethod.NORMAL:
            return np.full(len(rows), np.inf)
        if self.method is DfMethod.RESIDUAL:
            return np.full(len(rows), self.residual_df)
        return satterthwaite_df(rows, self.phi, self.precision_d1, self.theta_covariance)


def satterthwaite_df(
    rows: FloatArray, phi: FloatArray, precision_d1: FloatArray, theta_covariance: FloatArray
) -> FloatArray:
    """Return 2 (c'Phi c)^2 / (g' A g) for each row c (m, p), g = d c'Phi c / d theta."""
    loaded = rows @ phi
    variance = np.einsum("mp,mp->m", loaded, rows)
    gradient = np.einsum("mp,kpq,mq->mk", loaded, precision_d1, loaded, optimize=True)
    spread = np.einsum("mk,kl,ml->m", gradient, theta_covariance, gradient)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(spread > 0, 2 * variance**2 / spread, np.nan))


def combine_df(row_df: FloatArray) -> float:
    """Return the denominator df of an F from those of its orthogonal rows (Fai and Cornelius
    1996).
    """
    if len(row_df) == 1 or np.all(np.abs(np.diff(row_df)) < SAME_DF):
        return float(np.mean(row_df))
    if not np.all(row_df > 2):
        return 2.0
    total = float(np.sum(row_df / (row_df - 2)))
    return 2 * total / (total - len(row_df))


def _choose_method(fit: GaussianFit, method: DfMethod | str) -> DfMethod:
    try:
        rule = DfMethod(method)
    except ValueError:
        known = ", ".join(m.value for m in DfMethod)
        raise ModelError(f"unknown df method {method!r}; choose one of {known}") from None
    if rule is DfMethod.KENWARD_ROGER and fit.method is not Method.REML:
        raise ModelError("Kenward-Roger needs a REML fit; use satterthwaite with ML")
    if rule is DfMethod.RESIDUAL and not is_least_squares(fit):
        raise ModelError("residual df are exact for least squares only; choose satterthwaite")
    return rule


def is_least_squares(fit: GaussianFit) -> bool:
    """Whether the model is plain least squares: one variance, no random effects, no correlation."""
    residual = fit.problem.residual
    plain = residual.structure.is_plain and residual.members is None
    return plain and residual.n_groups == 1 and not fit.problem.random


def _check_rows(fit: GaussianFit, contrasts: FloatArray) -> FloatArray:
    rows = np.asarray(contrasts, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != len(fit.beta):
        raise ModelError(f"contrasts of shape {rows.shape} do not fit {len(fit.beta)} coefficients")
    if not np.all(np.isfinite(rows)):
        raise ModelError("contrasts must be finite")
    return rows


def _independent_rows(rows: FloatArray) -> FloatArray:
    """Return rows that span the same space, as many as its rank."""
    length = np.linalg.norm(rows, axis=1)
    rows = rows[length > 0] / length[length > 0, None]
    if not len(rows):
        raise ModelError("a joint test needs at least one contrast that is not zero")
    _, size, basis = np.linalg.svd(rows, full_matrices=False)
    rank = int(np.sum(size > RANK * size[0]))
    return rows if rank == len(rows) else np.asarray(basis[:rank])


def _t_below(df: FloatArray, t: FloatArray) -> FloatArray:
    finite = np.where(np.isinf(df), 1.0, df)
    return np.asarray(np.where(np.isinf(df), ndtr(t), stdtr(finite, t)))


def _t_quantile(df: FloatArray, probability: float) -> FloatArray:
    finite = np.where(np.isinf(df), 1.0, df)
    return np.asarray(np.where(np.isinf(df), ndtri(probability), stdtrit(finite, probability)))


def _f_above(num_df: int, den_df: float, statistic: float) -> float:
    if np.isinf(den_df):
        from scipy.special import chdtrc

        return float(chdtrc(num_df, num_df * statistic))
    return float(fdtrc(num_df, den_df, statistic))

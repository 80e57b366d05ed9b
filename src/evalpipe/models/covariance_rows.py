"""Covariance parameters of a Gaussian fit as rows: variances, correlations, matrices, ICCs."""

import re

import numpy as np
from scipy.special import expit, logit, ndtri

from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.gaussian_problem import random_terms
from evalpipe.models.support import least_at
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity, Scale

MOST_POSITIONS = 12
"""Residual matrices of more visits are not written out."""

CLEAR = 2.0
"""Standard errors from zero at which a logarithmic (logit) interval is sensible."""

RELATIVE = ("range", "ratio", "relative variance", "relative covariance")
"""Parameters without the outcome's unit."""

POSITIVE = ("variance", "range", "ratio", "relative variance")

_NAME = re.compile(
    r"^(?:(?P<level>[^:]+): )?"
    r"(?P<kind>relative covariance|relative variance|variance|covariance|correlation|range|ratio)"
    r"(?:\((?P<inside>[^)]*)\))?(?: \[(?P<group>[^\]]*)\])?$"
)


def parameter_rows(fitted: FittedGaussian, conf_level: float) -> list[EstimateRow]:
    """Return one row for each covariance parameter, with its interval.

    Variances: Wald interval on the log scale, or where the estimate is below two standard errors
    plain, not below 0; correlations: on Fisher's z; covariances: Wald.
    Standard errors from the observed information; none for what was estimated at zero, or where
    the fit has no inference.
    """
    fit = fitted.fit
    errors = _standard_errors(fit)
    return [
        _parameter_row(name, value, error, conf_level, fitted)
        for name, value, error in zip(fit.theta_names, fit.theta, errors, strict=True)
    ]


def _standard_errors(fit: GaussianFit) -> list[float | None]:
    variances = np.diag(fit.theta_covariance_observed)
    return [float(np.sqrt(v)) if fit.has_inference and v > 0 else None for v in variances]


def _parameter_row(
    name: str, value: float, error: float | None, conf_level: float, fitted: FittedGaussian
) -> EstimateRow:
    term, kind = parameter_term(name)
    may_be_negative = is_unbounded(fitted) and not name.startswith("residual")
    shape = "covariance" if may_be_negative else kind
    low, high, note = _interval(shape, float(value), error, conf_level)
    quantity = {
        "covariance": Quantity.COVARIANCE,
        "correlation": Quantity.CORRELATION,
    }.get(kind, Quantity.VARIANCE_COMPONENT)
    return EstimateRow(
        quantity,
        term=term,
        estimate=float(value),
        std_error=error,
        conf_low=low,
        conf_high=high,
        scale=_scale(kind),
        n_smallest=_least_at(term, fitted),
        status=fitted.status,
        note="; ".join(part for part in (note, fitted.note) if part) or None,
    )


def _least_at(term: str, fitted: FittedGaussian) -> int | None:
    """Return the people at the smallest visit or group that a parameter is about."""
    return least_at(fitted.rows.frame, re.split(r"[.:\[\]]", term)[1:])


def is_unbounded(fitted: FittedGaussian) -> bool:
    """Whether the variance of the random intercept may be negative."""
    return any(term.variance == "unbounded" for term in random_terms(fitted.model))


def _scale(kind: str) -> Scale:
    if kind == "correlation":
        return Scale.CORRELATION
    return Scale.NONE if kind in RELATIVE else Scale.VARIANCE


def parameter_term(name: str) -> tuple[str, str]:
    """Return (`participant.intercept`, kind) for the engine's name of a covariance parameter."""
    match = _NAME.match(name)
    if match is None:
        return name, "other"
    level, kind, inside, group = match.group("level", "kind", "inside", "group")
    term = level or "residual"
    if inside:
        term += "." + inside.replace(", ", ":")
    if kind in RELATIVE:
        term += f".{kind.replace(' ', '_')}"
    return term + (f"[{group}]" if group else ""), kind


def _interval(
    kind: str, value: float, error: float | None, conf_level: float
) -> tuple[float | None, float | None, str | None]:
    if error is None:
        return None, None, None
    z = float(ndtri(0.5 + conf_level / 2))
    if kind in POSITIVE and value > 0:
        if value >= CLEAR * error:
            factor = float(np.exp(z * error / value))
            return value / factor, value * factor, "interval: Wald on the log scale"
        return max(0.0, value - z * error), value + z * error, "interval: Wald, not below 0"
    if kind == "correlation" and abs(value) < 1:
        half = z * error / (1 - value**2)
        centre = float(np.arctanh(value))
        return float(np.tanh(centre - half)), float(np.tanh(centre + half)), "interval: Fisher's z"
    return value - z * error, value + z * error, "interval: Wald"


def matrix_rows(fitted: FittedGaussian) -> list[EstimateRow]:
    """Return the fitted residual covariance matrices, entry by entry (row:column)."""
    residual = fitted.fit.problem.residual
    rows = []
    for g, matrix in enumerate(fitted.fit.residual_covariance):
        names = _grid_names(fitted.fit, len(matrix))
        if not 1 < len(matrix) <= MOST_POSITIONS:
            continue
        group = f"[{residual.group_names[g]}]" if residual.n_groups > 1 else ""
        for i, j in zip(*np.triu_indices(len(matrix)), strict=True):
            rows.append(
                EstimateRow(
                    Quantity.COVARIANCE,
                    term=f"residual_matrix.{names[i]}:{names[j]}{group}",
                    estimate=float(matrix[i, j]),
                    scale=Scale.VARIANCE,
                    n_smallest=_least_at(f".{names[i]}:{names[j]}{group}", fitted),
                    status=fitted.status,
                )
            )
    return rows


def _grid_names(fit: GaussianFit, size: int) -> list[str]:
    residual = fit.problem.residual
    visits = residual.position_names or tuple(str(i + 1) for i in range(residual.n_positions))
    if residual.members is None:
        return list(visits)[:size]
    return [f"{member}.{visit}" for member in residual.member_names for visit in visits]


def intraclass_rows(fitted: FittedGaussian, conf_level: float) -> list[EstimateRow]:
    """Return the correlation of two observations that share a unit, for each level.

    The intercept variances of a level and of all levels above it over the total; a residual
    variance that differs by visit or group counts with its mean. Interval by the delta method on
    the logit scale (plain, within 0 and 1, where the estimate is below two standard errors). None
    with random slopes, where the correlation depends on where it is read off.
    """
    terms = random_terms(fitted.model)
    if not terms or fitted.fit.problem.residual.members is not None:
        return []
    if any(term.terms != ("intercept",) for term in terms):
        return []
    levels = _by_size(fitted)
    names = list(fitted.fit.theta_names)
    places = [names.index(f"{level}: variance(intercept)") for level in levels]
    total, is_mean = _total_weights(names, places)
    rows = []
    for position, level in enumerate(levels):
        weight = np.zeros(len(names))
        weight[places[position:]] = 1.0
        rows.append(_intraclass_row(level, weight, total, fitted, conf_level, is_mean))
    return rows


def _by_size(fitted: FittedGaussian) -> list[str]:
    """Return the levels of the random effects, the one with most units first."""
    sizes = {e.name: len(np.unique(e.level[e.level >= 0])) for e in fitted.fit.problem.random}
    return sorted(sizes, key=lambda name: -sizes[name])


def _total_weights(names: list[str], places: list[int]) -> tuple[FloatArray, bool]:
    """Return the weight (k,) of each parameter in the total variance; whether residuals differ."""
    own = [
        i
        for i, name in enumerate(names)
        if name.startswith("residual: ") and parameter_term(name)[1] == "variance"
    ]
    total = np.zeros(len(names))
    total[places] = 1.0
    total[own] = 1.0 / len(own)
    return total, len(own) > 1


def _intraclass_row(
    level: str,
    weight: FloatArray,
    total: FloatArray,
    fitted: FittedGaussian,
    conf_level: float,
    is_mean: bool,
) -> EstimateRow:
    fit = fitted.fit
    whole = float(total @ fit.theta)
    icc = float(weight @ fit.theta) / whole
    gradient = (weight - icc * total) / whole
    low = high = error = None
    free = is_unbounded(fitted)
    if fit.has_inference and (free or 0 < icc < 1):
        error = float(np.sqrt(gradient @ fit.theta_covariance_observed @ gradient))
        low, high = _share_interval(icc, error, conf_level, may_be_negative=free)
    note = f"correlation of two observations of one {level}; interval: delta method"
    if is_mean:
        note += "; residual variance averaged over visits or groups"
    return EstimateRow(
        Quantity.INTRACLASS_CORRELATION,
        term=level,
        estimate=icc,
        std_error=error,
        conf_low=low,
        conf_high=high,
        scale=Scale.CORRELATION,
        status=fitted.status,
        note=note,
    )


def _share_interval(
    share: float, error: float, conf_level: float, *, may_be_negative: bool
) -> tuple[float, float]:
    z = float(ndtri(0.5 + conf_level / 2))
    if may_be_negative:
        return max(-1.0, share - z * error), min(1.0, share + z * error)
    if share < CLEAR * error or 1 - share < CLEAR * error:
        return max(0.0, share - z * error), min(1.0, share + z * error)
    half = z * error / (share * (1 - share))
    low, high = float(logit(share)) - half, float(logit(share)) + half
    return float(expit(low)), float(expit(high))

"""Covariance parameters of a Gaussian fit as rows: variances, correlations, matrices, ICCs."""

import re
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri

from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.gaussian_problem import random_terms
from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity, Scale, Status

MOST_POSITIONS = 12
"""Residual matrices of more visits are not written out."""

LARGEST_EXPONENT = 300.0
"""An interval wider than this on the log scale says nothing and must not overflow."""

_NAME = re.compile(
    r"^(?:(?P<level>[^:]+): )?"
    r"(?P<kind>relative variance|variance|covariance|correlation|range|ratio)"
    r"(?:\((?P<inside>[^)]*)\))?(?: \[(?P<group>[^\]]*)\])?$"
)


def parameter_rows(fitted: FittedGaussian, conf_level: float) -> list[EstimateRow]:
    """Return one row for each covariance parameter, with its interval.

    Variances: Wald interval on the log scale; correlations: on Fisher's z; covariances: Wald.
    Standard errors from the observed information; none where the fit is singular.
    """
    fit = fitted.fit
    errors = _standard_errors(fit)
    return [
        _parameter_row(name, value, error, conf_level, fitted)
        for name, value, error in zip(fit.theta_names, fit.theta, errors, strict=True)
    ]


def _standard_errors(fit: GaussianFit) -> list[float | None]:
    variances = np.diag(fit.theta_covariance_observed)
    usable = fit.status.value == "ok"
    return [float(np.sqrt(v)) if usable and v >= 0 else None for v in variances]


def _parameter_row(
    name: str, value: float, error: float | None, conf_level: float, fitted: FittedGaussian
) -> EstimateRow:
    term, kind = parameter_term(name)
    low, high, note = _interval(kind, float(value), error, conf_level)
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
        status=fitted.status,
        note="; ".join(part for part in (note, fitted.note) if part) or None,
    )


def _scale(kind: str) -> Scale:
    if kind == "correlation":
        return Scale.CORRELATION
    return Scale.NONE if kind in ("range", "ratio", "relative variance") else Scale.VARIANCE


def parameter_term(name: str) -> tuple[str, str]:
    """Return (`participant.intercept`, kind) for the engine's name of a covariance parameter."""
    match = _NAME.match(name)
    if match is None:
        return name, "other"
    level, kind, inside, group = match.group("level", "kind", "inside", "group")
    term = level or "residual"
    if inside:
        term += "." + inside.replace(", ", ":")
    if kind in ("range", "ratio", "relative variance"):
        term += f".{kind.replace(' ', '_')}"
    return term + (f"[{group}]" if group else ""), kind


def _interval(
    kind: str, value: float, error: float | None, conf_level: float
) -> tuple[float | None, float | None, str | None]:
    if error is None:
        return None, None, None
    z = float(ndtri(0.5 + conf_level / 2))
    if kind in ("variance", "range", "ratio", "relative variance") and value > 0:
        factor = float(np.exp(min(z * error / value, LARGEST_EXPONENT)))
        return value / factor, value * factor, "interval: Wald on the log scale"
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

    The variances of a level and of all levels above it over the total; interval by the delta method
    on the logit scale. Only for models with random intercepts, no slopes and one residual variance.
    """
    parts = list(_intercept_variances(fitted))
    if not parts:
        return []
    fit = fitted.fit
    total = np.ones(len(fit.theta))
    rows = []
    for position, (level, _) in enumerate(parts):
        weight = np.zeros(len(fit.theta))
        weight[[index for _, index in parts[position:]]] = 1.0
        rows.append(_intraclass_row(level, weight, total, fitted, conf_level))
    return rows


def _intercept_variances(fitted: FittedGaussian) -> Iterator[tuple[str, int]]:
    """Yield (level, place in theta), innermost first; nothing where an ICC is not one number."""
    fit = fitted.fit
    residual = fit.problem.residual
    simple = residual.structure.value in ("identity", "ar1") and residual.n_groups == 1
    terms = random_terms(fitted.model)
    if not simple or not terms or residual.members is not None:
        return
    if any(term.terms != ("intercept",) for term in terms):
        return
    sizes = {effect.name: len(np.unique(effect.level)) for effect in fit.problem.random}
    names = list(fit.theta_names)
    for level in sorted(sizes, key=lambda name: -sizes[name]):
        yield level, names.index(f"{level}: variance(intercept)")


def _intraclass_row(
    level: str,
    weight: FloatArray,
    total: FloatArray,
    fitted: FittedGaussian,
    conf_level: float,
) -> EstimateRow:
    fit = fitted.fit
    use = np.array([not name.startswith("residual: correlation") for name in fit.theta_names])
    share, all_of = float(weight @ fit.theta), float((total * use) @ fit.theta)
    icc = share / all_of
    gradient = (weight - icc * use) / all_of
    low = high = error = None
    if fit.status.value == "ok" and 0 < icc < 1:
        error = float(np.sqrt(gradient @ fit.theta_covariance_observed @ gradient))
        half = float(ndtri(0.5 + conf_level / 2)) * error / (icc * (1 - icc))
        centre = float(np.log(icc / (1 - icc)))
        low, high = (float(1 / (1 + np.exp(-(centre + sign * half)))) for sign in (-1, 1))
    return EstimateRow(
        Quantity.INTRACLASS_CORRELATION,
        term=level,
        estimate=icc,
        std_error=error,
        conf_low=low,
        conf_high=high,
        scale=Scale.CORRELATION,
        status=fitted.status if fitted.status is not Status.OK else Status.OK,
        note=f"correlation of two observations of one {level}; interval: delta method, logit scale",
    )

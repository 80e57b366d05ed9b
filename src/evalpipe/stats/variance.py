"""Intervals for covariance parameters, correlations and intraclass correlations.

All are delta-method intervals from the observed information, symmetric on a scale that is named
with each: log for variances and ranges, Fisher's z for correlations, logit for shares of
variance, identity for covariances. Standard errors and limits are NaN
where the fit has no inference, and for what was estimated at zero.
Profile-likelihood intervals of the parameters themselves are those of `profile`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from evalpipe.stats.fit import GaussianFit, place_effects
from evalpipe.stats.problem import (
    ABSENT,
    EffectCovariance,
    FloatArray,
    IntArray,
)
from evalpipe.stats.structures import residual_family


@dataclass(frozen=True)
class ParameterInterval:
    """One covariance quantity in the units of the outcome.

    kind: variance, covariance, correlation, range, relative variance, relative covariance, share.
    scale: on which the interval is symmetric: log, fisher_z, logit or identity; or `profile`.
    """

    name: str
    kind: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    scale: str


def covariance_parameter_intervals(
    fit: GaussianFit, confidence_level: float = 0.95
) -> tuple[ParameterInterval, ...]:
    """Return every covariance parameter with its interval, in the order of `theta_names`."""
    kinds = list_kinds(fit)
    identity = np.eye(len(fit.theta))
    return tuple(
        _build_interval(fit, name, kind, float(value), gradient, confidence_level)
        for name, kind, value, gradient in zip(
            fit.theta_names, kinds, fit.theta, identity, strict=True
        )
    )


def random_effect_correlations(
    fit: GaussianFit, confidence_level: float = 0.95
) -> tuple[ParameterInterval, ...]:
    """Return the correlations between random effects of each unstructured level."""
    found = []
    for effect, parameters in place_effects(fit.problem):
        if effect.covariance is not EffectCovariance.UNSTRUCTURED:
            continue
        place = {(i, j): number for number, i, j in parameters}
        for (i, j), both in place.items():
            if i == j:
                continue
            places = [place[i, i], place[j, j], both]
            value, gradient = _correlate(fit.theta[places])
            name = f"{effect.name}: correlation({effect.terms[j]}, {effect.terms[i]})"
            full = _spread(gradient, places, len(fit.theta))
            found.append(_build_interval(fit, name, "correlation", value, full, confidence_level))
    return tuple(found)


def residual_correlations(
    fit: GaussianFit, confidence_level: float = 0.95
) -> tuple[ParameterInterval, ...]:
    """Return the residual correlation of every pair of positions in every group.

    With members, positions of the second member follow those of the first. Empty for a structure
    in real time and for independent rows.
    """
    residual, k = fit.problem.residual, len(fit.theta)
    family = residual_family(residual)
    if residual.structure.is_timed or family.size == 1:
        return ()
    theta = fit.theta[k - len(family.names) :]
    names = _list_rows(fit)
    found = []
    for group in range(family.n_groups):
        sigma, d1 = family.sigma(theta, group), family.d1(theta, group)
        suffix = f" [{_group_name(fit, group)}]" if family.n_groups > 1 else ""
        for i in range(family.size):
            for j in range(i):
                if not np.any(d1[:, i, j]):
                    continue
                pairs = ([i, j, i], [i, j, j])
                value, partial = _correlate(sigma[pairs])
                gradient = np.r_[np.zeros(k - len(theta)), d1[:, *pairs] @ partial]
                name = f"correlation({names[j]}, {names[i]}){suffix}"
                found.append(
                    _build_interval(fit, name, "correlation", value, gradient, confidence_level)
                )
    return tuple(found)


def intraclass_correlations(
    fit: GaussianFit, confidence_level: float = 0.95
) -> tuple[ParameterInterval, ...]:
    """Return for each level of random intercepts the correlation of two rows of one of its units.

    The share of the total variance that lies at the level and above it, among rows where the level
    exists. Empty unless every random effect is one column and residuals are independent, one
    variance.
    """
    residual = fit.problem.residual
    single = all(len(effect.terms) == 1 for effect in fit.problem.random)
    plain = residual.structure.is_plain and residual.members is None
    if not fit.problem.random or not single or not plain or residual.n_groups > 1:
        return ()
    placed = [(effect, parameters[0][0]) for effect, parameters in place_effects(fit.problem)]
    found = []
    for effect, _ in placed:
        present = effect.level != ABSENT
        total = [i for other, i in placed if np.any(other.level[present] != ABSENT)]
        shared = [i for other, i in placed if _contains(other.level, effect.level, present)]
        value, gradient = _share(fit.theta, shared, [*total, len(fit.theta) - 1])
        name = f"{effect.name}: intraclass correlation"
        found.append(_build_interval(fit, name, "share", value, gradient, confidence_level))
    return tuple(found)


def _build_interval(
    fit: GaussianFit, name: str, kind: str, value: float, gradient: FloatArray, level: float
) -> ParameterInterval:
    std_error = float("nan")
    if fit.has_inference:
        variance = float(gradient @ fit.theta_covariance_observed @ gradient)
        std_error = float(np.sqrt(variance)) if variance > 0 else float("nan")
    quantile = -float(ndtri((1 - level) / 2))
    scale = _choose_scale(kind)
    low, high = _limits(value, quantile * std_error, scale)
    return ParameterInterval(name, kind, value, std_error, low, high, scale)


def _choose_scale(kind: str) -> str:
    if kind in ("variance", "relative variance", "range"):
        return "log"
    return {"correlation": "fisher_z", "share": "logit"}.get(kind, "identity")


def _limits(value: float, margin: float, scale: str) -> tuple[float, float]:
    """Return the limits of an interval that is symmetric on a scale, from the margin on the raw
    one.
    """
    if not np.isfinite(margin):
        return float("nan"), float("nan")
    if scale == "log" and value > 0:
        ratio = float(np.exp(margin / value))
        return value / ratio, value * ratio
    if scale == "fisher_z" and abs(value) < 1:
        centre, half = float(np.arctanh(value)), margin / (1 - value**2)
        return float(np.tanh(centre - half)), float(np.tanh(centre + half))
    if scale == "logit" and 0 < value < 1:
        centre, half = float(np.log(value / (1 - value))), margin / (value * (1 - value))
        ends = 1 / (1 + np.exp(-np.array([centre - half, centre + half])))
        return float(ends[0]), float(ends[1])
    return value - margin, value + margin


def list_kinds(fit: GaussianFit) -> list[str]:
    """Return what each parameter of `theta_names` is: variance, covariance, correlation, ..."""
    family = residual_family(fit.problem.residual)
    kinds = [
        "variance" if i == j else "covariance"
        for _, parameters in place_effects(fit.problem)
        for _, i, j in parameters
    ]
    return kinds + list(family.kinds) * family.n_groups


def _correlate(entries: FloatArray) -> tuple[float, FloatArray]:
    """Return v_ij / sqrt(v_ii v_jj) and its gradient in (v_ii, v_jj, v_ij)."""
    first, second, both = entries
    root = np.sqrt(first * second)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = both / root
        gradient = np.array([-value / (2 * first), -value / (2 * second), 1 / root])
    return float(value), gradient


def _share(theta: FloatArray, part: list[int], whole: list[int]) -> tuple[float, FloatArray]:
    total = float(np.sum(theta[whole]))
    value = float(np.sum(theta[part])) / total
    gradient = np.zeros(len(theta))
    gradient[whole] -= value / total
    gradient[part] += 1 / total
    return value, gradient


def _spread(gradient: FloatArray, places: list[int], size: int) -> FloatArray:
    full = np.zeros(size)
    full[places] = gradient
    return full


def _contains(outer: IntArray, inner: IntArray, present: np.ndarray) -> bool:
    """Whether each inner unit lies in one outer unit (or is the same)."""
    pairs = np.unique(np.column_stack([inner[present], outer[present]]), axis=0)
    if np.any(pairs[:, 1] == ABSENT):
        return False
    return len(pairs) == len(np.unique(inner[present]))


def _list_rows(fit: GaussianFit) -> list[str]:
    residual = fit.problem.residual
    positions = residual.position_names or tuple(str(i + 1) for i in range(residual.n_positions))
    if residual.members is None:
        return list(positions)
    members = residual.member_names or ("member 1", "member 2")
    if residual.n_positions == 1:
        return list(members)
    return [f"{member} {position}" for member in members for position in positions]


def _group_name(fit: GaussianFit, group: int) -> str:
    names = fit.problem.residual.group_names
    return names[group] if names else f"group {group + 1}"

"""Absolute effects by marginal standardisation: average predictions over the participants.

Risk (or rate) of a level = the mean of the predictions with everybody set to that level; the delta
method gives the standard error (Localio, Margolis and Berlin 2007).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from evalpipe.config.analyses import Contrast, Estimand
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.model_rows import ModelRows
from evalpipe.models.requests import Setting, describe_place
from evalpipe.models.terms import Category
from evalpipe.models.wald import Tests, tests_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale


@dataclass(frozen=True)
class Prediction:
    """Mean prediction with its gradient (p,) in the coefficients."""

    value: float
    gradient: FloatArray


def standardised_rows(
    rows: ModelRows,
    beta: FloatArray,
    covariance: FloatArray,
    family: str,
    estimand: Estimand,
    setting: Setting,
    conf_level: float,
) -> Iterator[EstimateRow]:
    """Yield the risk (or mean) of each level, and differences and ratios of the estimand's
    contrasts.

    Each participant counts once, with the covariates of the first row used. Normal intervals,
    ratios on the log scale.
    """
    first = _first_rows(rows)
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    for visit, place in setting.places(dict(estimand.at)):
        for factor in dict.fromkeys(c.factor for c in contrasts if c.factor != "visit"):
            predictions = {
                level: _predict(rows, first, beta, family, {**place, factor: level})
                for level in _levels(rows, factor)
            }
            term = factor + describe_place(estimand.at, ("visit",))
            for level, found in predictions.items():
                yield _mean_row(found, covariance, family, term, level, visit, conf_level)
            for contrast in contrasts:
                if contrast.factor == factor:
                    yield from _compare(
                        predictions, covariance, family, term, contrast, visit, conf_level
                    )


def _levels(rows: ModelRows, factor: str) -> tuple[str, ...]:
    variable = rows.design.variables[factor]
    assert isinstance(variable, Category)
    return variable.levels


def _first_rows(rows: ModelRows) -> "np.typing.NDArray[np.bool_]":
    """Return (n,) which rows stand for a participant: the first of each."""
    if "participant_id" not in rows.frame.columns:
        return np.ones(rows.n, dtype=bool)
    first: np.typing.NDArray[np.bool_] = ~rows.frame["participant_id"].duplicated().to_numpy()
    return first


def _predict(
    rows: ModelRows,
    first: "np.typing.NDArray[np.bool_]",
    beta: FloatArray,
    family: str,
    place: dict[str, str | float],
) -> Prediction:
    """Return the mean prediction with everybody at a place, and all that follows from it."""
    values = {name: own[first] for name, own in rows.values.items()}
    n = int(first.sum())
    known = {name: value for name, value in place.items() if rows.grid.knows(name)}
    for name, held in rows.grid.derivations.of_rows(first).follow(known).items():
        variable = rows.design.variables.get(name)
        if isinstance(variable, Category):
            codes = [variable.levels.index(str(level)) for level in held.value]
            values[name] = np.broadcast_to(np.array(codes, dtype=np.int64), (n,))
        elif variable is not None:
            values[name] = np.broadcast_to(held.value.astype(float), (n,))
    X = rows.design.matrix(values, n)
    mean, slope = _inverse_link(X @ beta, family)
    return Prediction(float(mean.mean()), (slope[:, None] * X).mean(axis=0))


def _inverse_link(linear: FloatArray, family: str) -> tuple[FloatArray, FloatArray]:
    """Return the mean and its derivative in the linear predictor."""
    if family == "binomial":
        share = expit(linear)
        return share, share * (1 - share)
    rate = np.exp(linear)
    return rate, rate


def _test(value: float, gradient: FloatArray, covariance: FloatArray, conf_level: float) -> Tests:
    error = float(np.sqrt(gradient @ covariance @ gradient))
    return tests_of(np.array([value]), np.array([error]), np.inf, conf_level)


def _mean_row(
    found: Prediction,
    covariance: FloatArray,
    family: str,
    term: str,
    level: str,
    visit: str | None,
    conf_level: float,
) -> EstimateRow:
    is_share = family == "binomial"
    if is_share and 0 < found.value < 1:
        odds = found.value * (1 - found.value)
        logit = float(np.log(found.value / (1 - found.value)))
        test = _test(logit, found.gradient / odds, covariance, conf_level)
        low, high = float(expit(test.conf_low[0])), float(expit(test.conf_high[0]))
    else:
        test = _test(
            float(np.log(found.value)), found.gradient / found.value, covariance, conf_level
        )
        low, high = float(np.exp(test.conf_low[0])), float(np.exp(test.conf_high[0]))
    return EstimateRow(
        Quantity.PROPORTION if is_share else Quantity.MARGINAL_MEAN,
        term=term,
        arm=level,
        visit=visit,
        estimate=found.value,
        std_error=float(np.sqrt(found.gradient @ covariance @ found.gradient)),
        df_method=DfMethod.NORMAL,
        conf_low=low,
        conf_high=high,
        scale=Scale.PROBABILITY if is_share else Scale.OUTCOME,
        note="standardised over the participants; delta method on the link scale",
    )


def _compare(
    predictions: dict[str, Prediction],
    covariance: FloatArray,
    family: str,
    term: str,
    contrast: Contrast,
    visit: str | None,
    conf_level: float,
) -> Iterator[EstimateRow]:
    first, second = predictions[contrast.level], predictions[contrast.versus]
    is_share = family == "binomial"
    gradient = first.gradient - second.gradient
    difference = _test(first.value - second.value, gradient, covariance, conf_level)
    scale = Scale.RISK_DIFFERENCE if is_share else Scale.OUTCOME
    yield _row(difference, contrast, term, visit, scale, exponential=False)
    gradient = first.gradient / first.value - second.gradient / second.value
    ratio = _test(float(np.log(first.value / second.value)), gradient, covariance, conf_level)
    if is_share:
        yield _row(ratio, contrast, term, visit, Scale.RISK_RATIO, exponential=True)


def _row(
    test: Tests,
    contrast: Contrast,
    term: str,
    visit: str | None,
    scale: Scale,
    *,
    exponential: bool,
) -> EstimateRow:
    def back(value: float) -> float:
        return float(np.exp(value)) if exponential else value

    estimate = back(float(test.estimate[0]))
    return EstimateRow(
        Quantity.CONTRAST,
        term=term,
        arm=contrast.level,
        reference_arm=contrast.versus,
        visit=visit,
        estimate=estimate,
        std_error=float(test.std_error[0]) * (estimate if exponential else 1.0),
        df_method=DfMethod.NORMAL,
        statistic=float(test.statistic[0]),
        p_value=float(test.p_value[0]),
        conf_low=back(float(test.conf_low[0])),
        conf_high=back(float(test.conf_high[0])),
        scale=scale,
        note="standardised over the participants; delta method",
    )

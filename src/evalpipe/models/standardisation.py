"""Absolute effects by marginal standardisation: average predictions over the participants.

Risk (or rate) of a level = the mean of the predictions with everybody set to that level; the delta
method gives the standard error (Localio, Margolis and Berlin 2007).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from evalpipe.config.analyses import Contrast, Estimand
from evalpipe.models.answers import exponentiate
from evalpipe.models.estimate_rows import EstimateRow, without_numbers
from evalpipe.models.marginal_fit import MarginalFit
from evalpipe.models.model_rows import ModelRows
from evalpipe.models.requests import Setting, describe_place
from evalpipe.models.support import count_people, least
from evalpipe.models.terms import Category
from evalpipe.models.variables import text_of
from evalpipe.models.wald import Tests, tests_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity, Scale


@dataclass(frozen=True)
class Prediction:
    """Mean prediction with its gradient (p,) in the coefficients."""

    value: float
    gradient: FloatArray


def standardised_rows(
    fit: MarginalFit, estimand: Estimand, setting: Setting, conf_level: float
) -> Iterator[EstimateRow]:
    """Yield the risk (or mean) of each level, and differences and ratios of the estimand's
    contrasts.

    Each participant counts once, with the covariates of the first row used. Intervals and p-values
    are those of the fit's df, ratios on the log scale; a level whose predictions the data do not
    determine has no number.
    """
    first = _first_rows(fit.rows)
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    for visit, place in setting.places(dict(estimand.at)):
        for factor in dict.fromkeys(c.factor for c in contrasts if c.factor != "visit"):
            predictions = {
                level: _predict(fit, first, {**place, factor: level})
                for level in _levels(fit.rows, factor)
            }
            term = factor + describe_place(estimand.at, ("visit",))
            for level, found in predictions.items():
                yield _mean_row(found, fit, term, level, visit, conf_level)
            for contrast in contrasts:
                if contrast.factor == factor:
                    yield from _compare(predictions, fit, term, contrast, visit, conf_level)


def _levels(rows: ModelRows, factor: str) -> tuple[str, ...]:
    variable = rows.design.variables[factor]
    assert isinstance(variable, Category)
    return variable.levels


def _first_rows(rows: ModelRows) -> NDArray[np.bool_]:
    """Return (n,) which rows stand for a participant: the first of each."""
    if "participant_id" not in rows.frame.columns:
        return np.ones(rows.n, dtype=bool)
    first: NDArray[np.bool_] = ~rows.frame["participant_id"].duplicated().to_numpy()
    return first


def _predict(
    fit: MarginalFit, first: NDArray[np.bool_], place: dict[str, str | float]
) -> Prediction | None:
    """Return the mean prediction with everybody at a place, and all that follows from it.

    None where the data do not determine it.
    """
    rows = fit.rows
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
    if not fit.carried.is_whole and not fit.carried.can_estimate(X).all():
        return None
    mean, slope = _inverse_link(X @ fit.beta, fit.family)
    return Prediction(float(mean.mean()), (slope[:, None] * X).mean(axis=0))


def _inverse_link(linear: FloatArray, family: str) -> tuple[FloatArray, FloatArray]:
    """Return the mean and its derivative in the linear predictor."""
    if family == "binomial":
        share = expit(linear)
        return share, share * (1 - share)
    rate = np.exp(linear)
    return rate, rate


def _test(value: float, gradient: FloatArray, fit: MarginalFit, conf_level: float) -> Tests:
    error = float(np.sqrt(gradient @ fit.covariance @ gradient))
    return tests_of(np.array([value]), np.array([error]), fit.df, conf_level)


def _mean_row(
    found: Prediction | None,
    fit: MarginalFit,
    term: str,
    level: str,
    visit: str | None,
    conf_level: float,
) -> EstimateRow:
    is_share = fit.family == "binomial"
    row = EstimateRow(
        Quantity.PROPORTION if is_share else Quantity.MARGINAL_MEAN,
        term=term,
        arm=level,
        visit=visit,
        scale=Scale.PROBABILITY if is_share else Scale.OUTCOME,
    )
    if found is None:
        return without_numbers(row, fit.reason)
    low, high = _mean_interval(found, fit, conf_level)
    return replace(
        row,
        estimate=found.value,
        std_error=float(np.sqrt(found.gradient @ fit.covariance @ found.gradient)),
        df=_finite(fit.df),
        df_method=fit.df_method,
        conf_low=low,
        conf_high=high,
        n_smallest=least(
            fit.rows.support.smallest(found.gradient), _fewest(fit, term, level, visit)
        ),
        note="standardised over the participants; delta method on the link scale",
    )


def _fewest(fit: MarginalFit, term: str, level: str, visit: str | None) -> int | None:
    """Return the people of the rarer answer at a level: a share of few events counts them."""
    if fit.family != "binomial":
        return None
    frame, here = fit.rows.frame, np.ones(fit.rows.n, dtype=bool)
    for name, wanted in ((term.split(" at ")[0], level), ("visit", visit)):
        if name in frame and wanted is not None:
            here &= (text_of(frame[name]) == wanted).to_numpy(dtype=bool)
    return min(count_people(frame, here & (fit.rows.y == answer)) for answer in (0.0, 1.0))


def _mean_interval(found: Prediction, fit: MarginalFit, conf_level: float) -> tuple[float, float]:
    """Return the interval of a risk on the logit scale, of a mean on the log scale."""
    if fit.family == "binomial" and 0 < found.value < 1:
        odds = found.value * (1 - found.value)
        logit = float(np.log(found.value / (1 - found.value)))
        test = _test(logit, found.gradient / odds, fit, conf_level)
        return float(expit(test.conf_low[0])), float(expit(test.conf_high[0]))
    test = _test(float(np.log(found.value)), found.gradient / found.value, fit, conf_level)
    return float(np.exp(test.conf_low[0])), float(np.exp(test.conf_high[0]))


def _compare(
    predictions: dict[str, Prediction | None],
    fit: MarginalFit,
    term: str,
    contrast: Contrast,
    visit: str | None,
    conf_level: float,
) -> Iterator[EstimateRow]:
    is_share = fit.family == "binomial"
    scale = Scale.RISK_DIFFERENCE if is_share else Scale.OUTCOME
    row = EstimateRow(
        Quantity.CONTRAST,
        term=term,
        arm=contrast.level,
        reference_arm=contrast.versus,
        visit=visit,
        scale=scale,
    )
    scales = (scale, Scale.RISK_RATIO) if is_share else (scale,)
    first, second = predictions[contrast.level], predictions[contrast.versus]
    if first is None or second is None:
        yield from (without_numbers(replace(row, scale=each), fit.reason) for each in scales)
        return
    gradient = first.gradient - second.gradient
    row = replace(row, n_smallest=fit.rows.support.smallest(gradient))
    difference = _test(first.value - second.value, gradient, fit, conf_level)
    yield _with_test(row, difference, fit)
    if is_share:
        gradient = first.gradient / first.value - second.gradient / second.value
        ratio = _test(float(np.log(first.value / second.value)), gradient, fit, conf_level)
        yield from exponentiate([_with_test(row, ratio, fit)], Scale.RISK_RATIO, Scale.RISK_RATIO)


def _with_test(row: EstimateRow, test: Tests, fit: MarginalFit) -> EstimateRow:
    return replace(
        row,
        estimate=float(test.estimate[0]),
        std_error=float(test.std_error[0]),
        df=_finite(fit.df),
        df_method=fit.df_method,
        statistic=float(test.statistic[0]),
        p_value=float(test.p_value[0]),
        conf_low=float(test.conf_low[0]),
        conf_high=float(test.conf_high[0]),
        note="standardised over the participants; delta method",
    )


def _finite(df: float) -> float | None:
    return df if np.isfinite(df) else None

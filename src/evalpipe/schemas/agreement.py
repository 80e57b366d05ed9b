"""Numbers of one row of `estimates` must agree with each other, whoever computed them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandera.pandas import Check

from evalpipe.schemas.rules import rule
from evalpipe.vocabulary import Column, DfMethod, Quantity, Status

ROUNDING = 1e-6
"""Relative difference that the rounding of a long computation may leave."""

TESTED = (
    Quantity.COEFFICIENT,
    Quantity.CONTRAST,
    Quantity.SLOPE,
    Quantity.SLOPE_CONTRAST,
    Quantity.MARGINAL_MEAN,
)
"""Quantities whose statistic is a test against no difference (or against zero)."""

WITHOUT_ANSWER = (Status.NOT_CONVERGED, Status.NOT_ESTIMABLE, Status.NOT_AVAILABLE)
TOLD = (Column.STATISTIC, Column.P_VALUE, Column.CONF_LOW, Column.CONF_HIGH)


def agreement_rules() -> tuple[Check, ...]:
    """Return the rules: no answer from a fit that has none, and statistic and p as they follow.

    The statistic is the estimate over its standard error; of a positive quantity it may be that of
    its logarithm (ratios, geometric means), whose standard error is that of the quantity over it.
    """
    return (
        rule(
            "a row without an answer must not hold a statistic, p or interval",
            (Column.STATUS, *TOLD),
            _answers_without_one,
        ),
        rule(
            "statistic must be the estimate over its standard error",
            (Column.QUANTITY, Column.ESTIMATE, Column.STD_ERROR, Column.STATISTIC),
            _is_another_statistic,
        ),
        rule(
            "p must be that of the statistic and df",
            (Column.QUANTITY, Column.DF, Column.STATISTIC, Column.P_VALUE, Column.DF_METHOD),
            _is_another_p,
        ),
    )


def _answers_without_one(rows: pd.DataFrame) -> pd.Series[Any]:
    is_empty = rows[Column.STATUS].isin([status.value for status in WITHOUT_ANSWER])
    return is_empty & rows[[str(name) for name in TOLD]].notna().any(axis=1)


def _is_tested(rows: pd.DataFrame) -> pd.Series[Any]:
    return rows[Column.QUANTITY].isin([quantity.value for quantity in TESTED])


def _is_another_statistic(rows: pd.DataFrame) -> pd.Series[Any]:
    estimate = rows[Column.ESTIMATE].astype("float64")
    error = rows[Column.STD_ERROR].astype("float64")
    statistic = rows[Column.STATISTIC].astype("float64")
    logs = pd.Series(np.log(estimate.where(estimate > 0).to_numpy()), index=rows.index)
    logged = logs * estimate
    differs = (statistic * error - estimate).abs() > ROUNDING * (estimate.abs() + error)
    logs_differ = ~((statistic * error - logged).abs() <= ROUNDING * (logged.abs() + error))
    broken: pd.Series[Any] = _is_tested(rows) & differs & logs_differ
    return broken


def _is_another_p(rows: pd.DataFrame) -> pd.Series[Any]:
    from scipy.special import ndtr, stdtr

    df = rows[Column.DF].astype("float64")
    below = -rows[Column.STATISTIC].astype("float64").abs()
    p = 2 * np.where(df.notna(), stdtr(df.fillna(1.0), below), ndtr(below))
    theirs = rows[Column.P_VALUE].astype("float64")
    differs = (theirs - p).abs() > ROUNDING * theirs + 1e-12
    is_t_or_z = rows[Column.DF_METHOD].astype("object") != DfMethod.CHI_SQUARE.value
    broken: pd.Series[Any] = _is_tested(rows) & is_t_or_z & differs
    return broken

"""Paired and Welch t tests: computed by pingouin, and again by their own formulas."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from evalpipe.errors import NotEstimableError
from evalpipe.models.pingouin_door import open_pingouin
from evalpipe.models.second_computation import SecondFit, compare_numbers
from evalpipe.stats.problem import FloatArray

FEWEST = 2
"""People in a group, or pairs. One person left in a group is a one-sample test to pingouin."""

FORMULAS = "the formulas of the t test"
FLAT = 1e-12
"""Spread this small beside the size of the numbers is rounding."""


@dataclass(frozen=True)
class TTest:
    """A difference of means with its t test; second: how far the formulas lie from pingouin."""

    difference: float
    std_error: float
    df: float
    statistic: float
    p_value: float
    low: float
    high: float
    second: SecondFit


def compare_pairs(before: FloatArray, after: FloatArray, conf_level: float) -> TTest:
    """Return the paired t test of after minus before, (n,) each and none missing."""
    _require(len(before), "people with both measurements")
    change = after - before
    _require_spread(change, after)
    error = float(change.std(ddof=1) / np.sqrt(len(change)))
    own = _by_formula(float(change.mean()), error, len(change) - 1, conf_level)
    return _by_pingouin(after, before, own, conf_level, is_paired=True)


def compare_groups(values: FloatArray, reference: FloatArray, conf_level: float) -> TTest:
    """Return Welch's t test of two groups (n,) and (m,): mean of the first minus the second."""
    for group in (values, reference):
        _require(len(group), "people in each group")
    _require_spread(np.concatenate([values - values.mean(), reference - reference.mean()]), values)
    parts = [float(group.var(ddof=1) / len(group)) for group in (values, reference)]
    df = sum(parts) ** 2 / sum(
        part**2 / (len(group) - 1) for part, group in zip(parts, (values, reference), strict=True)
    )
    difference = float(values.mean() - reference.mean())
    own = _by_formula(difference, float(np.sqrt(sum(parts))), df, conf_level)
    return _by_pingouin(values, reference, own, conf_level, is_paired=False)


def _require(count: int, who: str) -> None:
    if count < FEWEST:
        raise NotEstimableError(f"a t test needs at least {FEWEST} {who}; {count} are there")


def _require_spread(deviations: FloatArray, values: FloatArray) -> None:
    if float(np.ptp(deviations)) <= FLAT * float(np.abs(values).max(initial=0.0)):
        raise NotEstimableError("everybody has the same value: there is no spread to test against")


def _by_formula(difference: float, error: float, df: float, conf_level: float) -> dict[str, float]:
    t = difference / error
    half = float(stdtrit(df, 0.5 + conf_level / 2)) * error
    return {
        "difference": difference,
        "std_error": error,
        "df": df,
        "statistic": t,
        "p_value": float(2 * stdtr(df, -abs(t))),
        "low": difference - half,
        "high": difference + half,
    }


def _by_pingouin(
    first: FloatArray,
    second: FloatArray,
    own: dict[str, float],
    conf_level: float,
    *,
    is_paired: bool,
) -> TTest:
    """Take t, df, p and interval from pingouin; it gives no difference and no standard error."""
    with open_pingouin() as pingouin:
        row = pingouin.ttest(
            first, second, paired=is_paired, correction=not is_paired, confidence=conf_level
        ).iloc[0]
    low, high = (float(end) for end in row[next(c for c in row.index if c.startswith("CI"))])
    numbers = {
        "df": float(row["dof"]),
        "statistic": float(row["T"]),
        "p_value": float(row["p_val"]),
        "low": low,
        "high": high,
    }
    compared = compare_numbers(FORMULAS, own, numbers)
    return TTest(own["difference"], own["std_error"], **numbers, second=compared)

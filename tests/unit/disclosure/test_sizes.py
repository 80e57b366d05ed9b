"""Standard errors and variances of a withheld n do not give the size of a group back."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalpipe.answers.rows import Estimate, read_rows
from evalpipe.disclosure.sizes import coarsen_sizes

THRESHOLD = 5


def mean_row(size, n, sigma, mean, quantity="marginal_mean"):
    """A mean of `size` people in a fit of n with residual spread sigma, in full."""
    error, df = sigma / math.sqrt(size), n - 2.0
    reach = stats.t.ppf(0.975, df) * error
    record = {
        "quantity": quantity,
        "estimate": mean,
        "std_error": error,
        "df": df,
        "df_method": "residual",
        "statistic": mean / error,
        "p_value": 2 * stats.t.sf(abs(mean / error), df),
        "conf_low": mean - reach,
        "conf_high": mean + reach,
        "conf_level": 0.95,
        "n_participants": n,
        "n_smallest": size,
    }
    return next(iter(read_rows(Estimate, pd.DataFrame([record]), "estimates")))


def told_of(row, told):
    """What a reader has: the number told instead, else with two digits of the standard error."""
    places = max(1 - math.floor(math.log10(row.std_error)), 0)
    names = ("std_error", "conf_low", "conf_high")
    return {name: told.get(name, round(getattr(row, name), places)) for name in names}


def sizes_that_fit(row, told, sigma, n, lost):
    """The attack: sizes with which a mean of known spread would be told as it is."""
    read, found = told_of(row, told), []
    for size in range(int(row.n_smallest) + lost, 1, -1):
        other = mean_row(size, n + size - int(row.n_smallest), sigma, row.estimate)
        alike = told_of(other, {}) if not told else None
        step = _step(row, told)
        same = [
            math.isnan(read[name])
            or (alike[name] == read[name] if alike else abs(getattr(other, name) - read[name])
                <= step / 2 + 1e-9)
            for name in read
        ]  # fmt: skip
        if all(same):
            found.append(size)
    return found


def _step(row, told):
    """The largest step in which all that is told lies."""
    places = max(1 - math.floor(math.log10(row.std_error)), 0)
    known = [told[name] for name in ("std_error", "conf_low", "conf_high") if name in told]
    steps = [k * 10.0**-places for k in (100, 50, 20, 10, 5, 2, 1)]
    whole = [v for v in known if not math.isnan(v)]
    return next(
        (s for s in steps if whole and all(abs(v / s - round(v / s)) < 1e-6 for v in whole)),
        math.inf,
    )


@pytest.mark.parametrize("seed", range(40))
def test_more_sizes_than_the_threshold_fit_a_mean(seed):
    rng = np.random.default_rng(seed)
    lost = int(rng.integers(1, 6))
    size = int(rng.integers(12, 80))
    sigma, mean = float(rng.uniform(1, 12)), float(rng.normal(20, 6))
    n = 2 * size
    row = mean_row(size, n, sigma, mean)
    told = coarsen_sizes(row, {}, lost, THRESHOLD, size)
    assert len(sizes_that_fit(row, told, sigma, n, lost)) > THRESHOLD + 1


def test_without_steps_the_size_would_be_known():
    found = [
        len(sizes_that_fit(mean_row(n, 2 * n, 7.3, 21.0), {}, 7.3, 2 * n, 2)) for n in (18, 36)
    ]
    assert max(found) <= THRESHOLD


def test_a_contrast_keeps_its_digits():
    assert coarsen_sizes(mean_row(19, 38, 5.0, 2.0, "contrast"), {}, 2, THRESHOLD, 19) == {}


@pytest.mark.parametrize("size", [15, 40, 200])
def test_a_variance_is_told_in_steps_in_which_sizes_fit(size):
    row = mean_row(size, 2 * size, 1.0, 24.7, "variance_component")
    told = coarsen_sizes(row, {}, 2, THRESHOLD, size)
    assert abs(told["estimate"] - 24.7) < 24.7 * 5 * (THRESHOLD + 2) / size / 2
    assert all(math.isnan(told[name]) for name in ("std_error", "conf_low", "conf_high"))
    steps = 24.7 * (THRESHOLD + 2) / size
    variances = np.arange(24.7 - 5 * steps, 24.7 + 5 * steps, steps / 50)
    same = [
        v for v in variances
        if coarsen_sizes(mean_row(size, 2 * size, 1.0, v, "variance_component"), {}, 2, THRESHOLD,
                         size)["estimate"] == told["estimate"]
    ]  # fmt: skip
    assert max(same) - min(same) > 0.9 * steps

"""A test of a withheld n says a bound of its degrees of freedom and does not give them back."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalpipe.answers.rows import Estimate, read_rows
from evalpipe.disclosure.coarse import LEVELS, _released, coarsen, fits_row, has_test_with_df

THRESHOLD = 5


def row(df, t, se, *, n, method="residual", df_numerator=math.nan):
    quantile = stats.t.ppf(0.975, df)
    frame = pd.DataFrame(
        [
            {
                "estimate": t * se,
                "std_error": se,
                "df": df,
                "df_numerator": df_numerator,
                "df_method": method,
                "statistic": t,
                "p_value": 2 * stats.t.sf(abs(t), df),
                "conf_low": (t - quantile) * se,
                "conf_high": (t + quantile) * se,
                "conf_level": 0.95,
                "n_participants": n,
            }
        ]
    )
    return next(iter(read_rows(Estimate, frame, "estimates")))


def test_the_bound_leaves_room_for_nobody_lost_and_for_more_than_the_threshold():
    told = coarsen([(0, row(36.0, -2.6, 1.5, n=38))], 40, THRESHOLD)
    assert told[0, "df"] == 30
    assert 38 - told[0, "df"] > THRESHOLD


def level_of(told, place):
    """The level as a reader sees it, by what is missing and how many digits there are."""
    if (place, "p_value") not in told:
        return LEVELS[0]
    if math.isnan(told[place, "p_value"]):
        return LEVELS[5]
    if not math.isnan(told[place, "statistic"]):
        return LEVELS[2] if (place, "std_error") in told else LEVELS[1]
    p = told[place, "p_value"]
    return LEVELS[4] if p == float(f"{p:.1g}") else LEVELS[3]


@pytest.mark.parametrize("seed", range(40))
def test_more_numbers_of_people_than_the_threshold_fit_what_is_released(seed):
    """The attack is made again here, from what is told alone."""
    rng = np.random.default_rng(seed)
    entered, lost, parameters = int(rng.integers(20, 300)), int(rng.integers(1, 6)), 3
    df = float(entered - lost - parameters)
    rows = [
        (place, row(df, rng.normal(0, 2), rng.uniform(0.05, 9), n=entered - lost))
        for place in range(int(rng.integers(1, 8)))
    ]
    told = coarsen(rows, entered, THRESHOLD)
    worlds = np.arange(entered - parameters, 1, -1, dtype=float)
    fits = worlds >= told[0, "df"]
    for place, one in rows:
        level = level_of(told, place)
        fits &= fits_row(_released(one, level), worlds)
    assert fits[lost]
    assert np.count_nonzero(fits) > THRESHOLD + 1


def test_a_finer_test_would_have_told_the_number_of_people():
    """The attack sees something: with all digits one number of people is left."""
    one = _released(row(36.0, -2.6, 1.5, n=38), LEVELS[0])
    told = {
        "estimate": -3.9,
        "std_error": 1.5,
        "statistic": -2.6,
        "p_value": 2 * stats.t.sf(2.6, 36),
    }
    exact = {"half_p": 1e-9, "half_statistic": 1e-9, "half_scale": 1e-9}
    sharp = replace(one, **told, **exact, width=stats.t.ppf(0.975, 36) * 1.5)
    assert np.flatnonzero(fits_row(sharp, np.arange(38.0, 20.0, -1.0))).tolist() == [2]


def test_only_t_tests_are_made_coarse():
    assert has_test_with_df(row(36.0, 1, 1, n=38))
    assert not has_test_with_df(row(36.0, 1, 1, n=38, df_numerator=2.0))
    assert not has_test_with_df(row(math.inf, 1, 1, n=38, method="normal"))


def test_a_trial_of_ten_withholds_its_degrees_of_freedom():
    told = coarsen([(0, row(6.0, 2.0, 1.0, n=8))], 10, THRESHOLD)
    assert math.isnan(told[0, "df"])
    assert math.isnan(told[0, "p_value"])

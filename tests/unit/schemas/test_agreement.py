"""Numbers of a row of estimates agree, or the table is not written."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from evalpipe.schemas.agreement import agreement_rules

GOOD = {
    "quantity": "contrast",
    "estimate": 2.0,
    "std_error": 0.5,
    "df": 20.0,
    "df_method": "kenward_roger",
    "statistic": 4.0,
    "p_value": 2 * t.sf(4.0, 20),
    "conf_low": 1.0,
    "conf_high": 3.0,
    "status": "ok",
}


def broken(**parts):
    rows = pd.DataFrame([GOOD, {**GOOD, **parts}])
    found = []
    for check in agreement_rules():
        holds = check(rows).check_output
        if not np.all(holds):
            assert list(holds) == [True, False]
            found.append(check.error)
    return found


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"statistic": np.nan, "p_value": np.nan},
        {"status": "singular"},
        {"quantity": "joint_test", "statistic": 9.0},
        {"estimate": 2.0, "std_error": 0.5, "statistic": np.log(2) * 4, "p_value": np.nan},
        {"df": np.nan, "df_method": "normal", "p_value": 6.334248366623996e-05},
    ],
)
def test_rows_that_agree_pass(parts):
    assert broken(**parts) == []


def test_a_statistic_without_the_offset_is_found():
    (found,) = broken(statistic=33.37, p_value=2 * t.sf(33.37, 20))
    assert "statistic must be" in found


def test_a_p_of_another_statistic_is_found():
    (found,) = broken(p_value=0.049)
    assert "p must be" in found


@pytest.mark.parametrize("status", ["not_converged", "not_estimable"])
def test_a_fit_without_an_answer_gives_none(status):
    (found,) = broken(status=status)
    assert "without an answer" in found
    empty = dict.fromkeys(("statistic", "p_value", "conf_low", "conf_high"), np.nan)
    assert broken(status=status, **empty) == []

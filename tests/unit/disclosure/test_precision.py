"""Released numbers, and the figures beside them, carry the digits that their n carries."""

import re
from pathlib import Path

import pandas as pd
import pytest

from evalpipe.answers.table import with_answers
from evalpipe.answers.term import with_parts
from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, statistic_frame
from evalpipe.disclosure.precision import round_released
from evalpipe.report.pictures import picture_of_answer
from evalpipe.report.source import Source
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def plan():
    return load_plan(ROOT / "config" / "studies" / "btheb.yaml")


def means(plan, mean, sd, n, visit="month_2"):
    place = {"arm": "tau", "visit": visit}
    rows = [
        StatisticRow(StatisticTable.OBSERVED_MEANS, "bdi", statistic, value, n=n, **place)
        for statistic, value in ((Statistic.MEAN, mean), (Statistic.SD, sd))
    ]
    return statistic_frame(plan, rows)


@pytest.mark.parametrize(
    ("sd", "n", "printed"),
    [(11.08, 45, 19.5), (11.08, 4500, 19.47), (11.08, None, 19.0), (0.91, None, 19.5)],
)
def test_a_mean_has_two_digits_of_its_error_and_fewer_where_n_is_withheld(plan, sd, n, printed):
    """19.4667 is 292 of 15, 584 of 30 or 876 of 45 people; 19 is of any number."""
    frame = means(plan, 876 / 45, sd, 45 if n is None else n)
    if n is None:
        frame["n"] = pd.NA
    assert round_released("statistics", frame)["value"].iloc[0] == printed


def marginal_means(shift=0.0):
    rows = [
        {
            "estimate_id": f"primary/{arm}/{visit}",
            "analysis_id": "primary",
            "role": "primary",
            "outcome": "bdi",
            "quantity": "marginal_mean",
            "term": "arm",
            "arm": arm,
            "visit": visit,
            "estimate": 15.123 + shift,
            "std_error": 1.3,
            "conf_low": 12.5 + shift,
            "conf_high": 17.7 + shift,
            "conf_level": 0.95,
            "scale": "outcome",
            "n_participants": 97,
            "status": "ok",
        }
        for arm in ("tau", "btheb")
        for visit in ("month_2", "month_8")
    ]
    return pd.DataFrame(rows)


def drawing(plan, shift):
    tables = {
        "statistics": means(plan, 24.2123 + shift, 9.8, 48, visit="baseline"),
        "estimates": with_parts(marginal_means(shift)),
    }
    svg = picture_of_answer(Source(plan, with_answers(plan, tables)), "primary").picture.svg
    return re.sub(rb"id=\"[^\"]*\"|#\w+", b"", svg)


def test_a_figure_has_no_more_digits_than_the_table_beside_it(plan):
    """Coordinates are read to eight digits; below the printed one, nothing can be seen."""
    assert drawing(plan, 0.0) == drawing(plan, 0.003)
    assert drawing(plan, 0.0) != drawing(plan, 0.3)

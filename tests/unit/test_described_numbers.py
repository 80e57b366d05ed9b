"""Means, SDs, counts and shares that papers print, held against what was described."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.answers.table import with_answers
from evalpipe.config.load import load_plan
from evalpipe.config.published import Published
from evalpipe.config.published_checks import published_problems
from evalpipe.design.statistic_rows import mean_rows, share_rows, statistic_frame
from evalpipe.verification import compare_published
from evalpipe.vocabulary import StatisticTable

PLAN = Path(__file__).parents[2] / "config" / "studies" / "btheb.yaml"


@pytest.fixture(scope="module")
def plan():
    return load_plan(PLAN)


@pytest.fixture(scope="module")
def tables(plan):
    """Eight people at one visit: mean 4.5 and SD 2.449490 by hand; three of eight take drugs."""
    scores = pd.Series(range(1, 9), dtype=float)
    rows = mean_rows(
        scores, table=StatisticTable.OBSERVED_MEANS, variable="bdi", arm="tau", visit="month_2"
    )
    rows += share_rows(3, 8, table=StatisticTable.BASELINE, variable="drug", level="yes", arm="tau")
    return with_answers(plan, {"statistics": statistic_frame(plan, rows), "estimates": EMPTY})


EMPTY = pd.DataFrame({"analysis_id": [], "term": []}, dtype="str")
MEAN = {"quantity": "observed_mean", "variable": "bdi", "arm": "tau", "visit": "month_2"}
SHARE = {"quantity": "baseline_share", "variable": "drug", "level": "yes", "arm": "tau"}


def verdicts_of(plan, tables, *numbers):
    published = Published.model_validate({"source": "a paper", "numbers": numbers})
    whole = plan.model_copy(update={"published": {"paper": published}})
    return [(c.field, c.shown, c.verdict.value) for c in compare_published(whole, tables)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ({**MEAN, "value": "4.5"}, [("value", "4.5", "identical")]),
        ({**MEAN, "n": "8"}, [("n", "8", "identical")]),
        ({**MEAN, "quantity": "observed_sd", "value": "2.45"}, [("value", "2.45", "identical")]),
        ({**MEAN, "value": "4.7"}, [("value", "4.5", "differs")]),
        ({**MEAN, "arm": "btheb", "value": "4.5"}, [("value", "", "not_computed")]),
        ({**SHARE, "value": "38%"}, [("value", "38", "identical")]),
        ({**SHARE, "value": "0.375"}, [("value", "0.375", "identical")]),
        ({**SHARE, "quantity": "baseline_count", "value": "4"}, [("value", "3", "rounding")]),
    ],
)  # fmt: skip
def test_a_printed_description_is_held_against_its_row(plan, tables, number, expected):
    assert verdicts_of(plan, tables, number) == expected


@pytest.mark.parametrize(
    ("number", "key", "words"),
    [
        ({**MEAN, "quantity": "observed_meen", "value": "1"}, "quantity", "`observed_mean`?"),
        ({**MEAN, "estimate": "1"}, "estimate", "does not go with"),
        (MEAN, "quantity", "has no printed number"),
        ({**MEAN, "value": "1", "variable": None}, "variable", "is needed"),
        ({**MEAN, "value": "1", "arm": "tua"}, "arm", "did you mean `tau`"),
        ({**SHARE, "value": "1", "level": None}, "level", "is needed"),
        ({**SHARE, "value": "1", "level": "yess"}, "level", "did you mean `yes`"),
        ({"quantity": "flow_count", "variable": "randomized", "n": "1"}, "variable", "randomised"),
        ({"quantity": "contrast", "estimate": "1"}, 0, "name it under `analysis`"),
    ],
)  # fmt: skip
def test_a_printed_number_that_nothing_computes_is_refused(plan, number, key, words):
    published = Published.model_validate({"source": "a paper", "numbers": [number]})
    found = [m for place, m in published_problems(plan, published) if place[-1] == key]
    assert any(words in message for message in found), list(published_problems(plan, published))

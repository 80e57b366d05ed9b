"""Agreement of raters: what is counted, what is refused."""

import itertools

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.analyses import Agreement
from evalpipe.errors import NotEstimableError
from evalpipe.models.agreement import analyse_agreement
from evalpipe.models.estimate_rows import Heading
from evalpipe.models.pingouin_door import ROUNDING, open_pingouin
from evalpipe.models.second_computation import SecondFit, bound_difference

ICC = Agreement(kind="agreement", between="raters", statistic="icc")


@pytest.fixture
def ratings():
    generator = np.random.default_rng(4)
    cells = list(itertools.product([f"S{i:02d}" for i in range(10)], "abcd"))
    frame = pd.DataFrame(cells, columns=["participant_id", "rater"])
    frame["outcome"] = generator.normal(size=40) + np.repeat(generator.normal(size=10), 4)
    return frame


def answer(frame, model=ICC):
    return analyse_agreement(frame, model, Heading("study", "raters"))


def test_raters_who_rated_everybody_get_the_two_way_correlation_of_single_ratings(ratings):
    found = answer(ratings)
    (row,) = found.rows
    assert row.term == "icc_agreement_1"
    assert (row.n_participants, row.n_observations) == (10, 40)
    assert (found.heading.n_participants, found.heading.n_observations) == (10, 40)
    assert found.diagnostics[0]["engine"] == "pingouin"


def test_the_plan_chooses_the_form(ratings):
    model = ICC.model_copy(update={"form": "consistency_average"})
    assert answer(ratings, model).rows[0].term == "icc_consistency_k"


def test_gaps_leave_every_rating_in(ratings):
    found = answer(ratings.drop(index=[3, 17, 30]))
    assert (found.rows[0].n_participants, found.rows[0].n_observations) == (10, 37)
    assert found.diagnostics[0]["engine"] == "evalpipe"


def test_another_level_of_confidence_gives_a_narrower_interval(ratings):
    wide = answer(ratings).rows[0]
    narrow = analyse_agreement(ratings, ICC, Heading("study", "raters", conf_level=0.9)).rows[0]
    assert wide.conf_low < narrow.conf_low < narrow.conf_high < wide.conf_high
    assert narrow.estimate == wide.estimate


def test_a_second_rating_of_the_same_rater_is_refused(ratings):
    doubled = pd.concat([ratings, ratings.iloc[[5]]], ignore_index=True)
    with pytest.raises(NotEstimableError, match="1 ratings are a second one"):
        answer(doubled)


def test_a_rater_without_a_rating_does_not_vanish(ratings):
    silent = ratings.assign(outcome=ratings["outcome"].where(ratings["rater"] != "c"))
    with pytest.raises(NotEstimableError, match="1 of 4 raters gave no rating"):
        answer(silent)


def test_several_visits_are_no_further_participants(ratings):
    twice = pd.concat([ratings.assign(visit="pre"), ratings.assign(visit="post")])
    with pytest.raises(NotEstimableError, match="judged at 2 visits"):
        answer(twice)
    assert answer(twice, ICC.model_copy(update={"visit": "pre"})).rows[0].n_participants == 10


def test_raters_without_a_participant_in_common_cannot_be_compared(ratings):
    apart = ratings[(ratings["participant_id"] < "S05") == ratings["rater"].isin(["a", "b"])]
    with pytest.raises(NotEstimableError, match="one_way_single"):
        answer(apart)
    model = ICC.model_copy(update={"form": "one_way_single"})
    assert answer(apart, model).rows[0].term == "icc_1"


def test_ratings_without_any_variation_are_refused(ratings):
    with pytest.raises(NotEstimableError, match="every rating is the same"):
        answer(ratings.assign(outcome=3.0))
    same = ratings.groupby("participant_id")["outcome"].transform("first")
    with pytest.raises(NotEstimableError, match="differ by nothing"):
        answer(ratings.assign(outcome=same))


def test_pingouins_options_are_as_they_were_afterwards():
    with open_pingouin() as pingouin:
        assert pingouin.options[ROUNDING] is None
    assert pingouin.options[ROUNDING] == 2


@pytest.mark.parametrize(
    ("difference", "bound"), [(0.0, 1e-9), (3e-15, 1e-9), (2.4e-6, 3e-6), (2e-6, 2e-6), (0.95, 1.0)]
)
def test_a_difference_is_told_as_a_bound(difference, bound):
    assert bound_difference(difference) == bound
    assert difference <= bound_difference(difference)


def test_rounding_names_no_number():
    assert SecondFit("other", 4e-16, "estimate").record()["second_fit_quantity"] is None
    assert SecondFit("other", 4e-5, "estimate").record()["second_fit_quantity"] == "estimate"

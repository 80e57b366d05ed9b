"""Terms become the columns that R would make, under names in the plan's words."""

import numpy as np
import pytest

from evalpipe.errors import ModelError
from evalpipe.models.terms import Category, Number, code_terms

ARM = Category("arm", ("control", "new"), "control")
VISIT = Category("visit", ("v1", "v2", "v3"), "v1")
AGE = Number("age")
VARIABLES = {"arm": ARM, "visit": VISIT, "age": AGE}


def columns(*terms, intercept=True, given=()):
    parts = code_terms(terms, VARIABLES, intercept=intercept, given=given)
    return [name for part in parts for name in part.columns]


def test_reference_coding():
    assert columns("arm", "visit") == ["intercept", "arm[new]", "visit[v2]", "visit[v3]"]


def test_interaction_beside_its_margins():
    assert columns("arm", "visit", "arm:visit")[4:] == [
        "arm[new]:visit[v2]",
        "arm[new]:visit[v3]",
    ]


def test_effect_at_each_visit_when_the_margin_is_absent():
    """As R: `visit + arm:visit` gives one arm effect for each visit."""
    assert columns("visit", "arm:visit")[3:] == [
        "arm[new]:visit[v1]",
        "arm[new]:visit[v2]",
        "arm[new]:visit[v3]",
    ]


def test_cell_means_without_intercept():
    assert columns("visit", intercept=False) == ["visit[v1]", "visit[v2]", "visit[v3]"]
    cells = columns("arm:visit", intercept=False)
    assert len(cells) == 6
    assert cells[0] == "arm[control]:visit[v1]"


def test_interaction_alone_has_as_many_columns_as_cells():
    assert len(columns("arm:visit")) == 6


def test_slope_of_its_own_in_each_level():
    assert columns("arm:age") == ["intercept", "arm[control]:age", "arm[new]:age"]
    assert columns("age", "arm:age") == ["intercept", "age", "arm[new]:age"]


def test_three_way_interaction():
    names = columns("arm", "visit", "age", "arm:visit", "arm:age", "visit:age", "arm:visit:age")
    assert len(names) == 12
    assert names[-1] == "arm[new]:visit[v3]:age"


def test_main_effects_come_first_and_order_within_a_term_does_not_count():
    assert columns("arm:visit", "arm", "visit") == columns("arm", "visit", "arm:visit")
    assert columns("arm", "visit", "arm:visit", "visit:arm") == columns("arm", "visit", "arm:visit")


def test_arms_held_equal_at_one_visit():
    assert columns("visit", "arm:visit", given=[frozenset({"arm"})])[3:] == [
        "arm[new]:visit[v2]",
        "arm[new]:visit[v3]",
    ]


def test_sum_coding():
    coded = Category("visit", ("v1", "v2", "v3"), "v3", sum_coded=True)
    expected = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    assert np.array_equal(coded.coding(full=False), expected)


def test_a_variable_twice_in_a_term():
    with pytest.raises(ModelError, match="age:age names a variable twice"):
        columns("age:age")

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.cohorts import cohort_order, drift_rows
from evalpipe.design.describe import describe


@pytest.fixture
def plan(make_plan: Any):
    return make_plan(
        cohorts={"reference": "2025"},
        variables={
            "age": {"label": "Age", "type": "number"},
            "sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]},
            "new_item": {"label": "New item", "type": "number"},
        },
    )


@pytest.fixture
def tables(people: Any, scores: Any):
    people = people.assign(
        cohort=["2024", "2024", "2024", "2025", "2025", "2025"],
        age=[8.0, 9, 10, 9, 10, 11],
        sex=["girl", "girl", "boy", "girl", "boy", "boy"],
        new_item=[np.nan] * 3 + [1.0, 2, 3],
    )
    return {"participants": people, "scores": scores}


def by_place(rows: Any):
    return {
        (
            r.level,
            r.variable,
            r.groups["cohort"],
            r.visit,
            r.groups.get("value"),
            r.statistic,
        ): r.value
        for r in rows
    }


def test_the_reference_cohort_comes_first(plan: Any, tables: Any):
    assert cohort_order(plan, tables["participants"]) == ["2025", "2024"]


def test_drift_by_hand(plan: Any, tables: Any):
    found = by_place(drift_rows(plan, tables))
    assert found["size", "participants", "2024", None, None, "count"] == 3
    assert found["baseline", "age", "2024", None, None, "standardised_difference"] == -1.0
    assert found["baseline", "sex", "2025", None, "boy", "proportion"] == pytest.approx(2 / 3)
    assert found["missingness", "mood", "2025", "after", None, "proportion"] == pytest.approx(2 / 3)
    assert found["missingness", "mood", "2024", "after", None, "proportion"] == 0
    assert found["baseline", "mood", "2024", None, None, "mean"] == 20.0


def test_what_one_cohort_lacks_is_told(plan: Any, tables: Any):
    found = by_place(drift_rows(plan, tables))
    assert found["schema", "new_item", "2024", None, None, "is_present"] == 0
    assert found["schema", "new_item", "2025", None, None, "is_present"] == 1
    assert not any(place[:2] == ("schema", "age") for place in found)


def test_one_cohort_has_no_drift(plan: Any, tables: Any):
    people = tables["participants"].assign(cohort="2024")
    assert drift_rows(plan, {**tables, "participants": people}) == []


def test_description_has_no_empty_parts_and_unique_ids(plan: Any, tables: Any):
    found = describe(plan, tables)
    assert found["statistic_id"].is_unique
    assert set(found["table"]) == {"flow", "baseline", "missingness", "observed_means", "drift"}
    shuffled = {name: t.sample(frac=1, random_state=2) for name, t in tables.items()}
    again = describe(plan, shuffled)
    pd.testing.assert_frame_equal(found, again)

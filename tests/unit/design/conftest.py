"""Small plans and tables from which every test starts."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pytest

from evalpipe.config.plan import Plan

ESTIMAND = {
    "population": "everybody",
    "outcome": "mood",
    "contrast": {"arm": "new", "versus": "usual"},
}

TRIAL: dict[str, Any] = {
    "study": {"id": "trial", "title": "A trial", "design": "parallel_rct"},
    "arms": {
        "usual": {"label": "Usual care", "role": "control"},
        "new": {"label": "New care", "role": "experimental"},
    },
    "visits": {
        "before": {"label": "Before", "day": 0},
        "after": {"label": "After", "day": 60, "window": [50, 70]},
        "later": {"label": "Later", "day": 120},
    },
    "instruments": {"mood": {"label": "Mood", "range": [0, 100], "better": "higher"}},
    "data": {
        "all": {
            "file": "all.csv",
            "one_row_per": "participant",
            "columns": {"id": "participant_id"},
        }
    },
    "populations": {"everybody": {"include": "randomised"}},
    "analyses": {
        "primary": {
            "role": "primary",
            "question": "Is mood better?",
            "estimand": ESTIMAND,
            "model": {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]},
        }
    },
}


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(base)
    for key, value in change.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = merged(old, value) if both else value
    return result


@pytest.fixture
def make_plan():
    """Build the small trial with changes."""

    def build(**change: Any) -> Plan:
        return Plan.model_validate(merged(TRIAL, change))

    return build


@pytest.fixture
def people() -> pd.DataFrame:
    """Six participants, three in each arm; the last of each arm has left."""
    return pd.DataFrame(
        {
            "participant_id": ["p1", "p2", "p3", "p4", "p5", "p6"],
            "arm": ["usual", "new"] * 3,
            "randomised": True,
            "disposition": ["completed"] * 4 + ["lost_to_follow_up"] * 2,
            "disposition_reason": [None] * 4 + ["moved", None],
            "disposition_day": [float("nan")] * 4 + [30.0, 90.0],
        }
    )


def score_table(rows: list[tuple[Any, ...]], scale: str = "mood") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["participant_id", "visit", "day", "score"])
    return frame.assign(scale=scale, rater=None, level=None, occasion=0, missing_reason=None)


@pytest.fixture
def make_scores():
    """Build a `scores` table of (participant, visit, day, score) rows."""
    return score_table


@pytest.fixture
def scores() -> pd.DataFrame:
    """Six seen before, five after (p5 missing), four later (p4 missing after, seen later)."""
    seen = {
        "before": ["p1", "p2", "p3", "p4", "p5", "p6"],
        "after": ["p1", "p2", "p3", "p6"],
        "later": ["p1", "p2", "p3", "p4"],
    }
    days = {"before": 0, "after": 60, "later": 120}
    rows = [
        (person, visit, float(days[visit]), 10.0 * int(person[1]) + days[visit] / 60)
        for visit, persons in seen.items()
        for person in persons
    ]
    return score_table(rows)

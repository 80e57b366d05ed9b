"""A plan with everything that a schema takes from a plan, and tables that fit it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from evalpipe.config.plan import Plan
from evalpipe.schemas import SCHEMAS, conform_frame
from evalpipe.vocabulary import Table

PLAN: dict[str, Any] = {
    "study": {"id": "trial", "title": "A trial", "design": "parallel_rct"},
    "unit": "dyad",
    "roles": {"child": {"label": "Child"}, "parent": {"label": "Parent"}},
    "arms": {
        "usual": {"label": "Usual care", "role": "control"},
        "new": {"label": "New care", "role": "experimental"},
    },
    "clusters": {"site": {"label": "Site"}},
    "visits": {"before": {"label": "Before", "day": 0}, "after": {"label": "After", "day": 60}},
    "periods": {"early": {"label": "Early", "days": [0, 30]}},
    "variables": {
        "age": {"label": "Age", "type": "number", "range": [6, 18]},
        "sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]},
        "place": {"label": "Place", "type": "category", "levels": ["a", "b"], "varies": "occasion"},
    },
    "instruments": {
        "mood": {"label": "Mood", "range": [0, 100], "better": "higher"},
        "time": {"label": "Time", "kind": "log_continuous"},
        "bond": {"label": "Bond", "kind": "classification", "classes": ["secure", "avoidant"]},
        "coping": {
            "label": "Coping",
            "items": {"prefix": "c", "count": 3, "range": [1, 5]},
            "scales": {"total": {"score": "sum", "items": [1, 2]}},
        },
    },
    "protocol": {
        "phases": {"first": {"sessions": 2}, "second": {"sessions": 3}},
        "ratings": {"tension": {"label": "Tension", "range": [0, 10]}},
    },
    "goals": {"calm": {"label": "Stays calm"}},
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
            "estimand": {
                "population": "everybody",
                "outcome": "mood",
                "contrast": {"arm": "new", "versus": "usual"},
            },
            "model": {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]},
        }
    },
}

ROWS: dict[Table, list[dict[str, Any]]] = {
    Table.PARTICIPANTS: [
        {"participant_id": "p1", "arm": "new", "dyad_id": "d1", "role": "child",
         "randomised": True, "disposition": "completed", "site_id": "1", "age": 6.0, "sex": "boy"},
        {"participant_id": "p2", "arm": "new", "dyad_id": "d1", "role": "parent",
         "randomised": True, "site_id": "1", "age": 18.0},
    ],
    Table.SESSIONS: [
        {"participant_id": "p1", "session_number": 1, "day": 1.0, "phase": "first", "held": True,
         "minutes": 50.0, "tension": 10.0},
        {"dyad_id": "d1", "session_number": 2, "day": 8.0, "phase": "second", "tension": 0.0},
    ],
    Table.GOALS: [
        {"participant_id": "p1", "goal": "calm", "role": "child", "phase": "first", "day": 3.0,
         "attained": True, "attainment": -2.0},
    ],
    Table.RESPONSES: [
        {"participant_id": "p1", "visit": "before", "occasion": 0, "instrument": "coping",
         "item": 1, "response": 1.0, "place": "a"},
        {"participant_id": "p1", "visit": "before", "occasion": 0, "instrument": "coping",
         "item": 3, "response": 5.0},
    ],
    Table.SCORES: [
        {"participant_id": "p1", "visit": "before", "occasion": 0, "scale": "mood", "score": 0.0,
         "rule": "given"},
        {"participant_id": "p1", "visit": "after", "occasion": 0, "scale": "mood", "score": 100.0},
        {"participant_id": "p1", "visit": "after", "occasion": 0, "scale": "coping.total",
         "score": 10.0, "n_items": 2, "n_missing": 0},
        {"participant_id": "p1", "visit": "after", "occasion": 0, "scale": "bond", "score": 0.0,
         "level": "secure"},
        {"participant_id": "p1", "visit": "after", "occasion": 0, "scale": "time", "score": 0.1},
        {"participant_id": "p1", "occasion": 1, "scale": "session.tension", "score": 3.0},
    ],
    Table.ANALYSIS_SET: [{"participant_id": "p1", "arm": "new", "visit": "after", "outcome": 1.0}],
    Table.ESTIMATES: [
        {"estimate_id": "e1", "study_id": "trial", "analysis_id": "primary", "role": "primary",
         "population": "everybody", "quantity": "contrast", "visit": "after", "estimate": 1.0,
         "std_error": 0.5, "p_value": 0.5, "scale": "outcome", "status": "ok"},
    ],
    Table.DIAGNOSTICS: [
        {"study_id": "trial", "analysis_id": "primary", "fit": "main", "engine": "own",
         "status": "ok", "n_participants": 2, "is_singular": False},
    ],
    Table.ANSWERS: [
        {"study_id": "trial", "claim_id": "primary/1", "analysis_id": "primary",
         "status": "answered", "estimate_id": "e1", "population": "everybody", "n_analysed": 2,
         "scale": "outcome", "better": "lower"},
    ],
    Table.STATISTICS: [
        {"statistic_id": "s1", "study_id": "trial", "table": "flow", "variable": "randomised",
         "statistic": "count", "value": 2.0, "n": 2},
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan.model_validate(PLAN)


@pytest.fixture
def fitting(plan: Plan):
    """Return a table of this kind that fits the plan, in the shape of its schema."""

    def build(table: Table) -> pd.DataFrame:
        return conform_frame(pd.DataFrame(ROWS[table]), SCHEMAS[table](plan))

    return build

"""A small trial with a known structure, and its plan."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.plan import Plan


@pytest.fixture(scope="session")
def trial():
    """40 participants at three visits, some lost; the arms differ by 3 at the last visit."""
    generator = np.random.default_rng(5)
    rows = []
    for number in range(40):
        arm = ("control", "new")[number % 2]
        baseline = 20 + 4 * generator.standard_normal()
        own = 2.5 * generator.standard_normal()
        last = 3 if number % 5 else 1 + number % 3
        for visit in range(1, last + 1):
            effect = visit * (arm == "new")
            noise = 2 * generator.standard_normal()
            rows.append(
                {
                    "participant_id": f"p{number:02d}",
                    "arm": arm,
                    "visit": f"v{visit}",
                    "day": 30.0 * visit,
                    "sex": ("girl", "boy")[number // 2 % 2],
                    "site_id": f"s{number % 4}",
                    "baseline": baseline,
                    "outcome": 5 + 0.6 * baseline + effect + own + noise,
                }
            )
    return pd.DataFrame(rows)


def build_plan(analyses, **parts):
    data = {
        "trial": {"file": "trial.csv", "one_row_per": "visit", "columns": {"id": "participant_id"}}
    }
    return Plan.model_validate(
        {
            "study": {"id": "trial", "title": "A trial", "design": "parallel_rct"},
            "arms": {
                "new": {"label": "New", "role": "experimental"},
                "control": {"label": "Control", "role": "control"},
            },
            "visits": {
                "start": {"label": "Start", "day": 0},
                "v1": {"label": "1", "day": 30},
                "v2": {"label": "2", "day": 60},
                "v3": {"label": "3", "day": 90},
            },
            "clusters": {"site": {"contains": "participant"}},
            "variables": {"sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]}},
            "instruments": {
                "score": {
                    "label": "Score",
                    "better": "higher",
                    "reliability": {"value": 0.8, "source": "made up"},
                    "cutoff": {"value": 20, "meaning": "well", "source": "made up"},
                },
                "pulse": {"label": "Pulse", "kind": "log_continuous"},
            },
            "data": data,
            "populations": {"everyone": {"include": "randomised"}},
            "analyses": analyses,
            **parts,
        }
    )


def analysis(model, **estimand):
    return {
        "role": "primary",
        "question": "Is it better?",
        "estimand": {
            "population": "everyone",
            "outcome": "score",
            "contrast": {"arm": "new", "versus": "control"},
            "visits": ["v1", "v2", "v3"],
            "headline_visit": "v3",
            **estimand,
        },
        "model": model,
    }


MMRM = {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]}


@pytest.fixture(scope="session")
def make_plan():
    return build_plan


@pytest.fixture(scope="session")
def make_analysis():
    return analysis


@pytest.fixture(scope="session")
def mmrm():
    return dict(MMRM)

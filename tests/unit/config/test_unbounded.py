"""`variance: unbounded` and `if_singular` are refused where they could do nothing."""

import pytest

from evalpipe.config.checks import cross_check
from evalpipe.config.plan import Plan

PERSON = {"within": "participant", "variance": "unbounded"}
SITE = {"within": "site"}
FIXED = ["arm", "years", "arm:years"]


def problems(**parts):
    model = {"kind": "mixed", "fixed": FIXED, "random": [PERSON], **parts}
    plan = {
        "study": {"id": "s", "title": "A study", "design": "parallel_rct"},
        "arms": {
            "usual": {"label": "Usual", "role": "control"},
            "new": {"label": "New", "role": "experimental"},
        },
        "visits": {"t0": {"label": "Start", "day": 0}, "t1": {"label": "End", "day": 90}},
        "clusters": {"site": {"label": "Site"}},
        "derived": {"years": {"kind": "per_visit", "values": {"t0": 0, "t1": 1}}},
        "instruments": {"scale": {"label": "Scale", "range": [0, 60], "better": "higher"}},
        "data": {
            "scores": {
                "file": "scores.csv",
                "one_row_per": "visit",
                "columns": {"code": "participant_id", "moment": "visit", "place": "site_id"},
                "scores": {"scale": "score"},
            }
        },
        "populations": {"itt": {"label": "All", "include": "randomised"}},
        "analyses": {
            "primary": {
                "role": "primary",
                "question": "Does it work?",
                "estimand": {
                    "population": "itt",
                    "outcome": "scale",
                    "contrast": {"arm": "new", "versus": "usual"},
                    "visits": "all",
                    "summary": "difference_in_slopes",
                    "terms": ["years"],
                },
                "model": model,
            }
        },
    }
    return [found for found in map(str, cross_check(Plan.model_validate(plan))) if "model" in found]


def test_a_single_random_intercept_may_be_unbounded():
    assert problems() == []


@pytest.mark.parametrize(
    "parts",
    [
        {"random": [{**PERSON, "terms": ["intercept", "years"]}]},
        {"random": [{**PERSON, "terms": ["years"]}]},
        {"random": [PERSON, SITE]},
        {"random": [{**PERSON, "arms": ["new"]}]},
        {"residual": {"structure": "ar1"}},
        {"residual": {"structure": "diagonal"}},
        {"residual": {"by": "arm"}},
    ],
)
def test_elsewhere_it_is_refused(parts):
    assert any("`variance: unbounded` is for" in found for found in problems(**parts))


def test_if_singular_names_a_random_term():
    assert problems(random=[SITE], if_singular={"drop": ["site"]}) == []
    assert problems(random=[SITE], if_singular={"drop": ["participant"]}) != []

"""What `check` lets pass has an answer when it is run; what cannot have one, `check` refuses."""

import numpy as np
import pytest

from evalpipe.answers.choose import answering_places
from evalpipe.config.checks import cross_check
from evalpipe.config.estimands import Summary
from evalpipe.errors import ModelError
from evalpipe.models.dispatch import run_analysis

VISITS = ["baseline", "arm", "visit", "arm:visit"]
MODELS = {
    "mmrm": {"kind": "mmrm", "fixed": VISITS},
    "mixed": {"kind": "mixed", "fixed": VISITS, "random": [{"within": "participant"}]},
    "by_day": {
        "kind": "mixed",
        "fixed": ["baseline", "arm", "day", "arm:day"],
        "random": [{"within": "participant"}],
    },
    "ancova": {"kind": "ancova", "fixed": ["baseline", "arm"]},
    "change": {"kind": "ancova", "fixed": ["baseline", "arm"], "outcome_as": "change"},
    "by_sex": {"kind": "ancova", "fixed": ["baseline", "arm", "sex", "arm:sex"]},
    "gaussian": {"kind": "gee", "family": "gaussian", "fixed": VISITS},
    "binomial": {"kind": "gee", "family": "binomial", "fixed": ["arm", "visit", "arm:visit"]},
    "poisson": {"kind": "gee", "family": "poisson", "fixed": ["arm", "visit", "arm:visit"]},
    "gamma": {"kind": "gee", "family": "gamma", "fixed": ["arm", "visit", "arm:visit"]},
    "ordinal_gee": {
        "kind": "gee",
        "family": "ordinal",
        "fixed": ["arm"],
        "correlation": "independence",
    },
    "ordinal": {"kind": "ordinal", "fixed": ["arm"]},
    "reliable_change": {"kind": "reliable_change"},
    "recovered": {"kind": "reliable_change", "criterion": "reliable_and_clinical"},
}
SUMMARIES = Summary.__args__
TERMS = {
    "slope": [["day"], ["baseline"], []],
    "difference_in_slopes": [["day"], ["baseline"]],
    "coefficient": [["arm"], ["arm:day"], []],
    "difference_of_differences": [[], ["arm:sex"]],
}
INSTRUMENTS = {
    "score": {
        "label": "Score",
        "better": "higher",
        "reliability": {"value": 0.8, "source": "made up"},
        "cutoff": {"value": 20, "meaning": "well", "source": "made up"},
    },
    "count": {"label": "Count", "kind": "count", "range": [0, 500]},
    "passed": {
        "label": "Passed",
        "kind": "binary",
        "classes": ["no", "yes"],
        "better_class": "yes",
    },
    "rank": {"label": "Rank", "kind": "ordinal", "classes": ["low", "middle", "high"]},
    "kind": {"label": "Kind", "kind": "classification", "classes": ["a", "b", "c"]},
    "pulse": {"label": "Pulse", "kind": "log_continuous"},
}
VALUES = {
    "score": lambda y: y,
    "count": lambda y: np.maximum(np.round(y), 0),
    "passed": lambda y: (y > y.median()).astype(float),
    "rank": lambda y: np.digitize(y, y.quantile([0.33, 0.66])).astype(float),
    "kind": lambda y: np.digitize(y, y.quantile([0.33, 0.66])).astype(float),
    "pulse": lambda y: np.log(y.clip(lower=1)),
}


def answer(plan, frame):
    """Whether a row answers, with a number; False where the run refuses."""
    try:
        rows = run_analysis(plan, "primary", frame).estimates
    except ModelError:
        return False
    places = answering_places(plan, "primary", rows)
    return bool(places) and rows["estimate"].iloc[places].notna().all()


def levels(frame, outcome):
    values = VALUES[outcome](frame["outcome"])
    frame = frame.assign(outcome=values, baseline=VALUES[outcome](frame["baseline"]))
    classes = INSTRUMENTS[outcome].get("classes")
    if classes:
        frame = frame.assign(level=[classes[int(value)] for value in values])
    return frame


FOR_DATA_TO_TELL = [("binomial", "score"), ("poisson", "score"), ("ordinal_gee", "score")]
"""A scale without a range may hold 0 and 1, whole numbers, or few values; only the data tell."""

LIKE_SCORE = ("count", "rank")
"""For models of a mean these are no other than a score."""

PAIRS = [
    (model, outcome)
    for model in MODELS
    for outcome in INSTRUMENTS
    if (model, outcome) not in FOR_DATA_TO_TELL
    if not (MODELS[model]["kind"] in ("mmrm", "mixed", "ancova") and outcome in LIKE_SCORE)
]


@pytest.mark.parametrize(("model", "outcome"), PAIRS)
def test_what_passes_is_answered(make_plan, make_analysis, trial, model, outcome):
    frame = levels(trial, outcome)
    passed = 0
    for summary in SUMMARIES:
        for terms in TERMS.get(summary, [[]]):
            one_visit = {"visits": ["v3"]} if model.startswith("ordinal") else {}
            entry = make_analysis(
                MODELS[model], summary=summary, terms=terms, outcome=outcome, **one_visit
            )
            plan = make_plan({"primary": entry}, instruments=INSTRUMENTS)
            problems = [found for found in cross_check(plan) if found[0][0] == "analyses"]
            if problems:
                continue
            passed += 1
            at = frame[frame["visit"] == "v3"] if one_visit else frame
            assert answer(plan, at), (summary, terms)
    if outcome == "score" and not model.startswith("ordinal"):
        assert passed

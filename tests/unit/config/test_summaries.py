"""Summaries, models and outcomes that do not go together are refused with the right word."""

import json
from pathlib import Path

import pytest

from evalpipe.config.checks import cross_check
from evalpipe.config.estimands import Summary
from evalpipe.config.plan import Plan
from evalpipe.config.summaries import SUMMARIES

ESTIMAND = {
    "population": "itt",
    "outcome": "scale",
    "contrast": {"arm": "new", "versus": "usual"},
    "visits": ["t1"],
}
MMRM = {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]}
ANCOVA = {"kind": "ancova", "fixed": ["baseline", "arm"]}
BINOMIAL = {"kind": "gee", "family": "binomial", "fixed": ["arm"]}
QUAD = {"kind": "mixed", "fixed": ["arm", "years", "years2", "arm:years", "arm:years2"]}


def problems(model, only=None, analyses=None, published=None, parts=None, **estimand):
    asked = {"role": "primary", "question": "Does it work?", "model": model}
    plan = {
        "study": {"id": "s", "title": "A study", "design": "parallel_rct"},
        "arms": {
            "usual": {"label": "Usual", "role": "control"},
            "new": {"label": "New", "role": "experimental"},
        },
        "visits": {"t0": {"label": "Start", "day": 0}, "t1": {"label": "End", "day": 90}},
        "variables": {
            "age": {"label": "Age", "type": "number"},
            "sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]},
        },
        "derived": {
            "years": {"kind": "per_visit", "values": {"t0": 0, "t1": 1}},
            "years2": {"kind": "square", "of": "years"},
            "group": {"kind": "band", "of": "age", "borders": [12], "names": ["low", "high"]},
        },
        "instruments": {
            "scale": {"label": "Scale", "range": [0, 40]},
            "passed": {"label": "Passed", "kind": "binary", "classes": ["no", "yes"]},
            "style": {"label": "Style", "kind": "classification", "classes": ["a", "b", "c"]},
            "pulse": {"label": "Pulse", "kind": "log_continuous"},
        },
        "data": {
            "f": {"file": "f.csv", "one_row_per": "visit", "columns": {"i": "participant_id"}}
        },
        "populations": {"itt": {"include": "randomised"}},
        "analyses": {
            "primary": {**asked, "estimand": {**ESTIMAND, **estimand}, "only": only or {}},
            **(analyses or {}),
        },
        "published": published or {},
        **(parts or {}),
    }
    return [(".".join(map(str, at)), say) for at, say in cross_check(Plan.model_validate(plan))]


REFUSED = [
    ({"model": MMRM, "summary": "odds_ratio"}, "estimand.summary", "`kind: gee` with `family: bin"),
    ({"model": MMRM, "summary": "rate_ratio"}, "estimand.summary", "`family: poisson`"),
    ({"model": ANCOVA, "summary": "risk_difference"}, "estimand.summary", "`family: binomial`"),
    ({"model": MMRM, "summary": "time_to_event"}, "estimand.summary", "no kind of analysis"),
    ({"model": MMRM, "summary": "share_improved"}, "estimand.summary", "`kind: reliable_change`"),
    ({"model": MMRM, "summary": "agreement"}, "estimand.summary", "`kind: agreement`"),
    ({"model": MMRM, "summary": "ratio_of_means"}, "estimand.summary", "`kind: log_continuous`"),
    (
        {"model": BINOMIAL, "outcome": "passed", "summary": "difference_in_means"},
        "estimand.summary",
        "odds_ratio, risk_difference",
    ),
    ({"model": BINOMIAL}, "estimand.outcome", "runs from 0 to 40"),
    ({"model": BINOMIAL, "outcome": "style"}, "estimand.outcome", "has 3 classes"),
    ({"model": MMRM, "outcome": "style"}, "estimand.outcome", "classes without an order"),
    (
        {"model": {**BINOMIAL, "family": "gaussian"}, "outcome": "pulse"},
        "estimand.outcome",
        "as a logarithm",
    ),
    (
        {"model": {"kind": "ordinal", "fixed": ["arm"]}, "outcome": "passed"},
        "outcome",
        "two classes",
    ),
    ({"model": {"kind": "reliable_change"}}, "estimand.outcome", "`reliability` of scale"),
    (
        {"model": {"kind": "reliable_change", "criterion": "reliable_and_clinical"}},
        "model.criterion",
        "needs a `cutoff`",
    ),
    ({"model": {"kind": "reliable_change", "sd": "norm"}}, "model.sd", "needs `norms`"),
    (
        {
            "model": {"kind": "change_table", "before": "t0", "after": "t1"},
            "outcome": "style",
            "summary": "share_improved",
        },
        "estimand.outcome",
        "`better_class` of style",
    ),
    ({"model": MMRM, "at": {"age": 12}}, "estimand.at.age", "not among the fixed terms"),
    ({"model": QUAD, "at": {"years": "x"}}, "estimand.at.years", "give its value"),
    ({"model": QUAD, "at": {"years2": 9}}, "estimand.at.years2", "hold years"),
    ({"model": QUAD, "at": {"years": 3, "years2": 9}}, "estimand.at.years2", "leave one out"),
    (
        {"model": {**ANCOVA, "fixed": ["arm", "sex"]}, "at": {"sex": "man"}},
        "estimand.at.sex",
        "levels: girl, boy",
    ),
    ({"model": {**ANCOVA, "fixed": ["baseline"]}}, "estimand.contrast", "name arm in `fixed`"),
    (
        {
            "model": {**ANCOVA, "fixed": ["arm", "age"]},
            "contrasts": [{"factor": "age", "level": "1", "versus": "2"}],
        },
        "estimand.contrasts.0",
        "age is a number",
    ),
    (
        {"model": ANCOVA, "contrast": {"factor": "visit", "level": "t1", "versus": "t0"}},
        "estimand.contrast",
        "`kind: mmrm` compares visits",
    ),
    ({"model": MMRM, "summary": "slope"}, "estimand.terms", "a slope needs `terms`"),
    ({"model": QUAD, "summary": "slope", "terms": ["sex"]}, "estimand.terms", "one number"),
    (
        {
            "model": {**QUAD, "fixed": ["arm", "years"]},
            "summary": "difference_in_slopes",
            "terms": ["years"],
        },
        "estimand.summary",
        "add arm:years",
    ),
    (
        {
            "model": {**QUAD, "fixed": ["arm", "years"]},
            "summary": "difference_in_slopes",
            "terms": ["years"],
            "contrast": None,
        },
        "estimand.summary",
        "needs a `contrast`",
    ),
    ({"model": ANCOVA, "summary": "coefficient", "terms": ["sex"]}, "terms", "not among the fixed"),
    (
        {"model": ANCOVA, "summary": "difference_of_differences"},
        "estimand.summary",
        "no fixed term joins arm",
    ),
    (
        {"model": {**MMRM, "fixed": ["arm", "visit"]}, "summary": "change_from_baseline"},
        "estimand.summary",
        "`baseline` among the fixed terms",
    ),
    (
        {"model": {**BINOMIAL}, "outcome": "passed", "summary": "change_from_baseline"},
        "estimand.summary",
        "the baseline visit among `visits`",
    ),
    ({"model": {**ANCOVA, "fixed": ["arm", "age:age"]}}, "model.fixed.1", "a variable twice"),
    ({"model": {**ANCOVA, "by_level": {"arm": "cell_means"}}}, "by_level.arm", "intercept: false"),
    ({"model": {**ANCOVA, "reference_levels": {"arm": "nw"}}}, "reference_levels.arm", "`new`"),
    ({"model": {**MMRM, "equal_at": "t0"}}, "model.equal_at", "leave the term `arm` out"),
    ({"model": ANCOVA, "only": {"arm": "new"}}, "only.arm", "leaves usual out"),
    (
        {
            "model": {
                **MMRM,
                "residual": {
                    "structure": "ar1",
                    "over": "role",
                    "within": "dyad",
                    "members": "exchangeable",
                },
            },
            "parts": {"unit": "dyad", "roles": {"a": {"label": "A"}, "b": {"label": "B"}}},
        },
        "residual.over",
        "`over: visit`",
    ),
    ({"model": MMRM, "parts": {"visits": {}}, "visits": "all"}, "residual.over", "`over: day`"),
    ({"model": ANCOVA, "outcome": "age"}, "estimand.outcome", "is not measured"),
]


@pytest.mark.parametrize(("asked", "place", "word"), REFUSED)
def test_what_does_not_go_together_is_refused(asked, place, word):
    found = problems(**asked)
    assert any(place in at and word in say for at, say in found), found


def imputed(**model):
    spec = {"kind": "missing_data", "of": "primary", "assume": "missing_at_random", **model}
    return {"imputed": {"role": "sensitivity", "question": "What if?", "model": spec}}


@pytest.mark.parametrize(
    ("asked", "place", "word"),
    [
        ({"model": ANCOVA, "analyses": imputed()}, "model.of", "is not an MMRM"),
        ({"model": MMRM, "contrast": None, "analyses": imputed()}, "model.of", "contrast of arms"),
        ({"model": MMRM, "analyses": imputed(assume="delta")}, "model.delta", "name the penalties"),
        ({"model": MMRM, "analyses": imputed(delta=[2])}, "model.delta", "has no effect"),
        (
            {"model": {**MMRM, "residual": {"structure": "identity"}}, "analyses": imputed()},
            "model.of",
            "choose `unstructured`",
        ),
        (
            {"model": {**MMRM, "fixed": ["baseline", "arm"]}, "analyses": imputed()},
            "model.of",
            "`visit` among the fixed terms",
        ),
    ],
)
def test_what_cannot_be_imputed_is_refused(asked, place, word):
    found = problems(**asked)
    assert any(place in at and word in say for at, say in found), found


def test_a_published_quantity_is_one_of_a_list():
    numbers = [{"quantity": "coeficient", "term": "arm", "estimate": "1.2"}]
    printed = {"paper": {"source": "A paper", "analysis": "primary", "numbers": numbers}}
    found = problems(ANCOVA, published=printed)
    assert found[0][0] == "published.paper.numbers.0.quantity"
    assert "did you mean `coefficient`?" in found[0][1]
    schema = json.loads(Path("config/study.schema.json").read_text())
    listed = schema["$defs"]["PublishedNumber"]["properties"]["quantity"]["enum"]
    assert "marginal_mean" in listed
    assert "contrast" in listed


@pytest.mark.parametrize(
    ("model", "outcome", "summary"),
    [
        (ANCOVA, "scale", "difference_in_means"),
        (BINOMIAL, "passed", "odds_ratio"),
        ({**BINOMIAL, "family": "poisson"}, "scale", "rate_ratio"),
        ({"kind": "reliable_change"}, "scale", "share_improved"),
        ({"kind": "change_table", "before": "t0", "after": "t1"}, "style", "marginal_homogeneity"),
    ],
)
def test_without_a_summary_the_kind_gives_one(model, outcome, summary):
    entry = {
        "role": "primary",
        "question": "Does it work?",
        "model": model,
        "estimand": {**ESTIMAND, "outcome": outcome},
    }
    from evalpipe.config.analyses import Analysis

    assert Analysis.model_validate(entry).estimand.summary == summary


def test_the_table_has_every_summary():
    assert set(SUMMARIES) == set(Summary.__args__)


def test_what_goes_together_passes():
    for asked in (
        {"model": MMRM},
        {"model": QUAD, "at": {"years": 3}},
        {"model": QUAD, "at": {"visit": "t1"}},
        {"model": QUAD, "summary": "difference_in_slopes", "terms": ["years"]},
        {"model": {**ANCOVA, "outcome_as": "change"}, "summary": "change_from_baseline"},
        {"model": BINOMIAL, "outcome": "passed"},
        {"model": {**ANCOVA, "fixed": ["arm", "group", "arm:group"]}, "at": {"age": 10}},
        {
            "model": {"kind": "mmrm", "fixed": ["visit"]},
            "visits": ["t0", "t1"],
            "contrast": None,
            "summary": "change_from_baseline",
        },
    ):
        assert not problems(**asked)

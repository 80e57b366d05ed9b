"""What an MMRM's estimand asks for, by conditional means and the jackknife."""

from dataclasses import replace

import numpy as np
import pytest

from evalpipe.errors import NotEstimableError
from evalpipe.models.completion import lay_out_people
from evalpipe.models.conditional_means import analysis_at
from evalpipe.models.conditional_means import test_requests as conditional_mean_tests
from evalpipe.models.gaussian import setting_of
from evalpipe.models.gaussian_fit import fit_declared
from evalpipe.models.requests import requests_of
from evalpipe.models.variables import Declared
from evalpipe.stats.missing.assumptions import Assumption, Scenario
from evalpipe.stats.missing.conditional_mean import jackknife_refits
from evalpipe.vocabulary import Quantity


@pytest.fixture(scope="module")
def ready(make_plan, make_analysis, trial, mmrm):
    """The trial laid out, its refits, and what is asked at each visit."""
    analysis = make_plan({"primary": make_analysis(mmrm)}).analyses["primary"]
    declared = Declared({"arm": ("control", "new"), "visit": ("v1", "v2", "v3")})
    observed = fit_declared(trial, analysis.model, declared)
    completion = lay_out_people(observed, analysis.model, analysis.estimand)
    setting = setting_of(replace(observed, rows=completion.rows), analysis.estimand, "start")
    asked = requests_of(analysis.estimand, setting)
    wanted = (Quantity.MARGINAL_MEAN, Quantity.CONTRAST)
    requests = [request for request in asked if request.quantity in wanted]
    refits = jackknife_refits(completion.data, observed.fit)
    return observed, completion, refits, requests


def test_at_random_it_is_close_to_the_mmrm(ready) -> None:
    observed, completion, refits, requests = ready
    found = conditional_mean_tests(completion, refits, Scenario(), requests)
    assert np.all(np.isinf(found.df))
    for request, estimate, error in zip(requests, found.estimate, found.std_error, strict=True):
        assert abs(estimate - request.L @ observed.fit.beta) < 0.25 * error


def test_a_difference_is_that_of_the_means(ready) -> None:
    _, completion, refits, requests = ready
    scenario = Scenario(Assumption.JUMP_TO_REFERENCE)
    found = conditional_mean_tests(completion, refits, scenario, requests)
    named = {(r.quantity, r.visit, r.arm): e for r, e in zip(requests, found.estimate, strict=True)}
    for visit in completion.visits:
        means = [named[Quantity.MARGINAL_MEAN, visit, arm] for arm in ("new", "control")]
        contrasts = [e for (q, v, _), e in named.items() if (q, v) == (Quantity.CONTRAST, visit)]
        assert contrasts == [pytest.approx(means[0] - means[1])]


def test_jumping_to_the_control_arm_pulls_the_last_difference_in(ready) -> None:
    _, completion, refits, requests = ready
    last = [r for r in requests if r.visit == "v3" and r.quantity is Quantity.CONTRAST]
    random, jumped = (
        conditional_mean_tests(completion, refits, Scenario(a), last)
        for a in (Assumption.MISSING_AT_RANDOM, Assumption.JUMP_TO_REFERENCE)
    )
    assert 0 < jumped.estimate[0] < random.estimate[0]
    assert jumped.std_error[0] < random.std_error[0]


def test_the_analysis_of_a_visit_is_ancova(ready) -> None:
    _, completion, _, requests = ready
    last = [r for r in requests if r.visit == "v3" and r.quantity is Quantity.CONTRAST]
    analysis = analysis_at(completion, 2, last)
    assert analysis.design.shape == (40, 3)
    treated = completion.is_treated.astype(float)
    baseline = completion.rows.frame["baseline"].to_numpy()[::3]
    ancova = np.column_stack([np.ones(40), treated, baseline])
    y = np.arange(40.0) ** 1.5
    expected = np.linalg.lstsq(ancova, y, rcond=None)[0][1]
    found = analysis.contrasts[0] @ np.linalg.lstsq(analysis.design, y, rcond=None)[0]
    assert found == pytest.approx(expected)


def test_what_is_not_about_one_visit_is_refused(ready) -> None:
    _, completion, refits, requests = ready
    nowhere = replace(requests[0], visit=None)
    with pytest.raises(NotEstimableError, match="name a visit"):
        conditional_mean_tests(completion, refits, Scenario(), [nowhere])
    first = next(r for r in requests if r.visit == "v1")
    elsewhere = replace(first, visit="v3")
    with pytest.raises(NotEstimableError, match="over several visits"):
        conditional_mean_tests(completion, refits, Scenario(), [elsewhere])

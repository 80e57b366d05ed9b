"""What an MMRM's estimand asks for, by conditional means under an assumption and the jackknife."""

from collections.abc import Sequence

import numpy as np

from evalpipe.errors import NotEstimableError
from evalpipe.models.completion import Completion
from evalpipe.models.requests import Request
from evalpipe.models.wald import Tests, tests_of
from evalpipe.stats.missing.assumptions import Scenario
from evalpipe.stats.missing.at_visit import read_off_at_visit
from evalpipe.stats.missing.conditional_mean import (
    Analysis,
    Refits,
    estimate_conditional_means,
)


def test_requests(
    completion: Completion,
    refits: Refits,
    scenario: Scenario,
    requests: Sequence[Request],
    conf_level: float = 0.95,
) -> Tests:
    """Return tests of requests at single visits (m,), by ANCOVA of the completed data of each.

    refits: `jackknife_refits` or `bootstrap_refits` of `completion.data`; one for all scenarios.
    Covariates are held where the requests hold them. Normal inference: df are infinite. Raises
    NotEstimableError for a request that is not about one visit.
    """
    estimate, error = np.empty(len(requests)), np.empty(len(requests))
    for visit, places in _by_visit(completion, requests).items():
        analysis = analysis_at(completion, visit, [requests[i] for i in places])
        found = estimate_conditional_means(completion.data, refits, scenario, analysis)
        estimate[places] = found.estimate[:, visit]
        error[places] = found.std_error[:, visit]
    return tests_of(estimate, error, np.inf, conf_level)


def analysis_at(completion: Completion, visit: int, requests: Sequence[Request]) -> Analysis:
    """Return the ANCOVA of the visit at this place whose contrasts answer the requests."""
    L = np.array([request.L for request in requests])
    return read_off_at_visit(completion.data.own[:, visit], L, completion.data.columns)


def _by_visit(completion: Completion, requests: Sequence[Request]) -> dict[int, list[int]]:
    """Return for each visit's place the places of its requests."""
    found: dict[int, list[int]] = {}
    for i, request in enumerate(requests):
        if request.visit not in completion.visits:
            raise NotEstimableError(
                "conditional means answer at single visits; name a visit for every contrast"
            )
        found.setdefault(completion.visits.index(request.visit), []).append(i)
    return found

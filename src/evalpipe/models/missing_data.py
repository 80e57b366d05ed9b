"""Sensitivity to missing outcomes: imputed at random, with a penalty, or from control."""

import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import MMRM, Estimand, MissingData
from evalpipe.models.answers import answer_rows, exponentiate, join_notes, offsets
from evalpipe.models.completion import Completion, check_imputable, lay_out_people
from evalpipe.models.conditional_means import test_requests
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.gaussian import setting_of
from evalpipe.models.gaussian_fit import FittedGaussian, fit_declared
from evalpipe.models.requests import Request, requests_of
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared
from evalpipe.models.wald import shift_tests, tests_of
from evalpipe.stats.fit import fit_gaussian
from evalpipe.stats.inference import test_contrasts
from evalpipe.stats.missing.assumptions import (
    Assumption,
    Scenario,
)
from evalpipe.stats.missing.conditional_mean import jackknife_refits
from evalpipe.stats.missing.draws import draw_completed
from evalpipe.stats.missing.pooling import pool_estimates
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale

ASSUMPTIONS = {
    "missing_at_random": "missing outcomes follow the own arm (missing at random)",
    "delta": "missing outcomes follow the own arm, and in the treated arm are shifted by delta",
    "jump_to_reference": "after dropout, treated participants follow the control arm at once",
    "copy_reference": "treated participants who left had followed the control arm all along",
    "copy_increments": "after dropout, treated participants change as the control arm does",
    "last_mean_carried_forward": "after dropout, the mean of the own arm at that time goes on",
}


def analyse_missing_data(
    frame: pd.DataFrame,
    spec: MissingData,
    model: MMRM,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
    *,
    seed: int = 0,
    baseline_visit: str | None = None,
    never_seen: pd.DataFrame | None = None,
    is_log: bool = False,
) -> Answer:
    """Return pooled marginal means and contrasts of an MMRM under one assumption about missing
    outcomes.

    frame: observed rows. never_seen: one row a participant without any outcome, with the covariates
    of the model. By conditional means at each visit and the jackknife; with `imputations` each
    completed data set is analysed by the model itself, Rubin's rules with Barnard and Rubin's df.
    Raises NotEstimableError where covariates vary within participants.
    """
    check_imputable(model, estimand)
    observed = fit_declared(frame, model, declared)
    completion = lay_out_people(observed, model, estimand, never_seen)
    setting = setting_of(replace(observed, rows=completion.rows), estimand, baseline_visit)
    requests = [
        request
        for request in requests_of(estimand, setting)
        if request.quantity in (Quantity.MARGINAL_MEAN, Quantity.CONTRAST)
    ]
    generator = np.random.default_rng([seed, zlib.crc32(heading.analysis_id.encode())])
    if spec.imputations is None:
        rows = list(_conditional_answers(observed, completion, requests, spec, heading.conf_level))
    else:
        rows = list(_answers(observed, completion, requests, spec, heading.conf_level, generator))
    if is_log:
        rows = [replace(row, scale=Scale.LOG) for row in rows]
        rows += exponentiate(rows, Scale.RATIO, Scale.OUTCOME)
    record = _diagnose(observed, spec, completion)
    y = completion.data.y
    return Answer(heading.with_counts(len(y), int(y.size)), rows, [record])


def _conditional_answers(
    observed: FittedGaussian,
    completion: Completion,
    requests: list[Request],
    spec: MissingData,
    conf_level: float,
) -> Iterator[EstimateRow]:
    """Answer by conditional means and the jackknife: nothing is drawn."""
    refits = jackknife_refits(completion.data, observed.fit)
    note = f"{ASSUMPTIONS[spec.assume]}; conditional means, jackknife over participants"
    for delta in spec.delta or (None,):
        shift = None if delta is None else completion.penalised.astype("float64") * delta
        scenario = Scenario(_assumption(spec), shift)
        tests = test_requests(completion, refits, scenario, requests, conf_level)
        shifted = shift_tests(tests, offsets(requests))
        rows = answer_rows(
            requests, shifted, DfMethod.NORMAL, note=note, support=completion.support
        )
        yield from (replace(row, term=_term(row, delta)) for row in rows)


def _assumption(spec: MissingData) -> Assumption:
    return Assumption("missing_at_random" if spec.assume == "delta" else spec.assume)


def _term(row: EstimateRow, delta: float | None) -> str | None:
    return row.term if delta is None else f"{row.term}, delta {delta:g}"


def _answers(
    observed: FittedGaussian,
    completion: Completion,
    requests: list[Request],
    spec: MissingData,
    conf_level: float,
    generator: np.random.Generator,
) -> Iterator[EstimateRow]:
    is_delta = spec.assume == "delta"
    scenario, number = Scenario(_assumption(spec)), spec.imputations or 0
    drawn = draw_completed(completion.data, observed.fit, scenario, number, generator)
    completed, inference = list(drawn), observed.model.inference
    if not is_delta:
        yield from _pooled_rows(completion, completed, requests, spec, inference, conf_level, None)
        return
    for delta in spec.delta or (0.0,):
        shifted = [y + delta * completion.penalised for y in completed]
        yield from _pooled_rows(completion, shifted, requests, spec, inference, conf_level, delta)


def _pooled_rows(
    completion: Completion,
    completed: list[FloatArray],
    requests: list[Request],
    spec: MissingData,
    inference: DfMethod | str,
    conf_level: float,
    delta: float | None,
) -> list[EstimateRow]:
    L = np.array([request.L for request in requests])
    estimates, variances, df = [], [], []
    for y in completed:
        fit = fit_gaussian(replace(completion.problem, y=y.ravel()))
        tests = test_contrasts(fit, L, inference, conf_level)
        estimates.append(tests.estimate)
        variances.append(tests.std_error**2)
        df.append(tests.df)
    pooled = pool_estimates(
        np.array(estimates), np.array(variances), np.mean(df, axis=0), conf_level
    )
    note = f"{ASSUMPTIONS[spec.assume]}; {spec.imputations} imputations, Rubin's rules"
    pooled_tests = tests_of(pooled.estimate, pooled.std_error, pooled.df, conf_level)
    shifted = shift_tests(pooled_tests, offsets(requests))
    rows = answer_rows(
        requests, shifted, DfMethod.BARNARD_RUBIN, note=note, support=completion.support
    )
    return [
        replace(
            row,
            term=_term(row, delta),
            note=join_notes(row.note, f"fraction of missing information {fmi:.3f}"),
        )
        for row, fmi in zip(rows, pooled.fmi, strict=True)
    ]


def _diagnose(
    observed: FittedGaussian, spec: MissingData, completion: Completion
) -> dict[str, object]:
    y, n_lost = completion.data.y, completion.n_lost
    n_missing, never = int(np.isnan(y).sum()), int(np.isnan(y).all(axis=1).sum())
    return {
        "engine": "evalpipe",
        "model": f"mmrm after imputation ({spec.assume})",
        "method": f"{spec.imputations} imputations"
        if spec.imputations
        else "conditional means, jackknife",
        "covariance_structure": observed.model.residual.structure,
        "status": observed.status,
        "n_participants": len(y),
        "n_observations": int(y.size),
        "n_fixed": observed.rows.X.shape[1],
        "n_covariance": observed.fit.n_parameters,
        "is_singular": observed.fit.status.value == "singular",
        "has_converged": observed.fit.convergence.has_converged,
        "note": f"{n_missing} outcomes imputed; {never} participants never measured after baseline"
        + (f"; {n_lost} more left out, a covariate is not known for them" if n_lost else ""),
    }

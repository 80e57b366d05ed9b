"""Sensitivity to missing outcomes: imputed at random, with a penalty, or from control."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import MMRM, Estimand, MissingData
from evalpipe.errors import NotEstimableError
from evalpipe.models.answers import answer_rows, exponentiate, join_notes, offsets
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.gaussian import setting_of
from evalpipe.models.gaussian_fit import FittedGaussian, fit_declared
from evalpipe.models.gaussian_problem import build_problem, variables_needed
from evalpipe.models.model_rows import ModelRows, build_rows, outcome_column
from evalpipe.models.requests import Request, requests_of
from evalpipe.models.result import Answer
from evalpipe.models.support import Support
from evalpipe.models.terms import Category
from evalpipe.models.variables import Declared, code_levels, column_of
from evalpipe.models.wald import shift_tests, tests_of
from evalpipe.stats.fit import fit_gaussian
from evalpipe.stats.inference import test_contrasts
from evalpipe.stats.missing.assumptions import (
    Assumption,
    BoolArray,
    ImputationData,
    Scenario,
    event_after_last_seen,
)
from evalpipe.stats.missing.draws import draw_completed
from evalpipe.stats.missing.pooling import pool_estimates
from evalpipe.stats.problem import FloatArray, GaussianProblem
from evalpipe.vocabulary import DfMethod, Quantity, Scale

ASSUMPTIONS = {
    "missing_at_random": "missing outcomes follow the own arm (missing at random)",
    "delta": "missing outcomes follow the own arm, and in the treated arm are shifted by delta",
    "jump_to_reference": "after dropout, treated participants follow the control arm at once",
    "copy_increments": "after dropout, treated participants change as the control arm does",
}


@dataclass(frozen=True)
class _Layout:
    """Every participant at every visit, N participants and T visits.

    complete: the problem over all N * T rows, by participant and visit; its outcome stands for the
    missing ones too. data: what is imputed. penalised: (N, T) missing, not in the control arm.
    support: whom the outcomes that were seen rest on.
    """

    complete: GaussianProblem
    data: ImputationData
    penalised: BoolArray
    support: Support


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
    of the model. Each completed data set is analysed by the model itself; Rubin's rules with
    Barnard and Rubin's df. Raises NotEstimableError where covariates vary within participants.
    """
    _check(model, estimand)
    observed = fit_declared(frame, model, declared)
    full, n_lost = _full_frame(observed, never_seen)
    complete = build_rows(
        full, model, declared, also=variables_needed(model), outcome=_stand_in(full)
    )
    layout = _layout(full, complete, observed.rows.support, model, estimand, declared)
    setting = setting_of(replace(observed, rows=complete), estimand, baseline_visit)
    requests = [
        request
        for request in requests_of(estimand, setting)
        if request.quantity in (Quantity.MARGINAL_MEAN, Quantity.CONTRAST)
    ]
    generator = np.random.default_rng([seed, zlib.crc32(heading.analysis_id.encode())])
    rows = list(_answers(observed, layout, requests, spec, heading.conf_level, generator))
    if is_log:
        rows = [replace(row, scale=Scale.LOG) for row in rows]
        rows += exponentiate(rows, Scale.RATIO, Scale.OUTCOME)
    record = _diagnose(observed, spec, layout, n_lost)
    y = layout.data.y
    return Answer(heading.with_counts(len(y), int(y.size)), rows, [record])


def _check(model: MMRM, estimand: Estimand) -> None:
    if model.residual.members is not None or model.residual.structure.is_timed:
        raise NotEstimableError("imputation needs an MMRM over visits, without members of dyads")
    if estimand.contrast is None or estimand.contrast.factor != "arm":
        raise NotEstimableError("imputation needs a contrast of two arms")


def _full_frame(
    observed: FittedGaussian, never_seen: pd.DataFrame | None
) -> tuple[pd.DataFrame, int]:
    """Return every participant at every visit, in order, with or without an outcome.

    Also how many were never seen after baseline and cannot be imputed, since a covariate is not
    known for them.
    """
    rows = observed.rows
    wanted = [name for name in rows.design.variables if name != "visit"]
    names = [column_of(rows.frame, name) for name in (*wanted, "arm", *_by(observed))]
    names = list(dict.fromkeys(names))
    people = rows.frame.drop_duplicates("participant_id")[["participant_id", *names]]
    varying = [n for n in names if rows.frame.groupby("participant_id")[n].nunique().max() > 1]
    of_visit = _constant_at_visit(rows, varying)
    constant = [name for name in names if name not in varying]
    known, n_lost = _with_covariates(rows, never_seen, constant)
    if len(known):
        people = pd.concat([people, known], ignore_index=True)
    visits, _ = code_levels(rows.frame, "visit", observed.declared)
    grid = people.drop(columns=varying).merge(pd.DataFrame({"visit": list(visits)}), how="cross")
    for name, values in of_visit.items():
        grid[name] = grid["visit"].map(values)
    seen = rows.frame[["participant_id", "visit"]].assign(outcome=rows.y)
    full = grid.merge(seen, on=["participant_id", "visit"], how="left", validate="one_to_one")
    return full, n_lost


def _with_covariates(
    rows: ModelRows, never_seen: pd.DataFrame | None, wanted: list[str]
) -> tuple[pd.DataFrame, int]:
    """Return those never seen whose covariates are all known or follow, and how many are lost."""
    columns = ["participant_id", *wanted]
    if never_seen is None or never_seen.empty:
        return pd.DataFrame(columns=columns), 0
    derivations = rows.grid.derivations
    read = derivations.sources_of(wanted)
    known = never_seen.dropna(subset=[c for c in never_seen.columns if c in read])
    given = {str(name): known[name].to_numpy() for name in known.columns if name in read}
    completed = derivations.complete(
        {**given, "participant_id": known["participant_id"].to_numpy()}
    )
    if any(name not in completed for name in wanted):
        return pd.DataFrame(columns=columns), len(never_seen)
    found = pd.DataFrame({name: np.asarray(completed[name]) for name in columns})
    found = found.astype({name: rows.frame[name].dtype for name in columns})
    return found, len(never_seen) - len(found)


def _by(observed: FittedGaussian) -> tuple[str, ...]:
    by = observed.model.residual.by
    return (by,) if by else ()


def _constant_at_visit(rows: ModelRows, varying: list[str]) -> dict[str, dict[str, object]]:
    """Return the value at each visit of variables that depend on the visit alone (months)."""
    found = {}
    for name in varying:
        at = rows.frame.groupby("visit")[name]
        if at.nunique().max() > 1:
            raise NotEstimableError(
                f"{name} changes within participants: it cannot be imputed with"
            )
        found[name] = dict(at.first())
    return found


def _stand_in(full: pd.DataFrame) -> FloatArray:
    """Return an outcome (n,) for every row, so that the design covers all of them."""
    y = full[outcome_column(full)].to_numpy(dtype="float64")
    return np.where(np.isnan(y), np.nanmean(y), y)


def _layout(
    full: pd.DataFrame,
    complete: ModelRows,
    support: Support,
    model: MMRM,
    estimand: Estimand,
    declared: Declared,
) -> _Layout:
    contrast = estimand.contrast
    assert contrast is not None
    problem = build_problem(model, complete, declared)
    n_visits = full["visit"].nunique()
    shape = (len(full) // n_visits, n_visits)
    position = problem.residual.position
    assert position is not None and (np.diff(position.reshape(shape), axis=1) == 1).all()
    levels, arm = code_levels(complete.frame, "arm", declared)
    for wanted in (contrast.level, contrast.versus):
        if wanted not in levels:
            raise NotEstimableError(f"no participant with an outcome is in the arm {wanted}")
    of_person = arm.reshape(shape)[:, 0]
    group = np.zeros_like(arm) if problem.residual.group is None else problem.residual.group
    reference_group = group.reshape(shape)[:, 0].copy()
    if model.residual.by == "arm":
        reference_group[:] = levels.index(contrast.versus)
    y = full["outcome"].to_numpy(dtype="float64").reshape(shape)
    data = ImputationData(
        y=y,
        own=complete.X.reshape(*shape, -1),
        reference=_reference_design(complete, contrast.versus).reshape(*shape, -1),
        columns=problem.columns,
        arm=of_person,
        event=event_after_last_seen(y),
        group=group.reshape(shape)[:, 0],
        reference_group=reference_group,
        n_groups=problem.residual.n_groups,
    )
    is_treated = of_person != levels.index(contrast.versus)
    return _Layout(problem, data, np.isnan(y) & is_treated[:, None], support)


def _reference_design(complete: ModelRows, control: str) -> FloatArray:
    """Return the design with every participant in the control arm."""
    variable = complete.design.variables.get("arm")
    if not isinstance(variable, Category):
        return complete.X
    code = np.full(complete.n, variable.levels.index(control), dtype=np.int64)
    return complete.design.matrix({**complete.values, "arm": code}, complete.n)


def _answers(
    observed: FittedGaussian,
    layout: _Layout,
    requests: list[Request],
    spec: MissingData,
    conf_level: float,
    generator: np.random.Generator,
) -> Iterator[EstimateRow]:
    is_delta = spec.assume == "delta"
    scenario = Scenario(Assumption("missing_at_random" if is_delta else spec.assume))
    drawn = draw_completed(layout.data, observed.fit, scenario, spec.imputations, generator)
    completed, inference = list(drawn), observed.model.inference
    if not is_delta:
        yield from _pooled_rows(layout, completed, requests, spec, inference, conf_level, None)
        return
    for delta in spec.delta or (0.0,):
        shifted = [y + delta * layout.penalised for y in completed]
        yield from _pooled_rows(layout, shifted, requests, spec, inference, conf_level, delta)


def _pooled_rows(
    layout: _Layout,
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
        fit = fit_gaussian(replace(layout.complete, y=y.ravel()))
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
    rows = answer_rows(requests, shifted, DfMethod.BARNARD_RUBIN, note=note, support=layout.support)
    return [
        replace(
            row,
            term=row.term if delta is None else f"{row.term}, delta {delta:g}",
            note=join_notes(row.note, f"fraction of missing information {fmi:.3f}"),
        )
        for row, fmi in zip(rows, pooled.fmi, strict=True)
    ]


def _diagnose(
    observed: FittedGaussian, spec: MissingData, layout: _Layout, n_lost: int
) -> dict[str, object]:
    y = layout.data.y
    n_missing, never = int(np.isnan(y).sum()), int(np.isnan(y).all(axis=1).sum())
    return {
        "engine": "evalpipe",
        "model": f"mmrm after imputation ({spec.assume})",
        "method": f"{spec.imputations} imputations",
        "covariance_structure": observed.model.residual.structure,
        "status": observed.status,
        "n_participants": len(y),
        "n_observations": int(y.size),
        "n_fixed": observed.rows.X.shape[1],
        "n_covariance": observed.fit.n_parameters,
        "is_singular": observed.fit.status.value == "singular",
        "has_converged": observed.fit.status.value in ("ok", "singular"),
        "note": f"{n_missing} outcomes imputed; {never} participants never measured after baseline"
        + (f"; {n_lost} more left out, a covariate is not known for them" if n_lost else ""),
    }

"""Every participant at every visit, with or without an outcome: what imputation works on."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import MMRM, Estimand
from evalpipe.errors import NotEstimableError
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.gaussian_problem import build_problem, variables_needed
from evalpipe.models.model_rows import ModelRows, build_rows, outcome_column
from evalpipe.models.support import Support
from evalpipe.models.terms import Category
from evalpipe.models.variables import code_levels, column_of
from evalpipe.stats.missing.assumptions import BoolArray, ImputationData, event_after_last_seen
from evalpipe.stats.problem import FloatArray, GaussianProblem, IntArray


@dataclass(frozen=True)
class Completion:
    """N participants at T visits, by participant and visit.

    problem: the model over all N * T rows; its outcome stands for the missing ones too. rows: the
    same rows with their design and grid. data: what is imputed. is_treated: (N,) not in the
    control arm. visits: T names. n_lost: participants never seen who cannot be imputed, since a
    covariate is not known for them.
    """

    problem: GaussianProblem
    rows: ModelRows
    data: ImputationData
    is_treated: BoolArray
    visits: tuple[str, ...]
    n_lost: int
    support: Support

    @property
    def penalised(self) -> BoolArray:
        """(N, T) missing outcomes of the treated arms."""
        return self.data.is_missing & self.is_treated[:, None]


def check_imputable(model: MMRM, estimand: Estimand) -> None:
    """Refuse, with NotEstimableError, what cannot be imputed: dyads, times, other contrasts."""
    if model.residual.members is not None or model.residual.structure.is_timed:
        raise NotEstimableError("imputation needs an MMRM over visits, without members of dyads")
    if estimand.contrast is None or estimand.contrast.factor != "arm":
        raise NotEstimableError("imputation needs a contrast of two arms")


def _full_frame(
    observed: FittedGaussian, never_seen: pd.DataFrame | None
) -> tuple[pd.DataFrame, int]:
    """Return every participant at every visit, in order, with or without an outcome.

    Also how many were never seen after baseline and cannot be imputed, since a covariate is not
    known for them. support: whom the outcomes that were seen rest on.
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


def lay_out_people(
    observed: FittedGaussian,
    model: MMRM,
    estimand: Estimand,
    never_seen: pd.DataFrame | None = None,
) -> Completion:
    """Return everybody at every visit for imputation; the event follows the last outcome seen.

    never_seen: one row a participant without any outcome, with the covariates of the model. Where
    events are known by their visit, `replace(completion.data, event=...)`. Raises
    NotEstimableError where covariates vary within participants or an arm has no outcome.
    """
    declared = observed.declared
    full, n_lost = _full_frame(observed, never_seen)
    complete = build_rows(
        full, model, declared, also=variables_needed(model), outcome=_stand_in(full)
    )
    problem = build_problem(model, complete, declared)
    contrast = estimand.contrast
    assert contrast is not None
    levels, arm = code_levels(complete.frame, "arm", declared)
    for wanted in (contrast.level, contrast.versus):
        if wanted not in levels:
            raise NotEstimableError(f"no participant with an outcome is in the arm {wanted}")
    control = levels.index(contrast.versus)
    n_visits = full["visit"].nunique()
    y = full["outcome"].to_numpy(dtype="float64").reshape(-1, n_visits)
    data = _people(problem, y, arm, _reference_design(complete, contrast.versus))
    if model.residual.by == "arm":
        data = replace(data, reference_group=np.full(len(y), control, dtype=np.int64))
    return Completion(
        problem=problem,
        rows=complete,
        data=data,
        is_treated=arm.reshape(y.shape)[:, 0] != control,
        visits=tuple(str(visit) for visit in full["visit"].iloc[:n_visits]),
        n_lost=n_lost,
        support=observed.rows.support,
    )


def _people(
    problem: GaussianProblem, y: FloatArray, arm: IntArray, reference: FloatArray
) -> ImputationData:
    """Return the rows of a problem by participant and visit; y: (N, T) with gaps."""
    position = problem.residual.position
    assert position is not None and (np.diff(position.reshape(y.shape), axis=1) == 1).all()
    group = np.zeros_like(arm) if problem.residual.group is None else problem.residual.group
    of_person = group.reshape(y.shape)[:, 0]
    return ImputationData(
        y=y,
        own=problem.X.reshape(*y.shape, -1),
        reference=reference.reshape(*y.shape, -1),
        columns=problem.columns,
        arm=arm.reshape(y.shape)[:, 0],
        event=event_after_last_seen(y),
        group=of_person,
        reference_group=of_person,
        n_groups=problem.residual.n_groups,
    )


def _reference_design(complete: ModelRows, control: str) -> FloatArray:
    """Return the design with every participant in the control arm."""
    variable = complete.design.variables.get("arm")
    if not isinstance(variable, Category):
        return complete.X
    code = np.full(complete.n, variable.levels.index(control), dtype=np.int64)
    return complete.design.matrix({**complete.values, "arm": code}, complete.n)

"""The rows that a fit uses: outcome, fixed design and grid, with what was left out and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from evalpipe.config.analyses import MMRM, Ancova, Gee, MixedModel, OrdinalModel, SlopeBy
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.derivations import build_derivations
from evalpipe.models.design_matrix import Design, Values, require_full_rank
from evalpipe.models.marginal import Grid, build_grid
from evalpipe.models.support import Support, find_support
from evalpipe.models.terms import Category, Variable, code_terms, split_term
from evalpipe.models.variables import Declared, column_of, missing_rows, read_variable
from evalpipe.stats.problem import FloatArray, IntArray

FixedModel = MixedModel | MMRM | Ancova | Gee | OrdinalModel
OUTCOME_COLUMNS = ("value", "outcome")
"""Where an analysis set holds the outcome's number; the first that is numeric counts."""


@dataclass(frozen=True)
class ModelRows:
    """Complete rows of one fit.

    frame: the rows used, index 0..n-1. y: (n,). X: (n, p). values: variable -> (n,).
    left_out: sentence for each reason why rows were left out.
    """

    frame: pd.DataFrame
    y: FloatArray
    X: FloatArray
    design: Design
    values: Values
    grid: Grid
    left_out: tuple[str, ...]
    n_participants: int

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.y)

    @cached_property
    def support(self) -> Support:
        """On how few people each contrast of the design rests."""
        return find_support(self.design, self.X, self.values, self.frame)


def term_names(fixed: Iterable[str | SlopeBy]) -> tuple[str, ...]:
    """Return the fixed terms as names; a slope by a factor is the interaction of both."""
    return tuple(
        f"{term.slope_by}:{term.of}" if isinstance(term, SlopeBy) else term
        for term in fixed
        if term != "intercept"
    )


def outcome_column(frame: pd.DataFrame) -> str:
    """Return the column that holds the outcome as a number."""
    for name in OUTCOME_COLUMNS:
        if name in frame.columns and pd.api.types.is_numeric_dtype(frame[name].dtype):
            return name
    raise ModelError("the analysis set has no numeric column `value` or `outcome`")


def build_rows(
    frame: pd.DataFrame,
    model: FixedModel,
    declared: Declared,
    *,
    also: Iterable[str] = (),
    outcome: FloatArray | None = None,
) -> ModelRows:
    """Return the complete rows of a model with its fixed design.

    Rows with a missing outcome or covariate are left out and counted. also: columns that must be
    present in a row besides those of the fixed terms. outcome: (n,), default the frame's own.
    Raises NotEstimableError in the plan's words: no rows, constant outcome, aliased columns.
    """
    y = _outcome(frame) if outcome is None else outcome
    terms = term_names(model.fixed)
    variables, values = _read_variables(frame, model, terms, declared)
    keep, left_out = _complete_rows(frame, y, variables, values, also)
    used = frame if keep.all() else frame.loc[keep]
    used = used.reset_index(drop=True)
    y = y[keep]
    _require_variation(y)
    n_participants = _count_people(used)
    if not keep.all():
        variables, values = _read_variables(used, model, terms, declared)
    design = _design(model, terms, variables)
    X = design.matrix(values, len(y))
    if not design.columns:
        raise NotEstimableError("the model has no fixed terms and no intercept")
    require_full_rank(X, design.columns)
    derivations = build_derivations(variables, used, declared)
    grid = build_grid(design, values, len(y), derivations)
    return ModelRows(used, y, X, design, values, grid, left_out, n_participants)


def _outcome(frame: pd.DataFrame) -> FloatArray:
    y: FloatArray = frame[outcome_column(frame)].to_numpy(dtype="float64", na_value=np.nan)
    if np.isinf(y).any():
        raise NotEstimableError("the outcome has infinite values; correct the data")
    return y


def _read_variables(
    frame: pd.DataFrame, model: FixedModel, terms: tuple[str, ...], declared: Declared
) -> tuple[dict[str, Variable], dict[str, FloatArray | IntArray]]:
    names = dict.fromkeys(name for term in terms for name in split_term(term))
    references = dict(model.reference_levels)
    if model.equal_at is not None:
        references.setdefault("visit", model.equal_at)
    read = {
        name: read_variable(
            frame,
            name,
            declared,
            reference=references.get(name),
            coding=model.by_level.get(name),
        )
        for name in names
    }
    return {k: v[0] for k, v in read.items()}, {k: v[1] for k, v in read.items()}


def _design(model: FixedModel, terms: tuple[str, ...], variables: dict[str, Variable]) -> Design:
    cell_means = [name for name, coding in model.by_level.items() if coding == "cell_means"]
    if cell_means and model.intercept:
        raise ModelError(f"by_level: {cell_means[0]} by cell means needs `intercept: false`")
    ordered = sorted(terms, key=lambda term: term not in cell_means)
    given = []
    if model.equal_at is not None:
        if "arm" in terms:
            raise ModelError("equal_at: leave the term `arm` out; `arm:visit` holds the effects")
        given = [frozenset({"arm"})]
    return Design(variables, code_terms(ordered, variables, intercept=model.intercept, given=given))


def _complete_rows(
    frame: pd.DataFrame,
    y: FloatArray,
    variables: dict[str, Variable],
    values: dict[str, FloatArray | IntArray],
    also: Iterable[str],
) -> tuple["np.typing.NDArray[np.bool_]", tuple[str, ...]]:
    keep = np.isfinite(y)
    if "in_population" in frame.columns:
        keep &= frame["in_population"].fillna(False).to_numpy(dtype=bool)
    left_out: list[str] = []
    for name in variables:
        missing = missing_rows([values[name]], len(y)) & keep
        if missing.any():
            left_out.append(_left_out(int(missing.sum()), name))
        keep &= ~missing
    for name in dict.fromkeys(also):
        missing = frame[column_of(frame, name)].isna().to_numpy() & keep
        if missing.any():
            left_out.append(_left_out(int(missing.sum()), name))
        keep &= ~missing
    if not keep.any():
        reason = f" ({'; '.join(left_out)})" if left_out else ""
        raise NotEstimableError(f"no row has the outcome and every covariate{reason}")
    return keep, tuple(left_out)


def _left_out(count: int, name: str) -> str:
    noun = "observation" if count == 1 else "observations"
    return f"{count} {noun} left out: {name} is missing"


def _require_variation(y: FloatArray) -> None:
    if len(y) < 2 or float(np.ptp(y)) == 0.0:
        raise NotEstimableError("the outcome does not vary among the rows used")


def _count_people(used: pd.DataFrame) -> int:
    if "participant_id" not in used.columns:
        return len(used)
    count = int(used["participant_id"].nunique())
    if count < 2:
        raise NotEstimableError("only one participant has the outcome and every covariate")
    return count


def levels_in(design: Design, name: str) -> tuple[str, ...]:
    """Return the levels of a category that occur; empty when it is not among the fixed terms."""
    variable = design.variables.get(name)
    return variable.levels if isinstance(variable, Category) else ()

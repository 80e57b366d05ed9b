"""A whole Gaussian analysis: fit, answers, standardised effects, second fit and diagnostics."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from evalpipe.config.analyses import MMRM, Analysis, Estimand, MixedModel
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import ModelError
from evalpipe.models.diagnose import (
    headline_request,
    influence_statistics,
    leave_one_out_statistics,
    residual_statistics,
)
from evalpipe.models.effect_rows import effect_rows
from evalpipe.models.estimate_rows import Heading
from evalpipe.models.gaussian import analyse_gaussian
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.result import Answer
from evalpipe.models.second_fit import fit_again
from evalpipe.models.trajectory import trajectory_rows
from evalpipe.models.variables import Declared
from evalpipe.vocabulary import Scale


def run_gaussian(
    frame: pd.DataFrame,
    analysis: Analysis,
    declared: Declared,
    heading: Heading,
    *,
    baseline_visit: str | None = None,
    is_log: bool = False,
) -> Answer:
    """Return every row of a mixed model or MMRM; see `analyse_gaussian`."""
    model, estimand = analysis.model, analysis.estimand
    if not isinstance(model, MixedModel | MMRM) or estimand is None:
        raise ModelError(f"{heading.analysis_id}: is not a Gaussian model with an estimand")
    answer, fitted = analyse_gaussian(
        frame,
        model,
        estimand,
        declared,
        heading,
        baseline_visit=baseline_visit,
        is_log=is_log,
    )
    rows = [*answer.rows]
    rows += effect_rows(
        rows,
        fitted.rows.frame,
        estimand,
        declared,
        analysis.standardise_by,
        heading.conf_level,
    )
    scale = Scale.LOG if is_log else Scale.OUTCOME
    rows += trajectory_rows(fitted, estimand, heading.conf_level, scale)
    return replace(
        answer,
        rows=rows,
        diagnostics=[*answer.diagnostics[:-1], _with_second_fit(answer.diagnostics[-1], fitted)],
        statistics=_diagnostic_statistics(frame, fitted, analysis, estimand, heading),
    )


def _diagnostic_statistics(
    frame: pd.DataFrame,
    fitted: FittedGaussian,
    analysis: Analysis,
    estimand: Estimand,
    heading: Heading,
) -> list[StatisticRow]:
    """Return residuals and influence of a fit that may be read."""
    if not fitted.has_inference:
        return []
    outcome = heading.outcome or "outcome"
    statistics = [*residual_statistics(fitted, outcome)]
    request = headline_request(fitted, estimand)
    if request is not None:
        statistics += influence_statistics(fitted, request, outcome)
        for level in _outer_levels(frame, fitted.declared, analysis):
            statistics += leave_one_out_statistics(
                frame, fitted, estimand, level, outcome, heading.conf_level
            )
    return statistics


def _outer_levels(frame: pd.DataFrame, declared: Declared, analysis: Analysis) -> tuple[str, ...]:
    """Return the outermost cluster, for the primary analyses alone."""
    if analysis.role != "primary":
        return ()
    outermost = [parent for parent in declared.parents.values() if parent not in declared.parents]
    return tuple(dict.fromkeys(p for p in outermost if f"{p}_id" in frame.columns))


def _with_second_fit(record: Mapping[str, object], fitted: FittedGaussian) -> Mapping[str, object]:
    second = fit_again(fitted)
    return record if second is None else {**record, **second.record()}

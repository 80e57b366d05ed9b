"""A whole Gaussian analysis: fit, answers, standardised effects, second fit and diagnostics."""

from dataclasses import replace

import pandas as pd

from evalpipe.config.analyses import MMRM, Analysis, MixedModel
from evalpipe.errors import ModelError
from evalpipe.models.effect_rows import effect_rows
from evalpipe.models.estimate_rows import Heading
from evalpipe.models.gaussian import analyse_gaussian
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared


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
    effects = effect_rows(
        answer.rows, fitted.rows.frame, estimand, analysis.standardise_by, heading.conf_level
    )
    return replace(answer, rows=[*answer.rows, *effects])

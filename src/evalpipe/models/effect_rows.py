"""Standardised effects of an analysis: model-based over a named SD, and Hedges' g as observed."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Contrast, Estimand
from evalpipe.models.effects import pooled_sd, standardise_estimate
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.model_rows import outcome_column
from evalpipe.models.observed_effects import is_constant, observed_effects
from evalpipe.models.support import least
from evalpipe.models.variables import Declared, text_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale


def effect_rows(
    rows: Iterable[EstimateRow],
    frame: pd.DataFrame,
    estimand: Estimand,
    declared: Declared,
    standardise_by: str,
    conf_level: float,
    *,
    is_change: bool = False,
) -> list[EstimateRow]:
    """Return model-based standardised effects of the contrasts, and Hedges' g where groups exist.

    frame: the rows used. standardise_by: `baseline_sd` (pooled within levels), `control_sd` (of the
    reference level at the visit) or `none`. is_change: the model's outcome is the change from
    baseline.
    """
    if standardise_by == "none":
        return []
    if is_change:
        outcome = outcome_column(frame)
        frame = frame.assign(**{outcome: frame[outcome] - frame["baseline"]})
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    wanted = {(c.factor, c.level, c.versus): c for c in contrasts}
    answers: list[EstimateRow] = []
    of_contrasts: list[EstimateRow] = []
    for row in rows:
        contrast = wanted.get(
            (str(row.term).split(" at ")[0], str(row.arm), str(row.reference_arm))
        )
        if contrast is None or row.quantity is not Quantity.CONTRAST:
            continue
        if row.scale not in (Scale.OUTCOME, Scale.LOG) or not row.can_be_told:
            continue
        of_contrasts.append(row)
        answers += _model_based(row, frame, contrast, standardise_by, conf_level, is_change)
    answers += observed_effects(of_contrasts, frame, estimand, declared, conf_level, is_change)
    return answers


def _model_based(
    row: EstimateRow,
    frame: pd.DataFrame,
    contrast: Contrast,
    by: str,
    conf_level: float,
    is_change: bool,
) -> list[EstimateRow]:
    groups, words = _denominator(frame, contrast, by, row.visit)
    sd, df = pooled_sd(groups), sum(len(g) - 1 for g in groups if len(g))
    if not np.isfinite(sd) or sd <= 0 or row.estimate is None or row.std_error is None:
        return []
    d, error, low, high = standardise_estimate(row.estimate, row.std_error, sd, df, conf_level)
    return [
        EstimateRow(
            Quantity.EFFECT_SIZE,
            term="model_based_d",
            arm=row.arm,
            reference_arm=row.reference_arm,
            visit=row.visit,
            estimate=d,
            std_error=error,
            df_method=DfMethod.NORMAL,
            conf_low=low,
            conf_high=high,
            scale=Scale.STANDARDISED,
            n_smallest=least(row.n_smallest, *(len(group) for group in groups)),
            note=f"modelled difference {'of change ' if is_change else ''}over {words}; "
            "interval: delta method",
        )
    ]


def _denominator(
    frame: pd.DataFrame, contrast: Contrast, by: str, visit: str | None
) -> tuple[list[FloatArray], str]:
    if by == "baseline_sd" and "baseline" in frame.columns:
        first = frame.drop_duplicates("participant_id")
        if pd.api.types.is_numeric_dtype(first["baseline"].dtype):
            within = f"within {contrast.factor}" if is_constant(frame, contrast.factor) else ""
            groups = _split(first, contrast.factor if within else None, "baseline")
            return groups, f"the baseline SD pooled {within}".strip()
    part = frame if visit in (None, "average") else frame[frame["visit"] == visit]
    part = (
        part[text_of(part[contrast.factor]) == contrast.versus] if contrast.factor in part else part
    )
    return _split(part, None, outcome_column(frame)), f"the SD of {contrast.versus} at that visit"


def _split(frame: pd.DataFrame, factor: str | None, column: str) -> list[FloatArray]:
    parts = [frame] if factor is None else [part for _, part in frame.groupby(factor, sort=True)]
    return [part[column].dropna().to_numpy(dtype="float64") for part in parts]

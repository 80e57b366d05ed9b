"""Standardised effects of an analysis: model-based over a named SD, and Hedges' g at each visit."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Contrast, Estimand
from evalpipe.models.effects import pooled_sd, standardise_difference, standardise_estimate
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.model_rows import outcome_column
from evalpipe.models.variables import Declared, text_of
from evalpipe.models.visits import visits_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status

SMALLEST_GROUP = 2


def effect_rows(
    rows: Iterable[EstimateRow],
    frame: pd.DataFrame,
    estimand: Estimand,
    declared: Declared,
    standardise_by: str,
    conf_level: float,
) -> list[EstimateRow]:
    """Return model-based standardised effects of the contrasts, and Hedges' g where groups exist.

    frame: the rows used. standardise_by: `baseline_sd` (pooled within levels), `control_sd` (of the
    reference level at the visit) or `none`.
    """
    if standardise_by == "none":
        return []
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    wanted = {(c.factor, c.level, c.versus): c for c in contrasts}
    answers: list[EstimateRow] = []
    for row in rows:
        contrast = wanted.get(
            (str(row.term).split(" at ")[0], str(row.arm), str(row.reference_arm))
        )
        if contrast is None or row.quantity is not Quantity.CONTRAST:
            continue
        if row.scale not in (Scale.OUTCOME, Scale.LOG) or row.status is not Status.OK:
            continue
        answers += _model_based(row, frame, contrast, standardise_by, conf_level)
    for contrast in contrasts:
        answers += list(_observed(frame, contrast, declared, conf_level))
    return answers


def _model_based(
    row: EstimateRow, frame: pd.DataFrame, contrast: Contrast, by: str, conf_level: float
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
            note=f"modelled difference over {words}; interval: delta method",
        )
    ]


def _denominator(
    frame: pd.DataFrame, contrast: Contrast, by: str, visit: str | None
) -> tuple[list[FloatArray], str]:
    if by == "baseline_sd" and "baseline" in frame.columns:
        first = frame.drop_duplicates("participant_id")
        if pd.api.types.is_numeric_dtype(first["baseline"].dtype):
            within = f"within {contrast.factor}" if _constant(frame, contrast.factor) else ""
            groups = _split(first, contrast.factor if within else None, "baseline")
            return groups, f"the baseline SD pooled {within}".strip()
    part = frame if visit in (None, "average") else frame[frame["visit"] == visit]
    part = (
        part[text_of(part[contrast.factor]) == contrast.versus] if contrast.factor in part else part
    )
    return _split(part, None, outcome_column(frame)), f"the SD of {contrast.versus} at that visit"


def _constant(frame: pd.DataFrame, factor: str) -> bool:
    if factor not in frame.columns:
        return False
    return bool((frame.groupby("participant_id")[factor].nunique() <= 1).all())


def _split(frame: pd.DataFrame, factor: str | None, column: str) -> list[FloatArray]:
    parts = [frame] if factor is None else [part for _, part in frame.groupby(factor, sort=True)]
    return [part[column].dropna().to_numpy(dtype="float64") for part in parts]


def _observed(
    frame: pd.DataFrame, contrast: Contrast, declared: Declared, conf_level: float
) -> Iterator[EstimateRow]:
    """Yield Hedges' g of the observed outcome at each visit; one value for each participant."""
    if contrast.factor == "visit" or not _constant(frame, contrast.factor):
        return
    outcome, factor = outcome_column(frame), text_of(frame[contrast.factor])
    visits = visits_of(frame, declared) or (None,)
    for visit in visits:
        here = frame if visit is None else frame[frame["visit"] == visit]
        means = here.groupby([factor.loc[here.index].rename("level"), "participant_id"])[
            outcome
        ].mean()
        groups = [
            means.xs(level, level="level").to_numpy(dtype="float64")
            if level in means.index.get_level_values("level")
            else np.array([])
            for level in (contrast.level, contrast.versus)
        ]
        if min(len(g) for g in groups) < SMALLEST_GROUP or pooled_sd(groups) == 0:
            continue
        effect = standardise_difference(groups[0], groups[1], conf_level)
        yield EstimateRow(
            Quantity.EFFECT_SIZE,
            term="hedges_g",
            arm=contrast.level,
            reference_arm=contrast.versus,
            visit=None if visit is None else str(visit),
            estimate=effect.g,
            std_error=float(np.sqrt(effect.g_variance)),
            df=float(sum(effect.n) - 2),
            df_method=DfMethod.EXACT,
            conf_low=effect.g_interval[0],
            conf_high=effect.g_interval[1],
            scale=Scale.STANDARDISED,
            n_participants=sum(effect.n),
            n_observations=sum(effect.n),
            note="unadjusted difference over the pooled SD of the outcome at the visit; "
            "interval: noncentral t",
        )

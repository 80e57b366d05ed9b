"""Cut-offs and norms that differ by age, sex or IQ band: the one that fits each participant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale
from evalpipe.errors import ConfigError
from evalpipe.vocabulary import Column

T_MEAN, T_SD = 50.0, 10.0


def cutoff_for(plan: Plan, scale: str, participants: pd.DataFrame) -> pd.DataFrame:
    """Return participant_id and cutoff, the border for this participant; missing without one.

    The first cut-off whose conditions hold is used; `find_scale` puts those with conditions first.
    A condition on a missing variable does not hold.
    """
    cutoffs = find_scale(plan, scale).cutoffs
    place = first_that_fits([cutoff.when for cutoff in cutoffs], participants)
    return pd.DataFrame(
        {
            Column.PARTICIPANT_ID: participants[Column.PARTICIPANT_ID].to_numpy(),
            "cutoff": _picked([cutoff.value for cutoff in cutoffs], place),
        }
    )


def norm_for(plan: Plan, scale: str, participants: pd.DataFrame) -> pd.DataFrame:
    """Return participant_id, norm_mean and norm_sd of the norm group that fits each participant."""
    norms = find_scale(plan, scale).norms
    place = first_that_fits([norm.when for norm in norms], participants)
    return pd.DataFrame(
        {
            Column.PARTICIPANT_ID: participants[Column.PARTICIPANT_ID].to_numpy(),
            "norm_mean": _picked([norm.mean for norm in norms], place),
            "norm_sd": _picked([norm.sd for norm in norms], place),
        }
    )


def t_scores(plan: Plan, scores: pd.DataFrame, participants: pd.DataFrame) -> pd.Series[Any]:
    """T-scores (mean 50, SD 10 in the norm group) of each row; missing without a norm."""
    result = pd.Series(np.nan, index=scores.index, dtype="float64")
    for scale in scores[Column.SCALE].unique():
        norms = norm_for(plan, str(scale), participants).set_index(Column.PARTICIPANT_ID)
        own = scores[scores[Column.SCALE] == scale]
        on_rows = norms.reindex(own[Column.PARTICIPANT_ID].to_numpy())
        z = (own[Column.SCORE].to_numpy() - on_rows["norm_mean"].to_numpy()) / on_rows[
            "norm_sd"
        ].to_numpy()
        result.loc[own.index] = T_MEAN + T_SD * z
    return result


def first_that_fits(conditions: Sequence[Mapping[str, Any]], participants: pd.DataFrame) -> Any:
    """For each participant the place of the first condition that holds, -1 where none does."""
    place = np.full(len(participants), -1, dtype=np.int64)
    for i, condition in enumerate(conditions):
        place[(place < 0) & _holds(condition, participants)] = i
    return place


def _holds(condition: Mapping[str, Any], participants: pd.DataFrame) -> Any:
    holds = np.ones(len(participants), dtype=bool)
    for name, wanted in condition.items():
        if name not in participants:
            raise ConfigError(f"a cut-off or norm depends on {name}, which no raw file gives")
        column = participants[name]
        if isinstance(wanted, tuple):
            number = pd.to_numeric(column).astype("float64")
            holds &= number.between(*wanted).to_numpy(dtype=bool)
        else:
            holds &= (column.astype(object) == wanted).to_numpy(dtype=bool)
    return holds


def _picked(values: Sequence[float], place: Any) -> Any:
    table = np.array([*values, np.nan], dtype="float64")
    return table[place]

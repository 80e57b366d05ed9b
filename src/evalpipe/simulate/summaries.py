"""What replicates show together: bias, precision, coverage, power, with Monte Carlo errors.

Formulas and names as in Morris, White and Crowther (2019), Statistics in Medicine 38, 2074-2102.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.models.proportions import wilson_interval
from evalpipe.vocabulary import Column

ALPHA = 0.05


def summarise_replicates(
    replicates: pd.DataFrame, truths: Mapping[str, float], n_replicates: int, alpha: float = ALPHA
) -> pd.DataFrame:
    """Return one row for each number that answers the analysis.

    replicates: from `run_replicates`. truths: estimate_id -> true value; without one, bias and
    coverage are missing. A replicate whose fit failed counts as one that found nothing and covered
    nothing. Columns: estimate_id, truth, n_replicates, n_failed, mean_estimate, bias,
    bias_error (Monte Carlo), empirical_se, mean_se, half_width, coverage and power with intervals.
    """
    found = replicates[replicates[Column.ESTIMATE_ID].notna()]
    rows = [
        _summary(str(name), own, truths.get(str(name)), n_replicates, alpha)
        for name, own in found.groupby(Column.ESTIMATE_ID, sort=False)
    ]
    return pd.DataFrame(rows) if rows else pd.DataFrame([_nothing(n_replicates)])


def _nothing(n: int) -> dict[str, Any]:
    return {Column.ESTIMATE_ID: None, "n_replicates": n, "n_failed": n, "power": 0.0}


def _summary(
    name: str, own: pd.DataFrame, truth: float | None, n: int, alpha: float
) -> dict[str, Any]:
    estimate = own[Column.ESTIMATE].to_numpy("float64")
    low, high = (own[c].to_numpy("float64") for c in (Column.CONF_LOW, Column.CONF_HIGH))
    spread = float(np.std(estimate, ddof=1)) if len(own) > 1 else math.nan
    value = math.nan if truth is None else truth
    detected = int((own[Column.P_VALUE].to_numpy("float64") < alpha).sum())
    power = wilson_interval(detected, n, 0.95)
    row: dict[str, Any] = {
        Column.ESTIMATE_ID: name,
        "truth": value,
        "n_replicates": n,
        "n_failed": n - len(own),
        "mean_estimate": float(estimate.mean()),
        "bias": float(estimate.mean()) - value,
        "bias_error": spread / math.sqrt(len(own)),
        "empirical_se": spread,
        "mean_se": float(np.sqrt(np.nanmean(own[Column.STD_ERROR].to_numpy("float64") ** 2))),
        "half_width": float(np.nanmean(high - low)) / 2,
        "power": power.estimate,
        "power_low": power.low,
        "power_high": power.high,
    }
    return row | _coverage(low, high, truth, n)


def _coverage(low: Any, high: Any, truth: float | None, n: int) -> dict[str, float]:
    if truth is None:
        return dict.fromkeys(("coverage", "coverage_low", "coverage_high"), math.nan)
    covered = wilson_interval(int(((low <= truth) & (truth <= high)).sum()), n, 0.95)
    return {
        "coverage": covered.estimate,
        "coverage_low": covered.low,
        "coverage_high": covered.high,
    }

"""Adjusted p-values within a family of analyses: Holm, Hochberg, Benjamini-Hochberg, fixed
sequence.
"""

import numpy as np
import pandas as pd

from evalpipe.answers.choose import answering_places, tested_places
from evalpipe.config.analyses import Analysis, Multiplicity
from evalpipe.config.plan import Plan
from evalpipe.stats.problem import FloatArray

_STATSMODELS = {
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "benjamini_hochberg": "fdr_bh",
    "bonferroni": "bonferroni",
    "sidak": "sidak",
}


def adjust_p_values(p_values: FloatArray, method: str) -> FloatArray:
    """Return adjusted p-values (m,) in the order given.

    method: `holm`, `hochberg`, `benjamini_hochberg`, `bonferroni`, `sidak`, or `fixed_sequence`
    (the largest so far, in the order given: a later test cannot be more convincing than an earlier
    one).
    """
    if not len(p_values):
        return p_values
    if method == "fixed_sequence":
        return np.maximum.accumulate(p_values)
    from statsmodels.stats.multitest import multipletests

    adjusted: FloatArray = multipletests(p_values, method=_STATSMODELS[method])[1]
    return adjusted


def tukey_p_values(statistic: FloatArray, n_means: int, df: float) -> FloatArray:
    """Return Tukey-adjusted p-values of all pairwise t statistics (m,) of `n_means` means."""
    from scipy.stats import studentized_range

    p: FloatArray = studentized_range.sf(np.sqrt(2.0) * np.abs(statistic), n_means, df)
    return p


def adjust(plan: Plan, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return `estimates` with `p_adjusted` filled for the tests of each family.

    A family's tests are the rows that answer its analyses' questions (`answers.choose`). A ratio is
    tested on its logarithm; both rows carry the adjusted p-value. A missing p-value stays missing
    and does not count.
    """
    adjusted = estimates.reset_index(drop=True)
    for name, family in plan.multiplicity.items():
        members = {key: a for key, a in plan.analyses.items() if a.family == name}
        ordered = list(_ordered(members, family))
        told = [p for key in ordered for p in answering_places(plan, key, adjusted)]
        tested = [p for key in ordered for p in tested_places(plan, key, adjusted)]
        p_values = adjusted["p_value"].iloc[tested].to_numpy(dtype="float64")
        known = np.isfinite(p_values)
        values = adjust_p_values(p_values[known], family.method)
        for places in (tested, told):
            adjusted.loc[np.asarray(places, dtype=int)[known], "p_adjusted"] = values
    return adjusted


def _ordered(members: dict[str, Analysis], family: Multiplicity) -> dict[str, Analysis]:
    first = [name for name in family.order if name in members]
    rest = [name for name in members if name not in first]
    return {name: members[name] for name in (*first, *rest)}

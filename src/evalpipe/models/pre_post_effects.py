"""Standardised changes and differences of before and after; each row says what it is of."""

from dataclasses import dataclass

import numpy as np

from evalpipe.config.analyses import PrePost
from evalpipe.models.effects import standardise_difference
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.pingouin_door import open_pingouin
from evalpipe.models.second_computation import SecondFit, compare_numbers
from evalpipe.stats.paired_effects import Standardised, standardise_pairs
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale

G_WORDS = (
    "root of the mean variance of both measurements, with Hedges' correction for small samples; "
    "interval: Bonett (2008)"
)


@dataclass(frozen=True)
class Compared:
    """The two samples of a test and its contrast row: `first` minus `second`."""

    first: FloatArray
    second: FloatArray
    is_paired: bool
    row: EstimateRow


# long: four effect sizes side by side, each with what it is over
def paired_effect_rows(
    before: FloatArray, after: FloatArray, row: EstimateRow, conf_level: float
) -> tuple[list[EstimateRow], SecondFit]:
    """Return d_z, d_av, d_rm and Hedges' g of the change, and pingouin's d_z and d_av beside ours.

    row: the contrast that they belong to.
    """
    effects = standardise_pairs(before, after, conf_level)
    df = float(effects.n - 1)
    told: tuple[tuple[str, Standardised, DfMethod, float | None, str], ...] = (
        ("d_z", effects.d_z, DfMethod.EXACT, df, "SD of the changes; interval: noncentral t"),
        (
            "d_av",
            effects.d_av,
            DfMethod.NORMAL,
            None,
            "root of the mean variance of both measurements; interval: Bonett (2008)",
        ),
        (
            "d_rm",
            effects.d_rm,
            DfMethod.RESIDUAL,
            df,
            "SD of the changes put right for their correlation; interval: delta method",
        ),
        (
            "hedges_g_av",
            effects.hedges_g,
            DfMethod.NORMAL,
            None,
            G_WORDS,
        ),
    )
    rows = [
        EstimateRow(
            Quantity.EFFECT_SIZE,
            term=name,
            reference_arm=row.reference_arm,
            visit=row.visit,
            estimate=effect.estimate,
            std_error=effect.std_error,
            df=freedom,
            df_method=method,
            conf_low=effect.low,
            conf_high=effect.high,
            scale=Scale.STANDARDISED,
            n_participants=effects.n,
            n_observations=2 * effects.n,
            note=f"of the change, over the {words}",
        )
        for name, effect, method, freedom, words in told
    ]
    with open_pingouin() as pingouin:
        theirs = {
            "d_z": float(pingouin.compute_effsize(after, before, paired=True, eftype="cohen_dz")),
            "d_av": float(pingouin.compute_effsize(after, before, paired=True, eftype="cohen")),
        }
    ours = {"d_z": effects.d_z.estimate, "d_av": effects.d_av.estimate}
    return rows, compare_numbers("pingouin compute_effsize", theirs, ours)


def group_effect_row(
    compared: Compared, model: PrePost, conf_level: float
) -> tuple[EstimateRow, SecondFit]:
    """Return Hedges' g of two groups, and pingouin's d beside ours."""
    effect = standardise_difference(compared.first, compared.second, conf_level)
    what = "change" if model.compare == "change" else "score"
    low, high = effect.g_interval
    row = EstimateRow(
        Quantity.EFFECT_SIZE,
        term="hedges_g",
        arm=compared.row.arm,
        reference_arm=compared.row.reference_arm,
        visit=compared.row.visit,
        estimate=effect.g,
        std_error=float(np.sqrt(effect.g_variance)),
        df=float(sum(effect.n) - 2),
        df_method=DfMethod.EXACT,
        conf_low=low,
        conf_high=high,
        scale=Scale.STANDARDISED,
        n_participants=sum(effect.n),
        n_observations=compared.row.n_observations,
        note=f"of the {what}, over its pooled SD; interval: noncentral t",
    )
    with open_pingouin() as pingouin:
        d = pingouin.compute_effsize(compared.first, compared.second, eftype="cohen")
    return row, compare_numbers("pingouin compute_effsize", {"d": float(d)}, {"d": effect.d})

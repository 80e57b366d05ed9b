"""Descriptive numbers that papers print, each with the rows of `statistics` that hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalpipe.vocabulary import Statistic, StatisticTable


@dataclass(frozen=True)
class Described:
    """Where a descriptive number stands.

    level: the level of its rows where the word itself names it; None where the plan's `level` does.
    takes_level: whether the plan has to name a level.
    """

    table: StatisticTable
    statistic: Statistic
    level: str | None = None
    takes_level: bool = False


DESCRIBED: Mapping[str, Described] = {
    "observed_mean": Described(StatisticTable.OBSERVED_MEANS, Statistic.MEAN),
    "observed_sd": Described(StatisticTable.OBSERVED_MEANS, Statistic.SD),
    "observed_geometric_mean": Described(StatisticTable.OBSERVED_MEANS, Statistic.GEOMETRIC_MEAN),
    "baseline_mean": Described(StatisticTable.BASELINE, Statistic.MEAN),
    "baseline_sd": Described(StatisticTable.BASELINE, Statistic.SD),
    "baseline_median": Described(StatisticTable.BASELINE, Statistic.MEDIAN),
    "baseline_lower_quartile": Described(StatisticTable.BASELINE, Statistic.LOWER_QUARTILE),
    "baseline_upper_quartile": Described(StatisticTable.BASELINE, Statistic.UPPER_QUARTILE),
    "baseline_count": Described(StatisticTable.BASELINE, Statistic.COUNT, takes_level=True),
    "baseline_share": Described(StatisticTable.BASELINE, Statistic.PROPORTION, takes_level=True),
    "standardised_difference": Described(
        StatisticTable.BASELINE, Statistic.STANDARDISED_DIFFERENCE
    ),
    "observed_count": Described(StatisticTable.MISSINGNESS, Statistic.COUNT, "observed"),
    "missing_count": Described(StatisticTable.MISSINGNESS, Statistic.COUNT, "missing"),
    "missing_share": Described(StatisticTable.MISSINGNESS, Statistic.PROPORTION, "missing"),
    "responder_count": Described(StatisticTable.RESPONDERS, Statistic.COUNT, takes_level=True),
    "responder_share": Described(StatisticTable.RESPONDERS, Statistic.PROPORTION, takes_level=True),
    "flow_count": Described(StatisticTable.FLOW, Statistic.COUNT),
}
"""The word under `quantity` -> where the number stands."""

DESCRIBED_FIELDS = ("value", "n")
"""Keys of a descriptive number: the number itself, and of how many people it is."""

"""Everything that describes a study before any model is fitted, as rows of `statistics`."""

from __future__ import annotations

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import AnalysisSet, build_analysis_set
from evalpipe.design.baseline import baseline_rows
from evalpipe.design.flow import count_flow
from evalpipe.design.missingness import missingness_rows
from evalpipe.design.observed import observed_rows
from evalpipe.design.people import Tables
from evalpipe.design.statistic_rows import StatisticRow, statistic_frame


def describe(plan: Plan, tables: Tables) -> pd.DataFrame:
    """Return the `statistics` of the design: what the study has, nothing that it has not.

    tables: `participants`, `scores`, and where the study has them `responses`, `sessions`,
    `goals`, `delivery`. Raises DataError when the flow does not account for every participant.
    """
    rows: list[StatisticRow] = []
    rows += count_flow(plan, tables, primary_sets(plan, tables))
    rows += baseline_rows(plan, tables)
    rows += missingness_rows(plan, tables)
    rows += observed_rows(plan, tables)
    return statistic_frame(plan, rows)


def primary_sets(plan: Plan, tables: Tables) -> dict[str, AnalysisSet]:
    """The analysis sets of the primary analyses, whose participants the flow counts as analysed."""
    return {
        name: build_analysis_set(plan, name, tables)
        for name, analysis in plan.analyses.items()
        if analysis.role == "primary" and analysis.estimand is not None
    }

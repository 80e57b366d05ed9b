"""Everything that describes a study before any model is fitted, as rows of `statistics`."""

from __future__ import annotations

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import AnalysisSet, build_analysis_set
from evalpipe.design.baseline import baseline_rows
from evalpipe.design.clinical import clinical_rows
from evalpipe.design.clustering import clustering_rows
from evalpipe.design.cohorts import drift_rows
from evalpipe.design.delivery import delivery_of
from evalpipe.design.delivery_rows import delivery_rows
from evalpipe.design.eligibility import with_eligibility
from evalpipe.design.flow import count_flow
from evalpipe.design.goals import goal_rows
from evalpipe.design.missingness import missingness_rows
from evalpipe.design.observed import observed_rows
from evalpipe.design.people import Tables, table_of
from evalpipe.design.statistic_rows import StatisticRow, statistic_frame
from evalpipe.vocabulary import Table


def describe(plan: Plan, tables: Tables) -> pd.DataFrame:
    """Return the `statistics` of the design: what the study has, nothing that it has not.

    tables: `participants`, `scores`, and where the study has them `responses`, `sessions`,
    `goals`, `delivery`. Raises DataError when the flow does not account for every participant.
    """
    people = with_eligibility(plan, table_of(tables, Table.PARTICIPANTS))
    delivery = delivery_of(plan, tables)
    full = {**tables, Table.PARTICIPANTS: people, Table.DELIVERY: delivery}
    rows: list[StatisticRow] = []
    sets = primary_sets(plan, full)
    rows += count_flow(plan, full, sets)
    rows += baseline_rows(plan, full)
    rows += missingness_rows(plan, full)
    rows += observed_rows(plan, full)
    rows += clinical_rows(plan, full)
    rows += clustering_rows(plan, full, sets)
    rows += delivery_rows(plan, full, delivery)
    rows += goal_rows(plan, full)
    rows += drift_rows(plan, full, delivery)
    return statistic_frame(plan, rows)


def primary_sets(plan: Plan, tables: Tables) -> dict[str, AnalysisSet]:
    """The analysis sets of the primary analyses, whose participants the flow counts as analysed."""
    return {
        name: build_analysis_set(plan, name, tables)
        for name, analysis in plan.analyses.items()
        if analysis.role == "primary" and analysis.estimand is not None
    }

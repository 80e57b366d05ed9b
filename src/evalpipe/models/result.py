"""What an analysis hands on: three tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.statistic_rows import StatisticRow, statistic_frame
from evalpipe.models.estimate_rows import (
    EstimateRow,
    Heading,
    assemble_diagnostics,
    assemble_estimates,
)
from evalpipe.schemas.statistics import STATISTICS
from evalpipe.schemas.table import conform_frame, empty_frame


@dataclass(frozen=True)
class AnalysisResult:
    """Tables of one analysis: `estimates`, `diagnostics`, `statistics`."""

    estimates: pd.DataFrame
    diagnostics: pd.DataFrame
    statistics: pd.DataFrame


@dataclass(frozen=True)
class Answer:
    """Rows of one analysis before they become tables.

    diagnostics: records without their keys. heading: with the counts of the rows used.
    """

    heading: Heading
    rows: Sequence[EstimateRow]
    diagnostics: Sequence[Mapping[str, object]] = ()
    statistics: Sequence[StatisticRow] = ()


def tabulate(answer: Answer, plan: Plan) -> AnalysisResult:
    """Return the tables of an analysis."""
    return AnalysisResult(
        assemble_estimates(answer.rows, answer.heading),
        assemble_diagnostics(answer.diagnostics, answer.heading),
        _tabulate_statistics(answer, plan),
    )


def _tabulate_statistics(answer: Answer, plan: Plan) -> pd.DataFrame:
    if not answer.statistics:
        return empty_frame(STATISTICS)
    frame = statistic_frame(plan, _in_analysis(answer)).astype("object")
    return conform_frame(frame.drop_duplicates("statistic_id", ignore_index=True), STATISTICS)


def _in_analysis(answer: Answer) -> Iterable[StatisticRow]:
    for row in answer.statistics:
        groups = {**row.groups, "analysis": answer.heading.analysis_id}
        yield replace(row, groups=groups)

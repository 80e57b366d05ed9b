"""Every column name and category of evalpipe's own tables, spelled once.

Column names are plain strings (`Column.ARM`), categories are `StrEnum` members, which are strings
too and can be put into a table as they are. Names that a plan declares (arms, visits, instruments,
levels, reasons) are not vocabulary: they come from the plan.
"""

from evalpipe.vocabulary.columns import (
    Column,
    ColumnKind,
    Table,
)
from evalpipe.vocabulary.description import (
    OTHER_REASON,
    UNKNOWN_REASON,
    Disposition,
    DriftKind,
    Exclusion,
    FlowStep,
    MissingPattern,
    ScoreRule,
    Stage,
    Statistic,
    StatisticTable,
)
from evalpipe.vocabulary.estimates import (
    NO_ANSWER,
    SECOND_FIT_NOISE,
    AnalysisRole,
    ClaimStatus,
    DfMethod,
    Quantity,
    Scale,
    Status,
    SummaryKind,
)

__all__ = [
    "NO_ANSWER",
    "OTHER_REASON",
    "SECOND_FIT_NOISE",
    "UNKNOWN_REASON",
    "AnalysisRole",
    "ClaimStatus",
    "Column",
    "ColumnKind",
    "DfMethod",
    "Disposition",
    "DriftKind",
    "Exclusion",
    "FlowStep",
    "MissingPattern",
    "Quantity",
    "Scale",
    "ScoreRule",
    "Stage",
    "Statistic",
    "StatisticTable",
    "Status",
    "SummaryKind",
    "Table",
]

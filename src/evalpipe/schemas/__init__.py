"""The tables between stages, one per file; `io` checks them whenever a file is written or read."""

from evalpipe.schemas.analysis_set import ANALYSIS_SET, analysis_set_schema
from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES, with_estimate_ids
from evalpipe.schemas.goals import GOALS
from evalpipe.schemas.participants import PARTICIPANTS, participants_schema
from evalpipe.schemas.responses import RESPONSES, responses_schema
from evalpipe.schemas.scores import SCORES, scores_schema
from evalpipe.schemas.sessions import SESSIONS, sessions_schema
from evalpipe.schemas.spec import ColumnSpec, TableSpec
from evalpipe.schemas.statistics import STATISTICS, with_statistic_ids

TABLES: tuple[TableSpec, ...] = (
    PARTICIPANTS,
    SESSIONS,
    GOALS,
    RESPONSES,
    SCORES,
    ANALYSIS_SET,
    ESTIMATES,
    DIAGNOSTICS,
    STATISTICS,
)

__all__ = [
    "ANALYSIS_SET",
    "DIAGNOSTICS",
    "ESTIMATES",
    "GOALS",
    "PARTICIPANTS",
    "RESPONSES",
    "SCORES",
    "SESSIONS",
    "STATISTICS",
    "TABLES",
    "ColumnSpec",
    "TableSpec",
    "analysis_set_schema",
    "participants_schema",
    "responses_schema",
    "scores_schema",
    "sessions_schema",
    "with_estimate_ids",
    "with_statistic_ids",
]

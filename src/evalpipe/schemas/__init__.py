"""The tables between stages, one per file: a function of the plan returns its pandera schema.

`participants_schema(plan).validate(frame)` works wherever a plan and a table are at hand; `io`
validates with the same schemas whenever a file is written or read.
"""

from evalpipe.schemas.analysis_set import analysis_set_schema
from evalpipe.schemas.answers import ANSWERS, answers_schema
from evalpipe.schemas.diagnostics import DIAGNOSTICS, diagnostics_schema
from evalpipe.schemas.estimates import ESTIMATES, estimates_schema, with_estimate_ids
from evalpipe.schemas.findings import find_misfits
from evalpipe.schemas.goals import goals_schema
from evalpipe.schemas.participants import participants_schema
from evalpipe.schemas.responses import responses_schema
from evalpipe.schemas.scores import scores_schema
from evalpipe.schemas.sessions import sessions_schema
from evalpipe.schemas.statistics import STATISTICS, statistics_schema, with_statistic_ids
from evalpipe.schemas.table import conform_frame, empty_frame
from evalpipe.vocabulary import Table

SCHEMAS = {
    Table.PARTICIPANTS: participants_schema,
    Table.SESSIONS: sessions_schema,
    Table.GOALS: goals_schema,
    Table.RESPONSES: responses_schema,
    Table.SCORES: scores_schema,
    Table.ANALYSIS_SET: analysis_set_schema,
    Table.ESTIMATES: estimates_schema,
    Table.DIAGNOSTICS: diagnostics_schema,
    Table.STATISTICS: statistics_schema,
    Table.ANSWERS: answers_schema,
}
"""Table -> function from the plan to its pandera schema."""

__all__ = [
    "ANSWERS",
    "DIAGNOSTICS",
    "ESTIMATES",
    "SCHEMAS",
    "STATISTICS",
    "analysis_set_schema",
    "answers_schema",
    "conform_frame",
    "diagnostics_schema",
    "empty_frame",
    "estimates_schema",
    "find_misfits",
    "goals_schema",
    "participants_schema",
    "responses_schema",
    "scores_schema",
    "sessions_schema",
    "statistics_schema",
    "with_estimate_ids",
    "with_statistic_ids",
]

"""Whether the tables agree with the plan and with each other: findings without a cell value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.design.joined import (
    join_goals,
    join_occasions,
    join_participants,
    join_sessions,
)
from evalpipe.design.people import Tables, table_of
from evalpipe.findings import Finding
from evalpipe.schemas.findings import find_misfits
from evalpipe.schemas.joined import (
    joined_goals_schema,
    joined_occasions_schema,
    joined_participants_schema,
    joined_sessions_schema,
)
from evalpipe.vocabulary import Table

OCCASIONS = "occasions"
"""Name of the joined table of occasions; the others have the names of their tables."""


def joined_schemas(plan: Plan) -> dict[str, DataFrameSchema]:
    """The schema of each joined table, by name."""
    return {
        Table.PARTICIPANTS.value: joined_participants_schema(plan),
        OCCASIONS: joined_occasions_schema(plan),
        Table.SESSIONS.value: joined_sessions_schema(plan),
        Table.GOALS.value: joined_goals_schema(plan),
    }


def check_consistency(plan: Plan, tables: Tables) -> list[Finding]:
    """Everything between the tables that cannot be, or that a reader should know.

    An error stops the run: a session after someone left, a phase out of order, a therapist in an
    arm that has none, a day before baseline where the plan has none, somebody unknown. A notice is
    shown: visits outside their windows, a phase longer than planned, one partner without the
    other, an ineligible participant who entered. Rows are positions in the processed table, whose
    first row has the number 1; findings about occasions are counts of visits or days. What a table
    must be by itself is its own schema.
    """
    if table_of(tables, Table.PARTICIPANTS).empty:
        return []
    schemas = joined_schemas(plan)
    found: list[Finding] = []
    for name, frame in _join(plan, tables).items():
        misfits = find_misfits(frame, schemas[name])
        found += [replace(f, rows=()) for f in misfits] if name == OCCASIONS else misfits
    return found


def _join(plan: Plan, tables: Tables) -> Mapping[str, pd.DataFrame]:
    """The joined tables that have rows."""
    people = join_participants(plan, tables)
    joined = {
        Table.PARTICIPANTS.value: people,
        OCCASIONS: join_occasions(tables, people),
    }
    if len(table_of(tables, Table.SESSIONS)):
        joined[Table.SESSIONS.value] = join_sessions(plan, tables, people)
    if len(table_of(tables, Table.GOALS)):
        joined[Table.GOALS.value] = join_goals(tables, people)
    return {name: frame for name, frame in joined.items() if len(frame)}

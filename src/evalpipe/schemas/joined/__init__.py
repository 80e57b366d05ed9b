"""Rules over several tables: schemas of the tables that `design.joined` joins.

A joined table has what the plan and the other tables say of each row beside the row itself.
"""

from evalpipe.schemas.joined.goals import joined_goals_schema
from evalpipe.schemas.joined.occasions import joined_occasions_schema
from evalpipe.schemas.joined.participants import joined_participants_schema
from evalpipe.schemas.joined.sessions import joined_sessions_schema

__all__ = [
    "joined_goals_schema",
    "joined_occasions_schema",
    "joined_participants_schema",
    "joined_sessions_schema",
]

"""What a joined table says of each row besides the row itself."""

from collections.abc import Iterable
from typing import Final

from pandera.pandas import Check, DataFrameSchema


class Fact:
    """Names of the columns that a join adds."""

    HAS_ENTERED: Final = "has_entered"
    """Whether the participant was randomised or, without randomisation, enrolled."""
    IS_BEFORE_ENTRY: Final = "is_before_entry"
    """Whether the disposition is one of those who were assessed and did not enter."""
    IS_KNOWN: Final = "is_known"
    """Whether the participant or dyad of the row is among the participants."""
    UNIT: Final = "unit"
    """The dyad where dyads are treated together, else the participant."""
    ARM_HAS_SESSIONS: Final = "arm_has_sessions"
    IS_HELD: Final = "is_held"
    LAST_DAY: Final = "last_day"
    """Day on which the whole unit had left; infinite while somebody stays."""
    NUMBER_IN_PHASE: Final = "number_in_phase"
    """Of the sessions held in a phase, the how manieth; missing for a session not held."""


def joined(name: str, rules: Iterable[Check]) -> DataFrameSchema:
    """The schema of a joined table: rules about its rows; its columns have schemas of their own.

    A rule is left out where the study lacks a column that it reads.
    """
    return DataFrameSchema(checks=list(rules), name=name, unique_column_names=True)

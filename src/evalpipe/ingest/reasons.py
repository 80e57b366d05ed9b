"""Reasons of loss and of missed sessions that only few people share are not told in their words.

A reason becomes a label in the report. What the plan lists under `values` is declared; any other
text comes from the cell of somebody, and "moved to her aunt" may say who it was.
"""

from __future__ import annotations

import pandas as pd

from evalpipe.config.data import Column as PlanColumn
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan
from evalpipe.ingest.sources import Source
from evalpipe.vocabulary import OTHER_REASON, Column

REASONS = (Column.DISPOSITION_REASON, Column.MISSED_REASON)


def hide_rare_reasons(plan: Plan, source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `other_reason` for undeclared reasons of 1 to the threshold of people.

    frame: canonical rows of one file. Missing reasons stay missing. A threshold of 0 (made-up data)
    keeps every word.
    """
    declared = {
        target_of(column)
        for column in source.entry.columns.values()
        if isinstance(column, PlanColumn) and column.values
    }
    key = Column.PARTICIPANT_ID if Column.PARTICIPANT_ID in frame else Column.DYAD_ID
    shown = frame.copy()
    for name in REASONS:
        if name in frame and name not in declared:
            people = frame.groupby(name)[key].nunique()
            rare = people.index[people <= plan.privacy.disclosure_threshold]
            shown[name] = frame[name].mask(frame[name].isin(rare), OTHER_REASON)
    return shown

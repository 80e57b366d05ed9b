"""Which rows an analysis uses, and the reason for each row that it does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Analysis, Estimand
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_rows import planned_visits
from evalpipe.design.analysis_variables import PLACE, fixed_names, period_of
from evalpipe.design.delivery import delivery_of
from evalpipe.design.matching import is_among
from evalpipe.design.people import Tables, table_of
from evalpipe.design.populations import IS_MEMBER, REASON, members_of
from evalpipe.design.strategies import AFTER_EVENT
from evalpipe.errors import ConfigError
from evalpipe.vocabulary import Column, Exclusion, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Account:
    """Why each row is left out: the first reason that applies, and the variable it is about."""

    def __init__(self, n_rows: int) -> None:
        self.reason = np.zeros(n_rows, dtype=np.int8)
        self.detail = np.zeros(n_rows, dtype=np.int16)
        self.names: list[str | None] = [None]

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Rows that nothing speaks against yet."""
        is_open: NDArray[np.bool_] = self.reason == 0
        return is_open

    def leave_out(self, rows: Any, why: Any, about: str | None = None) -> None:
        """Leave out `rows` for one reason, or for the reason that stands on each row."""
        hit = np.asarray(rows, dtype=bool) & self.is_open
        codes = _code_reasons(why, len(hit))
        self.reason[hit] = codes[hit]
        if about is not None:
            self.names.append(about)
            self.detail[hit] = len(self.names) - 1

    def closed(self, participant: pd.Series[Any]) -> pd.DataFrame:
        """The rows left out: participant_id, reason, detail."""
        out = ~self.is_open
        reasons = np.asarray([None, *(str(r) for r in STAGES)], dtype=object)
        names = np.asarray(self.names, dtype=object)
        return pd.DataFrame(
            {
                Column.PARTICIPANT_ID: participant.to_numpy()[out],
                "reason": reasons[self.reason[out]],
                "detail": names[self.detail[out]],
            }
        )


STAGES = (
    Exclusion.OTHER_VISIT,
    Exclusion.NOT_RANDOMISED,
    Exclusion.NOT_ELIGIBLE,
    Exclusion.NOT_STARTED,
    Exclusion.NOT_COMPLETED,
    Exclusion.NOT_SELECTED,
    Exclusion.AFTER_EVENT,
    Exclusion.OUTCOME_MISSING,
    Exclusion.COVARIATE_MISSING,
    Exclusion.OUTCOME_INCOMPLETE,
)
"""Reasons in the order in which they are looked for."""

STAGE = {str(reason): place for place, reason in enumerate(STAGES, start=1)}


def _code_reasons(why: Any, n_rows: int) -> NDArray[np.int8]:
    if isinstance(why, str):
        return np.full(n_rows, STAGE[str(why)], dtype=np.int8)
    return np.asarray(pd.Series(why).map(STAGE).fillna(0), dtype=np.int8)


def judge_rows(
    plan: Plan, analysis: Analysis, estimand: Estimand, frame: pd.DataFrame, tables: Tables
) -> Account:
    """Judge every row: time, population, selection, outcome, covariates, visits asked for."""
    account = Account(len(frame))
    account.leave_out(~_in_time(plan, analysis, frame), Exclusion.OTHER_VISIT)
    if "is_added" in frame:
        account.leave_out(frame["is_added"].astype(bool), Exclusion.OTHER_VISIT)
    people = table_of(tables, Table.PARTICIPANTS)
    members = population_members(plan, estimand.population, people, tables)
    place = frame[PLACE].to_numpy()
    inside = (place >= 0) & members[IS_MEMBER].to_numpy(dtype=bool)[place]
    why = members[REASON].fillna(str(Exclusion.NOT_RANDOMISED)).to_numpy(dtype=object)
    unknown = np.where(place >= 0, why[place], str(Exclusion.NOT_RANDOMISED))
    account.leave_out(~inside, unknown)
    for name, levels in analysis.only.items():
        account.leave_out(~is_selected(frame, name, levels), Exclusion.NOT_SELECTED, name)
    if AFTER_EVENT in frame:
        account.leave_out(frame[AFTER_EVENT], Exclusion.AFTER_EVENT)
    account.leave_out(frame[Column.OUTCOME].isna(), Exclusion.OUTCOME_MISSING)
    for name in fixed_names(analysis):
        column = _column_for(frame, name)
        if column is not None:
            account.leave_out(frame[column].isna(), Exclusion.COVARIATE_MISSING, name)
    incomplete = _lacks_asked_visits(plan, analysis, estimand, frame, account.is_open)
    account.leave_out(incomplete, Exclusion.OUTCOME_INCOMPLETE)
    return account


def population_members(
    plan: Plan, population: str, people: pd.DataFrame, tables: Tables
) -> pd.DataFrame:
    """Membership of the population; the ledger is read only where the population asks for it."""
    needs_ledger = plan.populations[population].include in _BY_DELIVERY
    delivery = delivery_of(plan, tables) if needs_ledger else None
    return members_of(plan, population, people, delivery)


_BY_DELIVERY = ("started", "completed", "per_protocol")


def _in_time(plan: Plan, analysis: Analysis, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows at the visits (or in the periods) of the estimand; other occasions all count."""
    visits = planned_visits(plan, analysis)
    at_visit = frame[Column.VISIT].notna()
    inside = ~at_visit | frame[Column.VISIT].isin(visits)
    estimand = analysis.estimand
    named = estimand.visits if estimand and isinstance(estimand.visits, tuple) else ()
    periods = [name for name in named if name in plan.periods]
    if periods:
        inside &= at_visit | period_of(plan, frame[Column.DAY]).isin(periods)
    return inside.to_numpy(dtype=bool)


def is_selected(frame: pd.DataFrame, name: str, levels: str | tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether each row has one of the levels; a number is compared as it is written."""
    wanted = {levels} if isinstance(levels, str) else set(levels)
    column = _column_for(frame, name)
    if column is None:
        raise ConfigError(f"only: {name} is not a column of this study's data")
    values = frame[column]
    if pd.api.types.is_bool_dtype(values.dtype):
        values = values.map({True: "yes", False: "no"})
    elif pd.api.types.is_numeric_dtype(values.dtype):
        values = values.map(lambda value: f"{value:g}", na_action="ignore")
    return values.isin(wanted).to_numpy(dtype=bool)


def _column_for(frame: pd.DataFrame, name: str) -> str | None:
    ids = {"participant": Column.PARTICIPANT_ID, "dyad": Column.DYAD_ID}
    candidates = (ids.get(name, name), f"{name}_id")
    return next((column for column in candidates if column in frame), None)


def _lacks_asked_visits(
    plan: Plan,
    analysis: Analysis,
    estimand: Estimand,
    frame: pd.DataFrame,
    is_open: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Rows of participants without a usable outcome at each visit that the population asks for."""
    asked = plan.populations[estimand.population].with_outcome_at
    if asked == "any":
        return np.zeros(len(frame), dtype=bool)
    visits = planned_visits(plan, analysis) if asked == "all" else asked
    usable = frame[is_open]
    usable = usable[usable[Column.VISIT].isin(visits)]
    seen = usable.groupby(Column.PARTICIPANT_ID)[Column.VISIT].nunique()
    complete = seen.index[seen == len(set(visits))]
    return ~is_among(frame[Column.PARTICIPANT_ID], complete)

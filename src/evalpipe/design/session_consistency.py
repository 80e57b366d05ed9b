"""Whether the session ledger agrees with the plan and with the participants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.delivery import bounds, ledger_of
from evalpipe.design.dispositions import with_dispositions
from evalpipe.design.finding_book import FindingBook
from evalpipe.design.people import Tables, table_of, treated_arms, unit_ids
from evalpipe.findings import Finding
from evalpipe.vocabulary import Column, Disposition, Table

_LEFT = (Disposition.LOST_TO_FOLLOW_UP, Disposition.WITHDREW_CONSENT, Disposition.DIED)


def check_sessions(plan: Plan, tables: Tables, people: pd.DataFrame) -> list[Finding]:
    """Whether the session ledger agrees with plan and participants; see `check_consistency`."""
    if table_of(tables, Table.SESSIONS).empty:
        return []
    book = FindingBook(Table.SESSIONS)
    tables = {**tables, Table.PARTICIPANTS: people}
    ledger = _ledger_in_file_order(plan, tables)
    known = with_dispositions(plan, tables)
    units = known.assign(unit=unit_ids(plan, known).to_numpy())
    of_unit = units.drop_duplicates("unit").set_index("unit")
    unit, day, held = ledger["unit"], ledger[Column.DAY], ledger["is_held"]
    stranger = ~unit.isin(of_unit.index)
    book.error("a session of nobody in the study", None, stranger, "Add the participant or dyad")
    arm = unit.map(of_unit[Column.ARM])
    book.error(
        "a session in an arm without sessions",
        None,
        arm.notna() & ~arm.isin(treated_arms(plan)),
        f"The protocol gives sessions in: {', '.join(treated_arms(plan)) or 'no arm'}",
    )
    book.error("a session before baseline", Column.DAY, day < 0, "Days count from baseline")
    book.error("held without a day", Column.DAY, held & day.isna(), "Give the day or date")
    after = _after_leaving(units, unit, day) & held
    book.error(
        "a session held after the participant left the study",
        Column.DAY,
        after,
        "Correct the day of the session or of leaving",
    )
    twice = ledger.duplicated(["unit", Column.SESSION_NUMBER], keep=False)
    book.error("the same session number twice", Column.SESSION_NUMBER, twice, "Number once")
    _check_order(ledger, book)
    _check_phases(plan, ledger, book)
    _check_ratings(plan, ledger, book)
    return book.found


def _ledger_in_file_order(plan: Plan, tables: Tables) -> pd.DataFrame:
    """The ledger with units and flags, rows as they stand in the sessions table."""
    sessions = table_of(tables, Table.SESSIONS).reset_index(drop=True)
    numbered = {**tables, Table.SESSIONS: sessions.assign(place=sessions.index)}
    return ledger_of(plan, numbered).sort_values("place", ignore_index=True)


def _after_leaving(
    people: pd.DataFrame, unit: pd.Series[Any], day: pd.Series[Any]
) -> pd.Series[Any]:
    """Sessions later than the day on which the whole unit had left (or stopped treatment)."""
    if Column.DISPOSITION_DAY not in people:
        return pd.Series(False, index=unit.index)
    ended = (*_LEFT, Disposition.DISCONTINUED)
    left = people[Column.DISPOSITION].isin([str(d) for d in ended])
    last = pd.to_numeric(people[Column.DISPOSITION_DAY]).astype("float64").where(left, np.inf)
    of_unit = last.fillna(np.inf).groupby(people["unit"].to_numpy()).max()
    return day > unit.map(of_unit).astype("float64")


def _check_order(ledger: pd.DataFrame, book: FindingBook) -> None:
    """Days must not go back while session numbers go up."""
    ordered = ledger.sort_values(["unit", Column.SESSION_NUMBER], kind="stable")
    before = ordered.groupby("unit", sort=False)[Column.DAY].cummax()
    before = before.groupby(ordered["unit"], sort=False).shift()
    wrong = (ordered[Column.DAY] < before).reindex(ledger.index)
    book.error("a later session on an earlier day", Column.DAY, wrong, "Correct day or number")


def _check_phases(plan: Plan, ledger: pd.DataFrame, book: FindingBook) -> None:
    assert plan.protocol is not None or Column.PHASE in ledger
    phases = plan.protocol.phases if plan.protocol else {}
    if not phases or Column.PHASE not in ledger:
        return
    phase = ledger[Column.PHASE].astype(object)
    unknown = phase.notna() & ~phase.isin(list(phases))
    book.error("is not a phase of the plan", Column.PHASE, unknown, f"One of {', '.join(phases)}")
    order = phase.map({name: i for i, name in enumerate(phases)}).astype("float64")
    sorted_ = ledger.assign(order=order).sort_values(["unit", Column.SESSION_NUMBER], kind="stable")
    reached = sorted_.groupby("unit", sort=False)["order"].cummax()
    back = (sorted_["order"] < reached).reindex(ledger.index)
    book.error(
        "a phase out of order",
        Column.PHASE,
        back,
        f"The phases are, in order: {', '.join(phases)}",
    )
    held = ledger[ledger["is_held"]]
    number = held.groupby(["unit", Column.PHASE], sort=False).cumcount() + 1
    for name, spec in phases.items():
        most = bounds(spec.sessions)[1]
        beyond = ((held[Column.PHASE] == name) & (number > most)).reindex(ledger.index)
        allowed = "the plan allows it" if spec.may_extend else "the plan does not allow it"
        book.notice(
            f"more than {most} sessions in phase {name}",
            Column.PHASE,
            beyond.fillna(False).astype(bool),
            f"Kept; {allowed}, and fidelity counts it",
        )


def _check_ratings(plan: Plan, ledger: pd.DataFrame, book: FindingBook) -> None:
    """Ratings that the plan wants of every session held."""
    ratings = plan.protocol.ratings if plan.protocol else {}
    for name, rating in ratings.items():
        if not rating.missing_allowed and name in ledger:
            book.notice(
                "a session held without its rating",
                name,
                ledger["is_held"] & ledger[name].isna(),
                "The plan wants it of every session (`missing_allowed: false`)",
            )

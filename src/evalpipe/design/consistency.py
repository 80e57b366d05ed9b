"""Whether the tables agree with the plan and with each other: findings without a cell value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import all_scale_names
from evalpipe.design.eligibility import with_eligibility
from evalpipe.design.finding_book import FindingBook
from evalpipe.design.people import (
    BEFORE_ENTRY,
    Tables,
    has_dyads,
    has_entered,
    is_randomised_design,
    table_of,
    unit_ids,
    with_arm,
)
from evalpipe.design.session_consistency import check_sessions
from evalpipe.findings import Finding
from evalpipe.vocabulary import Column, Disposition, Table

_LEFT = (Disposition.LOST_TO_FOLLOW_UP, Disposition.WITHDREW_CONSENT, Disposition.DIED)


def check_consistency(plan: Plan, tables: Tables) -> list[Finding]:
    """Everything in the tables that cannot be, or that a reader should know.

    An error stops the run: a session after someone left, a phase out of order, a therapist in an
    arm that has none, a day before baseline where the plan has none, the same diary day twice. A
    notice is shown: visits outside their windows, a phase longer than planned, one partner without
    the other, an ineligible participant who entered. Rows are positions in the processed table,
    whose first row has the number 1; findings about occasions are counts of visits or days. Ranges
    of items and scores, classes and levels are checked where raw files are read.
    """
    people = with_arm(plan, table_of(tables, Table.PARTICIPANTS).reset_index(drop=True))
    if people.empty:
        return []
    found: list[Finding] = []
    found += _check_people(plan, people)
    found += _check_dyads(plan, people)
    found += _check_occasions(plan, tables)
    found += check_sessions(plan, tables, people)
    found += _check_goals(plan, tables)
    return found


def _check_people(plan: Plan, people: pd.DataFrame) -> list[Finding]:
    book = FindingBook(Table.PARTICIPANTS)
    inside = has_entered(plan, people)
    has_arm = people[Column.ARM].isin(list(plan.arms))
    book.error(
        "entered without an arm",
        Column.ARM,
        inside & ~has_arm,
        "Give the arm, or a disposition that says why the participant did not enter",
    )
    if Column.DISPOSITION in people:
        before = people[Column.DISPOSITION].isin([str(d) for d in BEFORE_ENTRY])
        known = people[Column.DISPOSITION].isna() | people[Column.DISPOSITION].isin(
            [str(d) for d in Disposition]
        )
        book.error(
            "is not a disposition",
            Column.DISPOSITION,
            ~known,
            f"One of {', '.join(d.value for d in Disposition)}",
        )
        if is_randomised_design(plan):
            book.error(
                "was randomised, but the disposition says the participant never entered",
                Column.DISPOSITION,
                inside & before,
                "Correct the one or the other",
            )
            book.error(
                "ended inside the trial without being randomised",
                Column.DISPOSITION,
                ~inside & people[Column.DISPOSITION].notna() & ~before & known,
                "Correct the one or the other",
            )
    if Column.DISPOSITION_DAY in people:
        day = pd.to_numeric(people[Column.DISPOSITION_DAY]).astype("float64")
        book.error(
            "left before the day of baseline",
            Column.DISPOSITION_DAY,
            inside & (day < 0),
            "Days count from the participant's own baseline",
        )
    for name, cluster in plan.clusters.items():
        column = f"{name}_id"
        if cluster.arms and column in people:
            elsewhere = people[column].notna() & ~people[Column.ARM].isin(cluster.arms) & has_arm
            book.error(
                f"a {name} in an arm that has none",
                column,
                elsewhere,
                f"The plan has {name} in: {', '.join(cluster.arms)}",
            )
    judged = with_eligibility(plan, people)
    if Column.ELIGIBLE in judged:
        ineligible = (judged[Column.ELIGIBLE].astype("boolean") == False).fillna(False)  # noqa: E712
        book.notice(
            "does not meet the criteria and entered all the same",
            Column.ELIGIBLE,
            inside & ineligible.astype(bool),
            "Stays in the analysis by intention to treat; the flow shows it as a deviation",
        )
    return book.found


def _check_dyads(plan: Plan, people: pd.DataFrame) -> list[Finding]:
    if not has_dyads(plan):
        return []
    book = FindingBook(Table.PARTICIPANTS)
    inside = has_entered(plan, people)
    dyad = people.get(Column.DYAD_ID, pd.Series(None, index=people.index, dtype=object))
    book.error(
        "belongs to no dyad", Column.DYAD_ID, inside & dyad.isna(), "Give each member the dyad"
    )
    size = dyad.map(dyad.value_counts())
    book.notice(
        "one partner without the other",
        Column.DYAD_ID,
        inside & (size == 1),
        "The partner has no row in any file",
    )
    book.error("more than two members in one dyad", Column.DYAD_ID, size > 2, "A dyad has two")
    if len(plan.roles) > 1 and Column.ROLE in people:
        known = dyad.notna() & people[Column.ROLE].notna()
        twice = people.assign(dyad=dyad).duplicated(["dyad", Column.ROLE], keep=False)
        book.error(
            "the same role twice in one dyad", Column.ROLE, known & twice, "Correct the role"
        )
        unknown = people[Column.ROLE].notna() & ~people[Column.ROLE].isin(list(plan.roles))
        book.error("is not a role of the plan", Column.ROLE, unknown, "Correct the role")
    arms = people[Column.ARM].groupby(unit_ids(plan, people).to_numpy()).transform("nunique")
    book.error(
        "the members of a dyad are in different arms",
        Column.ARM,
        arms > 1,
        "Dyads are allocated together",
    )
    return book.found


def _check_occasions(plan: Plan, tables: Tables) -> list[Finding]:
    book = FindingBook("occasions")
    occasions = _occasions(tables)
    if len(occasions):
        _check_days(plan, occasions, book)
    scores = table_of(tables, Table.SCORES)
    if len(scores):
        foreign = ~scores[Column.SCALE].isin(all_scale_names(plan))
        book.error("is not a scale of the plan", Column.SCALE, foreign, "Correct the plan")
    return [replace(finding, rows=()) for finding in book.found]


def _occasions(tables: Tables) -> pd.DataFrame:
    """Every occasion of a participant once, whatever was measured at it: visit and day."""
    columns = [Column.PARTICIPANT_ID, Column.VISIT, Column.DAY]
    parts = [table_of(tables, table) for table in (Table.SCORES, Table.RESPONSES)]
    shaped = [part.reindex(columns=columns).astype(object) for part in parts if len(part)]
    if not shaped:
        return pd.DataFrame(columns=columns)
    return pd.concat(shaped, ignore_index=True).drop_duplicates(ignore_index=True)


def _check_days(plan: Plan, rows: pd.DataFrame, book: FindingBook) -> None:
    day = pd.to_numeric(rows[Column.DAY]).astype("float64")
    visit = rows[Column.VISIT]
    planned = visit.map({name: v.day for name, v in plan.visits.items()}).astype("float64")
    book.error(
        "a day before baseline at a visit after it",
        Column.DAY,
        (planned > 0) & (day < 0),
        "Days count from the participant's own baseline",
    )
    if plan.periods:
        _check_periods(plan, day, visit, book)
    for name, spec in plan.visits.items():
        if spec.window is not None:
            late = (visit == name) & day.notna() & ~day.between(*spec.window)
            book.notice(
                f"visit {name} outside its window of days {spec.window[0]} to {spec.window[1]}",
                Column.DAY,
                late,
                "Kept at the visit that the file names",
            )
    backwards = _visits_out_of_order(plan, rows, day, visit)
    book.error("a later visit on an earlier day", Column.DAY, backwards, "Correct day or visit")


def _check_periods(
    plan: Plan, day: pd.Series[Any], visit: pd.Series[Any], book: FindingBook
) -> None:
    inside = pd.Series(False, index=day.index)
    for period in plan.periods.values():
        inside |= day.between(*period.days)
    earliest = min(period.days[0] for period in plan.periods.values())
    book.error(
        "a day before the first period of the plan",
        Column.DAY,
        visit.isna() & (day < earliest),
        "Correct the day or extend the period",
    )
    book.notice(
        "a day outside every period of the plan",
        Column.DAY,
        visit.isna() & day.notna() & (day >= earliest) & ~inside,
        "Kept, but no analysis by period uses it",
    )


def _visits_out_of_order(
    plan: Plan, rows: pd.DataFrame, day: pd.Series[Any], visit: pd.Series[Any]
) -> pd.Series[Any]:
    """Rows whose day lies before the last day of an earlier visit of the same participant."""
    order = visit.map({name: i for i, name in enumerate(plan.visits)}).astype("float64")
    table = pd.DataFrame({"person": rows[Column.PARTICIPANT_ID], "order": order, "day": day})
    last = table.dropna().groupby(["person", "order"])["day"].agg(["min", "max"]).reset_index()
    last["before"] = last.groupby("person")["max"].cummax().groupby(last["person"]).shift()
    wrong = last[last["min"] < last["before"]].set_index(["person", "order"]).index
    place = pd.MultiIndex.from_frame(table[["person", "order"]])
    return pd.Series(place.isin(wrong) & order.notna().to_numpy(), index=rows.index)


def _check_goals(plan: Plan, tables: Tables) -> Iterable[Finding]:
    goals = table_of(tables, Table.GOALS)
    if goals.empty:
        return []
    book = FindingBook(Table.GOALS)
    unknown = ~goals[Column.GOAL].isin(list(plan.goals))
    book.error("is not a goal of the plan", Column.GOAL, unknown, "Correct the goal or the plan")
    if Column.DAY in goals:
        day = pd.to_numeric(goals[Column.DAY]).astype("float64")
        book.error("a goal judged before baseline", Column.DAY, day < 0, "Days count from baseline")
    return book.found

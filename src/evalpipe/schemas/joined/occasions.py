"""Occasions of measurement: visits and days of the participants, whatever was measured."""

from collections.abc import Iterator

import pandas as pd
from pandera.pandas import Check, DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.findings import Level
from evalpipe.schemas.joined.facts import Fact, joined
from evalpipe.schemas.rules import rule
from evalpipe.vocabulary import Column


def joined_occasions_schema(plan: Plan) -> DataFrameSchema:
    """Days against the visits, windows and periods of the plan, and in their order."""
    return joined(
        "occasions table",
        [
            rule(
                "belongs to nobody in the participants table",
                (Fact.IS_KNOWN,),
                lambda t: ~t[Fact.IS_KNOWN],
                at=Column.PARTICIPANT_ID,
                advice="Add the participant, or correct the id",
            ),
            _after_baseline(plan),
            *(_periods(plan) if plan.periods else ()),
            *_windows(plan),
            _in_order(plan),
        ],
    )


def _after_baseline(plan: Plan) -> Check:
    later = [name for name, visit in plan.visits.items() if visit.day > 0]
    return rule(
        "a day before baseline at a visit after it",
        (Column.VISIT, Column.DAY),
        lambda t: t[Column.VISIT].isin(later) & (t[Column.DAY] < 0),
        at=Column.DAY,
        advice="Days count from the participant's own baseline",
    )


def _periods(plan: Plan) -> Iterator[Check]:
    earliest = min(period.days[0] for period in plan.periods.values())

    def outside(t: pd.DataFrame) -> pd.Series:
        day = t[Column.DAY]
        inside = pd.Series(False, index=t.index)
        for period in plan.periods.values():
            inside |= day.between(*period.days)
        return t[Column.VISIT].isna() & day.notna() & (day >= earliest) & ~inside

    yield rule(
        "a day before the first period of the plan",
        (Column.VISIT, Column.DAY),
        lambda t: t[Column.VISIT].isna() & (t[Column.DAY] < earliest),
        at=Column.DAY,
        advice="Correct the day or extend the period",
    )
    yield rule(
        "a day outside every period of the plan",
        (Column.VISIT, Column.DAY),
        outside,
        at=Column.DAY,
        level=Level.NOTICE,
        advice="Kept, but no analysis by period uses it",
    )


def _windows(plan: Plan) -> Iterator[Check]:
    for name, visit in plan.visits.items():
        if visit.window is not None:
            yield _window(name, visit.window)


def _window(name: str, window: tuple[int, int]) -> Check:
    def outside(t: pd.DataFrame) -> pd.Series:
        day = t[Column.DAY]
        return (t[Column.VISIT] == name) & day.notna() & ~day.between(*window)

    return rule(
        f"visit {name} outside its window of days {window[0]} to {window[1]}",
        (Column.VISIT, Column.DAY),
        outside,
        at=Column.DAY,
        level=Level.NOTICE,
        advice="Kept at the visit that the file names",
    )


def _in_order(plan: Plan) -> Check:
    place = {name: float(i) for i, name in enumerate(plan.visits)}

    def backwards(t: pd.DataFrame) -> pd.Series:
        """Rows whose day lies before the last day of an earlier visit of the same participant."""
        order = t[Column.VISIT].map(place).astype("float64")
        rows = pd.DataFrame({"person": t[Column.PARTICIPANT_ID], "order": order,
                             "day": t[Column.DAY]})  # fmt: skip
        last = rows.dropna().groupby(["person", "order"])["day"].agg(["min", "max"]).reset_index()
        last["before"] = last.groupby("person")["max"].cummax().groupby(last["person"]).shift()
        wrong = last[last["min"] < last["before"]].set_index(["person", "order"]).index
        keys = pd.MultiIndex.from_frame(rows[["person", "order"]])
        return pd.Series(keys.isin(wrong) & order.notna().to_numpy(), index=t.index)

    return rule(
        "a later visit on an earlier day",
        (Column.PARTICIPANT_ID, Column.VISIT, Column.DAY),
        backwards,
        at=Column.DAY,
        advice="Correct day or visit",
    )

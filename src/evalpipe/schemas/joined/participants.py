"""Participants against the plan and against each other."""

from collections.abc import Iterator

import pandas as pd
from pandera.pandas import Check, DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.findings import Level
from evalpipe.schemas.joined.facts import Fact, joined
from evalpipe.schemas.rules import rule
from evalpipe.vocabulary import Column, Disposition


def joined_participants_schema(plan: Plan) -> DataFrameSchema:
    """Who entered, with which arm, disposition and clusters; the members of each dyad."""
    return joined(
        "participants table",
        [
            *_entry(plan),
            *_clusters(plan),
            _eligibility(),
            *(_dyads(plan) if plan.unit == "dyad" else ()),
        ],
    )


def _entry(plan: Plan) -> Iterator[Check]:
    inside, before = Fact.HAS_ENTERED, Fact.IS_BEFORE_ENTRY
    known = [word.value for word in Disposition]
    yield rule(
        "entered without an arm",
        (inside, Column.ARM),
        lambda t: t[inside] & ~t[Column.ARM].isin(list(plan.arms)),
        at=Column.ARM,
        advice="Give the arm, or a disposition that says why the participant did not enter",
    )
    yield rule(
        "was randomised, but the disposition says the participant never entered",
        (inside, before),
        lambda t: t[inside] & t[before],
        at=Column.DISPOSITION,
        advice="Correct the one or the other",
    )
    yield rule(
        "ended inside the trial without being randomised",
        (inside, before, Column.DISPOSITION),
        lambda t: ~t[inside] & t[Column.DISPOSITION].isin(known) & ~t[before],
        at=Column.DISPOSITION,
        advice="Correct the one or the other",
    )
    yield rule(
        "left before the day of baseline",
        (inside, Column.DISPOSITION_DAY),
        lambda t: t[inside] & (t[Column.DISPOSITION_DAY] < 0),
        at=Column.DISPOSITION_DAY,
        advice="Days count from the participant's own baseline",
    )


def _clusters(plan: Plan) -> Iterator[Check]:
    for name, cluster in plan.clusters.items():
        if cluster.arms:
            yield _in_arms(plan, name, cluster.arms)


def _in_arms(plan: Plan, name: str, arms: tuple[str, ...]) -> Check:
    column, others = f"{name}_id", [arm for arm in plan.arms if arm not in arms]
    return rule(
        f"a {name} in an arm that has none",
        (column, Column.ARM),
        lambda t: t[column].notna() & t[Column.ARM].isin(others),
        at=column,
        advice=f"The plan has {name} in: {', '.join(arms)}",
    )


def _eligibility() -> Check:
    return rule(
        "does not meet the criteria and entered all the same",
        (Fact.HAS_ENTERED, Column.ELIGIBLE),
        lambda t: t[Fact.HAS_ENTERED] & (t[Column.ELIGIBLE].astype("boolean") == False),  # noqa: E712
        at=Column.ELIGIBLE,
        level=Level.NOTICE,
        advice="Stays in the analysis by intention to treat; the flow shows it as a deviation",
    )


def _dyads(plan: Plan) -> Iterator[Check]:
    inside, dyad = Fact.HAS_ENTERED, Column.DYAD_ID
    yield rule(
        "belongs to no dyad",
        (inside, dyad),
        lambda t: t[inside] & t[dyad].isna(),
        at=dyad,
        advice="Give each member the dyad",
    )
    yield rule(
        "one partner without the other",
        (inside, dyad),
        lambda t: t[inside] & (_size(t) == 1),
        at=dyad,
        level=Level.NOTICE,
        advice="The partner has no row in any file",
    )
    yield rule(
        "more than two members in one dyad",
        (dyad,),
        lambda t: _size(t) > 2,
        at=dyad,
        advice="A dyad has two",
    )
    if len(plan.roles) > 1:
        keys = [dyad, Column.ROLE]
        yield rule(
            "the same role twice in one dyad",
            keys,
            lambda t: t[keys].notna().all(axis=1) & t.duplicated(keys, keep=False),
            at=Column.ROLE,
            advice="Correct the role",
        )
    yield rule(
        "the members of a dyad are in different arms",
        (Fact.UNIT, Column.ARM),
        lambda t: t.groupby(Fact.UNIT)[Column.ARM].transform("nunique") > 1,
        at=Column.ARM,
        advice="Dyads are allocated together",
    )


def _size(t: pd.DataFrame) -> pd.Series:
    return t[Column.DYAD_ID].map(t[Column.DYAD_ID].value_counts())

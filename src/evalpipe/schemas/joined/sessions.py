"""Sessions against the participants, the protocol and each other."""

from collections.abc import Iterator

import pandas as pd
from pandera.pandas import Check, DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.config.protocol import Phase
from evalpipe.findings import Level
from evalpipe.schemas.joined.facts import Fact, joined
from evalpipe.schemas.rules import differ_in, rule
from evalpipe.vocabulary import Column


def joined_sessions_schema(plan: Plan) -> DataFrameSchema:
    """Whose sessions they are, on which days, in which order and in which phases."""
    phases = plan.protocol.phases if plan.protocol else {}
    return joined(
        "sessions table",
        [
            *_owners(),
            *_days(),
            differ_in(
                (Fact.UNIT, Column.SESSION_NUMBER),
                "the same session number twice",
                at=Column.SESSION_NUMBER,
                advice="Number once",
            ),
            _in_order(),
            *(_phases(phases) if phases else ()),
            *_ratings(plan),
        ],
    )


def _owners() -> Iterator[Check]:
    yield rule(
        "a session of nobody in the study",
        (Fact.IS_KNOWN,),
        lambda t: ~t[Fact.IS_KNOWN],
        advice="Add the participant or dyad",
    )
    yield rule(
        "a session in an arm without sessions",
        (Column.ARM, Fact.ARM_HAS_SESSIONS),
        lambda t: t[Column.ARM].notna() & ~t[Fact.ARM_HAS_SESSIONS],
        advice="The plan names the arms with sessions under protocol.arms",
    )


def _days() -> Iterator[Check]:
    day, held = Column.DAY, Fact.IS_HELD
    yield rule(
        "a session before baseline",
        (day,),
        lambda t: t[day] < 0,
        at=day,
        advice="Days count from baseline",
    )
    yield rule(
        "held without a day",
        (day, held),
        lambda t: t[held] & t[day].isna(),
        at=day,
        advice="Give the day or date",
    )
    yield rule(
        "a session held after the participant left the study",
        (day, held, Fact.LAST_DAY),
        lambda t: t[held] & (t[day] > t[Fact.LAST_DAY]),
        at=day,
        advice="Correct the day of the session or of leaving",
    )


def _in_order() -> Check:
    """Days must not go back while session numbers go up."""

    def backwards(t: pd.DataFrame) -> pd.Series:
        ordered = t.sort_values([Fact.UNIT, Column.SESSION_NUMBER], kind="stable")
        before = ordered.groupby(Fact.UNIT, sort=False)[Column.DAY].cummax()
        before = before.groupby(ordered[Fact.UNIT], sort=False).shift()
        return (ordered[Column.DAY] < before).reindex(t.index)

    return rule(
        "a later session on an earlier day",
        (Fact.UNIT, Column.SESSION_NUMBER, Column.DAY),
        backwards,
        at=Column.DAY,
        advice="Correct day or number",
    )


def _phases(phases: dict[str, Phase]) -> Iterator[Check]:
    place = {name: float(i) for i, name in enumerate(phases)}

    def back(t: pd.DataFrame) -> pd.Series:
        order = t[Column.PHASE].astype("object").map(place).astype("float64")
        ordered = t.assign(order=order).sort_values(
            [Fact.UNIT, Column.SESSION_NUMBER], kind="stable"
        )
        reached = ordered.groupby(Fact.UNIT, sort=False)["order"].cummax()
        return (ordered["order"] < reached).reindex(t.index)

    yield rule(
        "a phase out of order",
        (Fact.UNIT, Column.SESSION_NUMBER, Column.PHASE),
        back,
        at=Column.PHASE,
        advice=f"The phases are, in order: {', '.join(phases)}",
    )
    for name, spec in phases.items():
        yield _not_longer(name, spec)


def _not_longer(name: str, spec: Phase) -> Check:
    most = spec.sessions if isinstance(spec.sessions, int) else spec.sessions[1]
    allowed = "the plan allows it" if spec.may_extend else "the plan does not allow it"
    return rule(
        f"more than {most} sessions in phase {name}",
        (Column.PHASE, Fact.NUMBER_IN_PHASE),
        lambda t: (t[Column.PHASE] == name) & (t[Fact.NUMBER_IN_PHASE] > most),
        at=Column.PHASE,
        level=Level.NOTICE,
        advice=f"Kept; {allowed}, and fidelity counts it",
    )


def _ratings(plan: Plan) -> Iterator[Check]:
    """Ratings that the plan wants of every session held."""
    for name, rating in (plan.protocol.ratings if plan.protocol else {}).items():
        if not rating.missing_allowed:
            yield _rated(name)


def _rated(name: str) -> Check:
    return rule(
        "a session held without its rating",
        (name, Fact.IS_HELD),
        lambda t: t[Fact.IS_HELD] & t[name].isna(),
        at=name,
        level=Level.NOTICE,
        advice="The plan wants it of every session (`missing_allowed: false`)",
    )

"""What is missing: outcomes by arm and visit with reasons, and the pattern of each participant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.analysis_variables import period_of
from evalpipe.design.dispositions import IS_RECORDED, with_dispositions
from evalpipe.design.matching import is_among
from evalpipe.design.occasions import scale_rows
from evalpipe.design.people import Tables, arms_of, entered, roles_of, with_arm
from evalpipe.design.statistic_rows import StatisticRow, share_rows
from evalpipe.vocabulary import (
    UNKNOWN_REASON,
    Column,
    Disposition,
    MissingPattern,
    StatisticTable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

OBSERVED = "observed"
MISSING = "missing"

_LEFT = (
    Disposition.LOST_TO_FOLLOW_UP,
    Disposition.WITHDREW_CONSENT,
    Disposition.DIED,
)


def missingness_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """Observed and missing outcomes among all who entered, by scale, role, arm and visit.

    A visit without any row counts as missing. The reason is the one recorded with the score; else
    that the participant had left by the day of the visit; else unknown. For each scale the
    pattern over the visits is counted too: complete, monotone (nothing after the first gap),
    intermittent, never. Diaries: days answered of the days of each period. Trials and measurements
    on irregular days: outcomes known of the occasions on record.
    """
    people = entered(plan, with_arm(plan, with_dispositions(plan, tables)))
    rows: list[StatisticRow] = []
    for scale in plan.scale_names:
        recorded = scale_rows(plan, tables, scale)
        for group in _series(plan, people, recorded):
            if recorded[Column.VISIT].notna().any():
                rows += _visit_rows(plan, scale, *group)
            elif plan.periods:
                rows += _period_rows(plan, scale, *group)
            else:
                rows += _occasion_rows(plan, scale, *group)
    return rows


def _series(
    plan: Plan, people: pd.DataFrame, recorded: pd.DataFrame
) -> list[tuple[pd.DataFrame, pd.DataFrame, dict[str, str | None]]]:
    """(people, rows, groups) for each role and rater in which the scale was recorded."""
    has_row = is_among(people[Column.PARTICIPANT_ID], recorded[Column.PARTICIPANT_ID])
    found = []
    for role in roles_of(plan, people[has_row]) if has_row.any() else []:
        members = people if role is None else people[people[Column.ROLE] == role]
        ids = members[Column.PARTICIPANT_ID]
        own = recorded[is_among(recorded[Column.PARTICIPANT_ID], ids)]
        raters = sorted(own[Column.RATER].dropna().unique()) or [None]
        for rater in raters:
            by_rater = own if rater is None else own[own[Column.RATER] == rater]
            found.append((members, by_rater, {"role": role, "rater": rater}))
    return found


def is_known(rows: pd.DataFrame) -> pd.Series[Any]:
    """Whether a row holds a score or a class."""
    return rows[Column.SCORE].notna() | rows[Column.LEVEL].notna()


def _visit_rows(
    plan: Plan,
    scale: str,
    people: pd.DataFrame,
    rows: pd.DataFrame,
    groups: dict[str, str | None],
) -> list[StatisticRow]:
    visits = [v for v in plan.visits if (rows[Column.VISIT] == v).any()]
    seen = _seen_at(people, rows, visits)
    reasons = [missing_reasons(plan, rows, people, visit) for visit in visits]
    arm_of = people[Column.ARM].to_numpy(dtype=object)
    found: list[StatisticRow] = []
    for arm in [*arms_of(plan), None]:
        own = np.ones(len(people), dtype=bool) if arm is None else arm_of == arm
        place: dict[str, Any] = {"table": StatisticTable.MISSINGNESS, "variable": scale, "arm": arm}
        for column, visit in enumerate(visits):
            n, n_seen = int(own.sum()), int(seen[own, column].sum())
            where = {**place, "visit": visit}
            found += share_rows(n_seen, n, level=OBSERVED, groups=groups, **where)
            found += share_rows(n - n_seen, n, level=MISSING, groups=groups, **where)
            found += _reason_rows(reasons[column][own & ~seen[:, column]], n, groups, where)
        found += _pattern_rows(seen[own], groups, place)
    return found


def _seen_at(people: pd.DataFrame, rows: pd.DataFrame, visits: list[str]) -> NDArray[np.bool_]:
    """Whether each participant has an outcome at each visit: shape (participants, visits)."""
    known = rows[is_known(rows)]
    person = pd.Index(people[Column.PARTICIPANT_ID]).get_indexer(
        pd.Index(known[Column.PARTICIPANT_ID])
    )
    visit = pd.Index(visits).get_indexer(pd.Index(known[Column.VISIT]))
    seen = np.zeros((len(people), len(visits)), dtype=bool)
    there = (person >= 0) & (visit >= 0)
    seen[person[there], visit[there]] = True
    return seen


def _reason_rows(
    reasons: NDArray[np.object_],
    n: int,
    groups: dict[str, str | None],
    where: dict[str, Any],
) -> list[StatisticRow]:
    """Counts by reason; none when no reason is known."""
    words = [str(reason) for reason in reasons]
    named = sorted(set(words))
    if named in ([], [UNKNOWN_REASON]):
        return []
    return [
        row
        for reason in named
        for row in share_rows(
            words.count(reason), n, level=MISSING, groups={**groups, "reason": reason}, **where
        )
    ]


def missing_reasons(
    plan: Plan, rows: pd.DataFrame, people: pd.DataFrame, visit: str
) -> NDArray[np.object_]:
    """Why each participant would have no outcome at a visit: as recorded, left before, unknown."""
    reason = np.full(len(people), None, dtype=object)
    if Column.MISSING_REASON in rows:
        at_visit = rows.loc[
            rows[Column.VISIT] == visit, [Column.PARTICIPANT_ID, Column.MISSING_REASON]
        ].dropna()
        first = at_visit.drop_duplicates(Column.PARTICIPANT_ID)
        ids = pd.Index(people[Column.PARTICIPANT_ID])
        person = ids.get_indexer(pd.Index(first[Column.PARTICIPANT_ID]))
        there = person >= 0
        reason[person[there]] = first[Column.MISSING_REASON].to_numpy(dtype=object)[there]
    vague = np.array([word is None or word == UNKNOWN_REASON for word in reason], dtype=bool)
    reason[vague] = _left_by(plan, people, visit)[vague]
    return reason


def _left_by(plan: Plan, people: pd.DataFrame, visit: str) -> NDArray[np.object_]:
    """The recorded disposition of those who had left by the day of a visit; else unknown."""
    left = people[Column.DISPOSITION].isin([str(d) for d in _LEFT])
    left &= people[IS_RECORDED].astype(bool)
    if Column.DISPOSITION_DAY in people:
        day = pd.to_numeric(people[Column.DISPOSITION_DAY]).astype("float64")
        left &= ~(day > plan.visits[visit].day)
    disposition = people[Column.DISPOSITION].to_numpy(dtype=object)
    return np.where(left.to_numpy(dtype=bool), disposition, UNKNOWN_REASON).astype(object)


def patterns_of(seen: Any) -> Any:
    """Name the pattern of each row of a table of flags, participants by visits in order."""
    flags = np.asarray(seen, dtype=bool)
    n_seen = flags.sum(axis=1)
    ever_after_gap = (np.diff(flags.astype(np.int8), axis=1) > 0).any(axis=1)
    return np.select(
        [n_seen == flags.shape[1], n_seen == 0, ~ever_after_gap],
        [MissingPattern.COMPLETE, MissingPattern.NEVER, MissingPattern.MONOTONE],
        MissingPattern.INTERMITTENT,
    ).astype(object)


def _pattern_rows(
    seen: NDArray[np.bool_], groups: dict[str, str | None], place: dict[str, Any]
) -> list[StatisticRow]:
    if seen.shape[1] < 2:
        return []
    patterns = patterns_of(seen)
    return [
        row
        for pattern in MissingPattern
        for row in share_rows(
            int((patterns == str(pattern)).sum()),
            len(seen),
            level=str(pattern),
            groups=groups,
            **place,
        )
    ]


def _occasion_rows(
    plan: Plan,
    scale: str,
    people: pd.DataFrame,
    rows: pd.DataFrame,
    groups: dict[str, str | None],
) -> list[StatisticRow]:
    """Known and missing outcomes of the occasions on record; n is occasions, not people."""
    arm_of = people.set_index(Column.PARTICIPANT_ID)[Column.ARM]
    arms = rows[Column.PARTICIPANT_ID].map(arm_of).to_numpy(dtype=object)
    known = is_known(rows).to_numpy(dtype=bool)
    reasons = np.full(len(rows), UNKNOWN_REASON, dtype=object)
    if Column.MISSING_REASON in rows:
        reasons = rows[Column.MISSING_REASON].astype(object).fillna(UNKNOWN_REASON).to_numpy()
    found: list[StatisticRow] = []
    for arm in [*arms_of(plan), None]:
        own = np.ones(len(rows), dtype=bool) if arm is None else arms == arm
        n, n_known = int(own.sum()), int((own & known).sum())
        where: dict[str, Any] = {
            "table": StatisticTable.MISSINGNESS,
            "variable": scale,
            "arm": arm,
            "note": "n counts occasions",
        }
        found += share_rows(n_known, n, level=OBSERVED, groups=groups, **where)
        found += share_rows(n - n_known, n, level=MISSING, groups=groups, **where)
        found += _reason_rows(reasons[own & ~known], n, groups, where)
    return found


def _period_rows(
    plan: Plan,
    scale: str,
    people: pd.DataFrame,
    rows: pd.DataFrame,
    groups: dict[str, str | None],
) -> list[StatisticRow]:
    """Days answered of all days of each period; n is days, not people."""
    known = rows[is_known(rows)]
    known = known.assign(period=period_of(plan, known[Column.DAY]))
    arm_of = people.set_index(Column.PARTICIPANT_ID)[Column.ARM]
    arms = known[Column.PARTICIPANT_ID].map(arm_of)
    found: list[StatisticRow] = []
    for arm in [*arms_of(plan), None]:
        size = len(people) if arm is None else int((people[Column.ARM] == arm).sum())
        for name, period in plan.periods.items():
            inside = known["period"] == name
            count = int(inside.sum() if arm is None else (inside & (arms == arm)).sum())
            n_days = size * (period.days[1] - period.days[0] + 1)
            where: dict[str, Any] = {
                "table": StatisticTable.MISSINGNESS,
                "variable": scale,
                "arm": arm,
                "groups": {**groups, "period": name},
                "note": "n counts days",
            }
            found += share_rows(count, n_days, level=OBSERVED, **where)
            found += share_rows(n_days - count, n_days, level=MISSING, **where)
    return found

"""Scores and item responses in long form: one row for each participant, occasion and scale."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalpipe.config.instruments import Instrument, OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.ingest.cells import (
    check_missing_codes,
    check_range,
    missing_reasons,
    to_level,
    to_number,
)
from evalpipe.ingest.rows import Rows
from evalpipe.vocabulary import Column

OWN_OCCASIONS = frozenset({"day", "trial", "session"})
WITH_CLASSES = frozenset({OutcomeKind.CLASSIFICATION})


def occasion_variables(plan: Plan) -> tuple[str, ...]:
    """Return the variables that vary from occasion to occasion."""
    return tuple(n for n, v in plan.variables.items() if v.varies == "occasion")


def scores_of(plan: Plan, part: Rows, people: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the scores that stand in a file as they are, one table for each scale (and visit)."""
    for scale, where in part.source.entry.scores.items():
        columns = {where: None} if isinstance(where, str) else where
        for raw, visit in columns.items():
            keys = _keys(plan, part, visit)
            keys = _about(plan, people, keys, scale.split(".")[0])
            number, level = _score(plan, part, scale, raw)
            keys[Column.SCALE] = scale
            keys[Column.SCORE], keys[Column.LEVEL] = number, level
            keys[Column.MISSING_REASON] = missing_reasons(part.source, raw)
            yield keys


def responses_of(plan: Plan, part: Rows, people: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield item responses, one table for each item (and visit)."""
    suffixes: dict[str, str | None] = dict(part.source.entry.item_suffixes) or {"": None}
    for name in part.source.entry.items:
        instrument = plan.instruments[name]
        for suffix, visit in suffixes.items():
            keys = _about(plan, people, _keys(plan, part, visit), name)
            for number in range(1, _item_count(instrument) + 1):
                raw = _heading(instrument, number) + suffix
                if raw not in part.source.table.columns:
                    missing = pd.Series(True, index=part.frame.index[:1])
                    part.findings.add(
                        "this item's column is not in the file", raw, missing, "Correct the prefix"
                    )
                    continue
                answers = keys.copy()
                answers[Column.INSTRUMENT] = name
                answers[Column.ITEM] = number
                answers[Column.RESPONSE] = _response(part, instrument, raw)
                answers[Column.MISSING_REASON] = missing_reasons(part.source, raw)
                yield answers


def _item_count(instrument: Instrument) -> int:
    assert instrument.items is not None
    return instrument.items.count


def item_headings(instrument: Instrument) -> list[str]:
    """The headings of an instrument's items, without the suffix of a visit."""
    numbers = range(1, _item_count(instrument) + 1) if instrument.items else ()
    return [_heading(instrument, number) for number in numbers]


def _heading(instrument: Instrument, number: int) -> str:
    assert instrument.items is not None
    return f"{instrument.items.prefix}{number:0{instrument.items.width}d}"


def _response(part: Rows, instrument: Instrument, raw: str) -> pd.Series[float]:
    assert instrument.items is not None
    values = to_number(part.source, raw, part.findings)
    items = instrument.items
    check_range(values, raw, items.range, "item out of range", part.findings)
    check_missing_codes(part.source, raw, items.range, part.findings)
    steps = (values - items.range[0]) / items.step
    between = values.notna() & ((steps - steps.round()).abs() > 1e-6)
    if items.step == 1:
        part.findings.add("item is not a whole number", raw, between, "Or write `step: 0.5`")
    else:
        part.findings.add(f"item is not a multiple of {items.step:g}", raw, between)
    return values


def _score(plan: Plan, part: Rows, scale: str, raw: str) -> tuple[pd.Series[float], pd.Series[str]]:
    instrument = plan.instruments[scale.split(".")[0]]
    if instrument.kind in WITH_CLASSES or instrument.classes:
        codes = part.source.entry.codes.get(scale.split(".")[0], {})
        level = to_level(part.source, raw, codes, instrument.classes, part.findings)
        order = {name: float(place) for place, name in enumerate(instrument.classes)}
        return level.map(order, na_action="ignore").astype("float64"), level
    values = to_number(part.source, raw, part.findings)
    if instrument.range is not None:
        low, high = instrument.range
        outside = values.notna() & ~values.between(low, high)
        part.findings.add(
            "score out of range", raw, outside, f"The instrument runs from {low:g} to {high:g}"
        )
        check_missing_codes(part.source, raw, instrument.range, part.findings)
    if instrument.kind is OutcomeKind.LOG_CONTINUOUS:
        part.findings.add("must be positive", raw, values.notna() & (values <= 0))
    return values, pd.Series(pd.NA, index=values.index, dtype="string")


def _keys(plan: Plan, part: Rows, visit: str | None) -> pd.DataFrame:
    frame = part.frame
    keep = [
        Column.PARTICIPANT_ID,
        Column.DYAD_ID,
        Column.RATER,
        Column.VISIT,
        Column.DAY,
        Column.OCCASION,
        *occasion_variables(plan),
    ]
    keys = frame[[name for name in keep if name in frame]].copy()
    if visit is not None:
        keys[Column.VISIT] = visit
    if Column.DAY not in keys and Column.VISIT in keys:
        keys[Column.DAY] = keys[Column.VISIT].map({n: float(v.day) for n, v in plan.visits.items()})
    keys[Column.OCCASION] = _occasion(part, keys)
    return keys


def _occasion(part: Rows, keys: pd.DataFrame) -> pd.Series[int]:
    """Number occasions within a participant: as given, by day, or in the order of the file."""
    grain = part.source.entry.one_row_per
    own = [Column.PARTICIPANT_ID] if Column.PARTICIPANT_ID in keys else [Column.DYAD_ID]
    if Column.OCCASION in keys:
        return keys[Column.OCCASION].fillna(0).astype("int64")
    if grain == "session" and Column.SESSION_NUMBER in part.frame:
        return part.frame[Column.SESSION_NUMBER].fillna(0).astype("int64")
    has_no_visit = grain == "visit" and Column.VISIT not in keys
    if Column.DAY in keys and (grain == "day" or has_no_visit):
        return _by_day(part, keys, own)
    if grain in OWN_OCCASIONS or has_no_visit:
        return keys.groupby(own, dropna=False, sort=False).cumcount().astype("int64")
    return pd.Series(0, index=keys.index, dtype="int64")


def _by_day(part: Rows, keys: pd.DataFrame, own: list[str]) -> pd.Series[int]:
    raters = [Column.RATER] if Column.RATER in keys else []
    repeated = keys.duplicated([*own, *raters, Column.DAY], keep=False) & keys[Column.DAY].notna()
    part.findings.add("the same day stands twice for one participant", Column.DAY, repeated)
    rank = keys.groupby(own, dropna=False)[Column.DAY].rank(method="first")
    return rank.fillna(0).astype("int64")


def _about(plan: Plan, people: pd.DataFrame, keys: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give the score to the member of the dyad that it is about, and name who completed it."""
    instrument = plan.instruments[name]
    keys = keys.copy()
    if instrument.about:
        by_id = people.set_index(Column.PARTICIPANT_ID)
        member = people[people[Column.ROLE] == instrument.about]
        of_dyad = member.set_index(Column.DYAD_ID)[Column.PARTICIPANT_ID]
        dyad = _dyads(keys, by_id)
        keys[Column.PARTICIPANT_ID] = dyad.map(of_dyad[~of_dyad.index.duplicated()])
    if Column.RATER not in keys:
        keys[Column.RATER] = instrument.completed_by
    return keys


def _dyads(keys: pd.DataFrame, by_id: pd.DataFrame) -> pd.Series[str]:
    if Column.DYAD_ID in keys:
        return keys[Column.DYAD_ID]
    return keys[Column.PARTICIPANT_ID].map(by_id[Column.DYAD_ID])

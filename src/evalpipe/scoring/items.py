"""Items to scales: reversed items, subscales, prorating of missing answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.config.instruments import Instrument, Items, Scale
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import item_numbers
from evalpipe.errors import DataError
from evalpipe.scoring.change import add_baseline, number_occasions
from evalpipe.vocabulary import UNKNOWN_REASON, Column, ScoreRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHOWN_ROWS = 10
_NOT_CARRIED = frozenset(
    (Column.INSTRUMENT, Column.ITEM, Column.RESPONSE, Column.MISSING_REASON, Column.CATEGORY)
)
SEVERAL_REASONS = "several_reasons"


@dataclass(frozen=True)
class ItemMatrix:
    """The answers to one instrument, one row an occasion of a participant.

    occasions: n rows, the columns that identify an occasion and what varies by it.
    answers: shape (n, number of items), reversed items turned round, NaN where unanswered.
    reasons: shape (n, number of items), why an answer is missing; None where none is recorded.
    """

    occasions: pd.DataFrame
    answers: NDArray[np.float64]
    reasons: NDArray[np.object_]


def score_responses(
    plan: Plan, responses: pd.DataFrame, direct: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Turn answers into scores and add baseline and change.

    responses: one row an answer (participant, rater, visit, day, instrument, item, response).
    direct: scores that the raw files give as such; taken over with the rule `given`.

    A scale is the sum or mean of its items. Missing answers are prorated (the mean of the answered
    items stands in) when at least `at_least_answered` items were answered; with fewer there is
    no score. Without that number in the plan every item must be answered. The rule used stands in
    each row. Raises DataError for an answer outside the item range, an item that the plan does not
    have, or an item answered twice on one occasion.
    """
    parts = [] if direct is None or direct.empty else [_given(direct)]
    for name, instrument in plan.instruments.items():
        rows = responses[responses[Column.INSTRUMENT] == name] if len(responses) else responses
        if instrument.items is not None and len(rows):
            parts += score_instrument(name, instrument, rows)
    if not parts:
        return pd.DataFrame(columns=_SCORE_COLUMNS)
    scores = pd.concat(parts, ignore_index=True)
    full = add_baseline(plan, number_occasions(scores))
    extra = [column for column in full.columns if column not in _SCORE_COLUMNS]
    return full.reindex(columns=[*_SCORE_COLUMNS, *extra])


_SCORE_COLUMNS = [
    Column.PARTICIPANT_ID,
    Column.SCALE,
    Column.RATER,
    Column.VISIT,
    Column.DAY,
    Column.OCCASION,
    Column.SCORE,
    Column.LEVEL,
    Column.N_ITEMS,
    Column.N_MISSING,
    Column.RULE,
    Column.MISSING_REASON,
    Column.BASELINE,
    Column.CHANGE,
]


def score_instrument(
    name: str, instrument: Instrument, responses: pd.DataFrame
) -> list[pd.DataFrame]:
    """One frame of scores for each scale of an instrument, in the order of the plan."""
    matrix = item_matrix(name, instrument, responses)
    return [
        _score_scale(f"{name}.{scale_name}", item_numbers(instrument, scale), scale, matrix)
        for scale_name, scale in instrument.scales.items()
    ]


def item_matrix(name: str, instrument: Instrument, responses: pd.DataFrame) -> ItemMatrix:
    """Lay the answers out as a matrix, occasions by items; see `ItemMatrix`."""
    items = instrument.items
    assert items is not None
    rows = responses.reset_index(drop=True)
    number = pd.to_numeric(rows[Column.ITEM], errors="coerce").to_numpy("float64")
    answer = rows[Column.RESPONSE].to_numpy("float64")
    _require(~(number >= 1) | (number > items.count), f"{name}: not an item of the plan")
    low, high = items.range
    outside = (answer < low) | (answer > high)
    _require(outside, f"{name}: answers outside {low:g} to {high:g}")
    code, occasions = _occasions(rows)
    column = number.astype(np.int64) - 1
    repeated = pd.Series(code * items.count + column).duplicated(keep=False).to_numpy()
    _require(repeated, f"{name}: an item answered twice on one occasion")
    answers = np.full((len(occasions), items.count), np.nan)
    answers[code, column] = answer
    reasons = np.full(answers.shape, None, dtype=object)
    reasons[code, column] = _reasons(rows)
    return ItemMatrix(occasions, _turn_round(answers, items), reasons)


def _turn_round(answers: NDArray[np.float64], items: Items) -> NDArray[np.float64]:
    """Reversed items become lowest + highest - answer."""
    turned = answers.copy()
    columns = [number - 1 for number in items.reversed]
    turned[:, columns] = sum(items.range) - turned[:, columns]
    return turned


def _occasions(rows: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Number the occasions in order of appearance; a day tells occasions apart without visits."""
    key = rows[[Column.PARTICIPANT_ID]].copy()
    for column in (Column.RATER, Column.VISIT, Column.OCCASION):
        if column in rows:
            key[column] = rows[column]
    if Column.DAY in rows:
        nothing = pd.Series(None, index=rows.index, dtype=object)
        key[Column.DAY] = rows[Column.DAY].where(rows.get(Column.VISIT, nothing).isna())
    groups = key.groupby(list(key.columns), sort=False, dropna=False)
    code: NDArray[np.int64] = np.asarray(groups.ngroup(), dtype=np.int64)
    first = ~pd.Series(code).duplicated().to_numpy()
    carried = [column for column in rows.columns if column not in _NOT_CARRIED]
    return code, rows.loc[first, carried].reset_index(drop=True)


def _reasons(rows: pd.DataFrame) -> NDArray[np.object_]:
    if Column.MISSING_REASON not in rows:
        return np.full(len(rows), None, dtype=object)
    reason = rows[Column.MISSING_REASON].astype(object)
    return reason.where(reason.notna(), None).to_numpy(dtype=object)


def _score_scale(
    scale_name: str, numbers: tuple[int, ...], scale: Scale, matrix: ItemMatrix
) -> pd.DataFrame:
    columns = [number - 1 for number in numbers]
    answers = matrix.answers[:, columns]
    answered = np.isfinite(answers).sum(axis=1)
    needed = scale.at_least_answered or len(columns)
    enough = answered >= needed
    mean = np.nansum(answers, axis=1) / np.maximum(answered, 1)
    score = np.where(enough, mean * (len(columns) if scale.score == "sum" else 1), np.nan)
    complete = answered == len(columns)
    rule = np.select(
        [complete, enough], [ScoreRule.COMPLETE, ScoreRule.PRORATED], ScoreRule.TOO_FEW_ANSWERED
    )
    return matrix.occasions.assign(
        **{
            Column.SCALE: scale_name,
            Column.SCORE: score,
            Column.LEVEL: None,
            Column.N_ITEMS: len(columns),
            Column.N_MISSING: len(columns) - answered,
            Column.RULE: rule.astype(object),
            Column.MISSING_REASON: _why_missing(enough, matrix.reasons[:, columns]),
        }
    )


def _why_missing(enough: NDArray[np.bool_], reasons: NDArray[np.object_]) -> NDArray[np.object_]:
    """The one reason of the missing answers; unknown without any, `several_reasons` with more."""
    why = np.full(len(enough), None, dtype=object)
    for row in np.flatnonzero(~enough):
        found = sorted({str(reason) for reason in reasons[row] if reason is not None})
        why[row] = UNKNOWN_REASON if not found else found[0] if len(found) == 1 else SEVERAL_REASONS
    return why


def _given(direct: pd.DataFrame) -> pd.DataFrame:
    scores = direct.copy()
    if Column.RULE not in scores:
        scores[Column.RULE] = None
    scores[Column.RULE] = scores[Column.RULE].astype(object).fillna(ScoreRule.GIVEN.value)
    return scores


def _require(broken: NDArray[np.bool_] | Any, what: str) -> None:
    rows = np.flatnonzero(broken)
    if len(rows):
        shown = ", ".join(str(row + 1) for row in rows[:SHOWN_ROWS])
        more = ", ..." if len(rows) > SHOWN_ROWS else ""
        raise DataError(
            f"responses: {what}: {len(rows)} answers (rows {shown}{more} of this instrument); "
            "correct the raw file or declare the code as missing"
        )

"""Tables with what is withheld taken out, and the decisions behind it, without values."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from evalpipe.disclosure.cells import FLOW, MISSING, OUTCOME, REASON
from evalpipe.disclosure.coarse import Coarse
from evalpipe.disclosure.decisions import Decision
from evalpipe.disclosure.ledger import Ledger
from evalpipe.disclosure.record import protect_words
from evalpipe.schemas.released import COARSE, WITHHELD
from evalpipe.vocabulary import Column, Table

KINDS = {
    "small_counts_in_flow": FLOW,
    "small_reasons_of_loss": REASON,
    "small_numbers_missing": MISSING,
    "small_counts_of_outcomes": OUTCOME,
}
"""What a plan may allow -> the kind of count that is then shown."""

Hidden = Mapping[tuple[str, int, str], str]
"""(table, row, column) -> the rule by which the number there is withheld."""


def withhold(
    frames: Mapping[str, pd.DataFrame], hidden: Hidden, coarse: Coarse, *, hide_counts: bool
) -> dict[str, pd.DataFrame]:
    """Return the tables without the numbers hidden; each row names them in `withheld`.

    coarse: numbers of `estimates` told instead of the full ones; each row names them in `coarse`.
    hide_counts: counts of people in notes and warnings are told as `some`.
    """
    tables = {
        name: _released(name, frame, hidden, hide_counts).drop(
            columns=[Column.N_SMALLEST, Column.N_NAMED], errors="ignore"
        )
        for name, frame in frames.items()
    }
    name = Table.ESTIMATES.value
    return {
        table: _made_coarse(frame, coarse if table == name else {})
        for table, frame in tables.items()
    }


def _made_coarse(frame: pd.DataFrame, coarse: Coarse) -> pd.DataFrame:
    told = frame.copy()
    of_row: dict[int, list[str]] = defaultdict(list)
    for (row, column), value in sorted(coarse.items()):
        told.loc[row, column] = value
        of_row[row].append(column)
    words = [" ".join(of_row[row]) if row in of_row else None for row in range(len(frame))]
    return told.assign(**{COARSE: pd.Series(words, index=told.index, dtype=object)})


def _released(name: str, frame: pd.DataFrame, hidden: Hidden, hide_counts: bool) -> pd.DataFrame:
    own: dict[str, list[int]] = defaultdict(list)
    of_row: dict[int, list[str]] = defaultdict(list)
    for table, row, column in sorted(hidden):
        if table == name:
            own[column].append(row)
            of_row[row].append(column)
    released = frame.copy()
    for column, rows in own.items():
        is_number = released[column].dtype == "float64"
        released.loc[rows, column] = math.nan if is_number else pd.NA
    for column in (Column.NOTE, Column.WARNINGS):
        if column in released:
            told = released[column].map(
                lambda text: protect_words(text, hide_counts=hide_counts), na_action="ignore"
            )
            released[column] = told.astype(released[column].dtype)
    words = [" ".join(of_row[row]) if row in of_row else None for row in range(len(frame))]
    released[WITHHELD] = pd.Series(words, index=released.index, dtype=object)
    return released


def hidden_decisions(frames: Mapping[str, pd.DataFrame], hidden: Hidden) -> list[Decision]:
    """Return a decision for each number withheld."""
    return [
        Decision(table, _row_id(frames, table, row), column, rule)
        for (table, row, column), rule in sorted(hidden.items())
    ]


def allowed_decisions(
    frames: Mapping[str, pd.DataFrame], ledger: Ledger, allowed: Mapping[str, str]
) -> list[Decision]:
    """Return a decision for each small number that the plan shows, with its reason."""
    what_of = {kind: what for what, kind in KINDS.items() if what in allowed}
    found = []
    for number in ledger.roots():
        count = ledger.count(number)
        named = sorted(what_of[kind] for kind in count.kinds if kind in what_of)
        if not named or not 1 <= count.value <= ledger.threshold:
            continue
        for place in count.places:
            reason = f"{named[0]}: {allowed[named[0]]}"
            row = _row_id(frames, place.table, place.row)
            found.append(Decision(place.table, row, place.column, "allowed_by_plan", reason))
    for what in ("individual_lines", "individual_points"):
        if what in allowed:
            reason = f"{what}: {allowed[what]}"
            found.append(Decision("figures", what, "", "allowed_by_plan", reason))
    return sorted(found, key=lambda d: (d.table, d.row, d.column))


def _row_id(frames: Mapping[str, pd.DataFrame], table: str, row: int) -> str:
    frame = frames[table]
    name = {"estimates": Column.ESTIMATE_ID, "statistics": Column.STATISTIC_ID}.get(table)
    if name and name in frame:
        return str(frame[name].iloc[row])
    return "/".join(str(frame[c].iloc[row]) for c in (Column.ANALYSIS_ID, Column.FIT))

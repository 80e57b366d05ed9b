"""Numbers computed by hand beside the released ones, without showing more than was released."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalpipe.errors import ModelError
from evalpipe.notebook.study import Study
from evalpipe.vocabulary import Column

KEYS = ("quantity", "term", "arm", "reference_arm", "visit", "scale")
"""What tells rows of an analysis apart; a table made by hand has some of them."""

NAME = "estimate_id"
"""The name of a row: a table that the pipeline's own function computed has it."""

NUMBERS = ("estimate", "std_error")
CLOSE = 1e-6
"""Two fits of one model agree within this share of the number's standard error."""


def compare_with_released(study: Study, analysis: str, by_hand: pd.DataFrame) -> pd.DataFrame:
    """Hold numbers computed by hand against the released ones.

    Parameters
    ----------
    by_hand : one row a number: `estimate`, and `std_error` where it is comparable, with some of
        `quantity`, `term`, `arm`, `reference_arm`, `visit`, `scale`.

    Returns
    -------
    One row a number: the columns by which it was found, `released` (with the digits it carries) and
    `by_hand`: `equal` (to a millionth of the standard error), `differs`, or `withheld`. The number
    by hand itself is not told: beside the released one it could tell about few people. Numbers that
    the released table does not have are left out.

    Raises ModelError when nothing is comparable or a row fits several released ones.
    """
    keys = [NAME] if NAME in by_hand.columns else [k for k in KEYS if k in by_hand.columns]
    own = study.source.table("estimates")
    full = study._released_in_full["estimates"]  # noqa: SLF001  # of the same package
    is_own = (own[Column.ANALYSIS_ID] == analysis).to_numpy(dtype=bool)
    shown = _by_key(own[is_own], keys)
    exact = _by_key(full[is_own], keys)
    found = []
    for record in by_hand.to_dict("records"):
        key = _key(record, keys)
        if pd.isna(record["estimate"]) or key not in exact:
            continue
        _require_one(exact[key], key)
        told = shown[key][0]
        place = _key(told, [k for k in KEYS if k in by_hand.columns])
        found.append([*place, told["estimate"], _verdict(record, exact[key][0])])
    if not found:
        raise ModelError(f"{analysis}: no number computed by hand has a released one beside it")
    columns = [k for k in KEYS if k in by_hand.columns]
    table = pd.DataFrame(found, columns=[*columns, "released", "by_hand"])
    return table.loc[:, [c for c in table if c not in KEYS or (table[c] != "").any()]]


def _require_one(rows: list[Mapping[Any, Any]], key: tuple[str, ...]) -> None:
    if len(rows) > 1:
        told = ", ".join(part for part in key if part)
        raise ModelError(
            f"several released numbers are called {told}; add a column: {', '.join(KEYS)}"
        )


def _by_key(frame: pd.DataFrame, keys: list[str]) -> dict[tuple[str, ...], list[Mapping[Any, Any]]]:
    found: dict[tuple[str, ...], list[Mapping[Any, Any]]] = {}
    for record in frame.to_dict("records"):
        found.setdefault(_key(record, keys), []).append(record)
    return found


def _key(record: Mapping[Any, Any], keys: list[str]) -> tuple[str, ...]:
    return tuple("" if pd.isna(record[key]) else str(record[key]) for key in keys)


def _verdict(record: Mapping[Any, Any], released: Mapping[Any, Any]) -> str:
    pairs = [
        (record[name], released[name])
        for name in NUMBERS
        if name in record and not pd.isna(record[name])
    ]
    known = [(own, other) for own, other in pairs if not pd.isna(other)]
    if not known:
        return "withheld"
    error = released["std_error"]
    is_equal = all(_is_close(float(own), float(other), error) for own, other in known)
    return "equal" if is_equal else "differs"


def _is_close(own: float, released: float, error: object) -> bool:
    unit = float(error) if isinstance(error, float) and math.isfinite(error) else abs(released)
    return abs(own - released) <= CLOSE * max(unit, 1e-9)

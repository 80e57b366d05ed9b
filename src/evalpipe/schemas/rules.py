"""Rules as pandera checks, written as what is broken: an unknown value never breaks a rule.

Every check looks at the whole frame (`ignore_na=False`: pandera excuses a row that is wholly
missing otherwise) and keeps one failure case only (`n_failure_cases=1`: pandera copies each cell of
each bad row otherwise). Which rows break a rule is read from the check's output, see `findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandera.pandas import Check

from evalpipe.findings import Level

COLUMNS = "columns"
"""Where a check keeps the names of the columns that it reads."""


def rule(
    text: str,
    columns: Sequence[str],
    broken: Callable[[pd.DataFrame], Any],
    *,
    at: str | None = None,
    level: Level = Level.ERROR,
    advice: str = "",
) -> Check:
    """A rule about the rows of a table.

    text: what is wrong with a row that breaks it. columns: what it reads; where one of them is
    absent the rule says nothing, because that is a finding of its own. broken: from the table to
    true where the rule is broken; missing counts as not broken. at: the column that the finding
    names, None for the whole row. advice: what to do.
    """
    wanted = [str(name) for name in columns]

    def holds(frame: pd.DataFrame) -> Any:
        if not set(wanted) <= set(frame.columns):
            return True
        return _negated(broken(frame), frame.index)

    return Check(
        holds,
        name=level.value,
        error=text,
        title=at,
        description=advice,
        statistics={COLUMNS: wanted},
        ignore_na=False,
        n_failure_cases=1,
    )


def cell_rule(text: str, broken: Callable[[pd.Series[Any]], Any], *, advice: str = "") -> Check:
    """A rule about the cells of one column; see `rule`."""

    def holds(values: pd.Series[Any]) -> Any:
        return _negated(broken(values), values.index)

    return Check(
        holds,
        name=Level.ERROR.value,
        error=text,
        description=advice,
        ignore_na=False,
        n_failure_cases=1,
    )


def differ_in(
    key: Sequence[str], text: str | None = None, *, at: str | None = None, advice: str = ""
) -> Check:
    """Rows must differ in their key, in which missing values are equal."""
    names = [str(name) for name in key]
    words = text or f"rows must differ in {', '.join(names)}"
    return rule(
        words, names, lambda t: t.duplicated(subset=names, keep=False), at=at, advice=advice
    )


def one_of(group: Sequence[str]) -> Check:
    """Each row needs one of these columns."""
    names = [str(name) for name in group]
    return rule(
        f"each row needs one of {', '.join(names)}",
        names,
        lambda t: t[names].isna().all(axis=1),
    )


def _negated(broken: Any, index: pd.Index[Any]) -> pd.Series[bool] | bool:
    """True where the rule holds: one word when it holds everywhere, which is the rule."""
    if isinstance(broken, pd.Series) and broken.dtype != bool:
        mask = broken.fillna(False).to_numpy(dtype=bool)
    else:
        mask = np.asarray(broken, dtype=bool)
    return True if not mask.any() else pd.Series(~mask, index=index)

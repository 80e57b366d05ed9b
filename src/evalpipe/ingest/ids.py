"""How an id is read: the one place where text of a file becomes somebody's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from evalpipe.config.data import RawFile
from evalpipe.config.ids import Ids
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan
from evalpipe.ingest.raw import RawTable
from evalpipe.vocabulary import Column

ID_TARGETS = frozenset({Column.PARTICIPANT_ID, Column.DYAD_ID})

_ENTERED_TWICE = r"--[12]$"
_LAST_NUMBER = r"(\d+)(?=\D*$)"


def read_ids(plan: Plan, entry: RawFile, text: pd.Series[str]) -> pd.Series[str]:
    """Return ids as the plan wants them, from cells without outer space; missing stays missing."""
    if entry.double_entry is not None:
        text = text.str.replace(_ENTERED_TWICE, "", regex=True)
    return apply_cure(entry.ids or plan.ids, text).astype("string")


def apply_cure(cure: Ids, text: pd.Series[str]) -> pd.Series[str]:
    """Do to ids what the plan's `ids` says."""
    for piece in _pieces(cure.remove):
        text = text.str.replace(piece, "", regex=False)
    for piece in _pieces(cure.strip):
        text = text.str.removesuffix(piece).str.removeprefix(piece)
    if cure.prefix == "drop":
        text = text.str.replace(r"^[^0-9]+(?=[0-9])", "", regex=True)
    if cure.case != "keep":
        text = text.str.upper() if cure.case == "upper" else text.str.lower()
    if cure.pad is not None:
        width = cure.pad
        text = text.str.replace(_LAST_NUMBER, lambda m: m.group(1).zfill(width), regex=True)
    return text


def _pieces(value: tuple[str, ...] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def take_one_entry(table: RawTable, entry: RawFile) -> RawTable:
    """Keep one of two entries of a person (`7--1`, `7--2`); a merged record goes before both."""
    raw = next((r for r, c in entry.columns.items() if target_of(c) == Column.PARTICIPANT_ID), None)
    if entry.double_entry is None or raw is None or raw not in table.columns:
        return table
    ids = table.frame[raw].astype("string").str.strip()
    person = ids.str.replace(_ENTERED_TWICE, "", regex=True)
    is_merged = ids == person
    has_merged = person.isin(set(person[is_merged.fillna(True)].dropna()))
    ending = "--1" if entry.double_entry == "first" else "--2"
    kept = is_merged | (ids.str.endswith(ending) & ~has_merged)
    return replace(table, frame=table.frame[kept.fillna(True).astype(bool)])


Form = Callable[["pd.Series[str]"], "pd.Series[str]"]


def _without(pattern: str, by: str = "") -> Form:
    return lambda text: text.str.replace(pattern, by, regex=True)


FORMS: Mapping[str, Form] = {
    "`.0`": _without(r"[.,]0+$"),
    "spaces": _without(r"\s+"),
    "case": lambda text: text.str.casefold(),
    "leading zeros": _without(r"(?<![0-9.,])0+(?=[0-9])"),
    "dashes and dots": _without(r"[-_./]"),
    "`--1` and `--2`": _without(_ENTERED_TWICE),
    "what stands in front of the number": _without(r"^[^0-9]+(?=[0-9])"),
}
"""What may keep two spellings of one id apart, and how they look without it."""

SAME_PERSON = ("`.0`", "spaces", "case", "leading zeros")
"""Forms in which two ids of one study are the same person unless the plan says otherwise."""


def look_alike(text: pd.Series[str]) -> pd.Series[str]:
    """Return ids as they look to the eye, without what `SAME_PERSON` names."""
    for name in SAME_PERSON:
        text = FORMS[name](text)
    return text


_MOST_FORMS = 3
"""Ids in more forms than this have none: codes drawn at random."""


def find_odd_forms(ids: pd.Series[str]) -> pd.Series[bool]:
    """Say which ids of one file have another form than most; none where forms are many.

    The form: digits as 9 (their number counts where one begins with zero), letters as a or A,
    everything else as it is.
    """
    text = ids.astype("string")
    form = text.str.replace(r"[A-Z]+", "A", regex=True).str.replace(r"[a-z]+", "a", regex=True)
    begins_with_zero = text.str.contains(r"(?<![0-9.,])0[0-9]", regex=True).fillna(False).any()
    form = form.str.replace(r"[0-9]" if begins_with_zero else r"[0-9]+", "9", regex=True)
    counts = form.value_counts()
    if not 1 < len(counts) <= _MOST_FORMS:
        return pd.Series(False, index=ids.index)
    odd: pd.Series[bool] = (form.notna() & (form != counts.index[0])).astype(bool)
    return odd


def find_cure(first: pd.Series[str], second: pd.Series[str]) -> tuple[str, int]:
    """Say which keys of the plan let more ids of two files match, and how many more.

    first, second: the ids of each file that the other does not have, each once. Returns the text
    for the plan ("" where nothing helps) and the number of ids that then match.
    """
    keys: dict[str, Any] = _everything(first, second)
    twice = True
    most = _matching(Ids(**keys), first, second, twice=twice)
    for fewer in _WITH_LESS:
        tried = fewer(keys)
        if _matching(Ids(**tried), first, second, twice=twice) == most:
            keys = tried
    if _matching(Ids(**keys), first, second, twice=False) == most:
        twice = False
    if not most:
        return "", 0
    written = ", ".join(f"{key}: {_written(value)}" for key, value in keys.items())
    parts = [f"`ids: {{{written}}}`"] if keys else []
    parts += ["`double_entry: first` with the files under `data`"] if twice else []
    return " and ".join(parts), most


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{piece}"' for piece in value) + "]"
    return f'"{value}"' if value in (".0", " ", "-") else str(value)


def _everything(first: pd.Series[str], second: pd.Series[str]) -> dict[str, Any]:
    """Every cure at once."""
    numbers = pd.concat([first, second]).str.extract(_LAST_NUMBER)[0].str.len().dropna()
    width = min(int(numbers.max()), 20) if len(numbers) else 1
    marks = (" ", "-", "_")
    return {"remove": marks, "strip": ".0", "prefix": "drop", "case": "upper", "pad": width}


def _dropping(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda keys: {key: value for key, value in keys.items() if key != name}


_WITH_LESS = (
    _dropping("prefix"),
    _dropping("remove"),
    lambda keys: keys | {"remove": " "} if "remove" in keys else keys,
    lambda keys: keys | {"remove": "-"} if "remove" in keys else keys,
    _dropping("case"),
    _dropping("pad"),
    _dropping("strip"),
)
"""Cures left out one by one, the boldest first, where as many ids match without."""


def _matching(cure: Ids, first: pd.Series[str], second: pd.Series[str], *, twice: bool) -> int:
    if twice:
        first, second = (FORMS["`--1` and `--2`"](ids) for ids in (first, second))
    return len(set(apply_cure(cure, first)) & set(apply_cure(cure, second)))

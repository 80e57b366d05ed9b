"""Text cells into typed columns by the plan: codes to levels, numbers, days, yes and no."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from evalpipe.findings import Finding, Level
from evalpipe.ingest.sources import Source

YES = frozenset({"1", "yes", "ja", "true", "y", "j", "waar", "checked"})
NO = frozenset({"0", "no", "nee", "false", "n", "onwaar", "unchecked"})

YEARS = (1900, 2099)
"""Years in which something about a participant can have happened; others are slips of the pen."""


class Findings:
    """Collects findings of one raw file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Finding] = []

    def add(
        self,
        rule: str,
        column: str | None,
        wrong: pd.Series[bool],
        advice: str = "",
        level: Level = Level.ERROR,
    ) -> None:
        """Add a finding for the rows where `wrong` is true; none, no finding."""
        rows = tuple(int(row) for row in wrong.index[wrong.fillna(False).to_numpy(dtype=bool)])
        if rows:
            self.found.append(
                Finding(level, rule, self.source.file, column, len(rows), rows, advice)
            )


def missing_reasons(source: Source, column: str) -> pd.Series[str]:
    """Return why each cell is missing (text), NA where it is filled or no reason is known."""
    raw = source.table.frame[column]
    reasons = pd.Series(pd.NA, index=raw.index, dtype="string")
    declared = source.entry.missing
    if column in source.table.user_missing:
        codes = source.table.user_missing[column].reindex(raw.index)
        known = codes.map(lambda code: declared.get(code, "declared_missing"), na_action="ignore")
        reasons = reasons.fillna(known.astype("string"))
    if declared:
        reasons = reasons.fillna(_reason_of(raw, declared))
    return reasons


def _reason_of(raw: pd.Series[str], declared: Mapping[str, str]) -> pd.Series[str]:
    by_text = raw.map(declared, na_action="ignore").astype("string")
    numeric: dict[float, str] = {}
    for code, reason in declared.items():
        number = _number_or_none(code)
        if number is not None:
            numeric[number] = reason
    if not numeric:
        return by_text
    numbers = pd.to_numeric(raw, errors="coerce").astype("float64")
    return by_text.fillna(numbers.map(numeric).astype("string"))


def _number_or_none(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def filled(source: Source, column: str) -> pd.Series[str]:
    """Return the column's text with missing codes taken out."""
    raw = source.table.frame[column].astype("string")
    return raw.mask(missing_reasons(source, column).notna())


def to_number(source: Source, column: str, findings: Findings) -> pd.Series[float]:
    """Read a column as numbers; text that is no number is a finding and becomes missing."""
    text = filled(source, column).str.strip()
    if source.table.decimal == ",":
        text = text.str.replace(",", ".", regex=False)
    # "1_000", "inf" and "nan" are numbers to Python but not in a study's file
    plain = text.str.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
    numbers = pd.to_numeric(text.where(plain.fillna(False)), errors="coerce").astype("float64")
    finite = numbers.where(np.isfinite(numbers))
    findings.add(
        "is not a number",
        column,
        text.notna() & finite.isna(),
        "Correct the cells, or declare the code under `missing`",
    )
    return finite


def check_range(
    values: pd.Series[float],
    column: str,
    borders: tuple[float, float],
    rule: str,
    findings: Findings,
) -> None:
    """Add a finding for numbers outside a range of the plan; both borders belong to it."""
    low, high = borders
    findings.add(
        rule,
        column,
        values.notna() & ~values.between(low, high),
        f"The plan allows {low:g} to {high:g}; correct the cells or declare a missing code",
    )


def to_level(
    source: Source,
    column: str,
    values: Mapping[str, str],
    levels: tuple[str, ...] | None,
    findings: Findings,
) -> pd.Series[str]:
    """Read a column as levels of the plan, by code or value label; anything else is a finding."""
    text = filled(source, column).str.strip()
    if not values and levels is None:
        return text
    known: dict[str, str] = dict(values) if values else {level: level for level in levels or ()}
    labels = source.table.labels.get(column, {})
    for code, label in labels.items():
        if code not in known and label in known:
            known[code] = known[label]
    mapped = text.map(known, na_action="ignore").astype("string")
    if labels or values:
        mapped = mapped.fillna(_whole_number_text(text).map(known, na_action="ignore"))
    findings.add(
        "is not one of the codes that the plan declares",
        column,
        text.notna() & mapped.isna(),
        "Add the code under `values`, or correct the cells",
    )
    return mapped


def _whole_number_text(text: pd.Series[str]) -> pd.Series[str]:
    return text.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)


def to_yes_no(
    source: Source, column: str, values: Mapping[str, str], findings: Findings
) -> pd.Series[bool]:
    """Read a column as yes or no; the plan's codes first, then the usual words."""
    text = filled(source, column).str.strip()
    words = text.map(dict(values), na_action="ignore").astype("string") if values else text
    lower = _whole_number_text(words.str.lower())
    answer = pd.Series(pd.NA, index=text.index, dtype="boolean")
    answer = answer.mask(lower.isin(YES), True).mask(lower.isin(NO), False)
    findings.add(
        "is neither yes nor no",
        column,
        text.notna() & answer.isna(),
        "Use yes/no, ja/nee, 1/0 or give `values`",
    )
    return answer


def to_date(
    source: Source, column: str, pattern: str | None, findings: Findings
) -> pd.Series[pd.Timestamp]:
    """Read a column as dates (ISO unless the plan gives a format)."""
    text = filled(source, column).str.strip()
    dates = pd.to_datetime(text, format=pattern or "ISO8601", errors="coerce")
    dates = pd.Series(dates, index=text.index).dt.tz_localize(None).dt.normalize()
    findings.add(
        "is not a date in the format that the plan gives",
        column,
        text.notna() & dates.isna(),
        "Give `format`, for example %d-%m-%Y",
    )
    far = dates.notna() & ~dates.dt.year.between(*YEARS)
    findings.add(
        f"is a date before {YEARS[0]} or after {YEARS[1]}", column, far, "Correct the date"
    )
    return dates.mask(far)

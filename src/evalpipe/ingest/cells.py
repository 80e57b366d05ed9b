"""Text cells into typed columns by the plan: codes to levels, numbers, days, yes and no."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evalpipe.findings import Finding, Level
from evalpipe.ingest.numbers import KINDS, read_numbers
from evalpipe.ingest.sources import Source

YES = frozenset({"1", "yes", "ja", "true", "y", "j", "waar", "checked"})
NO = frozenset({"0", "no", "nee", "false", "n", "onwaar", "unchecked"})

NOT_AVAILABLE = "NA"
"""How R writes a missing cell."""


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
    """Read a column as numbers; text that is no number is a finding and becomes missing.

    `NA` as R writes it is missing.
    """
    text = filled(source, column).str.strip()
    text = text.mask(text == NOT_AVAILABLE)
    numbers, unclear = read_numbers(source, column, text)
    for mark, name in ((",", "comma"), (".", "point")):
        findings.add(
            f"a {name} before three digits may be a decimal mark or a mark between thousands",
            column,
            unclear & text.str.contains(mark, regex=False).fillna(False),
            f'Written like 1{mark}234: is it 1234 or 1.234? Write `thousands: "{mark}"` or '
            f'`decimal: "{mark}"` for this file',
        )
    wrong = text.notna() & numbers.isna() & ~unclear
    for pattern, rule, advice in KINDS if wrong.any() else ():
        named = wrong & text.str.fullmatch(pattern).fillna(False).astype(bool)
        findings.add(rule, column, named, advice)
        wrong &= ~named
    findings.add(
        "is not a number",
        column,
        wrong,
        "Correct the cells, or declare the code under `missing`",
    )
    return numbers


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


def check_missing_codes(
    source: Source, column: str, borders: tuple[float, float], findings: Findings
) -> None:
    """Add a finding for each missing code of the plan that is also a valid answer and occurs.

    An error, unless the plan says why it is so (`missing_in_range`). The code stands in the plan
    and may be named.
    """
    raw = source.table.frame[column].astype("string").str.strip()
    reason = source.entry.missing_in_range
    for code in source.entry.missing:
        number = _number_or_none(code)
        if number is None or not borders[0] <= number <= borders[1]:
            continue
        findings.add(
            f"the missing code {code} lies inside the range {borders[0]:g} to {borders[1]:g}",
            column,
            (raw == code) | (pd.to_numeric(raw, errors="coerce") == number),
            "Take the code out of `missing` if it is an answer; if it is missing, say why under "
            "`missing_in_range`",
            Level.ERROR if reason is None else Level.NOTICE,
        )


def to_level(
    source: Source,
    column: str,
    values: Mapping[str, str],
    levels: tuple[str, ...] | None,
    findings: Findings,
    *,
    loose: bool = False,
) -> pd.Series[str]:
    """Read a column as levels of the plan, by code or value label; anything else is a finding.

    loose: case and spaces do not count. `NA` as R writes it is missing unless the plan has it.
    """
    text = filled(source, column).str.strip()
    if NOT_AVAILABLE not in values and NOT_AVAILABLE not in (levels or ()):
        text = text.mask(text == NOT_AVAILABLE)
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
    alike = text.map(_plainly).map({_plainly(code): level for code, level in known.items()})
    if loose:
        mapped = mapped.fillna(alike.astype("string"))
    wrong = text.notna() & mapped.isna()
    offered = int((wrong & alike.notna()).sum())
    findings.add(
        "is not one of the codes that the plan declares",
        column,
        wrong,
        "Add the code under `values`, or correct the cells"
        if not offered
        else f"{offered} would fit without case and spaces: write `spelling: loose` for the column",
    )
    return mapped


def _plainly(text: object) -> object:
    """Text without case and spaces; missing stays missing."""
    return "".join(text.split()).casefold() if isinstance(text, str) else text


def _whole_number_text(text: pd.Series[str]) -> pd.Series[str]:
    return text.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)


def to_yes_no(
    source: Source, column: str, values: Mapping[str, str], findings: Findings
) -> pd.Series[bool]:
    """Read a column as yes or no; the plan's codes first, then the usual words."""
    text = filled(source, column).str.strip()
    text = text.mask(text == NOT_AVAILABLE)
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

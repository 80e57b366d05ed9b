"""Cells of tables: numbers of rows, aligned at their decimal points."""

import math
from collections.abc import Callable, Sequence

from evalpipe.answers.rows import Estimate, Stat
from evalpipe.report.documents.model import Column, Emph, Inlines, Number, inlines
from evalpipe.report.numbers import (
    NOTHING,
    align_decimals,
    format_count,
    format_fixed,
    format_interval,
    format_level,
    format_p,
    format_percentage,
)
from evalpipe.report.precision import decimals_of, is_bounded
from evalpipe.report.source import Source
from evalpipe.report.words import df_text, test_letter
from evalpipe.vocabulary import Quantity

UNTESTED = (Quantity.MARGINAL_MEAN, Quantity.PROPORTION, Quantity.TRAJECTORY)
FARTHEST = 1e5
SUPPRESSED = "–"
SUPPRESSED_WORDS = "– = not shown, to protect the people counted"


def aligned(texts: Sequence[str], rows: Sequence[Estimate | Stat | None]) -> list[Inlines]:
    """Printed numbers of rows as cells whose decimal points line up; empty where no row is."""
    padded = align_decimals(texts)
    return [
        inlines(Number(text, row.code)) if row is not None and text.strip() else inlines(text)
        for text, row in zip(padded, rows, strict=True)
    ]


def estimate_text(source: Source, row: Estimate) -> str:
    """The estimate as it is printed everywhere."""
    return format_fixed(row.estimate, decimals_of(source, row), bounded=is_bounded(row))


def error_text(source: Source, row: Estimate) -> str:
    """The standard error, with the decimals of its estimate; empty without one."""
    if not math.isfinite(row.std_error):
        return ""
    return format_fixed(row.std_error, decimals_of(source, row), bounded=is_bounded(row))


def interval_text(source: Source, row: Estimate) -> str:
    """The interval in brackets, with the decimals of its estimate."""
    if not row.has_interval:
        return ""
    if not _is_informative(row):
        return NOTHING
    decimals = decimals_of(source, row)
    return format_interval(row.conf_low, row.conf_high, decimals, bounded=is_bounded(row))


def _is_informative(row: Estimate) -> bool:
    """Whether an interval says anything: one that reaches a million times the estimate does not."""
    size = max(abs(row.estimate), row.std_error if row.std_error > 0 else 0.0, 1e-12)
    return max(abs(row.conf_low), abs(row.conf_high)) < FARTHEST * size


def with_interval(source: Source, row: Estimate) -> str:
    """Estimate and interval in one text: `−0.2 [−4.6, 4.3]`."""
    if not row.is_shown:
        return "not estimable"
    interval = interval_text(source, row) if row.has_interval else ""
    return f"{estimate_text(source, row)} {interval}".strip()


def estimate_columns(
    source: Source, rows: Sequence[Estimate]
) -> tuple[tuple[Column, ...], list[tuple[Inlines, ...]]]:
    """The usual columns of a table of estimates and their cells; empty columns are left out."""
    known = [row for row in rows if math.isfinite(row.conf_level)]
    usual = [row for row in known if row.quantity != Quantity.EQUIVALENCE] or known
    level = usual[0].conf_level if usual else 0.95
    tested = [row for row in rows if math.isfinite(row.statistic) and row.quantity not in UNTESTED]
    letter = " or ".join(dict.fromkeys(test_letter(row) for row in tested))
    parts: list[tuple[Column, Callable[[Estimate], str]]] = [
        (Column(inlines("Estimate"), "decimal"), lambda row: estimate_text(source, row)),
        (Column(inlines(Emph("SE")), "decimal"), lambda row: error_text(source, row)),
        (
            Column(inlines(f"{format_level(level)} CI"), "right"),
            lambda row: interval_text(source, row),
        ),
        (Column(inlines(Emph("df")), "decimal"), df_text),
        (
            Column(inlines(Emph(letter)), "decimal"),
            lambda row: _tested(row, row.statistic, format_fixed(row.statistic, 2)),
        ),
        (
            Column(inlines(Emph("p")), "decimal"),
            lambda row: _tested(row, row.p_value, format_p(row.p_value)),
        ),
        (
            Column(inlines("Adjusted ", Emph("p")), "decimal"),
            lambda row: _tested(row, row.p_adjusted, format_p(row.p_adjusted)),
        ),
    ]
    columns: list[Column] = []
    cells: list[list[Inlines]] = []
    for column, text in parts:
        texts = [text(row) for row in rows]
        if any(found not in ("", NOTHING) for found in texts):
            columns.append(column)
            cells.append(aligned(texts, rows))
    return tuple(columns), [tuple(row) for row in zip(*cells, strict=True)]


def _tested(row: Estimate, value: float, text: str) -> str:
    """A test's number; empty without one, and for means, whose test against zero says nothing."""
    return text if math.isfinite(value) and row.quantity not in UNTESTED else ""


def count_text(row: Stat | None) -> str:
    """A count; a dash when it is suppressed."""
    return SUPPRESSED if row is None or not math.isfinite(row.value) else format_count(row.value)


def count_share_text(row: Stat | None) -> str:
    """A count with its share of n: `48 (52%)`."""
    if row is None or not math.isfinite(row.value):
        return SUPPRESSED
    if not math.isfinite(row.n) or row.n <= 0:
        return format_count(row.value)
    return f"{format_count(row.value)} ({format_percentage(row.value, row.n)})"


def find(rows: Sequence[Stat], **wanted: str) -> Stat | None:
    """The first row whose columns have the values wanted."""
    return next((row for row in rows if all(getattr(row, k) == v for k, v in wanted.items())), None)

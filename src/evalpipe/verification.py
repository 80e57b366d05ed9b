"""Do published numbers come out? Do estimates of synthetic data cover their truth?

A printed number carries its precision in its digits. Ours is rounded the same way and compared:
identical, off by one in the last printed digit (rounding), different, or not computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evalpipe.config.analyses import PrintedValue, Published, PublishedNumber
from evalpipe.config.described import DESCRIBED, DESCRIBED_FIELDS, Described
from evalpipe.config.plan import Plan
from evalpipe.config.published import ESTIMATED_FIELDS
from evalpipe.design.statistic_rows import read_groups
from evalpipe.vocabulary import Column

if TYPE_CHECKING:
    import pandas as pd


class Verdict(StrEnum):
    """What became of one printed number."""

    IDENTICAL = "identical"
    ROUNDING = "rounding"
    DIFFERS = "differs"
    NOT_COMPUTED = "not_computed"


@dataclass(frozen=True)
class Comparison:
    """One printed number beside the computed one.

    number: its place among the numbers of the publication. printed: as printed. computed: in full
    precision, None when there is none. shown: computed, rounded as printed. estimate_id: the row of
    `estimates` or `statistics` it was compared with.
    """

    publication: str
    number: int
    analysis: str
    quantity: str
    term: str
    field: str
    printed: str
    computed: float | None
    shown: str
    decimals: int | None
    verdict: Verdict
    estimate_id: str


def compare_published(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> list[Comparison]:
    """Compare every published number of the plan with what was computed, in the plan's order.

    tables: `estimates`, `answers`, and `statistics` with what was described among them.
    """
    return [
        comparison
        for name, published in plan.published.items()
        for place in range(len(published.numbers))
        for comparison in _compare_number(name, published, place, tables)
    ]


def _compare_number(
    name: str,
    published: Published,
    place: int,
    tables: Mapping[str, pd.DataFrame],
) -> Iterator[Comparison]:
    number = published.numbers[place]
    described = DESCRIBED.get(number.quantity)
    if described is None:
        row, key = _find_row(published.analysis, number, tables), Column.ESTIMATE_ID
    else:
        row = _find_described(published.analysis, number, described, tables["statistics"])
        key = Column.STATISTIC_ID
    for field in ESTIMATED_FIELDS if described is None else DESCRIBED_FIELDS:
        value = getattr(number, field)
        if value is None:
            continue
        printed = value.printed if isinstance(value, PrintedValue) else value
        computed = None if row is None or row[field] != row[field] else row[field]
        computed = None if computed is None else float(computed)
        verdict, shown = judge(printed, computed)
        yield Comparison(
            publication=name,
            number=place,
            analysis=published.analysis or "",
            quantity=number.quantity,
            term=_named(number),
            field=field,
            printed=printed,
            computed=computed,
            shown=shown,
            decimals=_decimals(printed),
            verdict=verdict,
            estimate_id="" if row is None else str(row[key]),
        )


def _named(number: PublishedNumber) -> str:
    parts = [
        number.term,
        number.variable,
        number.level,
        *number.groups.values(),
        number.arm,
        number.versus and f"versus {number.versus}",
        number.visit,
    ]
    return " ".join(part for part in parts if part)


def _find_described(
    analysis: str | None, number: PublishedNumber, described: Described, statistics: pd.DataFrame
) -> pd.Series | None:
    """Return the one row of `statistics` that a printed number names; None without exactly one.

    What the plan does not name, the row does not have either: without an arm it is of everybody.
    """
    wanted = {
        Column.TABLE: described.table.value,
        Column.STATISTIC: described.statistic.value,
        Column.VARIABLE: number.variable,
        Column.LEVEL: described.level or number.level,
        Column.GROUP_ARM: number.arm,
        Column.GROUP_VISIT: number.visit,
    }
    rows = statistics
    for column, value in wanted.items():
        rows = rows[rows[column].isna() if value is None else rows[column] == value]
    groups = [read_groups(None if text != text else text) for text in rows[Column.GROUP_OTHER]]
    fits = [g.pop("analysis", analysis) == analysis and g == number.groups for g in groups]
    rows = rows[fits]
    return rows.iloc[0] if len(rows) == 1 else None


def _find_row(
    analysis: str | None, number: PublishedNumber, tables: Mapping[str, pd.DataFrame]
) -> pd.Series | None:
    """Return the one row of `estimates` that a printed number names; None without exactly one.

    Where it names several, the one that answers the analysis's question is meant.
    """
    wanted = {
        Column.ANALYSIS_ID: analysis,
        Column.QUANTITY: number.quantity,
        Column.TERM: number.term,
        Column.ARM: number.arm,
        Column.REFERENCE_ARM: number.versus,
        Column.VISIT: number.visit,
        Column.OUTCOME: number.outcome,
    }
    rows = tables["estimates"]
    for column, value in wanted.items():
        if value is not None:
            rows = rows[rows[column] == value]
    if len(rows) > 1:
        rows = rows[rows[Column.ESTIMATE_ID].isin(tables["answers"][Column.ESTIMATE_ID])]
    return rows.iloc[0] if len(rows) == 1 else None


def judge(printed: str, computed: float | None) -> tuple[Verdict, str]:
    """Return the verdict on one printed number and ours rounded as printed.

    printed: such as `-2.32908`, `2.22e-16`, `< .001`, `45%` of a share. A bound
    (`< .001`) is identical when ours lies within it. Rounding: ours differs by one unit of the last
    printed digit at most, and by no more than that before rounding.
    """
    if computed is None:
        return Verdict.NOT_COMPUTED, ""
    text = printed.replace(" ", "")
    if text.endswith("%"):
        text, computed = text[:-1], 100 * computed
    if text[:1] in "<>":
        bound = float(text[1:])
        holds = computed < bound if text[0] == "<" else computed > bound
        return (Verdict.IDENTICAL if holds else Verdict.DIFFERS), f"{computed:.4g}"
    try:
        target = Decimal(text)
    except InvalidOperation:
        return Verdict.NOT_COMPUTED, ""
    unit = Decimal(1).scaleb(int(target.as_tuple().exponent))
    exact = Decimal(repr(computed))
    ours = exact.quantize(unit, rounding=ROUND_HALF_EVEN)
    shown = f"{ours:.{_mantissa_digits(text)}e}" if "e" in text.lower() else f"{ours:f}"
    if ours == target:
        return Verdict.IDENTICAL, shown
    if abs(exact - target) <= unit:
        return Verdict.ROUNDING, shown
    return Verdict.DIFFERS, shown


def _mantissa_digits(text: str) -> int:
    mantissa = text.lower().split("e")[0]
    return len(mantissa.split(".")[1]) if "." in mantissa else 0


def _decimals(printed: str) -> int | None:
    text = printed.replace(" ", "").strip("<>%")
    if "e" in text.lower():
        return None
    return len(text.split(".")[1]) if "." in text else 0


def to_records(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Return comparisons as JSON data without the plan's words, which `add_words` adds again."""
    return [{**asdict(c), "verdict": c.verdict.value} for c in comparisons]


def add_words(plan: Plan, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return comparisons with the source and the explanations as they stand in the plan now."""
    told = []
    for record in records:
        published = plan.published[record["publication"]]
        value = getattr(published.numbers[record["number"]], record["field"])
        explained = value.explained if isinstance(value, PrintedValue) else ""
        told.append({**record, "source": published.source, "explained": explained})
    return told


def compare_truth(truth: Mapping[str, float], study: str, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `statistics` that hold each estimate of a synthetic study against its truth.

    truth: estimate_id -> true value; those whose row is not among the estimates are left out.
    Statistics: truth, estimate, conf_low, conf_high, covered.
    """
    import pandas as pd

    from evalpipe.schemas.statistics import with_statistic_ids
    from evalpipe.vocabulary import StatisticTable

    by_id = estimates.set_index(Column.ESTIMATE_ID)
    rows = []
    for name, true in truth.items():
        if name not in by_id.index:
            continue
        row: Any = by_id.loc[name]
        low, high = row[Column.CONF_LOW], row[Column.CONF_HIGH]
        known = low == low and high == high
        values = {
            "truth": true,
            "estimate": row[Column.ESTIMATE],
            "conf_low": low,
            "conf_high": high,
            "covered": float(low <= true <= high) if known else float("nan"),
        }
        rows += [_truth_row(study, name, row, s, v) for s, v in values.items()]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    frame[Column.TABLE] = StatisticTable.TRUTH.value
    return with_statistic_ids(frame)


def _truth_row(
    study: str, name: str, row: pd.Series, statistic: str, value: float
) -> dict[str, Any]:
    return {
        Column.STUDY_ID: study,
        Column.VARIABLE: name,
        Column.LEVEL: row[Column.ANALYSIS_ID],
        Column.GROUP_ARM: row[Column.ARM],
        Column.GROUP_VISIT: row[Column.VISIT],
        Column.STATISTIC: statistic,
        Column.VALUE: value,
        Column.N: row[Column.N_PARTICIPANTS],
    }

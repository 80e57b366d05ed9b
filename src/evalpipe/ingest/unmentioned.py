"""Columns that no plan mentions: they are left out, and counted in one line for each file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalpipe.config.plan import Plan
from evalpipe.findings import Finding, Level
from evalpipe.ingest.measurements import item_headings
from evalpipe.ingest.rows import joined_columns
from evalpipe.ingest.sources import Source


def find_unmentioned(plan: Plan, sources: Sequence[Source]) -> Iterator[Finding]:
    """Yield a notice for each file with columns that no entry of the plan takes or drops."""
    columns: dict[tuple[str, str | None], set[str]] = {}
    taken: dict[tuple[str, str | None], set[str]] = {}
    for source in sources:
        place = (source.file, source.entry.sheet)
        columns.setdefault(place, set()).update(source.whole.columns)
        taken.setdefault(place, set()).update(_taken(plan, source))
    for place, present in columns.items():
        count = len(present - taken[place])
        if count:
            rule = "columns that the plan does not mention; they are left out"
            yield Finding(Level.NOTICE, rule, place[0], None, count)


def _taken(plan: Plan, source: Source) -> set[str]:
    entry = source.entry
    found = {*entry.columns, *entry.drop, *joined_columns(entry)}
    found |= {rule.column for rule in entry.rows}
    for where in entry.scores.values():
        found |= {where} if isinstance(where, str) else set(where)
    for name in entry.items:
        found |= {
            heading + suffix
            for heading in item_headings(plan.instruments[name])
            for suffix in entry.item_suffixes or ("",)
        }
    return found

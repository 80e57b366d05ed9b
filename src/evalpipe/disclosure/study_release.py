"""A study's release: what leaves it, decided once, for the report and for people.

The report is made from what this module returns and from nothing else, so nobody has to trust the
report not to tell more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from evalpipe.answers.study import StudyRows
from evalpipe.answers.table import release_answers
from evalpipe.config.plan import Plan
from evalpipe.disclosure.protect import RELEASABLE
from evalpipe.disclosure.release import Release, Released
from evalpipe.schemas.released import released_schemas
from evalpipe.schemas.table import empty_frame
from evalpipe.vocabulary import Table

INDIVIDUAL_LINES = "individual_lines"
"""What a plan allows, with a reason, so that tables of single people reach its figures."""


@dataclass(frozen=True)
class ReleasedStudy:
    """What a report may be made from.

    tables: `estimates`, `diagnostics`, `statistics`, `answers` with withheld numbers missing, and
    the tables of single people that the plan allows in figures. record: the record of the run as it
    may leave.
    """

    tables: Mapping[str, pd.DataFrame]
    record: Mapping[str, Any]


def release_study(
    plan: Plan, tables: Mapping[str, pd.DataFrame], record: Mapping[str, Any], folder: Path
) -> ReleasedStudy:
    """Decide what leaves, write it for people below `folder`, and return it for the report.

    Parameters
    ----------
    tables : `estimates`, `diagnostics`, `statistics`, `answers` in full; `sessions` where the plan
        allows individual lines (elsewhere it does not pass).
    record : `ingest` (digests and findings) and `published` (comparisons with published numbers);
        both may be absent.
    folder : the study's report folder; gets `tables/*.csv`, `disclosure.csv` and `released.json`,
        each whole or not at all.

    Raises PrivacyError when this release beside an earlier one would tell about few people; then
    nothing is written.
    """
    released = Released.of(plan, tables)
    release = Release(folder)
    raw_files = dict((record.get("ingest") or {}).get("raw_files") or {})
    release.check_update(plan, released, raw_files)
    schemas = released_schemas(plan)
    for name in RELEASABLE:
        frame = released.tables.get(name)
        if frame is None or frame.empty:
            frame = empty_frame(schemas[name])
        release.write_table(f"tables/{name}.csv", frame)
    release.write_decisions(plan, released, raw_files)
    answers = release_answers(tables[Table.ANSWERS.value], StudyRows(plan, released.tables))
    release.write_table("tables/answers.csv", answers)
    told = {**released.record(plan, record), "disclosure": list(released.decisions)}
    individual = individual_tables(plan, tables)
    return ReleasedStudy({**released.tables, Table.ANSWERS.value: answers, **individual}, told)


def allows_individual_lines(plan: Plan) -> bool:
    """Whether the plan lets figures show lines of single people."""
    return any(allowed.what == INDIVIDUAL_LINES for allowed in plan.privacy.allow)


def individual_tables(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of single people that figures may show."""
    names = [str(Table.SESSIONS)] if allows_individual_lines(plan) else []
    return {name: tables[name] for name in names if name in tables}

"""The one door through which files enter `reports/`: protected tables, whole files, atomically.

Pages of findings, reports and the index come through it, too: what protects tables is imported
where it is used, which spares them a quarter of a second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from evalpipe.io import read_json, write_bytes, write_csv, write_json

if TYPE_CHECKING:
    import pandas as pd

    from evalpipe.config.plan import Plan
    from evalpipe.disclosure.decisions import Decision

_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,80}(/[a-z0-9][a-z0-9_.-]{0,80})?$")


LAST_RELEASE = "released.json"


@dataclass(frozen=True)
class Released:
    """Tables that may leave: what disclosure control has passed, and what it decided.

    decisions: a sentence for each kind of decision, without a value. register: every decision.
    """

    tables: Mapping[str, pd.DataFrame]
    decisions: tuple[str, ...] = ()
    register: tuple[Decision, ...] = ()

    @classmethod
    def of(cls, plan: Plan, tables: Mapping[str, pd.DataFrame]) -> Self:
        """Protect tables in full (`estimates`, `diagnostics`, `statistics`)."""
        from evalpipe.disclosure.decisions import decision_sentences
        from evalpipe.disclosure.protect import protect

        protected = protect(plan, tables)
        sentences = decision_sentences(plan, protected.decisions)
        return cls(protected.tables, sentences, protected.decisions)

    def record(self, plan: Plan, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record of a run as it may leave (see `build_report`)."""
        from evalpipe.disclosure.record import protect_record

        published = self.published(record.get("published") or ())
        return protect_record(plan, {**record, "published": published})

    def published(self, records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Comparisons with published numbers, without those whose computed number is withheld."""
        hidden = {(d.row, d.column) for d in self.register if d.rule != "allowed_by_plan"}
        return [r for r in records if (r.get("estimate_id"), r.get("field")) not in hidden]


class Release:
    """Writes one study's files below its report folder; refuses any name that leads elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Write a file; raises ValueError for a name with other than plain characters."""
        write_bytes(content, self._path(name))

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a released table as CSV with its row numbers; cells cannot start a formula.

        Numbers carry the digits that their number of people carries.
        """
        from evalpipe.disclosure.precision import round_released

        numbered = round_released(Path(name).stem, table.reset_index(drop=True))
        numbered.insert(0, "row", range(1, len(numbered) + 1))
        write_csv(numbered, self._path(name))

    def write_as_it_is(self, name: str, table: pd.DataFrame) -> None:
        """Write a table that holds no number about participants: findings, a study of power."""
        write_csv(table, self._path(name))

    def write_json(self, name: str, value: object) -> None:
        """Write JSON data."""
        write_json(value, self._path(name))

    def check_update(
        self, plan: Plan, released: Released, raw_files: Mapping[str, str] | None = None
    ) -> None:
        """Raise PrivacyError when this report beside others would tell about few people.

        Others: the last one of this study, and those of other plans on the same raw files.
        raw_files: name -> digest.
        """
        from evalpipe.disclosure.update import check_other_plans, check_update

        path = self._path(LAST_RELEASE)
        last = read_json(path) if path.is_file() else None
        now = _public_numbers(plan, released, raw_files)
        check_update(plan, last, now)
        beside = sorted(self._folder.parent.glob(f"*/{LAST_RELEASE}"))
        check_other_plans(plan, [read_json(p) for p in beside if p.parent != self._folder], now)

    def write_decisions(
        self, plan: Plan, released: Released, raw_files: Mapping[str, str] | None = None
    ) -> None:
        """Write every decision (`disclosure.csv`) and the public counts (`released.json`)."""
        from evalpipe.disclosure.decisions import decision_table

        write_csv(decision_table(released.register), self._path("disclosure.csv"))
        self.write_json(LAST_RELEASE, _public_numbers(plan, released, raw_files))

    def _path(self, name: str) -> Path:
        if not _NAME.match(name) or ".." in name:
            raise ValueError(f"{name!r} is not a name of a released file")
        return self._folder / name


def _public_numbers(
    plan: Plan, released: Released, raw_files: Mapping[str, str] | None
) -> dict[str, Any]:
    from evalpipe.disclosure.update import released_numbers, with_origin

    return with_origin(plan, released_numbers(plan, released.tables), raw_files or {})

"""Which raw files a plan names, and their rows as declared: filtered, one form, one cohort."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from evalpipe.config.data import RawFile
from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.ingest.cohort_folders import cohort_names
from evalpipe.ingest.ids import take_one_entry
from evalpipe.ingest.raw import Bounds, RawFormat, RawTable, read_raw, split_redcap


@dataclass(frozen=True)
class Source:
    """One raw file of the plan (of one cohort), read as text.

    name: the entry in the plan. cohort: the folder it came from, None without cohorts.
    whole: every row and column of the file, for the gate. table: the rows that the plan takes.
    """

    name: str
    cohort: str | None
    entry: RawFile
    whole: RawTable
    table: RawTable

    @property
    def file(self) -> str:
        """The file as the plan names it, with its cohort's folder."""
        return f"{self.cohort}/{self.entry.file}" if self.cohort else self.entry.file


def read_sources(plan: Plan, folder: Path) -> Iterator[Source]:
    """Yield every raw file of the plan, of every cohort, in the plan's order."""
    left = Bounds().cells
    for cohort in cohort_names(plan, folder):
        base = folder / cohort if cohort else folder
        for name, entry in plan.data.items():
            if entry.optional and not (base / entry.file).exists():
                continue
            whole = _read(base, folder, entry)
            left -= whole.frame.size
            if left < 0:
                most = Bounds().cells
                raise DataError(
                    f"data/raw/{plan.study.id}: the files up to {entry.file} together hold "
                    f"{most - left} cells, and at most {most} are read; leave out columns that the "
                    "plan does not need"
                )
            yield Source(name, cohort, entry, whole, _declared_rows(_form_of(whole, entry), entry))


def _read(base: Path, folder: Path, entry: RawFile) -> RawTable:
    spec = RawFormat(
        format=entry.format,
        encoding=entry.encoding,
        delimiter=entry.delimiter,
        decimal=entry.decimal,
        sheet=entry.sheet,
        header_row=entry.header_row,
        skip_rows=entry.skip_rows,
    )
    return read_raw(base / entry.file, folder, spec)


def _form_of(table: RawTable, entry: RawFile) -> RawTable:
    if "redcap" not in (entry.format, table.format) and entry.form is None:
        return table
    forms = split_redcap(table)
    wanted = entry.form or ""
    if wanted not in forms:
        raise DataError(f"{entry.file}: has no rows of the form that the plan names ({wanted})")
    return forms[wanted]


def _declared_rows(table: RawTable, entry: RawFile) -> RawTable:
    frame = table.frame
    for rule in entry.rows:
        if rule.column not in frame.columns:
            raise DataError(
                f"{entry.file}: has no column `{rule.column}`, which the plan uses to choose rows"
            )
        frame = frame[frame[rule.column].isin(rule.equals)]
    return take_one_entry(replace(table, frame=frame), entry)

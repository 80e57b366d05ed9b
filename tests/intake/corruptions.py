"""Raw text files spoiled as people and programs spoil them, by a seeded draw.

Each corruption takes a study's folder and changes one file in place, or says that it cannot. What
it did is told by kind and file, for the message of a failed test.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalpipe.config.data import RawFile
from evalpipe.config.names import target_of
from evalpipe.config.plan import Plan

Rows = list[list[str]]


@dataclass
class Spoiled:
    """One file as rows of cells, with what the plan says of its columns."""

    entry: RawFile
    head: list[str]
    rows: Rows
    draw: np.random.Generator

    def column(self, *wanted: str) -> int | None:
        """A column that becomes one of these canonical columns."""
        found = [r for r, c in self.entry.columns.items() if target_of(c) in wanted]
        places = [self.head.index(raw) for raw in found if raw in self.head]
        return places[0] if places else None

    def some(self, places: list[int], share: float = 0.3) -> list[int]:
        """A few of these rows, at least one."""
        count = max(1, int(share * len(places)))
        return sorted(self.draw.choice(places, size=min(count, len(places)), replace=False))


Corruption = Callable[[Spoiled], bool]


def _change(file: Spoiled, column: int | None, change: Callable[[str], str]) -> bool:
    """Change some filled cells of a column; false where nothing becomes different."""
    if column is None:
        return False
    open_ = [
        n for n, row in enumerate(file.rows) if row[column] and change(row[column]) != row[column]
    ]
    for n in file.some(open_) if open_ else ():
        file.rows[n][column] = change(file.rows[n][column])
    return bool(open_)


def lose_zeros(file: Spoiled) -> bool:
    return _change(file, file.column("participant_id", "dyad_id"),
                   lambda cell: re.sub(r"(?<![0-9])0+(?=[0-9])", "", cell))  # fmt: skip


def change_case(file: Spoiled) -> bool:
    return _change(file, file.column("participant_id", "dyad_id"), str.swapcase)


def floating_ids(file: Spoiled) -> bool:
    return _change(file, file.column("participant_id", "dyad_id"), lambda cell: cell + ".0")


def space_in_ids(file: Spoiled) -> bool:
    return _change(file, file.column("participant_id", "dyad_id"),
                   lambda cell: re.sub(r"(?<=[A-Za-z])(?=[0-9])", " ", cell))  # fmt: skip


def cut_file(file: Spoiled) -> bool:
    """The last third is gone."""
    file.rows[:] = file.rows[: max(1, 2 * len(file.rows) // 3)]
    return len(file.rows) > 3


def headings_only(file: Spoiled) -> bool:
    file.rows.clear()
    return True


def total_line(file: Spoiled) -> bool:
    place = file.column("participant_id", "dyad_id")
    if place is None:
        return False
    line = [_total([row[n] for row in file.rows]) for n in range(len(file.head))]
    line[place] = str(file.draw.choice(["Total", "Totaal", "Mean", "Gemiddelde", "SD", "N"]))
    file.rows.append(line)
    return True


def _total(cells: list[str]) -> str:
    numbers = [float(c) for c in cells if re.fullmatch(r"-?\d+(\.\d+)?", c)]
    return f"{sum(numbers):g}" if len(numbers) > len(cells) / 2 else ""


def measured(file: Spoiled) -> int | None:
    """A column of scores, or of numbers of a diary."""
    found: list[str] = []
    for where in file.entry.scores.values():
        found += [where] if isinstance(where, str) else list(where)
    places = [file.head.index(raw) for raw in found if raw in file.head]
    return int(file.draw.choice(places)) if places else None


def other_mark(file: Spoiled) -> bool:
    swapped = str.maketrans({".": ",", ",": "."})
    return _change(file, measured(file), lambda cell: cell.translate(swapped))


def thousands(file: Spoiled) -> bool:
    """1146 becomes 1,146 (or 1.146): numbers below a thousand stay as they are."""
    mark = str(file.draw.choice([",", "."]))
    return _change(file, measured(file),
                   lambda cell: re.sub(r"^(\d{1,3})(\d{3})$", rf"\g<1>{mark}\2", cell))  # fmt: skip


def words_among_numbers(file: Spoiled) -> bool:
    word = str(file.draw.choice(["n.v.t.", "<1", "12%", "-", "ziek", "1 2"]))
    return _change(file, measured(file), lambda _: word)


def other_dates(file: Spoiled) -> bool:
    """Day, month and year change places."""
    column = file.column("date", "baseline_date", "disposition_date", "entry_date")
    forms = (r"\2/\3/\1", r"\3.\2.\1", r"\1", r"\1-\2")
    form = str(file.draw.choice(forms))

    def rewrite(cell: str) -> str:
        turned = re.sub(r"^(\d{2})-(\d{2})-(\d{4})$", r"\3-\2-\1", cell)
        return re.sub(r"^(\d{4})-(\d{2})-(\d{2})$", form, turned)

    return _change(file, column, rewrite)


def shift_columns(file: Spoiled) -> bool:
    """A cell too much moves the rest of some rows to the right."""
    for n in file.some(list(range(len(file.rows))), 0.1):
        row = file.rows[n]
        file.rows[n] = ["", *row[:-1]]
    return True


def blank_visit(file: Spoiled) -> bool:
    return _change(file, file.column("visit"), lambda _: "")


def blank_arm(file: Spoiled) -> bool:
    return _change(file, file.column("arm"), lambda _: "")


def stranger(file: Spoiled) -> bool:
    """Rows of somebody whom no other file has."""
    return _change(file, file.column("participant_id", "dyad_id"), lambda cell: cell + "9")


def repeat_rows(file: Spoiled) -> bool:
    file.rows += [list(file.rows[n]) for n in file.some(list(range(len(file.rows))), 0.1)]
    return True


def other_codes(file: Spoiled) -> bool:
    """Categories in another spelling."""
    return _change(file, file.column("arm", "visit", "sex", "phase", "role"),
                   lambda cell: f"{cell}x")  # fmt: skip


KINDS: dict[str, Corruption] = {
    function.__name__: function
    for function in (
        lose_zeros, change_case, floating_ids, space_in_ids, cut_file, headings_only, total_line,
        other_mark, thousands, words_among_numbers, other_dates, shift_columns, blank_visit,
        blank_arm, stranger, repeat_rows, other_codes,
    )
}  # fmt: skip


def spoil(plan: Plan, folder: Path, kind: str, draw: np.random.Generator) -> str | None:
    """Spoil one text file of a study in place; its name, or None where the kind meets none."""
    entries = [e for e in plan.data.values() if (folder / e.file).suffix == ".csv"]
    if plan.cohorts is not None and plan.cohorts.each_folder:
        cohort = sorted(path.name for path in folder.iterdir() if path.is_dir())[0]
        places = [(folder / cohort / e.file, e) for e in plan.data.values()]
    else:
        places = [(folder / e.file, e) for e in entries]
    for number in draw.permutation(len(places)):
        path, entry = places[number]
        text = path.read_text(encoding="utf-8-sig")
        mark = ";" if ";" in text.splitlines()[0] else ","
        head, *rows = list(csv.reader(io.StringIO(text), delimiter=mark))
        file = Spoiled(entry, head, rows, draw)
        if KINDS[kind](file):
            target = io.StringIO()
            csv.writer(target, delimiter=mark, lineterminator="\n").writerows([head, *file.rows])
            path.write_text(target.getvalue(), encoding="utf-8")
            return f"{kind} in {path.relative_to(folder)}"
    return None

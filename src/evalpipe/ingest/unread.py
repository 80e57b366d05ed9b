"""Files in a study's raw folder that its plan does not read; the gate judges them all the same.

A key file with names beside the data is a leak that waits. Nothing of these files goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.config.plan import Plan
from evalpipe.errors import EvalpipeError, PrivacyError
from evalpipe.ingest.cohort_folders import cohort_names
from evalpipe.ingest.raw_content import COMPANIONS, raw_files
from evalpipe.privacy.file_names import find_words, names_only_things

if TYPE_CHECKING:
    from evalpipe.ingest.raw import RawTable

MOST_FILES = 2_000
MOST_TOLD = 10


@dataclass(frozen=True)
class UnreadFile:
    """One file that the plan does not read.

    file: relative to the raw folder; a file's name may be a person's. number: its place among all
    such files by name. words: words of the plan's own file names, which may be told. reason: the
    plan's own, under `privacy: leave_unread`, for the file or a folder above it; None without.
    """

    file: str
    number: int
    words: frozenset[str]
    reason: str | None

    @property
    def shown(self) -> str:
        """What to call it in a message: its name if that can name nobody."""
        path = Path(self.file)
        ending = path.suffix
        if len(ending) <= 6 and names_only_things(self.file.removesuffix(ending), self.words):
            return self.file
        kind = ending if 1 < len(ending) <= 6 else "no ending"
        top = path.parts[0] if len(path.parts) > 1 else ""
        place = f", in {top}/" if top and names_only_things(top, self.words) else ""
        return f"file {self.number} by name ({kind}{place}) of those that the plan does not name"


def find_unread(plan: Plan, folder: Path) -> tuple[UnreadFile, ...]:
    """Every file below the raw folder that no entry of the plan names, in order of name.

    Raises PrivacyError when there are too many to judge.
    """
    bases = [f"{cohort}/" if cohort else "" for cohort in cohort_names(plan, folder)]
    named = {base + entry.file for base in bases for entry in plan.data.values()}
    files = sorted(f for f in set(raw_files(folder)) - named if f.casefold() not in COMPANIONS)
    if len(files) > MOST_FILES:
        raise PrivacyError(
            f"data/raw/{plan.study.id}: holds {len(files)} files that the plan does not name; "
            f"more than {MOST_FILES} are not judged, so move them out"
        )
    words = find_words(" ".join([plan.study.id, *named]))
    return tuple(
        UnreadFile(file, number, words, _find_reason(plan, file))
        for number, file in enumerate(files, start=1)
    )


def _find_reason(plan: Plan, file: str) -> str | None:
    """Reason for a file, or for a folder above it."""
    reasons = {name.rstrip("/"): text for name, text in plan.privacy.leave_unread.items()}
    above = [file, *(parent.as_posix() for parent in Path(file).parents)]
    return next((reasons[path] for path in above if path in reasons), None)


def find_needless(plan: Plan, unread: tuple[UnreadFile, ...]) -> tuple[str, ...]:
    """Names that the plan leaves unread and that are no file or folder which it does not read."""
    files = [Path(found.file) for found in unread]
    there = {path.as_posix() for file in files for path in (file, *file.parents)}
    return tuple(name for name in plan.privacy.leave_unread if name.rstrip("/") not in there)


def read_unread(folder: Path, unread: UnreadFile) -> tuple[RawTable, ...]:
    """Read one such file for the gate.

    Raises PrivacyError when it cannot be read and so cannot be judged.
    """
    from evalpipe.ingest.raw import read_for_gate

    try:
        return read_for_gate(Path(unread.file), folder)
    except EvalpipeError:
        raise PrivacyError(
            f"{unread.shown}: is not in the plan and cannot be judged; move it out of the raw "
            "folder, or name it (or its folder) under `privacy: leave_unread` with a reason"
        ) from None

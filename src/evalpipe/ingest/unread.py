"""Files in a study's raw folder that its plan does not read; the gate judges them all the same.

A key file with names beside the data is a leak that waits. Nothing of these files goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.config.plan import Plan
from evalpipe.errors import EvalpipeError, PrivacyError
from evalpipe.ingest.cohort_folders import cohort_names

if TYPE_CHECKING:
    from evalpipe.ingest.raw import RawTable

COMPANIONS = frozenset({"README.md", "SOURCE.md", "SYNTHETIC.md", "truth.json"})
"""What may lie in the raw folder itself beside the data."""
_CLUTTER = frozenset({".gitkeep", ".gitignore", ".DS_Store", "Thumbs.db", "desktop.ini"})
MOST_FILES = 2_000


@dataclass(frozen=True)
class UnreadFile:
    """One file that the plan does not read.

    file: relative to the raw folder; a file's name may be a person's. number: its place among them.
    reason: the plan's own, under `privacy: leave_unread`; None without.
    """

    file: str
    number: int
    reason: str | None

    @property
    def shown(self) -> str:
        """What to call it in a message: its name if that can name nobody."""
        from evalpipe.privacy.file_names import names_only_things

        ending = Path(self.file).suffix
        if len(ending) <= 6 and names_only_things(self.file.removesuffix(ending)):
            return self.file
        kind = ending if 1 < len(ending) <= 6 else "no ending"
        return f"file {self.number} ({kind}) of those that the plan does not name"


def find_unread(plan: Plan, folder: Path) -> tuple[UnreadFile, ...]:
    """Every file below the raw folder that no entry of the plan names, in order of name.

    Raises PrivacyError when there are too many to judge.
    """
    bases = [f"{cohort}/" if cohort else "" for cohort in cohort_names(plan, folder)]
    named = {base + entry.file for base in bases for entry in plan.data.values()}
    files = sorted(set(_walk(folder)) - named - COMPANIONS)
    if len(files) > MOST_FILES:
        raise PrivacyError(
            f"data/raw/{plan.study.id}: holds {len(files)} files that the plan does not name; "
            f"more than {MOST_FILES} are not judged, so move them out"
        )
    reasons = plan.privacy.leave_unread
    return tuple(
        UnreadFile(file, number, reasons.get(file)) for number, file in enumerate(files, start=1)
    )


def _walk(folder: Path) -> Iterator[str]:
    for base, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(base) / name).is_symlink()]
        for name in [*files, *links]:
            if name not in _CLUTTER and not name.startswith(("~$", ".~lock.")):
                yield (Path(base) / name).relative_to(folder).as_posix()


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
            "folder, or name it under `privacy: leave_unread` with a reason"
        ) from None

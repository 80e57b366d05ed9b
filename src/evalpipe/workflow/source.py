"""The digest of the source that a stage uses: the package is parsed once, then what was edited."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from evalpipe.provenance import PACKAGE_FOLDER, Notes, source_digest
from evalpipe.workflow.kept import keep, read_kept
from evalpipe.workflow.stages import STAGE_CODE

MOST_NOTES = 2_000
"""More are left from files that are gone; then all are found out again."""

_KEY = f"syntax 1 {sys.implementation.cache_tag}"


@cache
def code_digest(stage: str) -> str:
    """Return the digest of the source that a stage uses, directly or through others."""
    return digest_source(STAGE_CODE[stage])


def digest_source(subpackages: Iterable[str]) -> str:
    """`provenance.source_digest`, with notes kept beside Python's own compiled files."""
    notes = _notes()
    before = len(notes)
    digest = source_digest(subpackages, notes)
    if len(notes) > before:
        keep({name: list(note) for name, note in notes.items()}, _notes_path(), _KEY)
    return digest


def _notes_path() -> Path:
    return PACKAGE_FOLDER / "__pycache__" / f"syntax.{sys.implementation.cache_tag}.json"


@cache
def _notes() -> Notes:
    kept = read_kept(_notes_path(), _KEY)
    if not isinstance(kept, dict) or len(kept) > MOST_NOTES:
        return {}
    return {name: (str(note[0]), tuple(note[1])) for name, note in kept.items()}

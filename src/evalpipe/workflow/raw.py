"""What the workflow knows about raw files: one digest of them all, and how much they are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import ceil
from pathlib import Path

from evalpipe.provenance import digest_file
from evalpipe.workflow.plans import plan_content


@cache
def raw_digest(study: str, root: Path = Path()) -> str:
    """Return the digest of all raw files of a study, declared and not.

    Names and times of files decide nothing. Of a file that is missing the stage tells in one line
    where to put it; links are told by the stage, too.
    """
    from evalpipe.ingest.raw_content import digest_raw

    left = plan_content(study, root).full["privacy"]["leave_unread"]
    return digest_raw(root / "data" / "raw" / study, tuple(left))


@cache
def truth_digest(study: str, root: Path = Path()) -> str:
    """Return the digest of the truth of a synthetic study; empty without one."""
    return "".join(digest_file(root / name) for name in truth_file(study, root))


def truth_file(study: str, root: Path = Path()) -> list[str]:
    """Return the file with the truth of a synthetic study, as a list with one name or none."""
    path = Path("data/raw") / study / "truth.json"
    return [str(path)] if (root / path).is_file() else []


def raw_files(study: str) -> list[str]:
    """Return the raw files that a plan names and that exist, in every cohort's folder.

    Of one that is missing the stage `ingest` tells, in one line, where to put it.
    """
    plan, folder = plan_content(study).full, Path("data/raw") / study
    bases = [folder]
    if plan["cohorts"] is not None and folder.is_dir():
        bases = sorted(p for p in folder.iterdir() if p.is_dir() and p.name[0] not in "._")
    names = dict.fromkeys(entry["file"] for entry in plan["data"].values())
    files = [base / name for base in bases for name in names]
    return [str(path) for path in files if path.exists()]


def not_ahead(files: Iterable[str], now: float) -> list[str]:
    """Return the files whose time does not lie ahead of the clock; `now` in seconds as it tells.

    Snakemake fails a job whose output is older than an input, `ancient` or not, and a file that
    came from a machine whose clock is ahead would fail each. Nothing is lost without it: content
    decides on reruns, by the digests among the parameters.
    """
    return [file for file in files if not Path(file).exists() or Path(file).stat().st_mtime <= now]


@cache
def _raw_megabytes(study: str) -> float:
    return sum(Path(file).stat().st_size for file in raw_files(study)) / 1e6


def memory_mb(study: str, least: int, per_raw_mb: int) -> int:
    """Return the memory that a job asks for, in MB, from the size of the study's raw files.

    Not from the size of the job's own inputs: jobs of one study are handed to a cluster together,
    when most of them do not exist yet.
    """
    return ceil(least + per_raw_mb * _raw_megabytes(study))


def minutes(study: str, least: int, per_raw_mb: float) -> int:
    """Return the time that a job asks for, in minutes, from the size of the study's raw files."""
    return ceil(least + per_raw_mb * _raw_megabytes(study))

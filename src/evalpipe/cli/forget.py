"""Remove every file that was derived from a study's data: tables, reports, logs, notes on runs.

The plan and the raw files stay; they are yours. Run this when a data-sharing agreement ends or a
participant withdraws (then correct the raw files and run again). Copies elsewhere are not known to
evalpipe: reports that were sent, backups, folders named with --out, notebooks with their output.
"""

import argparse
import re
import shutil
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

from evalpipe.cli.arguments import add_study
from evalpipe.cli.lock import BUSY, one_run_at_a_time
from evalpipe.cli.project import Project, checked_name, find_project
from evalpipe.errors import BusyError, ExitCode, UsageError
from evalpipe.workflow.plans import KEPT

SOFTWARE = ("conda", "conda-archive", "singularity")
"""Folders of Snakemake that hold software, never a trace of a study."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command.

    Raises UsageError for a study of which there is no trace, for a link among the places of
    results (`find_project`) and for a file that cannot be removed; BusyError while a run is at
    work.
    """
    project = find_project(options.project)
    study = checked_name(options.study)
    with one_run_at_a_time(project.root):
        if any((project.root / ".snakemake" / "locks").glob("*.lock")):
            raise BusyError(BUSY)
        derived = [*_own_files(project, study), *_shared_files(project, study)]
        if not derived and not project.raw(study).exists():
            project.plan_path(study)  # raises when there is no plan either: a name mistyped
        _remove(project, study, derived)
        removed = f"removed {len(derived)} derived file{'s' if len(derived) != 1 else ''}"
        told = removed if derived else "no derived file is left"
        print(f"{study}: {told}; plan and raw files were left alone")
        _list_the_others(project)
    return ExitCode.OK


def _folders(project: Project, study: str) -> tuple[Path, ...]:
    """The folders that hold nothing but what was derived from this study."""
    return project.processed(study), project.report(study), project.root / "logs" / study


def _own_files(project: Project, study: str) -> Iterator[Path]:
    """Yield every file in the study's own folders."""
    for folder in _folders(project, study):
        if folder.is_dir():
            yield from (p for p in sorted(folder.rglob("*")) if not p.is_dir())
        elif folder.exists():
            yield folder


def _shared_files(project: Project, study: str) -> Iterator[Path]:
    """Yield the logs and the notes of Snakemake that name the study."""
    named = _named(study)
    memory = project.root / ".snakemake"
    notes = (p for p in sorted(memory.rglob("*")) if p.relative_to(memory).parts[0] not in SOFTWARE)
    kept = project.root / KEPT  # what is kept of plans to save time
    for path in (*sorted((project.root / "logs").glob("*")), *notes):
        if path.is_file() and (kept in path.parents or _tells(path, named)):
            yield path


def _named(study: str) -> re.Pattern[str]:
    """How a log or a note of Snakemake names a study: by its paths, or as the one to run."""
    name = re.escape(study)
    return re.compile(
        rf"(?:data/(?:raw|processed)|reports|logs)/{name}/"
        rf"|config/studies/{name}\.yaml|(?:only|study)=(?:[a-z0-9_]+,)*{name}(?![a-z0-9_])"
    )


def _tells(path: Path, named: re.Pattern[str]) -> bool:
    """Whether a file names the study, in its text or in its own name (a path in base64)."""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}), so nothing was removed; mend this first"
        ) from None
    return bool(named.search(text) or named.search(_decoded(path)))


def _decoded(path: Path) -> str:
    # Snakemake cuts a name that is too long into folders that begin with @.
    words = [part.removeprefix("@") for part in path.parts if part.startswith("@")]
    try:
        return urlsafe_b64decode("".join([*words, path.name])).decode("utf-8", errors="replace")
    except ValueError:
        return ""


def _remove(project: Project, study: str, derived: list[Path]) -> None:
    reports = project.root / "reports"
    pages = [*reports.glob("index.html"), *reports.glob(".index.html.*.part")]
    try:
        for path in (*derived, *pages):
            path.unlink()
        for folder in _folders(project, study):
            if folder.is_dir():
                shutil.rmtree(folder)
    except OSError as error:
        raise UsageError(
            f"{error.filename}: cannot be removed ({error.strerror}). Some derived files of "
            f"{study} are left; mend this and run the same command again"
        ) from None


def _list_the_others(project: Project) -> None:
    """Write the index page, which showed every study, again without this one."""
    from evalpipe.cli.index import write_index

    if any((project.report(study) / "headline.json").is_file() for study in project.studies()):
        write_index(project)

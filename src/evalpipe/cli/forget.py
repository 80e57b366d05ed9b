"""Remove every file that was derived from a study's data: processed tables, reports, logs.

The plan and the raw files stay; they are yours. Run this when a data-sharing agreement ends or a
participant withdraws (then correct the raw files and run again).
"""

import argparse
import shutil
from pathlib import Path

from evalpipe.cli.arguments import add_study
from evalpipe.cli.project import Project, checked_name, find_project
from evalpipe.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    project = find_project(options.project)
    study = checked_name(options.study)
    removed = 0
    for path in _derived(project, study):
        if path.is_dir() and not path.is_symlink():
            removed += sum(1 for p in path.rglob("*") if p.is_file())
            shutil.rmtree(path)
        elif path.exists() or path.is_symlink():
            removed += 1
            path.unlink()
    print(f"{study}: removed {removed} derived files; plan and raw files were left alone")
    return ExitCode.OK


def _derived(project: Project, study: str) -> list[Path]:
    memory = project.root / ".snakemake"
    return [
        project.processed(study),
        project.report(study),
        project.root / "logs" / study,
        project.root / "reports" / "index.html",
        *sorted((memory / "log").glob("*.log")),
    ]

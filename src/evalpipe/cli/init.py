"""Begin a study: a commented plan and synthetic example data that run as they are.

Writes config/studies/STUDY.yaml and data/raw/STUDY/. Then replace the example data by your files
and edit the plan from top to bottom; `evalpipe check STUDY` tells what does not fit. Nothing that
exists is overwritten. In an empty folder the Snakefile, its settings and profiles are written too.
"""

from __future__ import annotations

import argparse
import csv
import io
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.cli.arguments import add_study
from evalpipe.cli.project import Project, checked_name
from evalpipe.errors import ExitCode, UsageError
from evalpipe.io import write_text

if TYPE_CHECKING:
    from numpy.random import Generator

PROJECT_FILES = (
    "Snakefile",
    "config/config.yaml",
    "config/captions/disclosure.rst",
    "config/captions/index.rst",
    "config/captions/overview.rst",
    "config/captions/report.rst",
    "config/captions/table.rst",
    "profiles/default/config.yaml",
    "profiles/slurm/config.yaml",
)
"""What a project holds beside its studies; in an installed package below `template`."""

CHILDREN = 80
SEED = 7
LABEL = (
    "SYNTHETIC example data, made by `evalpipe init` with seed 7. They describe nobody.\n"
    "Replace them by your own de-identified files.\n"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    study = checked_name(options.study)
    project = Project((options.project or Path.cwd()).resolve())
    plan = project.root / "config" / "studies" / f"{study}.yaml"
    if plan.exists() or not _is_half_made(project.raw(study)):
        raise UsageError(f"{study} exists already; choose another name, or edit what is there")
    for name, text in _project_files(project).items():
        write_text(text, project.root / name)
    for name, text in example_files().items():
        write_text(text, project.raw(study) / name)
    write_text(_template("plan.yaml").replace("@STUDY@", study), plan)
    print(f"config/studies/{study}.yaml     the plan: edit it from top to bottom")
    print(f"data/raw/{study}/               synthetic example data: replace them by your files")
    print(f"next: evalpipe check {study}    then: evalpipe run {study}")
    return ExitCode.OK


def _is_half_made(raw: Path) -> bool:
    """Whether the raw folder holds nothing but example files of an `init` that was stopped."""
    examples = example_files()
    found = sorted(raw.rglob("*")) if raw.exists() else []
    return all(
        path.is_file()
        and path.parent == raw
        and (path.name.startswith(".") or path.read_bytes() == examples.get(path.name, "").encode())
        for path in found
    )


def _project_files(project: Project) -> dict[str, str]:
    """Return the files that a project folder needs and does not have."""
    bundled = Path(__file__).resolve().parents[3]
    return {
        name: _project_file(bundled / name, name)
        for name in PROJECT_FILES
        if not (project.root / name).exists()
    }


def _project_file(checkout: Path, packaged: str) -> str:
    """Return a file of the checkout, or its copy inside an installed package."""
    if checkout.is_file():
        return checkout.read_text(encoding="utf-8")
    return _template(packaged)


def _template(name: str) -> str:
    folder = resources.files("evalpipe.cli").joinpath("template")
    return folder.joinpath(name).read_text(encoding="utf-8")


def example_files() -> dict[str, str]:
    """Return the example's raw files: name -> text. The same every time."""
    import numpy as np

    random = np.random.default_rng(SEED)
    children = [["id", "group", "age", "sex", "site", "left_because"]]
    answers = [["id", "moment", "day", *(f"er_{n}" for n in range(1, 9))]]
    for number in range(1, CHILDREN + 1):
        name, arm = f"P{number:03d}", "PT" if number % 2 else "WL"
        sex, site = str(int(random.integers(1, 3))), ("north", "south")[number % 4 // 2]
        left = random.random() < 0.12
        reason = str(random.choice(["moved", "no_time"])) if left else ""
        age = int(random.integers(6, 19))
        children.append([name, arm, str(age), sex, site, reason])
        level = random.normal(3.0, 0.6)
        for moment, day in (("T0", 0), ("T1", 84), ("T2", 264)):
            gain = 0.0 if moment == "T0" else 0.15 + (0.45 if arm == "PT" else 0.0)
            if left and moment != "T0":
                continue
            late = 0 if moment == "T0" else int(random.integers(-7, 15))
            cells = _answers(random, level + gain)
            answers.append([name, moment, str(day + late), *cells])
    return {
        "children.csv": _csv(children),
        "questionnaires.csv": _csv(answers),
        "SYNTHETIC.md": LABEL,
    }


def _answers(random: Generator, level: float) -> list[str]:
    cells = []
    for item in range(1, 9):
        value = int(min(5, max(1, round(random.normal(level, 0.9)))))
        value = 6 - value if item in (3, 6) else value
        cells.append("-88" if random.random() < 0.01 else str(value))
    return cells


def _csv(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()

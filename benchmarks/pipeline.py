"""How long the pipeline takes: a cold run, a rerun with nothing to do, the start of each stage.

    python benchmarks/pipeline.py [--studies btheb ...] [--cores 2]

Works in a temporary copy of the tracked files, with the environment that runs it. Writes
benchmarks/results/pipeline.md. Seconds depend on the machine; the table says how many cores it had.
"""

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "pipeline.md"
STAGES = ("ingest", "validate", "score", "describe", "release", "report")
STARTS = {
    "the command line (`evalpipe --help`)": "import evalpipe.cli.main",
    "pandas and pandera alone": "import pandas, pandera.pandas",
}


@dataclass(frozen=True)
class Measured:
    """What one command took: seconds by the wall, and of CPU with its children."""

    wall: float
    cpu: float


@contextmanager
def copied_project() -> Iterator[Path]:
    """The tracked files as they are now, in a folder of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "evalpipe"
        listed = subprocess.run(
            [
                "git",
                "-C",
                str(ROOT),
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ],
            capture_output=True,
            check=True,
        )
        for relative in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / relative).is_file():
                (folder / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / relative, folder / relative)
        yield folder


def measure(arguments: list[str], folder: Path) -> Measured:
    """Run evalpipe (or Python) in `folder`; stops with its output when it fails."""
    environment = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"evalpipe {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return Measured(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run_pipeline(studies: list[str], cores: int, folder: Path) -> Measured:
    return measure(["-m", "evalpipe", "run", *studies, "--cores", str(cores)], folder)


def rows_of(studies: list[str], cores: int) -> Iterator[tuple[str, Measured]]:
    """Each thing measured, with its name."""
    for study in studies:
        with copied_project() as folder:
            yield f"`{study}`: cold run", run_pipeline([study], cores, folder)
            yield f"`{study}`: second run, nothing to do", run_pipeline([study], cores, folder)
            for stage in STAGES:
                yield f"`{study}`: stage {stage}", measure(["-m", "evalpipe", stage, study], folder)
    for name, code in STARTS.items():
        yield f"start of {name}", measure(["-c", code], ROOT)


def written_table(rows: list[tuple[str, Measured]], cores: int) -> str:
    """The committed table."""
    lines = [
        "# Time of the pipeline",
        "",
        f"`make bench`; {cores} cores, Python {platform.python_version()}, environment ready.",
        "",
        "| what | seconds | CPU seconds |",
        "|---|---:|---:|",
        *(f"| {name} | {took.wall:.1f} | {took.cpu:.1f} |" for name, took in rows),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", nargs="+", default=["btheb"])
    parser.add_argument("--cores", type=int, default=2)
    chosen = parser.parse_args()
    rows = []
    for name, took in rows_of(chosen.studies, chosen.cores):
        print(f"{name}: {took.wall:.1f} s, {took.cpu:.1f} CPU s", flush=True)
        rows.append((name, took))
    RESULT.write_text(written_table(rows, chosen.cores), encoding="utf-8")


if __name__ == "__main__":
    main()

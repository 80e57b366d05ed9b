"""CPU seconds and peak memory of the engine, from DataFrame to contrasts, one thread.

    python benchmarks/engine.py [--case mmrm] [--program evalpipe lme4] [--most 100000]

Side by side with statsmodels and, where Rscript and they are installed, R's lme4, nlme and mmrm.
Each fit is a process of its own; memory is its peak above what it held before the fit. Writes
engine.csv, engine.md and engine.svg in benchmarks/results. A run of some cases keeps the others'
rows; `--report` only writes table and picture again.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from measured.data import make_frame
from measured.report import draw_picture, write_report

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
SIZES = (200, 2_000, 20_000, 100_000, 1_000_000)
CASES = ("mmrm", "random_intercept", "random_slope", "nested", "many_visits", "btheb")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
MOST = {
    ("statsmodels", "random_slope"): 100_000,
    ("statsmodels", "random_intercept"): 20_000,
    ("statsmodels", "nested"): 2_000,
    ("lme4", "random_slope"): 100_000,
    ("lme4", "random_intercept"): 100_000,
    ("lme4", "nested"): 100_000,
    ("nlme", "mmrm"): 2_000,
    ("nlme", "random_slope"): 20_000,
    ("nlme", "random_intercept"): 20_000,
    ("nlme", "nested"): 20_000,
    ("mmrm", "mmrm"): 100_000,
}
"""Largest size of the other programs; a pair that is not here cannot fit the case."""


@dataclass(frozen=True)
class Row:
    """One fit. cpu_seconds and memory_mb are empty unless status is `ok`."""

    case: str
    program: str
    n_participants: int
    n_rows: int | None
    status: str
    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    memory_mb: float | None = None
    estimate: float | None = None
    median_of_ten: float | None = None


def list_sizes(program: str, case: str, most: int) -> list[int]:
    """Return the sizes to run; twelve visits and btheb have one."""
    if case in ("many_visits", "btheb"):
        return {"many_visits": [2_000], "btheb": [97]}[case] if program == "evalpipe" else []
    largest = SIZES[-1] if program == "evalpipe" else MOST.get((program, case), 0)
    return [size for size in SIZES if size <= min(largest, most)]


def measure(program: str, case: str, size: int, limit: int) -> Row:
    """Run one fit in a process of its own."""
    if program in ("evalpipe", "statsmodels"):
        return measure_python(program, case, size, limit)
    if not is_installed(program):
        return Row(case, program, size, None, "not installed")
    return measure_r(program, case, size, limit)


def measure_python(program: str, case: str, size: int, limit: int) -> Row:
    command = [sys.executable, str(HERE / "measured" / "python_fits.py"), program, case, str(size)]
    text, status = run(command, limit)
    if text is None:
        return Row(case, program, size, None, status)
    found = json.loads(text)
    n_rows = found.pop("n_rows")
    return Row(case, program, size, n_rows, "ok", **found)


def measure_r(program: str, case: str, size: int, limit: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        make_frame(case, size).to_csv(path, index=False)
        script = str(HERE / "measured" / "r_fits.R")
        text, status = run(["Rscript", script, program, case, str(path)], limit)
    if text is None:
        return Row(case, program, size, None, status)
    cpu, memory, estimate, n_rows = (float(part) for part in text.split())
    return Row(case, program, size, int(n_rows), "ok", cpu, None, memory, estimate)


def run(command: list[str], limit: int) -> tuple[str | None, str]:
    """Return what a fit printed, or None and why there is nothing."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **ONE_THREAD},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"over {limit} s"
    if done.returncode:
        print(done.stderr[-600:])
        return None, "did not converge" if "convergence" in done.stderr else "failed"
    return done.stdout.strip().splitlines()[-1], "ok"


def is_installed(package: str) -> bool:
    """Whether Rscript and the R package are there."""
    if shutil.which("Rscript") is None:
        return False
    code = f'quit(status = if (requireNamespace("{package}", quietly = TRUE)) 0 else 1)'
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, check=False)
    return done.returncode == 0


def measure_all(chosen: argparse.Namespace) -> Iterator[Row]:
    """Measure case by case, the programs beside each other, small sizes first."""
    for case in chosen.case:
        for program in chosen.program:
            for size in list_sizes(program, case, chosen.most):
                row = measure(program, case, size, chosen.limit)
                seconds = "" if row.cpu_seconds is None else f"{row.cpu_seconds:.3f} CPU s"
                print(f"{case} {program} {size:,}: {row.status} {seconds}", flush=True)
                yield row
                if row.status != "ok":
                    break


def read_rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(rows: list[dict[str, str]], path: Path) -> None:
    order = {case: place for place, case in enumerate(CASES)}
    rows = sorted(rows, key=lambda row: order[row["case"]])
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [field.name for field in fields(Row)]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_cells(row: Row) -> dict[str, str]:
    cells = asdict(row).items()
    return {
        name: "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
        for name, value in cells
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES))
    programs = ("evalpipe", "statsmodels", "lme4", "nlme", "mmrm")
    parser.add_argument("--program", nargs="+", choices=programs, default=list(programs))
    parser.add_argument("--most", type=int, default=SIZES[-1], help="most participants")
    parser.add_argument("--limit", type=int, default=3600, help="seconds for one fit")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    chosen = parser.parse_args()
    path = RESULTS / "engine.csv"
    kept = [
        row
        for row in read_rows(path)
        if chosen.report or row["case"] not in chosen.case or row["program"] not in chosen.program
    ]
    for row in () if chosen.report else measure_all(chosen):
        kept.append(write_cells(row))
        write_rows(kept, path)
    write_report(path, path.with_suffix(".md"))
    draw_picture(path, path.with_suffix(".svg"))


if __name__ == "__main__":
    main()

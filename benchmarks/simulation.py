"""How often 5 % tests reject a true null, and 95 % intervals hold the truth, in small trials.

    python benchmarks/simulation.py [--workers 2] [--datasets 5000] [--only slope] [--resume]

Every data set has a seed of its own, made of SEED, its cell and its number, so the result does not
depend on the number of workers. Writes simulation.csv, simulation.md and simulation.svg.
"""

import argparse
import csv
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from simulated.drawing import draw_picture
from simulated.tables import write_summary
from simulated.trials import Trial, count_columns, count_visits, draw, drop_slope, find_maker

from evalpipe.errors import NotEstimableError
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import DfMethod, test_contrasts, test_joint
from evalpipe.stats.optimise import FitStatus
from evalpipe.stats.problem import FloatArray, Structure

RESULTS = Path(__file__).resolve().parent / "results"
SEED = 20_261_122
SIZES = (12, 20, 40, 100)
EFFECT = 0.5
METHODS = (DfMethod.NORMAL, DfMethod.SATTERTHWAITE, DfMethod.KENWARD_ROGER)
BLOCK = 100
"""Data sets in one task of a worker."""
ANSWER = ("estimate", "std_error", "df", "rejects", "holds_truth", "joint_rejects")


@dataclass(frozen=True)
class Cell:
    """One setting: its data sets differ only by chance."""

    model: str
    n_per_arm: int
    has_dropout: bool
    n_datasets: int
    methods: tuple[DfMethod, ...] = METHODS

    @property
    def dropout(self) -> str:
        """Who is missing at the last visit."""
        return "30 % at random" if self.has_dropout else "none"

    @property
    def seed(self) -> int:
        """A number of its own; the number of data sets and methods does not change it."""
        name = f"{self.model} {self.n_per_arm} {self.has_dropout}"
        return zlib.crc32(name.encode())


@dataclass(frozen=True)
class Row:
    """One line of the result: a cell under one method.

    type_i_error, coverage: shares of the `n_answered` data sets; their Monte Carlo standard error.
    n_singular: fits on the boundary; a random slope was then dropped, as a plan may allow, and
    n_dropped counts those answered without it. n_refused: data that cannot carry the model.
    se_ratio: root mean square of the standard errors over the standard deviation of the estimates.
    """

    model: str
    n_per_arm: int
    dropout: str
    method: str
    n_datasets: int
    n_answered: int
    n_singular: int
    n_dropped: int
    n_not_converged: int
    n_refused: int
    type_i_error: float
    type_i_error_mcse: float
    coverage: float
    coverage_mcse: float
    joint_type_i_error: float
    se_ratio: float
    mean_df: float
    share_missing_last: float


def list_cells(n_datasets: int, n_structures: int) -> list[Cell]:
    """Return the main table's cells, then one size over every residual structure."""
    main = [
        Cell(model, size, has_dropout, n_datasets)
        for model in ("unstructured", "random_slope")
        for size in SIZES
        for has_dropout in (False, True)
    ]
    others = [
        Cell(structure.value, 20, has_dropout, n_structures, (DfMethod.KENWARD_ROGER,))
        for structure in Structure
        if structure is not Structure.UNSTRUCTURED
        for has_dropout in (False, True)
    ]
    return main + others


@dataclass(frozen=True)
class Outcome:
    """What one data set gave: answers (methods, len(ANSWER)), NaN without one, and how it went."""

    answers: FloatArray
    status: str
    is_dropped: bool
    share_missing: float


def run_dataset(cell: Cell, number: int) -> Outcome:
    """Draw one data set, test the true null in it, and see whether the interval holds the truth.

    With complete data a shift of the effect shifts estimate and interval alike, so the null data
    answer both; with dropout, which depends on the outcome, the effect is put in and fitted again.
    """
    rng = np.random.default_rng([SEED, cell.seed, number])
    make = find_maker(cell.model)
    draws = draw(rng, cell.n_per_arm, count_columns(cell.model))
    null = make(draws, 0.0, cell.has_dropout)
    missing = float(np.mean(count_visits(null.problem) < 4))
    answers = np.full((len(cell.methods), len(ANSWER)), np.nan)
    try:
        fit, status, is_dropped = fit_with_fallback(null)
        if fit is None:
            return Outcome(answers, status, False, missing)
        fill_answers(answers, fit, null, cell.methods)
        if cell.has_dropout:
            real = make(draws, EFFECT, True)
            fit_real = fit_with_fallback(real)[0]
            fill_coverage(answers, fit_real, real, cell.methods)
        else:
            answers[:, 4] = 1 - answers[:, 3]
    except NotEstimableError:
        return Outcome(np.full_like(answers, np.nan), "refused", False, missing)
    return Outcome(answers, status, is_dropped, missing)


def fit_with_fallback(trial: Trial) -> tuple[GaussianFit | None, str, bool]:
    """Return a fit that can be tested (or None), the status of the declared model, and whether
    its slope was dropped.
    """
    fit = fit_gaussian(trial.problem)
    status = fit.status
    if status is FitStatus.OK:
        return fit, status.value, False
    simpler = drop_slope(trial.problem)
    if status is not FitStatus.SINGULAR or simpler is None:
        return None, status.value, False
    fit = fit_gaussian(simpler)
    return (fit if fit.status is FitStatus.OK else None), status.value, fit.status is FitStatus.OK


def fill_answers(
    answers: FloatArray, fit: GaussianFit, trial: Trial, methods: tuple[DfMethod, ...]
) -> None:
    for row, method in zip(answers, methods, strict=True):
        single = test_contrasts(fit, trial.contrast[None], method)
        joint = test_joint(fit, trial.joint, method)
        row[0], row[1], row[2] = single.estimate[0], single.std_error[0], single.df[0]
        row[3] = float(single.p_value[0] < 0.05)
        row[5] = float(joint.p_value < 0.05)


def fill_coverage(
    answers: FloatArray, fit: GaussianFit | None, trial: Trial, methods: tuple[DfMethod, ...]
) -> None:
    if fit is None:
        return
    for row, method in zip(answers, methods, strict=True):
        single = test_contrasts(fit, trial.contrast[None], method)
        row[4] = float(single.conf_low[0] <= trial.truth <= single.conf_high[0])


def run_block(cell: Cell, first: int) -> list[Outcome]:
    return [run_dataset(cell, i) for i in range(first, min(first + BLOCK, cell.n_datasets))]


def run_cell(cell: Cell, workers: int) -> list[Outcome]:
    """Return all outcomes in order."""
    starts = range(0, cell.n_datasets, BLOCK)
    if workers == 1:
        return [outcome for start in starts for outcome in run_block(cell, start)]
    with get_context("spawn").Pool(workers) as pool:
        blocks = pool.imap(partial(run_block, cell), starts)
        return [outcome for block in blocks for outcome in block]


def summarise(cell: Cell, outcomes: list[Outcome]) -> Iterator[Row]:
    answers = np.stack([outcome.answers for outcome in outcomes])
    status = [outcome.status for outcome in outcomes]
    for place, method in enumerate(cell.methods):
        own = answers[:, place]
        own = own[np.isfinite(own[:, 3])]
        covered = own[np.isfinite(own[:, 4]), 4]
        estimate, std_error = own[:, 0], own[:, 1]
        yield Row(
            model=cell.model,
            n_per_arm=cell.n_per_arm,
            dropout=cell.dropout,
            method=method.value,
            n_datasets=len(outcomes),
            n_answered=len(own),
            n_singular=status.count("singular"),
            n_dropped=sum(outcome.is_dropped for outcome in outcomes),
            n_not_converged=status.count("not_converged"),
            n_refused=status.count("refused") + status.count("not_estimable"),
            type_i_error=float(np.mean(own[:, 3])),
            type_i_error_mcse=spread_of_share(own[:, 3]),
            coverage=float(np.mean(covered)),
            coverage_mcse=spread_of_share(covered),
            joint_type_i_error=float(np.mean(own[:, 5])),
            se_ratio=float(np.sqrt(np.mean(std_error**2)) / np.std(estimate)),
            mean_df=float(np.mean(own[:, 2])),
            share_missing_last=float(np.mean([outcome.share_missing for outcome in outcomes])),
        )


def spread_of_share(hits: FloatArray) -> float:
    share = float(np.mean(hits))
    return float(np.sqrt(share * (1 - share) / len(hits)))


def write_rows(rows: list[dict[str, str]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_cells(row: Row) -> dict[str, str]:
    return {k: f"{v:.6g}" if isinstance(v, float) else str(v) for k, v in asdict(row).items()}


def read_done(cell: Cell, path: Path) -> list[dict[str, str]]:
    """Return the rows of a cell that an interrupted run has left behind."""
    if not path.exists():
        return []
    wanted = {
        "model": cell.model,
        "n_per_arm": str(cell.n_per_arm),
        "dropout": cell.dropout,
        "n_datasets": str(cell.n_datasets),
    }
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if wanted.items() <= row.items()]


def run_cells(chosen: argparse.Namespace, path: Path) -> None:
    """Run every cell chosen; the file is written after each, so that `--resume` can go on."""
    cells = [c for c in list_cells(chosen.datasets, chosen.structures) if chosen.only in c.model]
    left = {cell: read_done(cell, path) if chosen.resume else [] for cell in cells}
    rows: list[dict[str, str]] = []
    start = time.perf_counter()
    chosen.out.mkdir(parents=True, exist_ok=True)
    for number, cell in enumerate(cells, start=1):
        done = left[cell] or [
            write_cells(row) for row in summarise(cell, run_cell(cell, chosen.workers))
        ]
        rows.extend(done)
        write_rows(rows, path)
        print(
            f"{number}/{len(cells)} {cell.model}, {cell.n_per_arm} per arm, dropout "
            f"{cell.dropout}: type I error {done[-1]['type_i_error']}, coverage "
            f"{done[-1]['coverage']} ({time.perf_counter() - start:.0f} s)",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--datasets", type=int, default=5000)
    parser.add_argument("--structures", type=int, default=2000, help="data sets per structure")
    parser.add_argument("--only", default="", help="cells whose model has this in its name")
    parser.add_argument("--resume", action="store_true", help="keep the cells already in --out")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--report", action="store_true", help="draw none; table and picture again")
    chosen = parser.parse_args()
    path = chosen.out / "simulation.csv"
    if not chosen.report:
        run_cells(chosen, path)
    write_summary(path, path.with_suffix(".md"), SEED)
    draw_picture(path, path.with_suffix(".svg"))


if __name__ == "__main__":
    main()

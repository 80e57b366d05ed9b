"""One synthetic study after the other through the declared analysis, failures and all."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.answers.choose import tested_places
from evalpipe.config.analyses import MMRM, MixedModel
from evalpipe.config.plan import Plan
from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.errors import EvalpipeError
from evalpipe.models.dispatch import run_analysis, with_delivery
from evalpipe.models.estimate_rows import heading_of
from evalpipe.models.gaussian import analyse_gaussian
from evalpipe.models.result import tabulate
from evalpipe.models.variables import declare_variables
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.prepared import needs_ledger, outcomes_read, prepared_tables
from evalpipe.vocabulary import Column, Status

Progress = Callable[[int, int], None]
"""Called with (replicates done, replicates in all)."""

FIRST_REPLICATE = 10_000
"""Added to the plan's seed for the first replicate, so that no replicate is the bundled study."""
CONFIDENCE = 0.95
_KEPT = (
    Column.ESTIMATE_ID,
    Column.TERM,
    Column.ARM,
    Column.REFERENCE_ARM,
    Column.VISIT,
    Column.SCALE,
    Column.ESTIMATE,
    Column.STD_ERROR,
    Column.P_VALUE,
    Column.CONF_LOW,
    Column.CONF_HIGH,
    Column.STATUS,
)


@dataclass(frozen=True)
class Task:
    """One replicate: which plan, which analysis, which seed."""

    plan: Plan
    analysis_id: str
    seed: int
    replicate: int


def run_replicate(task: Task) -> list[dict[str, Any]]:
    """Draw one study and run the analysis; a failed fit gives one row without an estimate.

    Numerical warnings are part of a replicate and are not shown.
    """
    plan, name = task.plan, task.analysis_id
    wanted = [s for s in outcomes_read(plan, name) if s in require_truth(plan).outcomes]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = prepared_tables(
                plan, task.seed, outcomes=wanted, with_ledger=needs_ledger(plan, name)
            )
            estimates = estimates_of(plan, name, tables)
    except (EvalpipeError, np.linalg.LinAlgError, FloatingPointError):
        return [_failed(task)]
    rows = estimates.iloc[tested_places(plan, name, estimates)]
    usable = rows[rows[Column.STATUS].isin([str(Status.OK), str(Status.SINGULAR)])]
    usable = usable[usable[Column.ESTIMATE].notna()]
    if usable.empty:
        return [_failed(task)]
    records = usable.reindex(columns=list(_KEPT)).to_dict("records")
    return [{**{str(k): v for k, v in r.items()}, "replicate": task.replicate} for r in records]


def estimates_of(plan: Plan, analysis_id: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return `estimates` of one analysis, without a Gaussian model's second fit and refits.

    The numbers are those of `run_analysis`: same rows, same model, same tests.
    """
    analysis = plan.analyses[analysis_id]
    model, estimand = analysis.model, analysis.estimand
    if not isinstance(model, MixedModel | MMRM) or estimand is None:
        return run_analysis(plan, analysis_id, tables).estimates
    frame = build_analysis_set(plan, analysis_id, with_delivery(plan, tables))
    answer, _ = analyse_gaussian(
        frame.frame,
        model,
        estimand,
        declare_variables(plan),
        heading_of(plan.study.id, analysis_id, analysis, CONFIDENCE),
        baseline_visit=plan.baseline_visit,
        is_log=frame.transform == "log",
    )
    return tabulate(answer, plan).estimates


def _failed(task: Task) -> dict[str, Any]:
    return {Column.ESTIMATE_ID: None, "replicate": task.replicate}


def run_replicates(
    plan: Plan,
    analysis_id: str,
    n_replicates: int,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return one row for each replicate and number that answers the analysis.

    Replicate r has the seed plan's seed + 10000 + r, so any of them can be drawn again. A failed
    fit is a row with a missing estimate_id. The order does not depend on the number of workers.
    """
    base = require_truth(plan).seed + FIRST_REPLICATE
    tasks = [Task(plan, analysis_id, base + r, r) for r in range(n_replicates)]
    rows: list[dict[str, Any]] = []
    for done, own in enumerate(_carried_out(tasks, workers), start=1):
        rows += own
        if progress is not None:
            progress(done, n_replicates)
    return pd.DataFrame(rows).reindex(columns=[*_KEPT, "replicate"])


def _carried_out(tasks: list[Task], workers: int) -> Iterator[list[dict[str, Any]]]:
    if workers <= 1:
        yield from map(run_replicate, tasks)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(run_replicate, tasks, chunksize=4)

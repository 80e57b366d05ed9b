"""Means by arm and visit with intervals; no test."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from evalpipe.config.analyses import Estimand
from evalpipe.design.statistic_rows import StatisticRow, mean_rows
from evalpipe.errors import NotEstimableError
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.model_rows import outcome_column
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared, text_of
from evalpipe.models.visits import rows_at, visits_of
from evalpipe.vocabulary import DfMethod, Quantity, Scale, StatisticTable


def analyse_descriptive(
    frame: pd.DataFrame,
    estimand: Estimand,
    declared: Declared,
    heading: Heading,
    *,
    is_log: bool = False,
) -> Answer:
    """Return the observed mean of each level (of the contrast's factor, else the arm) at each
    visit.
    """
    part = rows_at(frame, estimand)
    column = outcome_column(part)
    part = part[part[column].notna()]
    if part.empty:
        raise NotEstimableError("no row has the outcome")
    factor = estimand.contrast.factor if estimand.contrast else "arm"
    rows: list[EstimateRow] = []
    statistics: list[StatisticRow] = []
    for level, visit, values in _cells(part, factor, column, declared):
        rows.append(_mean(values, factor, level, visit, heading.conf_level, is_log))
        statistics += mean_rows(
            pd.Series(values),
            spread=True,
            table=StatisticTable.OBSERVED_MEANS,
            variable=heading.outcome or "outcome",
            arm=level if factor == "arm" else None,
            visit=visit,
            groups={} if factor == "arm" else {factor: level},
        )
    n = int(part["participant_id"].nunique())
    record: dict[str, object] = {
        "engine": "evalpipe",
        "model": "descriptive",
        "status": "ok",
        "n_participants": n,
        "n_observations": len(part),
    }
    return Answer(heading.with_counts(n, len(part)), rows, [record], statistics)


def _cells(
    part: pd.DataFrame, factor: str, column: str, declared: Declared
) -> Iterator[tuple[str | None, str | None, "np.typing.NDArray[np.float64]"]]:
    levels: list[str | None] = [None]
    words = text_of(part[factor]) if factor in part.columns else None
    if words is not None and words.notna().any():
        found = set(words.dropna())
        order = [v for v in declared.levels.get(factor, ()) if v in found]
        levels = [*order, *sorted(found - set(order))]
    visits = visits_of(part, declared) or (None,)
    for level in levels:
        here = part if level is None or words is None else part[words == level]
        for visit in visits:
            cell = here if visit is None else here[here["visit"] == visit]
            if len(cell):
                yield level, visit, cell[column].to_numpy(dtype="float64")


def _mean(
    values: "np.typing.NDArray[np.float64]",
    factor: str,
    level: str | None,
    visit: str | None,
    conf_level: float,
    is_log: bool,
) -> EstimateRow:
    n, mean = len(values), float(values.mean())
    error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else None
    half = None if error is None else float(stdtrit(n - 1, 0.5 + conf_level / 2)) * error
    return EstimateRow(
        Quantity.MARGINAL_MEAN,
        term=factor if level is not None else "mean",
        arm=level,
        visit=visit,
        estimate=mean,
        std_error=error,
        df=float(n - 1) if n > 1 else None,
        df_method=DfMethod.RESIDUAL,
        conf_low=None if half is None else mean - half,
        conf_high=None if half is None else mean + half,
        scale=Scale.LOG if is_log else Scale.OUTCOME,
        n_participants=n,
        n_observations=n,
        note="observed mean",
    )

"""Alpha, omega and item-total table of every scale made of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import item_numbers
from evalpipe.errors import NotEstimableError
from evalpipe.scoring.alpha import alpha_interval, alpha_of, compute_alpha, why_no_alpha
from evalpipe.scoring.items import item_matrix
from evalpipe.scoring.one_factor import fit_one_factor, omega_interval
from evalpipe.vocabulary import Column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ItemStatistics:
    """One item within its scale: number, answered, mean, SD, corrected item-total correlation."""

    item: int
    n: int
    mean: float
    sd: float
    item_total: float
    alpha_if_dropped: float


@dataclass(frozen=True)
class ScaleReliability:
    """Internal consistency of one scale at one visit.

    alpha: from pairwise covariances; n_rows rows with any answer; NaN with a note where it cannot
    be had. second_alpha: by the formula where pingouin gave the first, else NaN. omega: from
    complete rows, NaN with a note where the one-factor model cannot be fitted.
    """

    scale: str
    visit: str | None
    rater: str | None
    n_rows: int
    n_complete: int
    alpha: float
    alpha_interval: tuple[float, float]
    alpha_note: str | None
    second_alpha: float
    omega: float
    omega_interval: tuple[float, float]
    note: str | None
    items: tuple[ItemStatistics, ...]


def scale_reliabilities(
    plan: Plan, responses: pd.DataFrame, *, conf_level: float = 0.95, by_pingouin: bool = False
) -> list[ScaleReliability]:
    """Reliability of each scale with items, at each visit and for each rater.

    Reversed items are turned round first. Occasions without a visit (diary days) count together.
    by_pingouin: alpha by pingouin, whose import takes a second, and by its formula beside it; else
    by its formula alone.
    """
    found: list[ScaleReliability] = []
    for name, instrument in plan.instruments.items():
        if instrument.items is None or responses.empty:
            continue
        rows = responses[responses[Column.INSTRUMENT] == name]
        if rows.empty:
            continue
        matrix = item_matrix(name, instrument, rows)
        for scale_name, scale in instrument.scales.items():
            answers = matrix.answers[:, [n - 1 for n in item_numbers(instrument, scale)]]
            for visit, rater, place in _parts(plan, matrix.occasions):
                found.append(
                    judge_scale(
                        f"{name}.{scale_name}",
                        answers[place],
                        items=item_numbers(instrument, scale),
                        visit=visit,
                        rater=rater,
                        conf_level=conf_level,
                        by_pingouin=by_pingouin,
                    )
                )
    return [part for part in found if part.n_rows > 1]


def _parts(
    plan: Plan, occasions: pd.DataFrame
) -> list[tuple[str | None, str | None, NDArray[np.int64]]]:
    """(visit, rater, row numbers) for each visit of the plan and rater that occur."""
    nothing = pd.Series(None, index=occasions.index, dtype=object)
    visit = occasions.get(Column.VISIT, nothing).astype(object)
    rater = occasions.get(Column.RATER, nothing).astype(object)
    visits: list[str | None] = [v for v in plan.visits if (visit == v).any()]
    visits += [None] if visit.isna().any() else []
    raters: list[str | None] = [str(r) for r in sorted(rater.dropna().unique())]
    raters += [None] if rater.isna().any() else []
    parts = []
    for v in visits:
        for r in raters:
            inside = (visit.isna() if v is None else visit == v) & (
                rater.isna() if r is None else rater == r
            )
            if inside.any():
                parts.append((v, r, np.flatnonzero(inside.to_numpy(dtype=bool))))
    return parts


def judge_scale(
    scale: str,
    answers: Floats,
    *,
    items: tuple[int, ...],
    visit: str | None = None,
    rater: str | None = None,
    conf_level: float = 0.95,
    by_pingouin: bool = False,
) -> ScaleReliability:
    """Alpha, omega and the item-total table of answers (n, k), NaN where unanswered."""
    answered = np.isfinite(answers)
    rows = answers[answered.any(axis=1)]
    complete = answers[answered.all(axis=1)]
    covariance = pairwise_covariance(rows)
    why = why_no_alpha(rows, items)
    alpha = by_formula = alpha_of(covariance) if why is None else float("nan")
    if by_pingouin and np.isfinite(by_formula):
        alpha = compute_alpha(rows)
    omega, interval, note = _omega_or_note(complete, conf_level)
    return ScaleReliability(
        scale=scale,
        visit=visit,
        rater=rater,
        n_rows=len(rows),
        n_complete=len(complete),
        alpha=alpha,
        alpha_interval=alpha_interval(alpha, len(rows), answers.shape[1], conf_level),
        alpha_note=why,
        second_alpha=by_formula if by_pingouin else float("nan"),
        omega=omega,
        omega_interval=interval,
        note=note,
        items=_item_table(rows, covariance, items),
    )


def _omega_or_note(
    complete: Floats, conf_level: float
) -> tuple[float, tuple[float, float], str | None]:
    missing = (float("nan"), float("nan"))
    try:
        fit = fit_one_factor(complete)
    except NotEstimableError as error:
        return float("nan"), missing, str(error)
    return fit.omega, omega_interval(fit.omega, fit.std_error, conf_level), None


def pairwise_covariance(answers: Floats) -> Floats:
    """Covariance (k, k) of answers (n, k), each element from the rows that have both items."""
    covariance: Floats = pd.DataFrame(answers).cov().to_numpy(dtype="float64")
    return covariance


def _item_table(
    answers: Floats, covariance: Floats, items: tuple[int, ...]
) -> tuple[ItemStatistics, ...]:
    variance = np.diag(covariance)
    found = []
    for place, item in enumerate(items):
        rest = np.arange(len(items)) != place
        own = answers[:, place][np.isfinite(answers[:, place])]
        found.append(
            ItemStatistics(
                item=item,
                n=len(own),
                mean=float(own.mean()) if len(own) else float("nan"),
                sd=float(np.sqrt(variance[place])),
                item_total=_correlation_with_rest(covariance, place, rest),
                alpha_if_dropped=alpha_of(covariance[np.ix_(rest, rest)]),
            )
        )
    return tuple(found)


def _correlation_with_rest(covariance: Floats, place: int, rest: NDArray[np.bool_]) -> float:
    """Correlation of an item with the sum of the others, from the covariance matrix."""
    between = covariance[place, rest].sum()
    spread = np.sqrt(covariance[place, place] * covariance[np.ix_(rest, rest)].sum())
    return float(between / spread) if spread > 0 else float("nan")

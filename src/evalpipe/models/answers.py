"""Tests of requested contrast rows -> rows of `estimates`; log outcomes also as ratios."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evalpipe.models.estimate_rows import EstimateRow, without_numbers
from evalpipe.models.requests import Request
from evalpipe.models.support import Support
from evalpipe.models.wald import JointTest, Tests
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status


def stack_rows(requests: Sequence[Request], p: int) -> FloatArray:
    """Return L (m, p) of single-row requests."""
    return np.array([request.L for request in requests]).reshape(len(requests), p)


def offsets(requests: Sequence[Request]) -> FloatArray:
    """Return the constants (m,) added to L beta."""
    return np.array([request.offset for request in requests])


def answer_rows(
    requests: Sequence[Request],
    tests: Tests,
    df_method: DfMethod,
    scale: Scale = Scale.OUTCOME,
    status: Status = Status.OK,
    note: str | None = None,
    *,
    support: Support,
) -> list[EstimateRow]:
    """Return one row for each request, in order."""
    rows = []
    for i, request in enumerate(requests):
        freedom = float(tests.df[i])
        rows.append(
            EstimateRow(
                quantity=request.quantity,
                term=request.term,
                arm=request.arm,
                reference_arm=request.reference_arm,
                visit=request.visit,
                estimate=float(tests.estimate[i]),
                std_error=float(tests.std_error[i]),
                df=freedom if np.isfinite(freedom) else None,
                df_method=df_method,
                statistic=float(tests.statistic[i]),
                p_value=float(tests.p_value[i]),
                conf_low=float(tests.conf_low[i]),
                conf_high=float(tests.conf_high[i]),
                scale=scale,
                status=status,
                n_smallest=support.smallest(request.L),
                n_named=_count_named(request, support),
                note=join_notes(request.note, note),
            )
        )
    return rows


def _count_named(request: Request, support: Support) -> int | None:
    return support.named(request.term, request.arm, request.reference_arm, request.visit)


def withhold_rows(
    requests: Sequence[Request],
    rows: Sequence[EstimateRow],
    can_estimate: Callable[[FloatArray], NDArray[np.bool_]],
    reason: str,
) -> list[EstimateRow]:
    """Return the rows, without numbers where the data do not determine the contrast.

    can_estimate: L (m, p) -> (m,). reason: what stands in the note of such a row.
    """
    if not requests:
        return list(rows)
    known = can_estimate(np.array([request.L for request in requests]))
    return [
        row if is_known else without_numbers(row, reason)
        for row, is_known in zip(rows, known, strict=True)
    ]


def joint_row(
    request: Request,
    test: JointTest,
    df_method: DfMethod,
    status: Status = Status.OK,
    *,
    support: Support,
) -> EstimateRow:
    """Return the row of a joint test; df is that of the denominator."""
    freedom = test.df_denominator
    return EstimateRow(
        quantity=Quantity.JOINT_TEST,
        term=request.term,
        df=freedom if np.isfinite(freedom) else None,
        df_numerator=test.df_numerator,
        df_method=df_method,
        statistic=test.statistic,
        p_value=test.p_value,
        scale=Scale.NONE,
        n_smallest=support.smallest(request.L),
        status=status,
        note="F" if np.isfinite(freedom) else "chi-square divided by its df",
    )


def exponentiate(
    rows: Iterable[EstimateRow], differences: Scale, means: Scale
) -> list[EstimateRow]:
    """Return rows on the log (or log odds) scale as ratios (odds ratios); means as themselves.

    The standard error is that of the delta method; the interval is the exponentiated one.
    """
    answers = []
    for row in rows:
        if row.quantity is Quantity.JOINT_TEST:
            continue
        is_mean = row.quantity in (Quantity.MARGINAL_MEAN, Quantity.TRAJECTORY)
        if row.estimate is None:
            answers.append(replace(row, scale=means if is_mean else differences))
            continue
        ratio = float(np.exp(row.estimate))
        answers.append(
            replace(
                row,
                estimate=ratio,
                std_error=None if row.std_error is None else ratio * row.std_error,
                conf_low=None if row.conf_low is None else float(np.exp(row.conf_low)),
                conf_high=None if row.conf_high is None else float(np.exp(row.conf_high)),
                scale=means if is_mean else differences,
                note=join_notes("geometric mean" if is_mean else None, row.note),
            )
        )
    return answers


def join_notes(*notes: str | None) -> str | None:
    """Return the notes that are there, joined."""
    return "; ".join(dict.fromkeys(note for note in notes if note)) or None

"""Each participant on their own: piecewise regression over two phases, NAP and PND."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalpipe.config.analyses import SingleCase
from evalpipe.errors import NotEstimableError
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.result import Answer
from evalpipe.models.variables import column_of, text_of
from evalpipe.models.wald import test_rows
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status

TERMS = ("level_at_start", "trend_in_baseline", "change_in_level", "change_in_trend")
"""Piecewise regression (Huitema and McKean 2000): intercept, time, phase, time since its start."""

LEAST_OBSERVATIONS = 6


@dataclass(frozen=True)
class Case:
    """One series of observations.

    time: (n,) from the first observation. in_treatment: (n,) 0 or 1.
    """

    participant: str
    y: FloatArray
    time: FloatArray
    in_treatment: FloatArray

    @property
    def design(self) -> FloatArray:
        """Return X (n, 4) of the piecewise regression."""
        start = self.time[self.in_treatment == 1].min()
        since = self.in_treatment * (self.time - start)
        return np.column_stack([np.ones(len(self.y)), self.time, self.in_treatment, since])

    @property
    def phases(self) -> tuple[FloatArray, FloatArray]:
        """Return the outcomes of the baseline and of the treatment phase."""
        return self.y[self.in_treatment == 0], self.y[self.in_treatment == 1]


def nonoverlap_of_all_pairs(
    baseline: FloatArray, treatment: FloatArray, better: str = "higher"
) -> float:
    """Return NAP, the share of pairs in which treatment is better, ties half (Parker and Vannest
    2009).
    """
    difference = np.subtract.outer(treatment, baseline)
    if better == "lower":
        difference = -difference
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


def nonoverlapping_data(
    baseline: FloatArray, treatment: FloatArray, better: str = "higher"
) -> float:
    """Return PND, the share of treatment points beyond the best of the baseline (Scruggs 1987)."""
    if better == "lower":
        return float((treatment < baseline.min()).mean())
    return float((treatment > baseline.max()).mean())


def analyse_single_cases(
    frame: pd.DataFrame,
    model: SingleCase,
    heading: Heading,
    *,
    better: str | None = None,
) -> Answer:
    """Return four coefficients, NAP and PND of each participant, and the medians over participants.

    Participants are numbered by order of appearance and not named: `case 1`. One with fewer than
    two observations in a phase, or six in all, is counted as not estimable.
    """
    rows: list[EstimateRow] = []
    overlaps: list[tuple[float, float]] = []
    refused = 0
    cases = list(_cases(frame, model))
    for number, case in enumerate(cases, start=1):
        baseline, treatment = case.phases
        if min(len(baseline), len(treatment)) < 2 or len(case.y) < LEAST_OBSERVATIONS:
            refused += 1
            rows.append(_refused(number))
            continue
        rows += list(_regression_rows(case, number, heading.conf_level))
        overlap = (
            nonoverlap_of_all_pairs(baseline, treatment, better or "higher"),
            nonoverlapping_data(baseline, treatment, better or "higher"),
        )
        overlaps.append(overlap)
        rows += list(_overlap_rows(overlap, number, len(case.y)))
    if not overlaps:
        raise NotEstimableError("no participant has enough observations in both phases")
    rows += list(_summary_rows(np.array(overlaps)))
    n = sum(len(case.y) for case in cases)
    record: dict[str, object] = {
        "engine": "evalpipe",
        "model": model.kind,
        "method": "piecewise least squares, NAP, PND",
        "status": "ok",
        "n_participants": len(cases),
        "n_observations": n,
        "warnings": f"{refused} participants with too few observations" if refused else None,
    }
    return Answer(heading.with_counts(len(cases), n), rows, [record])


def _cases(frame: pd.DataFrame, model: SingleCase) -> Iterator[Case]:
    phase, over = column_of(frame, model.phase), column_of(frame, model.over)
    known = frame.dropna(subset=["outcome", phase, over])
    if model.baseline_phase not in set(text_of(known[phase])):
        raise NotEstimableError(f"no observation is in the baseline phase {model.baseline_phase}")
    for participant, part in known.groupby("participant_id", sort=False):
        ordered = part.sort_values(over, kind="stable")
        time = ordered[over].to_numpy(dtype="float64")
        inside = np.asarray(text_of(ordered[phase]) != model.baseline_phase, dtype=float)
        if inside.any() and not inside.all():
            y = ordered["outcome"].to_numpy(dtype="float64")
            yield Case(str(participant), y, time - time[0], inside)
        else:
            yield Case(str(participant), np.zeros(0), np.zeros(0), np.zeros(0))


def _refused(number: int) -> EstimateRow:
    return EstimateRow(
        Quantity.EFFECT_SIZE,
        term=f"nap, case {number}",
        scale=Scale.PROBABILITY,
        status=Status.NOT_ESTIMABLE,
        note="too few observations in a phase",
    )


def fit_piecewise(case: Case) -> tuple[FloatArray, FloatArray, float]:
    """Return (coefficients (4,), their covariance (4, 4), residual df) of least squares."""
    X = case.design
    solved = np.linalg.lstsq(X, case.y, rcond=None)
    beta, rank = np.asarray(solved[0], dtype=float), solved[2]
    df = float(len(case.y) - rank)
    residual = case.y - X @ beta
    scale = float(residual @ residual) / df if df > 0 else float("nan")
    return beta, np.asarray(scale * np.linalg.pinv(X.T @ X), dtype=float), df


def _regression_rows(case: Case, number: int, conf_level: float) -> Iterator[EstimateRow]:
    beta, covariance, df = fit_piecewise(case)
    tests = test_rows(np.eye(4), beta, covariance, df, conf_level)
    for i, term in enumerate(TERMS):
        yield EstimateRow(
            Quantity.COEFFICIENT,
            term=f"{term}, case {number}",
            estimate=float(beta[i]),
            std_error=float(tests.std_error[i]),
            df=df,
            df_method=DfMethod.RESIDUAL,
            statistic=float(tests.statistic[i]),
            p_value=float(tests.p_value[i]),
            conf_low=float(tests.conf_low[i]),
            conf_high=float(tests.conf_high[i]),
            n_participants=1,
            n_observations=len(case.y),
            note="observations of one participant are taken as independent",
        )


def _overlap_rows(overlap: tuple[float, float], number: int, n: int) -> Iterator[EstimateRow]:
    for name, value in zip(("nap", "pnd"), overlap, strict=True):
        yield EstimateRow(
            Quantity.EFFECT_SIZE,
            term=f"{name}, case {number}",
            estimate=value,
            scale=Scale.PROBABILITY,
            n_participants=1,
            n_observations=n,
        )


def _summary_rows(overlaps: FloatArray) -> Iterator[EstimateRow]:
    for name, values in zip(("nap", "pnd"), overlaps.T, strict=True):
        yield EstimateRow(
            Quantity.EFFECT_SIZE,
            term=f"{name}, median over cases",
            estimate=float(np.median(values)),
            scale=Scale.PROBABILITY,
            n_participants=len(values),
            note=f"quartiles {np.quantile(values, 0.25):.3g} and {np.quantile(values, 0.75):.3g}",
        )

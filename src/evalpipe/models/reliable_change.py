"""Reliable and clinically significant change (Jacobson and Truax 1991), responders by arm."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from evalpipe.config.analyses import Contrast, Estimand, ReliableChange
from evalpipe.config.scale_facts import ScaleFacts
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import NotEstimableError
from evalpipe.models.cutoffs import cutoffs_of, sd_of, uses_criterion_c
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.proportions import newcombe_difference, newcombe_p_value, wilson_interval
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared, text_of
from evalpipe.models.visits import has_visits, split_visits
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Statistic, StatisticTable

CLASSES = ("recovered", "improved", "unchanged", "deteriorated")
"""Recovered: reliably improved and past the cut-off. Without a cut-off nobody is recovered."""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class ChangeOfEach:
    """Change of each participant at one visit.

    index: (n,) reliable change index, positive is better. category: (n,) one of `CLASSES`.
    responder: (n,) who counts as improved by the criterion.
    """

    index: FloatArray
    category: NDArray[np.str_]
    responder: BoolArray


def standard_error_of_difference(sd: FloatArray, reliability: float) -> FloatArray:
    """Return SD sqrt(2) sqrt(1 - r), the error of a difference of two measurements."""
    return np.asarray(sd * np.sqrt(2.0 * (1.0 - reliability)))


def classify_change(
    before: FloatArray,
    after: FloatArray,
    error: FloatArray,
    better: str,
    cutoff: FloatArray | None,
    criterion: str,
    threshold: float = 1.959963984540054,
) -> ChangeOfEach:
    """Classify the change of n participants.

    error: standard error of a difference. cutoff: (n,) the first score on the non-clinical side,
    NaN where a participant has none. Source: Jacobson and Truax (1991), JCCP 59, 12-19.
    """
    sign = 1.0 if better == "higher" else -1.0
    index = sign * (after - before) / error
    better_than_error, worse = index > threshold, index < -threshold
    crossed = np.zeros(len(before), dtype=bool)
    if cutoff is not None:
        crossed = (sign * (before - cutoff) < 0) & (sign * (after - cutoff) >= 0)
    recovered = better_than_error & crossed
    category = np.select(
        [recovered, better_than_error, worse],
        ["recovered", "improved", "deteriorated"],
        "unchanged",
    )
    responder = recovered if criterion == "reliable_and_clinical" else better_than_error
    return ChangeOfEach(index, category, responder)


def analyse_reliable_change(
    frame: pd.DataFrame,
    model: ReliableChange,
    estimand: Estimand,
    facts: ScaleFacts,
    declared: Declared,
    heading: Heading,
) -> Answer:
    """Return shares of responders with their difference, and counts of each class, at each visit.

    People without a score at the visit are not counted and are named in the note. Members of a dyad
    are counted by role, and the dyad as a whole.
    """
    _check_plan(model, facts)
    if not has_visits(frame):
        frame = first_and_last(frame)
    rows: list[EstimateRow] = []
    statistics: list[StatisticRow] = []
    counts = [(0, 0)]
    for visit, part in split_visits(frame, estimand, declared):
        judged = _judge(part, model, facts, frame)
        name = visit or (str(part["visit"].iloc[0]) if has_visits(part) else None)
        rows += _estimates(judged, estimand, declared, name, heading.conf_level)
        statistics += _class_counts(judged, facts.name, name)
        counts.append((int(judged["participant_id"].nunique()), len(judged)))
    return Answer(
        heading.with_counts(*max(counts)), rows, [_diagnose(model, facts, max(counts))], statistics
    )


def first_and_last(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the last measurement of each participant measured on several days, first as baseline.

    Where a row has a baseline of its own, that is used.
    """
    ordered = frame.sort_values(["participant_id", "day"], kind="stable")
    people = ordered.groupby("participant_id", sort=False)
    several = ordered[people["day"].transform("nunique") > 1]
    first = several.groupby("participant_id", sort=False)["outcome"].transform("first")
    baseline = several["baseline"] if "baseline" in several.columns else first
    with_first = several.assign(baseline=baseline.fillna(first))
    return with_first.drop_duplicates("participant_id", keep="last").reset_index(drop=True)


def _check_plan(model: ReliableChange, facts: ScaleFacts) -> None:
    if facts.reliability is None:
        raise NotEstimableError(
            f"reliable change needs the reliability of {facts.name} in the plan"
        )
    if facts.better is None:
        raise NotEstimableError(
            f"reliable change needs `better: higher` or `lower` for {facts.name}"
        )
    if model.criterion == "reliable_and_clinical" and not (facts.cutoffs or facts.norms):
        raise NotEstimableError(f"clinically significant change needs a cut-off of {facts.name}")
    if model.sd == "norm" and not facts.norms:
        raise NotEstimableError(f"`sd: norm` needs norms of {facts.name} in the plan")


def _judge(
    part: pd.DataFrame, model: ReliableChange, facts: ScaleFacts, whole: pd.DataFrame
) -> pd.DataFrame:
    """Return the participants with both scores, their class and whether they responded."""
    known = _last_of_each(part[part["baseline"].notna() & part["outcome"].notna()])
    if known.empty:
        raise NotEstimableError("nobody has a score both at baseline and at the visit")
    assert facts.reliability is not None and facts.better is not None
    error = standard_error_of_difference(sd_of(known, model, facts, whole), facts.reliability.value)
    cutoff = cutoffs_of(known, model, facts, whole)
    change = classify_change(
        known["baseline"].to_numpy(dtype="float64"),
        known["outcome"].to_numpy(dtype="float64"),
        error,
        facts.better,
        cutoff,
        model.criterion,
    )
    return known.assign(category=change.category, responder=change.responder)


def _last_of_each(known: pd.DataFrame) -> pd.DataFrame:
    """Return one row a participant: without visits, the last measurement after baseline."""
    if not known["participant_id"].duplicated().any() or "day" not in known.columns:
        return known
    later = known[known["day"] > 0].sort_values("day", kind="stable")
    return later.drop_duplicates("participant_id", keep="last").sort_index()


def _estimates(
    judged: pd.DataFrame,
    estimand: Estimand,
    declared: Declared,
    visit: str | None,
    conf_level: float,
) -> Iterator[EstimateRow]:
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    factor = contrasts[0].factor if contrasts else None
    for term, part in _units(judged):
        yield from _shares(part, factor, declared, term, visit, conf_level)
        for contrast in contrasts:
            yield from _difference(part, contrast, term, visit, conf_level)


def _units(judged: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the people; with two roles each role, then dyads where both (or one) responded."""
    roles = sorted(judged["role"].dropna().unique()) if "role" in judged.columns else []
    if len(roles) < 2:
        yield "responders", judged
        return
    for role in roles:
        yield f"responders, {role}", judged[judged["role"] == role]
    pairs = judged.groupby("dyad_id").filter(lambda dyad: dyad["role"].nunique() == 2)
    grouped = pairs.groupby("dyad_id", sort=True)["responder"]
    first = pairs.drop_duplicates("dyad_id").set_index("dyad_id")
    yield "both members responded", first.assign(responder=grouped.all()).reset_index()
    yield "at least one member responded", first.assign(responder=grouped.any()).reset_index()


def _counts(part: pd.DataFrame, factor: str | None, level: str | None) -> tuple[int, int]:
    here = part if factor is None else part[text_of(part[factor]) == level]
    return int(here["responder"].sum()), len(here)


def _shares(
    part: pd.DataFrame,
    factor: str | None,
    declared: Declared,
    term: str,
    visit: str | None,
    conf_level: float,
) -> Iterator[EstimateRow]:
    levels: list[str | None] = [None]
    if factor is not None:
        found = set(text_of(part[factor]).dropna())
        order = declared.levels.get(factor, ())
        levels = [v for v in order if v in found] + sorted(found - set(order))
    for level in levels:
        count, n = _counts(part, factor, level)
        share = wilson_interval(count, n, conf_level)
        yield EstimateRow(
            Quantity.PROPORTION,
            term=term,
            arm=level,
            visit=visit,
            estimate=share.estimate,
            conf_low=share.low,
            conf_high=share.high,
            scale=Scale.PROBABILITY,
            n_participants=n,
            n_observations=n,
            note="interval: Wilson",
        )


def _difference(
    part: pd.DataFrame, contrast: Contrast, term: str, visit: str | None, conf_level: float
) -> Iterator[EstimateRow]:
    count, n = _counts(part, contrast.factor, contrast.level)
    other, m = _counts(part, contrast.factor, contrast.versus)
    if not n or not m:
        sentence = f"no one with both scores in {contrast.level if not n else contrast.versus}"
        raise NotEstimableError(sentence)
    difference = newcombe_difference(count, n, other, m, conf_level)
    z = float(ndtri(0.5 + conf_level / 2))
    yield EstimateRow(
        Quantity.CONTRAST,
        term=term,
        arm=contrast.level,
        reference_arm=contrast.versus,
        visit=visit,
        estimate=difference.estimate,
        std_error=(difference.high - difference.low) / (2 * z),
        df_method=DfMethod.NORMAL,
        p_value=newcombe_p_value(count, n, other, m),
        conf_low=difference.low,
        conf_high=difference.high,
        scale=Scale.RISK_DIFFERENCE,
        n_participants=n + m,
        n_observations=n + m,
        note="interval: Newcombe's hybrid score, standard error from its width, p from the "
        "level at which it ends at zero; people without a score at the visit are not counted",
    )


def _class_counts(judged: pd.DataFrame, variable: str, visit: str | None) -> Iterator[StatisticRow]:
    groups = [
        name for name in ("arm", "role") if name in judged.columns and judged[name].notna().any()
    ]
    parts = judged.groupby(groups, sort=True) if groups else [((), judged)]
    for key, part in parts:
        place = {name: str(level) for name, level in zip(groups, key, strict=True)}
        for name in CLASSES:
            count = int((part["category"] == name).sum())
            for statistic, value in (
                (Statistic.COUNT, count),
                (Statistic.PROPORTION, count / len(part)),
            ):
                yield StatisticRow(
                    StatisticTable.RESPONDERS,
                    variable,
                    statistic,
                    value,
                    n=len(part),
                    level=name,
                    arm=place.get("arm"),
                    visit=visit,
                    groups={"role": place.get("role")},
                )


def _diagnose(
    model: ReliableChange, facts: ScaleFacts, counts: tuple[int, int]
) -> dict[str, object]:
    is_from_norms = uses_criterion_c(model, facts)
    return {
        "engine": "evalpipe",
        "model": model.kind,
        "method": f"Jacobson and Truax, {model.criterion}, SD of {model.sd}"
        + (", cut-off c from norms and baseline" if is_from_norms else ""),
        "status": "ok",
        "n_participants": counts[0],
        "n_observations": counts[1],
    }

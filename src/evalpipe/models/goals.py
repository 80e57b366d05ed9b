"""Goals attained by arm, time to attainment, and the goal attainment scaling T-score."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.errors import NotEstimableError
from evalpipe.models.effects import StandardisedDifference, standardise_difference
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.proportions import newcombe_difference, wilson_interval
from evalpipe.models.result import Answer
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Statistic, StatisticTable


def kiresuk_sherman_t(scores: Sequence[float], weights: Sequence[float], rho: float = 0.3) -> float:
    """Return the goal attainment T-score, 50 when every goal is just as expected.

    scores: from -2 to 2 for each goal. weights: of each goal. rho: expected correlation of goals.
    Kiresuk and Sherman (1968), Community Mental Health Journal 4, 443-453.
    """
    x, w = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    error = np.sqrt((1 - rho) * float((w**2).sum()) + rho * float(w.sum()) ** 2)
    return 50.0 + 10.0 * float((w * x).sum()) / float(error)


def analyse_goals(goals: pd.DataFrame, plan: Plan, heading: Heading) -> Answer:
    """Return for each goal and arm the share attained and the time to it; T-scores where scaled.

    goals: `participant_id` or `dyad_id`, `goal`, `arm`, `phase`, `day`, `attained`, `attainment`. A
    goal never judged attained is censored at the last day on which it was judged.
    """
    if goals.empty:
        raise NotEstimableError("no goal was judged")
    units = _with_units(goals)
    rows: list[EstimateRow] = []
    statistics: list[StatisticRow] = []
    known = units[units["attained"].notna()] if "attained" in units.columns else units.iloc[0:0]
    names = [name for name in plan.goals if name in set(known["goal"])]
    for name in names:
        part = known[known["goal"] == name]
        each = _last_state(part)
        rows += list(_attained_rows(each, name, plan, heading.conf_level))
        statistics += list(_time_rows(each, name, plan))
    rows += list(_scaling_rows(units, plan, heading.conf_level))
    if not rows:
        raise NotEstimableError("no goal of the plan was judged")
    n = int(units["unit"].nunique())
    record: dict[str, object] = {
        "engine": "evalpipe",
        "model": "goals",
        "method": "shares, Kaplan-Meier, Kiresuk-Sherman T",
        "status": "ok",
        "n_participants": n,
        "n_observations": len(units),
    }
    return Answer(heading.with_counts(n, len(units)), rows, [record], statistics)


def _with_units(goals: pd.DataFrame) -> pd.DataFrame:
    """Add `unit`: the participant, or the dyad where no participant is named."""
    unit = goals["participant_id"] if "participant_id" in goals.columns else None
    dyad = goals["dyad_id"] if "dyad_id" in goals.columns else None
    if unit is None or unit.isna().all():
        return goals.assign(unit=dyad)
    return goals.assign(unit=unit if dyad is None else unit.fillna(dyad))


def _last_state(part: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit: arm, whether ever attained, and the day of that or of the last
    judgement.
    """
    ordered = part.assign(attained=part["attained"].astype(bool)).sort_values(
        ["unit", "day"], kind="stable"
    )
    first = ordered[ordered["attained"]].drop_duplicates("unit").set_index("unit")
    last = ordered.drop_duplicates("unit", keep="last").set_index("unit")
    ever = last.index.isin(first.index)
    day = last["day"].where(~ever, first["day"].reindex(last.index))
    arm = last["arm"] if "arm" in last.columns else None
    return pd.DataFrame({"arm": arm, "attained": ever, "day": day}, index=last.index)


def _arms(each: pd.DataFrame, plan: Plan) -> list[str]:
    found = set(each["arm"].dropna())
    return [arm for arm in plan.arms if arm in found]


def _attained_rows(
    each: pd.DataFrame, name: str, plan: Plan, conf_level: float
) -> Iterator[EstimateRow]:
    counts = {}
    for arm in _arms(each, plan):
        part = each[each["arm"] == arm]
        count, n = int(part["attained"].sum()), len(part)
        counts[arm] = (count, n)
        share = wilson_interval(count, n, conf_level)
        yield EstimateRow(
            Quantity.PROPORTION,
            term=name,
            arm=arm,
            estimate=share.estimate,
            conf_low=share.low,
            conf_high=share.high,
            scale=Scale.PROBABILITY,
            n_participants=n,
            n_observations=n,
            outcome="goal attained",
            note="interval: Wilson",
        )
    yield from _attained_differences(counts, name, plan.control_arm, conf_level)


def _attained_differences(
    counts: dict[str, tuple[int, int]], name: str, control: str | None, conf_level: float
) -> Iterator[EstimateRow]:
    """counts: by arm, how many attained and how many there are."""
    if control not in counts:
        return
    for arm, (count, n) in counts.items():
        if arm != control:
            found = newcombe_difference(count, n, *counts[control], conf_level)
            yield EstimateRow(
                Quantity.CONTRAST,
                term=name,
                arm=arm,
                reference_arm=control,
                estimate=found.estimate,
                conf_low=found.low,
                conf_high=found.high,
                scale=Scale.RISK_DIFFERENCE,
                n_participants=n + counts[control][1],
                outcome="goal attained",
                note="interval: Newcombe's hybrid score",
            )


def kaplan_meier(day: FloatArray, attained: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return event days (m,) and the share not yet attained just after each (Kaplan and Meier
    1958).
    """
    days = np.unique(day[attained > 0])
    at_risk = np.array([(day >= d).sum() for d in days], dtype=float)
    events = np.array([((day == d) & (attained > 0)).sum() for d in days], dtype=float)
    return days, np.cumprod(1.0 - events / at_risk)


def _median_time(days: FloatArray, left: FloatArray) -> float | None:
    below = np.nonzero(left <= 0.5)[0]
    return float(days[below[0]]) if len(below) else None


def restricted_mean(days: FloatArray, left: FloatArray, until: float) -> float:
    """Return the mean time to attainment within `until` days: the area under the curve."""
    inside = days < until
    edges = np.concatenate([[0.0], days[inside], [until]])
    heights = np.concatenate([[1.0], left[inside]])
    return float((np.diff(edges) * heights).sum())


def _time_rows(each: pd.DataFrame, name: str, plan: Plan) -> Iterator[StatisticRow]:
    known = each[each["day"].notna()]
    arms = _arms(known, plan)
    if not arms:
        return
    until = float(min(known[known["arm"] == arm]["day"].max() for arm in arms))
    for arm in arms:
        part = known[known["arm"] == arm]
        days, left = kaplan_meier(
            part["day"].to_numpy(dtype="float64"), part["attained"].to_numpy(dtype="float64")
        )
        note = f"Kaplan-Meier; restricted to {until:g} days"
        for statistic, value in (
            ("median_days_to_attainment", _median_time(days, left)),
            ("restricted_mean_days", restricted_mean(days, left, until)),
            (Statistic.PROPORTION, 1.0 - float(left[-1]) if len(left) else 0.0),
        ):
            yield StatisticRow(
                StatisticTable.GOALS,
                "time_to_attainment",
                statistic,
                value,
                n=len(part),
                level=name,
                arm=arm,
                note=note,
            )


def _scaling_rows(units: pd.DataFrame, plan: Plan, conf_level: float) -> Iterator[EstimateRow]:
    if "attainment" not in units.columns or units["attainment"].notna().sum() == 0:
        return
    rho = plan.goal_scaling.rho if plan.goal_scaling else 0.3
    scaled = units[units["attainment"].notna() & units["goal"].isin(list(plan.goals))]
    ordered = scaled.sort_values(["unit", "day"], kind="stable")
    last = ordered.drop_duplicates(["unit", "goal"], keep="last")
    groups: dict[str, list[float]] = {}
    for _, part in last.groupby("unit", sort=True):
        weights = [plan.goals[goal].weight for goal in part["goal"]]
        arm = part["arm"].iloc[0]
        if isinstance(arm, str):
            groups.setdefault(arm, []).append(
                kiresuk_sherman_t(part["attainment"].tolist(), weights, rho)
            )
    scores = {arm: np.array(groups[arm]) for arm in plan.arms if arm in groups}
    yield from _mean_rows(scores, conf_level)
    yield from _score_differences(scores, plan.control_arm, conf_level)


def _mean_rows(scores: dict[str, FloatArray], conf_level: float) -> Iterator[EstimateRow]:
    from scipy.special import stdtrit

    for arm, values in scores.items():
        n = len(values)
        error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else None
        half = None if error is None else float(stdtrit(n - 1, 0.5 + conf_level / 2)) * error
        mean = float(values.mean())
        yield EstimateRow(
            Quantity.MARGINAL_MEAN,
            term="goal_attainment_t",
            arm=arm,
            estimate=mean,
            std_error=error,
            df=float(n - 1) if n > 1 else None,
            conf_low=None if half is None else mean - half,
            conf_high=None if half is None else mean + half,
            n_participants=n,
            outcome="goal_attainment_t",
            note="Kiresuk-Sherman T; 50 is as expected",
        )


def _score_differences(
    scores: dict[str, FloatArray], control: str | None, conf_level: float
) -> Iterator[EstimateRow]:
    """Yield Welch's t test of each arm against control, and Hedges' g."""
    from scipy.stats import ttest_ind

    if control is None or control not in scores:
        return
    for arm, values in scores.items():
        other = scores[control]
        if arm == control or min(len(values), len(other)) < 2:
            continue
        if np.ptp(values) == 0.0 and np.ptp(other) == 0.0:
            continue
        found = ttest_ind(values, other, equal_var=False)
        interval = found.confidence_interval(conf_level)
        difference = float(values.mean() - other.mean())
        yield EstimateRow(
            Quantity.CONTRAST,
            term="goal_attainment_t",
            arm=arm,
            reference_arm=control,
            estimate=difference,
            std_error=abs(difference / float(found.statistic)) if found.statistic else None,
            df=float(found.df),
            df_method=DfMethod.WELCH,
            statistic=float(found.statistic),
            p_value=float(found.pvalue),
            conf_low=float(interval.low),
            conf_high=float(interval.high),
            n_participants=len(values) + len(other),
            outcome="goal_attainment_t",
        )
        effect = standardise_difference(values, other, conf_level)
        yield _score_effect(effect, arm, control)


def _score_effect(effect: StandardisedDifference, arm: str, control: str) -> EstimateRow:
    return EstimateRow(
        Quantity.EFFECT_SIZE,
        term="hedges_g",
        arm=arm,
        reference_arm=control,
        estimate=effect.g,
        conf_low=effect.g_interval[0],
        conf_high=effect.g_interval[1],
        scale=Scale.STANDARDISED,
        n_participants=sum(effect.n),
        outcome="goal_attainment_t",
        note="pooled SD of the T-scores; interval: noncentral t",
    )

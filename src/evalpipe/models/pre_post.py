"""Before against after: paired and Welch t tests with standardised changes."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from evalpipe.config.analyses import Contrast, Estimand, PrePost
from evalpipe.errors import NotEstimableError
from evalpipe.models.equivalence import CHANGE, judge_equivalence
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.pingouin_door import open_pingouin
from evalpipe.models.pre_post_effects import Compared, group_effect_row, paired_effect_rows
from evalpipe.models.result import Answer
from evalpipe.models.second_computation import SecondFit, compare_numbers
from evalpipe.models.t_tests import TTest, compare_groups, compare_pairs
from evalpipe.models.variables import text_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity

FEWEST_FOR_EFFECTS = 3
"""Two pairs have a correlation of one by arithmetic."""

Record = dict[str, object]


def analyse_pre_post(
    frame: pd.DataFrame,
    model: PrePost,
    estimand: Estimand,
    heading: Heading,
    *,
    standardise: bool = True,
    bounds: tuple[float, float] | None = None,
) -> Answer:
    """Return means, test and standardised differences of people with both measurements.

    frame: the analysis set. bounds: of an equivalence test that is asked for, to compute its p
    again. Raises NotEstimableError below two people, without spread, for doubled measurements.
    """
    pairs = _pairs(frame, model)
    if model.compare == "within":
        rows, records = _within(pairs, model, heading, standardise=standardise, bounds=bounds)
    else:
        rows, records = _groups(pairs, model, estimand, heading, standardise, bounds)
    return Answer(heading.with_counts(len(pairs), 2 * len(pairs)), rows, records)


def _pairs(frame: pd.DataFrame, model: PrePost) -> pd.DataFrame:
    """Return one row a person with both measurements: `before`, `after` and what people are."""
    here = frame[frame["visit"].isin([model.before, model.after]) & frame["outcome"].notna()]
    doubled = int(here.duplicated(["participant_id", "visit"]).sum())
    if doubled:
        raise NotEstimableError(
            f"{doubled} measurements are a second one of the same person at the same visit; say "
            "with `only` which one counts"
        )
    first, second = (
        here[here["visit"] == visit].set_index("participant_id")
        for visit in (model.before, model.after)
    )
    joined = second.drop(columns=["visit"]).join(first["outcome"].rename("before"), how="inner")
    return joined.rename(columns={"outcome": "after"}).sort_index()


def _within(
    pairs: pd.DataFrame,
    model: PrePost,
    heading: Heading,
    *,
    standardise: bool,
    bounds: tuple[float, float] | None,
) -> tuple[list[EstimateRow], list[Record]]:
    before, after = (pairs[name].to_numpy(dtype="float64") for name in ("before", "after"))
    test = compare_pairs(before, after, heading.conf_level)
    row = _test_row(test, CHANGE, DfMethod.RESIDUAL, len(pairs), model, "paired t test")
    compared = Compared(after, before, True, row)
    rows = [
        *(
            _mean_row(values, "mean", None, visit, heading.conf_level)
            for visit, values in ((model.before, before), (model.after, after))
        ),
        row,
    ]
    records = [_record("main", "pingouin", "paired t test", len(pairs), test.second)]
    if standardise and len(pairs) >= FEWEST_FOR_EFFECTS:
        effects, second = paired_effect_rows(before, after, row, heading.conf_level)
        rows += effects
        records.append(
            _record("effect sizes", "evalpipe", "standardised change", len(pairs), second)
        )
    return rows, records + _equivalence_record(compared, bounds, heading.conf_level)


def _groups(
    pairs: pd.DataFrame,
    model: PrePost,
    estimand: Estimand,
    heading: Heading,
    standardise: bool,
    bounds: tuple[float, float] | None,
) -> tuple[list[EstimateRow], list[Record]]:
    rows: list[EstimateRow] = []
    records: list[Record] = []
    contrasts = [c for c in (estimand.contrast, *estimand.contrasts) if c is not None]
    for factor in dict.fromkeys(contrast.factor for contrast in contrasts):
        rows += _group_means(pairs, factor, model, heading.conf_level)
    for number, contrast in enumerate(contrasts):
        compared, test = _compare(pairs, contrast, model, heading.conf_level)
        n = len(compared.first) + len(compared.second)
        name = "main" if number == 0 else f"contrast {number + 1}"
        rows.append(compared.row)
        records.append(_record(name, "pingouin", "Welch's t test", n, test.second))
        if standardise:
            row, second = group_effect_row(compared, model, heading.conf_level)
            rows.append(row)
            method = "standardised difference"
            records.append(_record(f"{name}: effect size", "evalpipe", method, n, second))
        records += _equivalence_record(compared, bounds, heading.conf_level, name)
    return rows, records


def _levels_of(pairs: pd.DataFrame, factor: str) -> "pd.Series[str]":
    if factor not in pairs.columns:
        raise NotEstimableError(f"{factor} is not known of the people with both measurements")
    return text_of(pairs[factor])


def _group_means(
    pairs: pd.DataFrame, factor: str, model: PrePost, conf_level: float
) -> list[EstimateRow]:
    levels, rows = _levels_of(pairs, factor), []
    for level in sorted(set(levels.dropna())):
        for visit, name in ((model.before, "before"), (model.after, "after")):
            values = pairs.loc[levels == level, name].to_numpy(dtype="float64")
            rows.append(_mean_row(values, factor, level, visit, conf_level))
    return rows


def _compare(
    pairs: pd.DataFrame, contrast: Contrast, model: PrePost, conf_level: float
) -> tuple[Compared, TTest]:
    levels = _levels_of(pairs, contrast.factor)
    values = pairs["after"] - pairs["before"] if model.compare == "change" else pairs["after"]
    first, second = (
        values[levels == level].to_numpy(dtype="float64")
        for level in (contrast.level, contrast.versus)
    )
    test = compare_groups(first, second, conf_level)
    what = f"of the change from {model.before}" if model.compare == "change" else "of the score"
    row = _test_row(
        test,
        contrast.factor,
        DfMethod.WELCH,
        len(first) + len(second),
        model,
        f"Welch's t test {what}",
        contrast,
    )
    return Compared(first, second, False, row), test


def _test_row(
    test: TTest,
    term: str,
    df_method: DfMethod,
    n: int,
    model: PrePost,
    note: str,
    contrast: Contrast | None = None,
) -> EstimateRow:
    return EstimateRow(
        Quantity.CONTRAST,
        term=term,
        arm=contrast.level if contrast else None,
        reference_arm=contrast.versus if contrast else model.before,
        visit=model.after,
        estimate=test.difference,
        std_error=test.std_error,
        df=test.df,
        df_method=df_method,
        statistic=test.statistic,
        p_value=test.p_value,
        conf_low=test.low,
        conf_high=test.high,
        n_participants=n,
        n_observations=2 * n if model.compare != "after" else n,
        note=note,
    )


def _mean_row(
    values: FloatArray, term: str, arm: str | None, visit: str, conf_level: float
) -> EstimateRow:
    n = len(values)
    error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else None
    half = None if error is None else float(stdtrit(n - 1, 0.5 + conf_level / 2)) * error
    mean = float(values.mean())
    return EstimateRow(
        Quantity.MARGINAL_MEAN,
        term=term,
        arm=arm,
        visit=visit,
        estimate=mean,
        std_error=error,
        df=float(n - 1) if n > 1 else None,
        df_method=DfMethod.RESIDUAL if n > 1 else None,
        conf_low=None if half is None else mean - half,
        conf_high=None if half is None else mean + half,
        n_participants=n,
        n_observations=n,
        note="observed mean of people with both measurements",
    )


def _equivalence_record(
    compared: Compared,
    bounds: tuple[float, float] | None,
    conf_level: float,
    name: str = "main",
) -> list[Record]:
    """Compute the p of an equivalence test again by pingouin, which takes equal bounds alone."""
    if bounds is None or -bounds[0] != bounds[1]:
        return []
    ours = judge_equivalence(compared.row, bounds, conf_level)[0].p_value
    assert ours is not None
    with open_pingouin() as pingouin:
        table = pingouin.tost(
            compared.first,
            compared.second,
            bound=bounds[1],
            paired=compared.is_paired,
            correction=not compared.is_paired,
        )
    theirs = {"p of the equivalence test": float(table["pval"].iloc[0])}
    second = compare_numbers("pingouin tost", theirs, {"p of the equivalence test": ours})
    n = compared.row.n_participants or 0
    fit = "equivalence" if name == "main" else f"{name}: equivalence"
    return [_record(fit, "evalpipe", "two one-sided tests", n, second)]


def _record(fit: str, engine: str, method: str, n: int, second: SecondFit) -> Record:
    return {
        "fit": fit,
        "engine": engine,
        "model": "pre_post",
        "method": method,
        "status": "ok",
        "n_participants": n,
        "n_observations": 2 * n,
        **second.record(),
    }

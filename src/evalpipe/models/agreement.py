"""Agreement of two raters, roles or instruments: kappa, weighted kappa, intraclass correlation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Agreement
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.change_table import class_names
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.intraclass import JudgedRatings, judge_ratings
from evalpipe.models.proportions import wilson_interval
from evalpipe.models.result import Answer
from evalpipe.models.variables import text_of
from evalpipe.models.wald import tests_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with its large-sample standard errors (Fleiss, Cohen and Everitt 1969)."""

    estimate: float
    std_error: float
    std_error_null: float


def cohen_kappa(table: FloatArray, *, weighted: bool = False) -> Kappa:
    """Return kappa of a square table (k, k); weighted: linear weights over the order of the
    classes.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    found = cohens_kappa(table, wt="linear" if weighted else None)
    return Kappa(float(found.kappa), float(found.std_kappa), float(found.std_kappa0))


def analyse_agreement(
    frame: pd.DataFrame,
    model: Agreement,
    heading: Heading,
    *,
    classes: Sequence[str] = (),
) -> Answer:
    """Return agreement of the two columns that the plan names, over units seen by both.

    Raters: the same participant rated twice (`rater`). Roles: both members of a dyad (`role`).
    Instruments: the outcome beside `with_outcome` on the same row.
    """
    part = frame
    if model.visit is not None and "visit" in frame.columns:
        part = frame[frame["visit"] == model.visit]
    _require_one_visit(part, model)
    if model.statistic == "icc":
        return _answer_icc(part, model, heading)
    rows, n = _kappa_rows(part, model, classes, heading.conf_level)
    counted = {"n_participants": n, "n_observations": 2 * n}
    rows = [replace(row, **counted, visit=model.visit) for row in rows]  # type: ignore[arg-type]
    record: dict[str, object] = {
        "engine": "statsmodels",
        "model": model.kind,
        "method": model.statistic,
        "status": "ok",
        **counted,
    }
    return Answer(heading.with_counts(n, 2 * n), rows, [record])


def _answer_icc(part: pd.DataFrame, model: Agreement, heading: Heading) -> Answer:
    judged = judge_ratings(_long(part, model), model.form or "absolute_single", heading.conf_level)
    record: dict[str, object] = {
        "engine": judged.engine,
        "model": model.kind,
        "method": judged.method,
        "status": "ok",
        "n_participants": judged.n_units,
        "n_observations": judged.n_ratings,
        "log_likelihood": judged.log_likelihood,
        **(judged.second.record() if judged.second is not None else {}),
    }
    counted = heading.with_counts(judged.n_units, judged.n_ratings)
    return Answer(counted, [_icc_row(judged, model)], [record])


def _require_one_visit(part: pd.DataFrame, model: Agreement) -> None:
    """Raise where ratings at several visits would count as if they were of other people."""
    if "visit" not in part.columns:
        return
    known = part[part["outcome"].notna()] if "outcome" in part.columns else part
    count = known["visit"].nunique()
    if count > 1:
        raise NotEstimableError(
            f"the same {model.between} judged at {count} visits; ratings of one participant are "
            "not independent, so name one visit: model: {visit: ...}"
        )


def _units(part: pd.DataFrame, model: Agreement) -> tuple[str, str]:
    """Return the columns that hold the unit judged and who judges."""
    unit, judge = ("dyad_id", "role") if model.between == "roles" else ("participant_id", "rater")
    for name in (unit, judge):
        if name not in part.columns:
            raise ModelError(f"agreement between {model.between} needs the column {name}")
    return unit, judge


def _wide(part: pd.DataFrame, model: Agreement, values: "pd.Series[str]") -> pd.DataFrame:
    """Return one row a unit, one column a judge; complete rows, judges in alphabetical order."""
    if model.between == "instruments":
        if model.with_outcome is None or model.with_outcome not in part.columns:
            raise ModelError("agreement between instruments needs `with_outcome`")
        both = pd.DataFrame({"first": values, "second": text_of(part[model.with_outcome])})
        return both.dropna()
    unit, judge = _units(part, model)
    keys = [unit] + (["visit"] if "visit" in part.columns and part["visit"].notna().any() else [])
    long = part[[*keys, judge]].assign(value=values).dropna(subset=["value", judge])
    _require_one_rating(long, [*keys, judge])
    return long.pivot(index=keys, columns=judge, values="value").dropna()


def _require_one_rating(long: pd.DataFrame, keys: list[str]) -> None:
    """Raise where somebody judged the same unit twice: neither rating is the one that counts."""
    doubled = int(long.duplicated(keys).sum())
    if doubled:
        raise NotEstimableError(
            f"{doubled} ratings are a second one of the same rater for the same participant; say "
            "with `only` or `visit` which one counts"
        )


def _kappa_rows(
    part: pd.DataFrame, model: Agreement, classes: Sequence[str], conf_level: float
) -> tuple[list[EstimateRow], int]:
    wide = _wide(part, model, class_names(part, classes))
    if wide.shape[1] != 2:
        raise NotEstimableError(f"kappa compares two {model.between}; {wide.shape[1]} have data")
    if wide.empty:
        raise NotEstimableError(f"no unit was judged by both {model.between}")
    names = list(classes) or sorted(set(wide.to_numpy().ravel()))
    table = np.zeros((len(names), len(names)))
    for first, second in wide.itertuples(index=False):
        table[names.index(first), names.index(second)] += 1
    return _rows_of_table(table, model, wide, conf_level), len(wide)


def _rows_of_table(
    table: FloatArray, model: Agreement, wide: pd.DataFrame, conf_level: float
) -> list[EstimateRow]:
    n, agreed = int(table.sum()), int(np.trace(table))
    share = wilson_interval(agreed, n, conf_level)
    observed = EstimateRow(
        Quantity.PROPORTION,
        term="agreed",
        estimate=share.estimate,
        conf_low=share.low,
        conf_high=share.high,
        scale=Scale.PROBABILITY,
        note="interval: Wilson",
    )
    if _is_constant(table):
        raise NotEstimableError("one class only was used: kappa is not defined")
    kappa = cohen_kappa(table, weighted=model.statistic == "weighted_kappa")
    test = tests_of(np.array([kappa.estimate]), np.array([kappa.std_error]), np.inf, conf_level)
    null = kappa.estimate / kappa.std_error_null
    p = tests_of(np.array([null]), np.ones(1), np.inf, conf_level).p_value[0]
    judges = " and ".join(str(name) for name in wide.columns)
    row = EstimateRow(
        Quantity.AGREEMENT,
        term=model.statistic,
        estimate=kappa.estimate,
        std_error=kappa.std_error,
        df_method=DfMethod.NORMAL,
        statistic=null,
        p_value=float(p),
        conf_low=max(-1.0, float(test.conf_low[0])),
        conf_high=min(1.0, float(test.conf_high[0])),
        scale=Scale.CORRELATION,
        note=f"{judges}; large-sample standard error; p against no agreement beyond chance"
        + ("; linear weights" if model.statistic == "weighted_kappa" else ""),
    )
    return [row, observed]


def _is_constant(table: FloatArray) -> bool:
    return bool((table.sum(axis=0) > 0).sum() == 1 and (table.sum(axis=1) > 0).sum() == 1)


def _long(part: pd.DataFrame, model: Agreement) -> pd.DataFrame:
    if model.between == "instruments":
        if model.with_outcome is None or model.with_outcome not in part.columns:
            raise ModelError("agreement between instruments needs `with_outcome`")
        both = part[["outcome", model.with_outcome]].dropna().to_numpy(dtype="float64")
        n = len(both)
        return pd.DataFrame(
            {"unit": np.repeat(np.arange(n), 2), "rater": [1, 2] * n, "score": both.ravel()}
        )
    unit, judge = _units(part, model)
    named = part[part[unit].notna() & part[judge].notna()]
    long = pd.DataFrame(
        {
            "unit": pd.factorize(named[unit], sort=True)[0],
            "rater": text_of(named[judge]),
            "score": named["outcome"].astype("float64"),
        }
    )
    known = long.dropna().reset_index(drop=True)
    silent = long["rater"].nunique() - known["rater"].nunique()
    if silent:
        raise NotEstimableError(
            f"{silent} of {long['rater'].nunique()} {model.between} gave no rating at all; say "
            "with `only` whose ratings count"
        )
    _require_one_rating(known, ["unit", "rater"])
    return known


ICC_NOTES = {
    "icc_1": "one-way, of single ratings",
    "icc_k": "one-way, of the average rating",
    "icc_agreement_1": "two-way, absolute agreement, of single ratings",
    "icc_agreement_k": "two-way, absolute agreement, of the average rating",
    "icc_consistency_1": "two-way, consistency, of single ratings",
    "icc_consistency_k": "two-way, consistency, of the average rating",
}


def _icc_row(judged: JudgedRatings, model: Agreement) -> EstimateRow:
    icc = judged.icc
    return EstimateRow(
        Quantity.AGREEMENT,
        term=icc.name,
        visit=model.visit,
        estimate=icc.estimate,
        df=icc.df_denominator,
        df_numerator=icc.df_numerator,
        df_method=judged.df_method,
        statistic=icc.statistic,
        p_value=icc.p_value,
        conf_low=icc.low,
        conf_high=icc.high,
        scale=Scale.CORRELATION,
        n_participants=judged.n_units,
        n_observations=judged.n_ratings,
        note=f"{ICC_NOTES[icc.name]}; {judged.n_raters} {model.between}; {judged.method}",
    )

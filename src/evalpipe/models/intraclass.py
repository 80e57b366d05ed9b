"""Intraclass correlations: six forms, of which the plan chooses one.

Complete two-way and balanced one-way ratings: pingouin, with the mean squares of Shrout and Fleiss
(1979), Psychol. Bulletin 86, 420, as second computation. Ratings with gaps: our own mixed model
with crossed effects (`evalpipe.stats.crossed`).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import fdtrc, fdtri

from evalpipe.config.analyses import IntraclassForm
from evalpipe.errors import NotEstimableError
from evalpipe.models.pingouin_door import open_pingouin
from evalpipe.models.second_computation import SecondFit, compare_numbers
from evalpipe.stats.crossed import CrossedRatings, fit_crossed, profile_share
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod

TERMS: dict[IntraclassForm, str] = {
    "one_way_single": "icc_1",
    "one_way_average": "icc_k",
    "absolute_single": "icc_agreement_1",
    "absolute_average": "icc_agreement_k",
    "consistency_single": "icc_consistency_1",
    "consistency_average": "icc_consistency_k",
}
"""The `term` of the row in `estimates`."""

PINGOUIN_TYPES = {
    "icc_1": "ICC(1,1)",
    "icc_k": "ICC(1,k)",
    "icc_agreement_1": "ICC(A,1)",
    "icc_agreement_k": "ICC(A,k)",
    "icc_consistency_1": "ICC(C,1)",
    "icc_consistency_k": "ICC(C,k)",
}
PINGOUIN_LEVEL = 0.95
"""pingouin gives intervals at this level alone; others are ours."""

FLAT = 1e-12
"""A mean square this small beside the others is rounding: the ratings agree to the last digit."""


@dataclass(frozen=True)
class Intraclass:
    """One intraclass correlation with its F test against zero and interval; NaN where none is."""

    name: str
    estimate: float
    statistic: float
    df_numerator: float
    df_denominator: float
    p_value: float
    low: float
    high: float


@dataclass(frozen=True)
class JudgedRatings:
    """The intraclass correlation asked for, how it was computed and from what.

    log_likelihood: of the mixed model, where one was fitted.
    """

    icc: Intraclass
    engine: str
    method: str
    df_method: DfMethod | None
    n_units: int
    n_raters: int
    n_ratings: int
    second: SecondFit | None = None
    log_likelihood: float | None = None


def judge_ratings(long: pd.DataFrame, form: IntraclassForm, conf_level: float) -> JudgedRatings:
    """Return the intraclass correlation of ratings: columns `unit`, `rater`, `score`.

    One row a rating, none missing, none twice. Raises NotEstimableError for a form that the raters'
    design does not carry, and for ratings without variation.
    """
    n, k = long["unit"].nunique(), long["rater"].nunique()
    if n < 2 or k < 2:
        raise NotEstimableError("an intraclass correlation needs two units and two raters")
    if np.ptp(long["score"].to_numpy(dtype="float64")) == 0.0:
        raise NotEstimableError("every rating is the same: raters cannot be told apart from units")
    is_complete = len(long) == n * k
    if form.startswith("one_way"):
        if is_complete:
            raise NotEstimableError(
                "the same raters rated everybody: a one-way correlation counts what the raters "
                "have in common as error; choose form: absolute_single, or consistency_single"
            )
        return _one_way(long, form, conf_level)
    if is_complete:
        wide = long.pivot(index="unit", columns="rater", values="score")
        return _balanced(wide.to_numpy(dtype="float64"), form, conf_level, n_raters=k)
    _require_shared_raters(long)
    return _with_gaps(long, form, conf_level)


def _require_shared_raters(long: pd.DataFrame) -> None:
    """Raise where units and raters fall into parts without a rater in common."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    units, raters = pd.factorize(long["unit"])[0], pd.factorize(long["rater"])[0]
    n = int(units.max()) + 1
    size = n + int(raters.max()) + 1
    edges = coo_matrix((np.ones(len(long)), (units, raters + n)), shape=(size, size))
    if connected_components(edges, directed=False)[0] > 1:
        raise NotEstimableError(
            "some participants share no rater with the others, so raters and participants cannot "
            "be told apart; where each was rated by raters of their own, choose form: "
            "one_way_single"
        )


def _one_way(long: pd.DataFrame, form: IntraclassForm, conf_level: float) -> JudgedRatings:
    counts = long.groupby("unit")["score"].size()
    n_raters = int(long["rater"].nunique())
    if counts.nunique() > 1:
        if form == "one_way_average":
            raise NotEstimableError(
                "the number of ratings differs between participants: their means are not equally "
                "reliable; choose form: one_way_single"
            )
        return _with_gaps(long, form, conf_level)
    k = int(counts.iloc[0])
    if k < 2:
        raise NotEstimableError("every participant has one rating: two of each are needed")
    ordered = long.sort_values(["unit", "rater"], kind="stable")["score"]
    ratings = ordered.to_numpy(dtype="float64").reshape(-1, k)
    return _balanced(ratings, form, conf_level, n_raters=n_raters)


def _balanced(
    ratings: FloatArray, form: IntraclassForm, conf_level: float, *, n_raters: int
) -> JudgedRatings:
    """Compute by pingouin and again by mean squares; ratings (n units, k ratings of each)."""
    m, name = _mean_squares(ratings), TERMS[form]
    error = m.within if form.startswith("one_way") else m.residual
    if error <= FLAT * max(m.units, m.raters):
        raise NotEstimableError(
            "raters differ by nothing, or by the same points everywhere: the correlation lies at "
            "its limit, and no interval can be given"
        )
    ours = {icc.name: icc for icc in shrout_fleiss(ratings, conf_level)}[name]
    theirs = _by_pingouin(ratings, name)
    compared = ["estimate", "statistic", "p_value"]
    if conf_level == PINGOUIN_LEVEL:
        compared += ["low", "high"]
    else:
        theirs = replace(theirs, low=ours.low, high=ours.high)
    second = compare_numbers(
        "mean squares (Shrout and Fleiss)",
        {field: getattr(ours, field) for field in compared},
        {field: getattr(theirs, field) for field in compared},
    )
    n, k = ratings.shape
    return JudgedRatings(
        theirs, "pingouin", "analysis of variance", DfMethod.EXACT, n, n_raters, n * k, second
    )


def _by_pingouin(ratings: FloatArray, name: str) -> Intraclass:
    n, k = ratings.shape
    long = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n), k),
            "rater": np.tile(np.arange(k), n),
            "score": ratings.ravel(),
        }
    )
    with open_pingouin() as pingouin:
        table = pingouin.intraclass_corr(long, targets="unit", raters="rater", ratings="score")
    row = table.set_index("Type").loc[PINGOUIN_TYPES[name]]
    icc, statistic, df1, df2, p = (float(row[c]) for c in ("ICC", "F", "df1", "df2", "pval"))
    low, high = (float(end) for end in row["CI95"])
    return Intraclass(name, icc, statistic, df1, df2, p, low, high)


def _with_gaps(long: pd.DataFrame, form: IntraclassForm, conf_level: float) -> JudgedRatings:
    """Fit the mixed model of all ratings; the interval is that of the profile likelihood."""
    units, raters = pd.factorize(long["unit"])[0], pd.factorize(long["rater"])[0]
    ratings = CrossedRatings(
        long["score"].to_numpy(dtype="float64"),
        np.asarray(units, dtype=np.int64),
        np.asarray(raters, dtype=np.int64),
        has_raters=not form.startswith("one_way"),
    )
    fit = fit_crossed(ratings)
    if fit.residual <= FLAT * (fit.units + fit.raters):
        raise NotEstimableError("raters differ by nothing, or by the same points everywhere")
    is_absolute = form.startswith("absolute")
    estimate = fit.units / (fit.units + fit.residual + (fit.raters if is_absolute else 0.0))
    ends = profile_share(ratings, fit, conf_level, absolute=is_absolute)
    k = int(raters.max()) + 1
    if form.endswith("average"):
        estimate, ends = _step_up(estimate, k), (_step_up(ends[0], k), _step_up(ends[1], k))
    nothing = float("nan")
    icc = Intraclass(TERMS[form], estimate, nothing, nothing, nothing, nothing, *ends)
    return JudgedRatings(
        icc,
        "evalpipe",
        "restricted maximum likelihood, profile interval",
        None,
        int(units.max()) + 1,
        k,
        len(long),
        log_likelihood=fit.log_likelihood,
    )


@dataclass(frozen=True)
class _MeanSquares:
    """Mean squares of n units rated by k raters."""

    n: int
    k: int
    units: float
    within: float
    raters: float
    residual: float


def shrout_fleiss(ratings: FloatArray, conf_level: float = 0.95) -> list[Intraclass]:
    """Return the six intraclass correlations of complete ratings (n units, k raters).

    icc_1, icc_k: one-way. icc_agreement_*: two-way, absolute agreement of random raters.
    icc_consistency_*: two-way, consistency. *_1: of one rater; *_k: of the mean of all.
    """
    m = _mean_squares(ratings)
    upper = 0.5 + conf_level / 2
    one = _f_interval(m, m.units / m.within, m.n * (m.k - 1), upper)
    three = _f_interval(m, m.units / m.residual, (m.n - 1) * (m.k - 1), upper)
    two = _agreement_interval(m, upper)
    n, k = m.n, m.k
    spread = (m.raters - m.residual) / n
    return [
        _test("icc_1", (m.units - m.within) / (m.units + (k - 1) * m.within), m, one, False),
        _test(
            "icc_agreement_1",
            (m.units - m.residual) / (m.units + (k - 1) * m.residual + k * spread),
            m,
            two,
            True,
        ),
        _test(
            "icc_consistency_1",
            (m.units - m.residual) / (m.units + (k - 1) * m.residual),
            m,
            three,
            True,
        ),
        _test("icc_k", (m.units - m.within) / m.units, m, _of_mean(one, k), False),
        _test(
            "icc_agreement_k",
            (m.units - m.residual) / (m.units + spread),
            m,
            _of_mean(two, k),
            True,
        ),
        _test("icc_consistency_k", (m.units - m.residual) / m.units, m, _of_mean(three, k), True),
    ]


def _mean_squares(ratings: FloatArray) -> _MeanSquares:
    n, k = ratings.shape
    grand = ratings.mean()
    units = k * float(((ratings.mean(axis=1) - grand) ** 2).sum())
    raters = n * float(((ratings.mean(axis=0) - grand) ** 2).sum())
    residual = float(((ratings - grand) ** 2).sum()) - units - raters
    return _MeanSquares(
        n,
        k,
        units / (n - 1),
        (raters + residual) / (n * (k - 1)),
        raters / (k - 1),
        residual / ((n - 1) * (k - 1)),
    )


def _test(
    name: str, value: float, m: _MeanSquares, interval: tuple[float, float], two_way: bool
) -> Intraclass:
    error = m.residual if two_way else m.within
    df = (m.n - 1) * (m.k - 1) if two_way else m.n * (m.k - 1)
    statistic = m.units / error
    p = float(fdtrc(m.n - 1, df, statistic))
    return Intraclass(name, value, statistic, m.n - 1, df, p, *interval)


def _f_interval(m: _MeanSquares, statistic: float, df: float, upper: float) -> tuple[float, float]:
    low = statistic / fdtri(m.n - 1, df, upper)
    high = statistic * fdtri(df, m.n - 1, upper)
    return float((low - 1) / (low + m.k - 1)), float((high - 1) / (high + m.k - 1))


def _agreement_interval(m: _MeanSquares, upper: float) -> tuple[float, float]:
    """Return the interval of ICC(2,1), by Satterthwaite's df of its mean squares."""
    n, k = m.n, m.k
    icc = (m.units - m.residual) / (
        m.units + (k - 1) * m.residual + k * (m.raters - m.residual) / n
    )
    ratio = m.raters / m.residual
    weight = n * (1 + (k - 1) * icc) - k * icc
    df = ((n - 1) * (k - 1) * (k * icc * ratio + weight) ** 2) / (
        (n - 1) * (k * icc * ratio) ** 2 + weight**2
    )
    above, below = fdtri(n - 1, df, upper), fdtri(df, n - 1, upper)
    spread = k * m.raters + (k * n - k - n) * m.residual
    low = n * (m.units - above * m.residual) / (above * spread + n * m.units)
    high = n * (below * m.units - m.residual) / (spread + n * below * m.units)
    return float(low), float(high)


def _of_mean(interval: tuple[float, float], k: int) -> tuple[float, float]:
    low, high = (_step_up(value, k) for value in interval)
    return low, high


def _step_up(icc: float, k: int) -> float:
    """Step up from one rater to the mean of k (Spearman and Brown)."""
    return float(k * icc / (1 + (k - 1) * icc))

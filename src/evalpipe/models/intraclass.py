"""The six intraclass correlations of Shrout and Fleiss (1979), Psychol. Bulletin 86, 420."""

from dataclasses import dataclass

from scipy.special import fdtrc, fdtri

from evalpipe.stats.problem import FloatArray


@dataclass(frozen=True)
class Intraclass:
    """One intraclass correlation with its F test against zero and interval."""

    name: str
    estimate: float
    statistic: float
    df_numerator: float
    df_denominator: float
    p_value: float
    low: float
    high: float


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
    """Step up from one rater to the mean of k (Spearman and Brown)."""
    low, high = (float(k * value / (1 + (k - 1) * value)) for value in interval)
    return low, high

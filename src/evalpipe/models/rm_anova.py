"""Repeated-measures analysis of variance with sphericity: a secondary look at complete people.

Computed by pingouin behind checks of its own (it drops people and averages doubled cells without a
word), and again from sums of squares and the covariance of the levels.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import fdtrc, stdtrit

from evalpipe.config.analyses import RepeatedMeasuresAnova
from evalpipe.errors import NotEstimableError
from evalpipe.models.estimate_rows import EstimateRow, Heading
from evalpipe.models.pingouin_door import open_pingouin
from evalpipe.models.result import Answer
from evalpipe.models.second_computation import compare_numbers
from evalpipe.models.variables import Declared, code_levels, column_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Quantity, Scale

CORRECTIONS = {
    "greenhouse_geisser": "degrees of freedom times the epsilon of Greenhouse and Geisser",
    "huynh_feldt": "degrees of freedom times the epsilon of Huynh and Feldt, at most 1",
    "none": "degrees of freedom without a correction",
}
LEFT_OUT = "People without the outcome at every level are left out of the analysis of variance"
FLAT = 1e-12
"""Error this small beside the differences of the levels is rounding."""


@dataclass(frozen=True)
class Anova:
    """F test of k levels in n complete people, sphericity and the epsilons that correct it.

    p: by correction (`none`, `greenhouse_geisser`, `huynh_feldt`). mauchly: W, chi-square, df, p;
    None for two levels, where there is nothing to be spherical.
    """

    n: int
    k: int
    statistic: float
    epsilon: dict[str, float]
    p: dict[str, float]
    mauchly: tuple[float, float, float, float] | None

    @property
    def df(self) -> tuple[float, float]:
        """Degrees of freedom without correction."""
        return float(self.k - 1), float((self.k - 1) * (self.n - 1))


def analyse_rm_anova(
    frame: pd.DataFrame, model: RepeatedMeasuresAnova, declared: Declared, heading: Heading
) -> Answer:
    """Return the F test, its corrections, sphericity and means of the complete people.

    frame: the analysis set. Raises NotEstimableError for two rows of a person at one level, and
    for no more complete people than levels.
    """
    levels, wide, n_people = _complete(frame, model, declared)
    anova = analyse_variance(wide)
    n, k = wide.shape
    rows = _test_rows(anova, model)
    rows += _sphericity_rows(anova)
    rows += _mean_rows(wide, levels, model.within, heading.conf_level)
    rows = [
        replace(row, n_participants=n, n_observations=row.n_observations or n * k) for row in rows
    ]
    record = {
        "engine": "pingouin",
        "model": model.kind,
        "method": "analysis of variance",
        "status": "ok",
        "n_participants": n,
        "n_observations": n * k,
        "warnings": LEFT_OUT if n_people > n else None,
        **compare_numbers("sums of squares", _by_sums(wide), _comparable(anova)).record(),
    }
    return Answer(heading.with_counts(n, n * k), rows, [record])


def _complete(
    frame: pd.DataFrame, model: RepeatedMeasuresAnova, declared: Declared
) -> tuple[tuple[str, ...], FloatArray, int]:
    """Return the levels, the outcome (n complete people, k levels), and how many people had any."""
    column = column_of(frame, model.within)
    known = frame[frame["outcome"].notna() & frame[column].notna()].reset_index(drop=True)
    levels, codes = code_levels(known, model.within, declared)
    long = pd.DataFrame(
        {"person": known["participant_id"], "level": codes, "y": known["outcome"].astype("float64")}
    )
    doubled = int(long.duplicated(["person", "level"]).sum())
    if doubled:
        raise NotEstimableError(
            f"{doubled} rows are a second one of the same person at the same level of "
            f"{model.within}; a mixed model takes them, or say with `only` which one counts"
        )
    if len(levels) < 2:
        raise NotEstimableError(f"{model.within} has fewer than two levels with data")
    wide = long.pivot(index="person", columns="level", values="y")
    complete = wide.dropna().to_numpy(dtype="float64")
    if len(complete) <= len(levels):
        raise NotEstimableError(
            f"no more people than levels have the outcome at all {len(levels)} levels of "
            f"{model.within}: nothing can be said about sphericity"
        )
    return levels, complete, len(wide)


def analyse_variance(wide: FloatArray) -> Anova:
    """Return the analysis of variance of complete people (n, k), by pingouin, n > k >= 2."""
    n, k = wide.shape
    deviations = wide - wide.mean(axis=0)
    error = deviations - deviations.mean(axis=1, keepdims=True)
    if float(np.abs(error).max()) <= FLAT * float(np.abs(wide).max()):
        raise NotEstimableError("everybody changes by the same: there is no error to test against")
    long = pd.DataFrame(
        {
            "person": np.repeat(np.arange(n), k),
            "level": np.tile(np.arange(k), n),
            "y": wide.ravel(),
        }
    )
    with open_pingouin() as pingouin:
        table = pingouin.rm_anova(
            long, dv="y", within="level", subject="person", correction=True, detailed=True
        ).iloc[0]
        data = pd.DataFrame(wide)
        found = pingouin.sphericity(data) if k > 2 else None
        epsilon = {"none": 1.0, "greenhouse_geisser": 1.0, "huynh_feldt": 1.0}
        if k > 2:
            epsilon["greenhouse_geisser"] = float(pingouin.epsilon(data, correction="gg"))
            epsilon["huynh_feldt"] = float(pingouin.epsilon(data, correction="hf"))
    statistic = float(table["F"])
    p = {name: _p_value(statistic, n, k, value) for name, value in epsilon.items()}
    p["none"] = float(table["p_unc"])
    if "p_GG_corr" in table.index:
        p["greenhouse_geisser"] = float(table["p_GG_corr"])
    mauchly = None
    if found is not None:
        mauchly = (float(found.W), float(found.chi2), float(found.dof), float(found.pval))
    return Anova(n, k, statistic, epsilon, p, mauchly)


def _p_value(statistic: float, n: int, k: int, epsilon: float) -> float:
    return float(fdtrc(epsilon * (k - 1), epsilon * (k - 1) * (n - 1), statistic))


def _comparable(anova: Anova) -> dict[str, float]:
    numbers = {"F": anova.statistic, "p": anova.p["none"]}
    if anova.mauchly is not None:
        numbers["Mauchly's W"] = anova.mauchly[0]
        numbers |= {name: value for name, value in anova.epsilon.items() if name != "none"}
    return numbers


def _by_sums(wide: FloatArray) -> dict[str, float]:
    """Compute the same from sums of squares and the covariance of orthonormal differences."""
    n, k = wide.shape
    levels, people = wide.mean(axis=0), wide.mean(axis=1, keepdims=True)
    between = n * float(((levels - wide.mean()) ** 2).sum()) / (k - 1)
    error = float(((wide - levels - people + wide.mean()) ** 2).sum()) / ((k - 1) * (n - 1))
    numbers = {"F": between / error, "p": _p_value(between / error, n, k, 1.0)}
    if k > 2:
        helmert = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, 1:]]))[0][:, 1:]
        V = np.cov(wide @ helmert, rowvar=False)
        trace, q = float(np.trace(V)), k - 1
        gg = trace**2 / (q * float((V**2).sum()))
        hf = (n * q * gg - 2) / (q * (n - 1 - q * gg))
        numbers["Mauchly's W"] = float(np.linalg.det(V)) / (trace / q) ** q
        numbers |= {"greenhouse_geisser": gg, "huynh_feldt": min(1.0, hf)}
    return numbers


def _test_rows(anova: Anova, model: RepeatedMeasuresAnova) -> list[EstimateRow]:
    """Return the test that the plan chose under the factor's name, then the others."""
    order = [model.correction, *(name for name in CORRECTIONS if name != model.correction)]
    if anova.mauchly is None:
        order = ["none"]
    numerator, denominator = anova.df
    return [
        EstimateRow(
            Quantity.JOINT_TEST,
            term=model.within if place == 0 else f"{model.within} {name}",
            df=anova.epsilon[name] * denominator,
            df_numerator=anova.epsilon[name] * numerator,
            df_method=DfMethod.RESIDUAL,
            statistic=anova.statistic,
            p_value=anova.p[name],
            scale=Scale.NONE,
            note=f"{CORRECTIONS[name]}; people with the outcome at every level",
        )
        for place, name in enumerate(order)
    ]


def _sphericity_rows(anova: Anova) -> list[EstimateRow]:
    if anova.mauchly is None:
        return []
    W, chi2, df, p = anova.mauchly
    rows = [
        EstimateRow(
            Quantity.SPHERICITY,
            term="mauchly_w",
            estimate=W,
            df=df,
            df_method=DfMethod.CHI_SQUARE,
            statistic=chi2,
            p_value=p,
            scale=Scale.NONE,
            note="Mauchly's test; the statistic is its chi-square",
        )
    ]
    return rows + [
        EstimateRow(Quantity.SPHERICITY, term=f"epsilon_{name}", estimate=value, scale=Scale.NONE)
        for name, value in anova.epsilon.items()
        if name != "none"
    ]


def _mean_rows(
    wide: FloatArray, levels: tuple[str, ...], within: str, conf_level: float
) -> list[EstimateRow]:
    n = len(wide)
    rows = []
    for level, values in zip(levels, wide.T, strict=True):
        mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(n))
        half = float(stdtrit(n - 1, 0.5 + conf_level / 2)) * error
        is_visit = within == "visit"
        rows.append(
            EstimateRow(
                Quantity.MARGINAL_MEAN,
                term="mean" if is_visit else within,
                arm=None if is_visit else level,
                visit=level if is_visit else None,
                estimate=mean,
                std_error=error,
                df=float(n - 1),
                df_method=DfMethod.RESIDUAL,
                conf_low=mean - half,
                conf_high=mean + half,
                n_observations=n,
                note="observed mean of the complete people",
            )
        )
    return rows

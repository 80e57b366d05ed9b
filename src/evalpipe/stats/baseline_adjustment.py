"""Three ways to take the baseline into account, as fixed designs for the same engine.

As a covariate with one slope (ANCOVA) needs no recipe. Here: the baseline as an outcome whose mean
is the same in all arms (constrained longitudinal data analysis: Liang and Zeger 2000, Sankhya B 62;
Liu, Lu, Mogg, Mallick and Mehrotra 2009, Statistics in Medicine 28, 2509-2530), and a covariate
with a slope of its own in each arm (Lin 2013, Annals of Applied Statistics 7, 295-318).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalpipe.errors import ModelError
from evalpipe.stats.problem import FloatArray, IntArray


@dataclass(frozen=True)
class Recipe:
    """A fixed design and the rows that answer.

    X: (n, p). columns: p names. differences: (k, p) contrasts against the reference arm, named
    `names` (k).
    """

    X: FloatArray
    columns: tuple[str, ...]
    differences: FloatArray
    names: tuple[str, ...]


def build_constrained_baseline(
    visit: IntArray,
    arm: IntArray,
    visits: Sequence[str],
    arms: Sequence[str],
    *,
    baseline: int = 0,
    reference: int = 0,
) -> Recipe:
    """Return the design of a constrained longitudinal analysis, one row an outcome.

    visit, arm: (n,) codes into the names `visits` and `arms`. The outcome at the visit `baseline`
    is one of the rows. Columns: a mean for each visit, shared by the arms, and for every arm but
    `reference` its difference at every visit but the baseline: the answers, visit by visit within
    arms. Further covariates may be appended; the residual is an MMRM over all visits. Who has a
    baseline and nothing else counts, and so does who has no baseline.
    """
    _check_codes(visit, visits, "visit")
    _check_codes(arm, arms, "arm")
    means = [(visit == t).astype(float) for t in range(len(visits))]
    cells = [
        (a, t)
        for a in range(len(arms))
        if a != reference
        for t in range(len(visits))
        if t != baseline
    ]
    effects = [((arm == a) & (visit == t)).astype(float) for a, t in cells]
    names = tuple(f"{arms[a]}:{visits[t]}" for a, t in cells)
    X = np.column_stack([*means, *effects])
    differences = np.eye(X.shape[1])[len(visits) :]
    return Recipe(X, (*visits, *names), differences, names)


def build_slopes_by_arm(
    covariates: FloatArray,
    arm: IntArray,
    names: Sequence[str],
    arms: Sequence[str],
    *,
    reference: int = 0,
) -> Recipe:
    """Return the design of an ANCOVA whose covariates have a slope of their own in each arm.

    covariates: (n, k) without missing values, one row a participant, named `names`. They are
    centred at their means over the rows, so that the arm's coefficient is the difference at the
    mean covariate. Robust standard errors (HC2, HC3) suit it.
    """
    _check_codes(arm, arms, "arm")
    if not np.all(np.isfinite(covariates)):
        raise ModelError("a covariate has missing values")
    others = [a for a in range(len(arms)) if a != reference]
    centred = covariates - covariates.mean(axis=0)
    indicators = np.stack([(arm == a).astype(float) for a in others], axis=1)
    crossed = [indicators[:, [i]] * centred for i in range(len(others))]
    X = np.column_stack([np.ones(len(arm)), indicators, centred, *crossed])
    told = tuple(arms[a] for a in others)
    columns = ("intercept", *told, *names, *(f"{a}:{name}" for a in told for name in names))
    return Recipe(X, columns, np.eye(X.shape[1])[1 : 1 + len(told)], told)


def _check_codes(codes: IntArray, names: Sequence[str], what: str) -> None:
    present = np.unique(codes)
    if not np.array_equal(present, np.arange(len(names))):
        raise ModelError(f"every {what} needs a row, and every row a declared {what}")

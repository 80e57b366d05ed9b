"""Working correlations for estimating equations: places within a cluster, and how they relate.

A row's place is its position within the cluster. For one participant that is the visit, so that a
missed visit leaves a gap; for a dyad role and visit; for any larger cluster, whose members share
visits, the number of the row in the order of participants and visits.

`exchangeable` is statsmodels' own. For `ar1` statsmodels reads neighbours only, and for
`unstructured` it divides by each place's own variance; here both solve the moment equation over all
pairs of one cluster (Liang and Zeger 1986; Hojsgaard, Halekoh and Yan 2006), with the scale as the
mean squared residual.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from evalpipe.models.variables import Declared, code_levels, column_of, is_category, read_number
from evalpipe.stats.problem import FloatArray, IntArray

if TYPE_CHECKING:
    from statsmodels.genmod.cov_struct import CovStruct

BORDER = 0.999
LEAST_EIGENVALUE = 1e-6
"""Smallest eigenvalue of a working correlation that the search uses."""


def find_places(frame: pd.DataFrame, groups: IntArray, declared: Declared) -> IntArray:
    """Return (n,) the position of each row within its cluster, each position taken once.

    groups: (n,) the cluster of each row. The order of the rows does not matter.
    """
    times = _code_times(frame, declared)
    if _are_distinct(groups, times) and _is_one_person(frame, groups):
        return times
    if "role" in frame.columns and frame["role"].notna().all():
        roles = code_levels(frame, "role", declared)[1]
        places: IntArray = roles * (times.max() + 1) + times
        if _are_distinct(groups, places):
            return places
    return _number_rows(groups, _code_people(frame), times)


def _code_times(frame: pd.DataFrame, declared: Declared) -> IntArray:
    """Return (n,) the order of each row in time: visit, occasion or day."""
    if "visit" in frame.columns and frame["visit"].notna().all():
        return code_levels(frame, "visit", declared)[1]
    for name in ("occasion", "day"):
        if name in frame.columns and not is_category(frame, name, declared):
            values = np.nan_to_num(read_number(frame, name))
            return np.unique(values, return_inverse=True)[1].astype(np.int64).ravel()
    return np.zeros(len(frame), dtype=np.int64)


def _code_people(frame: pd.DataFrame) -> IntArray:
    if "participant_id" not in frame.columns:
        return np.arange(len(frame), dtype=np.int64)
    people = frame[column_of(frame, "participant")].astype("object")
    return np.asarray(pd.factorize(people, sort=True)[0], dtype=np.int64)


def _is_one_person(frame: pd.DataFrame, groups: IntArray) -> bool:
    pairs = np.column_stack([groups, _code_people(frame)])
    return len(np.unique(pairs, axis=0)) == len(np.unique(groups))


def _are_distinct(groups: IntArray, places: IntArray) -> bool:
    return len(np.unique(np.column_stack([groups, places]), axis=0)) == len(groups)


def _number_rows(groups: IntArray, people: IntArray, times: IntArray) -> IntArray:
    order = np.lexsort((times, people, groups))
    ordered = groups[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    starts = np.maximum.accumulate(np.where(first, np.arange(len(groups)), 0))
    places = np.empty(len(groups), dtype=np.int64)
    places[order] = np.arange(len(groups)) - starts
    return places


def working_correlation(name: str, groups: IntArray, places: IntArray) -> "CovStruct":
    """Return a covariance structure for `statsmodels.GEE`; `dep_params` holds the correlation.

    name: `independence`, `exchangeable`, `ar1` or `unstructured`. groups: (n,) cluster codes.
    places: (n,) whole numbers from 0, each taken once in a cluster. Fit with `ddof_scale=0`, so
    that moments are divided by the number of pairs.
    """
    from statsmodels.genmod.cov_struct import Exchangeable, Independence

    # With one row in each cluster nothing is correlated, and no pair tells a correlation.
    if name == "independence" or len(np.unique(groups)) == len(groups):
        return Independence()
    if name == "exchangeable":
        return Exchangeable()
    return _over_pairs(name, int(places.max()) + 1)


def _over_pairs(name: str, n_places: int) -> "CovStruct":
    from statsmodels.genmod.cov_struct import CovStruct

    class Pairwise(CovStruct):  # type: ignore[misc]
        """A correlation of each pair of places, made of one number or one for each pair."""

        def initialize(self, model: Any) -> None:
            super().initialize(model)
            self.dep_params: object = 0.0
            self.estimated = self.matrix = np.eye(n_places)

        def update(self, params: FloatArray) -> None:  # noqa: ARG002
            products, counts, scale = _sum_products(self.model, n_places)
            self.dep_params, self.estimated = _SOLVERS[name](products / scale, counts)
            self.matrix = _lift(self.estimated)

        def covariance_matrix(
            self,
            endog_expval: FloatArray,  # noqa: ARG002
            index: int,
        ) -> tuple[FloatArray, bool]:
            places = _places(self.model, index)
            return self.matrix[np.ix_(places, places)], True

        def summary(self) -> str:
            return f"{name} correlation"

    return Pairwise()


def is_definite(structure: "CovStruct", largest: int) -> bool:
    """Whether the estimated working correlation is one: positive definite in every cluster.

    largest: rows of the largest cluster.
    """
    estimated = getattr(structure, "estimated", None)
    if estimated is not None:
        return bool(np.linalg.eigvalsh(estimated)[0] > LEAST_EIGENVALUE)
    if np.ndim(structure.dep_params) == 0 and structure.dep_params is not None:
        rho = float(structure.dep_params)
        return bool(rho < 1 and 1 + (largest - 1) * rho > 0)
    return True


def _places(model: Any, index: int) -> IntArray:
    places: IntArray = np.asarray(model.time_li[index]).ravel().astype(np.int64)
    return places


def _sum_products(model: Any, n_places: int) -> tuple[FloatArray, FloatArray, float]:
    """Return sums and counts (places, places) of residual products, and the mean square."""
    products, counts = np.zeros((n_places, n_places)), np.zeros((n_places, n_places))
    for i in range(model.num_group):
        mean = model.cached_means[i][0]
        residual = (model.endog_li[i] - mean) / np.sqrt(model.family.variance(mean))
        place = np.ix_(_places(model, i), _places(model, i))
        # `add.at` adds up a place that comes twice; `+=` would keep the last one only.
        np.add.at(products, place, np.outer(residual, residual))
        np.add.at(counts, place, 1.0)
    scale = float(np.trace(products) / np.trace(counts))
    return products, counts, scale


def _autoregressive(products: FloatArray, counts: FloatArray) -> tuple[float, FloatArray]:
    first, second = np.triu_indices(len(counts), 1)
    lag = (second - first).astype(float)
    product, count = products[first, second], counts[first, second]

    def excess(rho: float) -> float:
        slope = lag * rho ** (lag - 1)
        return float((slope * (product - count * rho**lag)).sum())

    low = 0.0 if excess(0.0) >= 0 else -BORDER
    same_sign = excess(low) * excess(BORDER) > 0
    rho = BORDER * np.sign(excess(0.0)) if same_sign else brentq(excess, low, BORDER, xtol=1e-13)
    steps = np.abs(np.subtract.outer(np.arange(len(counts)), np.arange(len(counts))))
    return float(rho), np.sign(rho) ** steps * np.abs(rho) ** steps


def _unstructured(products: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    matrix = products / np.maximum(counts, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return matrix[np.triu_indices(len(counts), 1)], matrix


def _lift(matrix: FloatArray) -> FloatArray:
    """Return the matrix with eigenvalues that the next step of the search can divide by."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > LEAST_EIGENVALUE:
        return matrix
    return np.asarray((vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T)


_SOLVERS = {"ar1": _autoregressive, "unstructured": _unstructured}

"""Tipping points: by how much imputed outcomes must be shifted until the answer turns.

An estimate is linear in an added delta, and so is every sample of its jackknife. Its variance is
then a quadratic in delta, and the border of the interval crosses the null where a quadratic is
zero: no delta is tried. Where the estimate is not linear (delta multiplies) the crossing is
bracketed and found by Brent's method.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from evalpipe.stats.missing.conditional_mean import (
    ConditionalMeanEstimates,
    summarise_samples,
)
from evalpipe.stats.problem import FloatArray
from evalpipe.stats.quadratic import solve_quadratic

Shift = tuple[FloatArray, FloatArray]
"""What a delta of 1 adds to estimates (c, T) and to samples (b, c, T): `estimate_shift`."""


class Side(StrEnum):
    """Where an interval lies."""

    ABOVE = "above"
    """All of it above the null."""
    BELOW = "below"
    """All of it below the null."""
    ACROSS = "across"
    """The null lies within."""


@dataclass(frozen=True)
class DeltaPlane:
    """One estimate as a linear function of one or two deltas.

    estimate, samples: without delta, () and (b,). slope: (d,), slopes: (b, d) for d deltas.
    """

    estimate: float
    samples: FloatArray
    slope: FloatArray
    slopes: FloatArray
    is_jackknife: bool


@dataclass(frozen=True)
class Tipping:
    """Where the answer turns; deltas in units of the outcome, NaN where it never does.

    negative, positive: the delta nearest to 0 on either side at which the interval begins to touch
    or ceases to touch the null. side: of the interval without delta.
    """

    side: Side
    negative: float
    positive: float


def cut_plane(
    base: ConditionalMeanEstimates, shifts: tuple[Shift, ...], contrast: int, visit: int
) -> DeltaPlane:
    """Return one contrast at one visit as a function of the deltas of `shifts`, in their order."""
    return DeltaPlane(
        estimate=float(base.estimate[contrast, visit]),
        samples=base.in_samples[:, contrast, visit],
        slope=np.array([shift[0][contrast, visit] for shift in shifts]),
        slopes=np.stack([shift[1][:, contrast, visit] for shift in shifts], axis=1),
        is_jackknife=base.is_jackknife,
    )


def estimate_at(
    plane: DeltaPlane, deltas: FloatArray, confidence_level: float = 0.95
) -> ConditionalMeanEstimates:
    """Return the estimate at each row of deltas (..., d): arrays (...)."""
    return summarise_samples(
        plane.estimate + deltas @ plane.slope,
        np.moveaxis(deltas @ plane.slopes.T, -1, 0)
        + plane.samples.reshape(-1, *[1] * (deltas.ndim - 1)),
        is_jackknife=plane.is_jackknife,
        confidence_level=confidence_level,
    )


def estimate_grid(
    plane: DeltaPlane, first: FloatArray, second: FloatArray, confidence_level: float = 0.95
) -> ConditionalMeanEstimates:
    """Return the estimate at every pair of two deltas, arrays (len(first), len(second))."""
    both = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1)
    return estimate_at(plane, both, confidence_level)


def hold_first(plane: DeltaPlane, delta: float) -> DeltaPlane:
    """Return the function of the second delta alone, the first held: a row of the picture."""
    return DeltaPlane(
        plane.estimate + delta * float(plane.slope[0]),
        plane.samples + delta * plane.slopes[:, 0],
        plane.slope[1:],
        plane.slopes[:, 1:],
        plane.is_jackknife,
    )


def find_tipping(
    plane: DeltaPlane, *, null: float = 0.0, confidence_level: float = 0.95
) -> Tipping:
    """Return where the interval crosses the null as one delta changes, exactly.

    null: the border of the claim (0, or a margin of noninferiority). Solves
    (estimate + delta slope - null)^2 = z^2 variance(delta).
    """
    z2 = float(ndtri(0.5 + confidence_level / 2)) ** 2
    both = np.column_stack([plane.samples, plane.slopes[:, 0]])
    V = _sample_covariance(both, is_jackknife=plane.is_jackknife)
    a, s = plane.estimate - null, float(plane.slope[0])
    roots = solve_quadratic(s * s - z2 * V[1, 1], 2 * (a * s - z2 * V[0, 1]), a * a - z2 * V[0, 0])
    return Tipping(
        side=side_of(a, float(np.sqrt(z2 * V[0, 0]))),
        negative=float(max((r for r in roots if r < 0), default=np.nan)),
        positive=float(min((r for r in roots if r >= 0), default=np.nan)),
    )


def find_tipping_by_search(
    evaluate: Callable[[float], ConditionalMeanEstimates],
    start: float,
    end: float,
    *,
    null: float = 0.0,
    steps: int = 20,
) -> float:
    """Return the first number from start to end at which the interval crosses the null; NaN: none.

    evaluate: the estimate () at a number, for what is not linear (factors). Crossings closer
    together than (end - start) / steps may be missed.
    """

    def margin(value: float) -> float:
        found = evaluate(value)
        half = float(found.conf_high - found.conf_low) / 2
        return abs(float(found.estimate) - null) - half

    places = np.linspace(start, end, steps + 1)
    before = margin(float(places[0]))
    for low, high in pairwise(places):
        after = margin(float(high))
        if (before > 0) != (after > 0):
            return float(brentq(margin, float(low), float(high), xtol=1e-10))
        before = after
    return float("nan")


def side_of(distance: float, half: float) -> Side:
    """Return where an interval lies: estimate minus null, and half its width."""
    if abs(distance) <= half:
        return Side.ACROSS
    return Side.ABOVE if distance > 0 else Side.BELOW


def _sample_covariance(samples: FloatArray, *, is_jackknife: bool) -> FloatArray:
    b = len(samples)
    scale = (b - 1) ** 2 / b if is_jackknife else 1.0
    return np.asarray(np.cov(samples, rowvar=False) * scale)

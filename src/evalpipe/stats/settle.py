"""Whether a search for the top of a likelihood may end, where variances can be zero.

It may only where the projected gradient is zero: no covariance that is possible raises the
likelihood (`boundary`). Else it goes on along that gradient, and after that from another start.
"""

import numpy as np

from evalpipe.stats.boundary import Bounded, Face, whole_face
from evalpipe.stats.curvature import CovarianceModel
from evalpipe.stats.search import (
    ACCEPTED_DECREMENT,
    DECREMENT,
    HIGHER,
    MOST_HALVINGS,
    Point,
    Search,
    Top,
    newton_step,
)

MOST_RETURNS = 25
"""Times that a search goes on from a place where the conditions on the boundary do not hold."""


def settle_best(search: Search, top: Top, model: Bounded) -> Top:
    """Return a top where the conditions on the boundary hold, from other starts if need be."""
    best = _settle(search, top, model)
    if best.converged:
        return best
    others = [search.climb(omega) for omega in model.other_starts()]
    settled = [best, *(_settle(search, other, model) for other in others if other is not None)]
    highest = max(top.value for top in settled)
    high = [top for top in settled if top.value > highest - HIGHER]
    return next((top for top in high if top.converged), high[0])


def _settle(search: Search, top: Top, model: Bounded) -> Top:
    """Go on from a top until no covariance that is possible raises the likelihood."""
    for _ in range(MOST_RETURNS):
        top = _put_at_zero(search, top, model)
        point = top.point
        seen = (point.omega, point.likelihood.gradient, point.likelihood.expected)
        if model.step_inside(*seen, 1.0)[1] <= ACCEPTED_DECREMENT:
            return Top(point, top.converged or _is_flat(point, find_face_at(search.model, point)))
        following = _step_inside(search, point, model)
        again = None if following is None else search.climb(following.omega)
        if again is None:
            break
        top = again
    return Top(top.point, converged=False)


def _put_at_zero(search: Search, top: Top, model: Bounded) -> Top:
    """Return the top with what counts as zero at zero, where that costs nothing."""
    settled = model.settle(top.point.omega)
    if settled is top.point.omega:
        return top
    point = search.look(settled)
    if point is None or point.likelihood.value < top.value - HIGHER:
        return top
    if _is_flat(point, find_face_at(search.model, point), DECREMENT):
        return Top(_polish(search, point, model), converged=True)
    again = search.climb(settled)
    if again is None:
        return top
    point = search.look(model.settle(again.point.omega))
    if point is None or point.likelihood.value < again.value - HIGHER:
        return again
    return Top(point, again.converged)


def _polish(search: Search, point: Point, model: Bounded) -> Point:
    """Take the last, tiny Newton step that is left after something was put at zero."""
    omega = model.settle(point.omega + newton_step(point, use_expected=False))
    better = search.look(omega)
    lost = better is None or better.likelihood.value < point.likelihood.value - 1e-10
    return point if lost or better is None else better


def _step_inside(search: Search, point: Point, model: Bounded) -> Point | None:
    """Halve a step along the projected gradient until the likelihood rises enough."""
    share, value = 1.0, point.likelihood.value
    seen = (point.omega, point.likelihood.gradient, point.likelihood.expected)
    for _ in range(MOST_HALVINGS):
        omega, gain = model.step_inside(*seen, share)
        following = search.look(omega)
        rise = -np.inf if following is None else following.likelihood.value - value
        if rise >= 1e-4 * gain > 0:
            return following
        share /= 2
    return None


def find_face_at(model: CovarianceModel, point: Point) -> Face:
    """Return what is left of the model at a point."""
    if isinstance(model, Bounded):
        return model.face(point.natural.theta)
    return whole_face(len(point.omega))


def _is_flat(point: Point, face: Face, enough: float = ACCEPTED_DECREMENT) -> bool:
    """Whether a Newton step in what is left of the model is too short to matter."""
    seen = point.likelihood
    slope, observed = face.tangent.T @ seen.gradient, face.restrict(seen.observed, seen.gradient)
    try:
        return float(slope @ np.linalg.solve(observed, slope)) <= enough
    except np.linalg.LinAlgError:
        return False

"""Predicted trajectories of models without visits as a category: the mean over time, with
intervals.
"""

from collections.abc import Iterator

import numpy as np

from evalpipe.config.analyses import Estimand
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.gaussian import answer_requests
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.marginal import Grid, Place
from evalpipe.models.requests import Request, describe_place
from evalpipe.models.terms import Category, Number, Variable
from evalpipe.models.variables import column_of
from evalpipe.stats.problem import FloatArray, IntArray
from evalpipe.vocabulary import Quantity, Scale

POINTS = 13
"""Points of a trajectory: the observed occasions in this many parts of equal size."""

CLOCKS = ("day", "session_number", "occasion")


def trajectory_rows(
    fitted: FittedGaussian, estimand: Estimand, conf_level: float, scale: Scale
) -> list[EstimateRow]:
    """Return the predicted mean at each of some points in time, for each level compared.

    Time is the first of day, session and occasion that is there and varies. At each point time has
    its mean over the observations there, and all that is derived from it follows, as for a
    contrast read off at that time; other variables that change within participants have their mean
    (categories their shares) over the observations there. What does not change within participants
    has its mean over everybody, categories equal weights. What the estimand's `at` names besides
    time is held there. Empty where no numeric term changes within participants, or where visits
    are a category.
    """
    if isinstance(fitted.rows.design.variables.get("visit"), Category):
        return []
    moving = _moving(fitted)
    clock = _clock(fitted)
    if clock is None or not any(isinstance(v, Number) for v in moving.values()):
        return []
    requests = list(_requests(fitted, moving, clock, estimand))
    return answer_requests(fitted, requests, conf_level, scale)


def _moving(fitted: FittedGaussian) -> dict[str, Variable]:
    """Return the variables that change within participants."""
    frame = fitted.rows.frame
    found = {}
    for name, variable in fitted.rows.design.variables.items():
        if name != "baseline":
            column = column_of(frame, name)
            if frame.groupby("participant_id", sort=False)[column].nunique().max() > 1:
                found[name] = variable
    return found


def _clock(fitted: FittedGaussian) -> tuple[str, FloatArray] | None:
    frame = fitted.rows.frame
    for name in CLOCKS:
        if name in frame.columns and frame[name].notna().all() and frame[name].nunique() > 2:
            return name, frame[name].to_numpy(dtype="float64")
    return None


def _requests(
    fitted: FittedGaussian,
    moving: dict[str, Variable],
    clock: tuple[str, FloatArray],
    estimand: Estimand,
) -> Iterator[Request]:
    name, time = clock
    grid = fitted.rows.grid
    factor = estimand.contrast.factor if estimand.contrast else None
    variable = fitted.rows.design.variables.get(factor) if factor else None
    levels = variable.levels if isinstance(variable, Category) else (None,)
    held = {k: v for k, v in estimand.at.items() if k not in _timely(grid, moving, name, factor)}
    note = describe_place(held).strip() or None
    free = {k: v for k, v in moving.items() if k != factor and k not in held}
    for rows in _parts(time):
        mean_time = float(np.mean(time[rows]))
        at = {**held, name: mean_time} if grid.knows(name) else held
        cells = list(_cells(fitted, free, rows, at))
        for level in levels:
            place: dict[str, str | float] = {factor: level} if factor and level else {}
            row = sum(share * grid.mean({**cell, **place}) for share, cell in cells)
            assert not isinstance(row, int)
            term = f"{name}={mean_time:g}"
            yield Request(Quantity.TRAJECTORY, row, term=term, arm=level, note=note)


def _timely(
    grid: Grid, moving: dict[str, Variable], clock: str, factor: str | None
) -> set[str | None]:
    """Return what a trajectory runs over, and so never holds."""
    numbers = [name for name, variable in moving.items() if isinstance(variable, Number)]
    return {*grid.derivations.reach([clock, *numbers]), "phase", "period", "visit", factor}


def _cells(
    fitted: FittedGaussian, moving: dict[str, Variable], rows: IntArray, at: Place
) -> Iterator[tuple[float, dict[str, str | float]]]:
    """Yield (share, place) of the combinations of moving categories among some rows.

    A number that follows from another one, or from time, is left to follow.
    """
    values = fitted.rows.values
    categories = {k: v for k, v in moving.items() if isinstance(v, Category)}
    codes = np.stack([values[name][rows] for name in categories] or [np.zeros(len(rows))], axis=1)
    for cell in np.unique(codes, axis=0):
        here = rows[(codes == cell).all(axis=1)]
        place: dict[str, str | float] = dict(at)
        for (name, category), code in zip(categories.items(), cell, strict=False):
            place[name] = category.levels[int(code)]
        for name in _sources_first(fitted, moving):
            if name not in fitted.rows.grid.derivations.reach(place):
                place[name] = float(np.mean(values[name][here]))
        yield len(here) / len(rows), place


def _sources_first(fitted: FittedGaussian, moving: dict[str, Variable]) -> list[str]:
    rules = list(fitted.rows.grid.derivations.rules)
    numbers = [name for name, variable in moving.items() if isinstance(variable, Number)]
    return sorted(numbers, key=lambda name: rules.index(name) if name in rules else -1)


def _parts(time: FloatArray) -> list[IntArray]:
    """Return row numbers in parts of about equal size by time; equal times stay together."""
    distinct = np.unique(time)
    if len(distinct) <= POINTS:
        return [np.flatnonzero(time == value) for value in distinct]
    borders = np.unique(np.quantile(time, np.linspace(0, 1, POINTS + 1)[1:-1]))
    part = np.searchsorted(borders, time, side="right")
    return [np.flatnonzero(part == k) for k in np.unique(part)]

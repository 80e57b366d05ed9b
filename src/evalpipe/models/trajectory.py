"""Predicted trajectories of models without visits as a category: the mean over time, with
intervals.
"""

from collections.abc import Iterator

import numpy as np

from evalpipe.config.analyses import Estimand
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.gaussian import answer_requests
from evalpipe.models.gaussian_fit import FittedGaussian
from evalpipe.models.requests import Request
from evalpipe.models.terms import Category, Number
from evalpipe.models.variables import column_of
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity, Scale

POINTS = 13
"""Points of a trajectory: the observed occasions in this many parts of equal size."""

CLOCKS = ("day", "session_number", "occasion")


def trajectory_rows(
    fitted: FittedGaussian, estimand: Estimand, conf_level: float, scale: Scale
) -> list[EstimateRow]:
    """Return the predicted mean at each of some points in time, for each level compared.

    Time is the first of day, session and occasion that is there and varies. At each point the
    variables that change within participants (time itself, hinges at their own knots) have their
    mean over the observations there; all others their mean over everybody, categories equal
    weights. Empty where no numeric term changes within participants or visits are a category.
    """
    if isinstance(fitted.rows.design.variables.get("visit"), Category):
        return []
    moving = _moving_numbers(fitted)
    clock = _clock(fitted)
    if not moving or clock is None:
        return []
    factor = estimand.contrast.factor if estimand.contrast else None
    requests = list(_requests(fitted, moving, clock, factor))
    return answer_requests(fitted, requests, conf_level, scale)


def _moving_numbers(fitted: FittedGaussian) -> list[str]:
    frame = fitted.rows.frame
    found = []
    for name, variable in fitted.rows.design.variables.items():
        if isinstance(variable, Number) and name != "baseline":
            column = column_of(frame, name)
            if frame.groupby("participant_id", sort=False)[column].nunique().max() > 1:
                found.append(name)
    return found


def _clock(fitted: FittedGaussian) -> tuple[str, FloatArray] | None:
    frame = fitted.rows.frame
    for name in CLOCKS:
        if name in frame.columns and frame[name].notna().all() and frame[name].nunique() > 2:
            return name, frame[name].to_numpy(dtype="float64")
    return None


def _requests(
    fitted: FittedGaussian,
    moving: list[str],
    clock: tuple[str, FloatArray],
    factor: str | None,
) -> Iterator[Request]:
    name, time = clock
    variable = fitted.rows.design.variables.get(factor) if factor else None
    levels = variable.levels if isinstance(variable, Category) else (None,)
    for rows in _parts(time):
        at: dict[str, str | float] = {
            number: float(np.mean(fitted.rows.values[number][rows])) for number in moving
        }
        for level in levels:
            place = {**at, factor: level} if factor and level else at
            yield Request(
                Quantity.TRAJECTORY,
                fitted.rows.grid.mean(place),
                term=f"{name}={float(np.mean(time[rows])):g}",
                arm=level,
            )


def _parts(time: FloatArray) -> list["np.typing.NDArray[np.int64]"]:
    """Return row numbers in parts of about equal size by time; equal times stay together."""
    distinct = np.unique(time)
    if len(distinct) <= POINTS:
        return [np.flatnonzero(time == value) for value in distinct]
    borders = np.unique(np.quantile(time, np.linspace(0, 1, POINTS + 1)[1:-1]))
    part = np.searchsorted(borders, time, side="right")
    return [np.flatnonzero(part == k) for k in np.unique(part)]

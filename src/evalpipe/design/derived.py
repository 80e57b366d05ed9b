"""Derived variables: one function for each kind of the closed list, over a whole frame at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.config import derived as kinds
from evalpipe.config.plan import Plan
from evalpipe.design.matching import (
    NO_CODE,
    code_of,
    columns_of,
    join_codes,
    look_up,
    whole_numbers,
)
from evalpipe.errors import DataError
from evalpipe.vocabulary import Column

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST = "first"
"""The level of `previous` where there is no earlier block."""


def derive(
    plan: Plan, name: str, frame: pd.DataFrame, knots: pd.DataFrame | None = None
) -> pd.Series[Any]:
    """The values of one derived variable for the rows of `frame`.

    frame: one row an occasion of a participant, holding the columns that the variable is made of.
    knots: one row a participant (index participant_id) with `first_session`, `last_session` and
    `phase:<phase>` in days, for `hinge`. A missing input gives a missing value.
    """
    variable = plan.derived[name]
    if isinstance(variable, kinds.Hinge):
        return _hinge(plan, variable, frame, knots)
    if isinstance(variable, kinds.PerVisit):
        return _mapped(frame[Column.VISIT], variable.values)
    if isinstance(variable, kinds.Lag):
        return lag(frame, variable.of, variable.over, variable.by, tuple(plan.visits))
    return _SIMPLE[variable.kind](frame, variable)


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    return pd.to_numeric(frame[name]).astype("float64")


def _log(frame: pd.DataFrame, variable: kinds.Logarithm) -> pd.Series[Any]:
    values = _numbers(frame, variable.of)
    return pd.Series(np.log(values.where(values > 0)), index=values.index)


def _square(frame: pd.DataFrame, variable: kinds.Square) -> pd.Series[Any]:
    return _numbers(frame, variable.of) ** 2


def _centre(frame: pd.DataFrame, variable: kinds.Centre) -> pd.Series[Any]:
    values = _numbers(frame, variable.of)
    return values - (_person_means(frame, values).mean() if variable.at is None else variable.at)


def _standardise(frame: pd.DataFrame, variable: kinds.Scaled) -> pd.Series[Any]:
    values = _numbers(frame, variable.of)
    means = _person_means(frame, values)
    constant = bool((values.dropna() == means_on_rows(frame, values)[values.notna()]).all())
    spread = means.std(ddof=1) if constant else values.std(ddof=1)
    return (values - means.mean()) / spread


def _person_means(frame: pd.DataFrame, values: pd.Series[Any]) -> pd.Series[Any]:
    """One mean a participant, so that each counts once whatever the number of occasions."""
    return values.groupby(frame[Column.PARTICIPANT_ID].to_numpy(), sort=False).mean()


def means_on_rows(frame: pd.DataFrame, values: pd.Series[Any]) -> pd.Series[Any]:
    """The participant's own mean of what is known, on each row."""
    person = person_codes(frame)
    known = values.notna().to_numpy()
    total = np.bincount(person[known], values.to_numpy("float64")[known], person.max() + 1)
    count = np.bincount(person[known], minlength=person.max() + 1)
    with np.errstate(invalid="ignore"):
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return pd.Series(mean[person], index=frame.index)


def _person_mean(frame: pd.DataFrame, variable: kinds.PersonMean) -> pd.Series[Any]:
    return means_on_rows(frame, _numbers(frame, variable.of))


def _person_deviation(frame: pd.DataFrame, variable: kinds.PersonDeviation) -> pd.Series[Any]:
    values = _numbers(frame, variable.of)
    return values - means_on_rows(frame, values)


def _difference(frame: pd.DataFrame, variable: kinds.Difference) -> pd.Series[Any]:
    return _numbers(frame, variable.of) - _numbers(frame, variable.minus)


def _unit_change(frame: pd.DataFrame, variable: kinds.UnitChange) -> pd.Series[Any]:
    return _numbers(frame, variable.of) / variable.divide_by


def _band(frame: pd.DataFrame, variable: kinds.Band) -> pd.Series[Any]:
    values = _numbers(frame, variable.of).to_numpy()
    if len(variable.names) != len(variable.borders) + 1:
        raise DataError("a band needs one name more than it has borders")
    place = np.searchsorted(np.asarray(variable.borders), values, side="right")
    names = np.asarray([*variable.names, None], dtype=object)
    return pd.Series(names[np.where(np.isnan(values), -1, place)], index=frame.index)


def _per_level(frame: pd.DataFrame, variable: kinds.PerLevel) -> pd.Series[Any]:
    return _mapped(frame[variable.of], variable.values)


def _mapped(column: pd.Series[Any], values: dict[str, float | str]) -> pd.Series[Any]:
    """Each level replaced by its value: floats when all are numbers, else words."""
    mapped = column.map(values)
    words = any(isinstance(value, str) for value in values.values())
    return mapped.astype(object) if words else pd.to_numeric(mapped).astype("float64")


def person_codes(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Number the participants; each rater's series counts as one of its own."""
    return code_of(*columns_of(frame, (Column.PARTICIPANT_ID, Column.RATER)))


def lag(
    frame: pd.DataFrame, of: str, over: str, by: int, visits: tuple[str, ...] = ()
) -> pd.Series[Any]:
    """The value `by` days, sessions, trials or visits earlier of the same participant.

    A gap stays missing: the row exactly `by` earlier counts, not the one recorded before.
    """
    time, span = _times(frame, over, visits)
    earlier = np.where(time >= by, time - by, NO_CODE)
    person = person_codes(frame)
    source, wanted = join_codes(person, time, span), join_codes(person, earlier, span)
    return look_up(source, wanted, frame[of], f"lag of {of} over {over}")


def _times(
    frame: pd.DataFrame, over: str, visits: tuple[str, ...]
) -> tuple[NDArray[np.int64], int]:
    if over == "visit":
        codes = pd.Categorical(frame[Column.VISIT], categories=list(visits)).codes
        return codes.astype(np.int64), max(len(visits), 1)
    column = over if over in frame else Column.OCCASION
    return whole_numbers(frame[column])


def occasion_codes(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Number the occasions: the visit (and trial), else the day, else the running number."""
    at_visit = frame[Column.VISIT].notna()
    by_day = ~at_visit & frame[Column.DAY].notna()
    day = frame[Column.DAY].where(by_day)
    number = frame[Column.OCCASION].where(~by_day)
    return code_of(frame[Column.VISIT], day, number)


def _partner(frame: pd.DataFrame, variable: kinds.Partner) -> pd.Series[Any]:
    return partner(frame, variable.of)


def partner(frame: pd.DataFrame, of: str) -> pd.Series[Any]:
    """The other member's value on the same occasion; missing without a partner or an answer.

    Raises DataError when a dyad has more than two members.
    """
    dyad = code_of(frame[Column.DYAD_ID])
    dyad = np.where(frame[Column.DYAD_ID].isna(), NO_CODE, dyad)
    person = code_of(frame[Column.PARTICIPANT_ID])
    place = _place_in_dyad(dyad, person)
    occasion = occasion_codes(frame)
    together = join_codes(dyad, occasion, int(occasion.max(initial=0)) + 1)
    source, wanted = join_codes(together, place, 2), join_codes(together, 1 - place, 2)
    return look_up(source, wanted, frame[of], f"partner of {of}")


def _place_in_dyad(dyad: NDArray[np.int64], person: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 for the member met first in each dyad, 1 for the other."""
    pairs = pd.DataFrame({"dyad": dyad, "person": person}).drop_duplicates()
    place = pairs.groupby("dyad", sort=False).cumcount()
    too_many = (place > 1) & (pairs["dyad"] >= 0)
    if too_many.any():
        count = pairs.loc[too_many, "dyad"].nunique()
        raise DataError(f"{count} dyads have more than two members; a partner is not defined")
    by_person = pd.Series(place.to_numpy(), index=pairs["person"].to_numpy())
    return by_person.reindex(person).to_numpy(np.int64)


def _previous(frame: pd.DataFrame, variable: kinds.Previous) -> pd.Series[Any]:
    """The level on the block before; missing where the block before has no row."""
    block, _ = pd.factorize(frame[variable.over], sort=True)
    block = np.asarray(block, dtype=np.int64)
    span = int(block.max(initial=0)) + 1
    person = person_codes(frame)
    here = join_codes(person, block, span)
    first = ~pd.Series(here).duplicated().to_numpy()
    source = np.where(first, here, NO_CODE)
    wanted = join_codes(person, np.where(block > 0, block - 1, NO_CODE), span)
    found = look_up(source, wanted, frame[variable.of].astype(object), f"previous {variable.of}")
    return found.mask(block == 0, FIRST)


def _hinge(
    plan: Plan, variable: kinds.Hinge, frame: pd.DataFrame, knots: pd.DataFrame | None
) -> pd.Series[Any]:
    """max(0, min(x, until) - knot); a knot that a participant never reached gives 0."""
    x = _numbers(frame, variable.of)
    start, stop = _both_knots(plan, variable, frame, knots)
    grown = np.minimum(x.to_numpy(), stop) - np.where(np.isinf(start), 0.0, start)
    reached = np.where(np.isinf(start), 0.0, np.maximum(grown, 0.0))
    return pd.Series(np.where(x.isna(), np.nan, reached), index=frame.index)


def _both_knots(
    plan: Plan, variable: kinds.Hinge, frame: pd.DataFrame, knots: pd.DataFrame | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    divisor = _days_per_unit(plan, variable.of)
    knot = f"phase:{variable.phase}" if variable.phase else variable.knot
    start = _knot_days(frame, knot, knots, divisor)
    return start, _knot_days(frame, variable.until, knots, divisor)


def own_knots(
    plan: Plan, name: str, frame: pd.DataFrame, knots: pd.DataFrame | None
) -> dict[str, pd.Series[Any]]:
    """Each row's knot and end, of a hinge whose knots are the participants' own; else nothing."""
    variable = plan.derived[name]
    if not isinstance(variable, kinds.Hinge):
        return {}
    is_personal = variable.phase is not None or isinstance(variable.knot, str)
    if not is_personal and not isinstance(variable.until, str):
        return {}
    both = _both_knots(plan, variable, frame, knots)
    columns = zip(kinds.knot_columns(name), both, strict=True)
    return {column: pd.Series(days, index=frame.index) for column, days in columns}


def _knot_days(
    frame: pd.DataFrame, knot: float | str | None, knots: pd.DataFrame | None, divisor: float
) -> NDArray[np.float64]:
    """Each row's knot in the unit of the variable; infinite where it was never reached."""
    if isinstance(knot, int | float):
        return np.full(len(frame), float(knot))
    if knot is None or knots is None or knot not in knots:
        return np.full(len(frame), np.inf)
    own = frame[Column.PARTICIPANT_ID].map(knots[knot]).to_numpy("float64", na_value=np.nan)
    return np.where(np.isnan(own), np.inf, own / divisor)


def _days_per_unit(plan: Plan, name: str) -> float:
    """How many days one unit of a variable has that is a unit change of the day."""
    variable = plan.derived.get(name)
    if isinstance(variable, kinds.UnitChange):
        return variable.divide_by * _days_per_unit(plan, variable.of)
    return 1.0


_SIMPLE: dict[str, Callable[[pd.DataFrame, Any], pd.Series[Any]]] = {
    "log": _log,
    "square": _square,
    "centre": _centre,
    "standardise": _standardise,
    "person_mean": _person_mean,
    "person_deviation": _person_deviation,
    "partner": _partner,
    "difference": _difference,
    "band": _band,
    "unit_change": _unit_change,
    "per_level": _per_level,
    "previous": _previous,
}

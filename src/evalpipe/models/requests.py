"""Which contrast rows answer an estimand: means, contrasts at each visit, slopes, joint tests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal

import numpy as np

from evalpipe.config.analyses import Contrast, Estimand
from evalpipe.errors import NotEstimableError
from evalpipe.models.design_matrix import Design
from evalpipe.models.marginal import Grid, Margins
from evalpipe.models.terms import Category, Number, split_term
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import Quantity


@dataclass(frozen=True)
class Request:
    """One number wanted: its row L (p,), or rows (q, p) of a joint test, and what it is.

    offset: a constant added to L beta (minus the mean baseline, for change).
    """

    quantity: Quantity
    L: FloatArray = field(repr=False)
    term: str | None = None
    arm: str | None = None
    reference_arm: str | None = None
    visit: str | None = None
    offset: float = 0.0
    note: str | None = None


Start = Literal["covariate", "outcome", "none"]


@dataclass(frozen=True)
class Setting:
    """What requests are built from: grid, the visits asked for, and the plan's arm order.

    visits: levels of `visit` wanted, None where the model has no visit among its terms.
    only_visit: the one visit of all rows, where the model has no visit term. start: what a change
    from baseline is measured from where the baseline is not among the outcomes: `covariate`, its
    value among the fixed terms; `outcome`, the outcome is a change already; `none`, nothing.
    """

    grid: Grid
    visits: tuple[str, ...] | None
    only_visit: str | None = None
    baseline_visit: str | None = None
    start: Start = "none"
    margins: Margins = "equal"

    @property
    def design(self) -> Design:
        """The fixed design."""
        return self.grid.design

    def places(
        self, at: Mapping[str, str | float]
    ) -> Iterator[tuple[str | None, dict[str, str | float]]]:
        """Yield (visit, place) for each visit wanted, or one place without."""
        if self.visits is None or "visit" in at:
            fixed = at.get("visit")
            yield (str(fixed) if fixed is not None else self.only_visit), dict(at)
            return
        for visit in self.visits:
            yield visit, {**at, "visit": visit}


def requests_of(estimand: Estimand, setting: Setting) -> list[Request]:
    """Return the requests that an estimand's summary asks for.

    Raises NotEstimableError when its factor, level, visit or number is not among the fixed terms.
    """
    at = dict(estimand.at)
    for name in at:
        if not setting.grid.knows(name):
            raise NotEstimableError(
                f"at: {name} is not among the fixed terms; nothing is read off there"
            )
    contrasts = _contrasts(estimand)
    if estimand.summary in ("slope", "difference_in_slopes"):
        return _slope_requests(estimand, contrasts, setting, at)
    requests = _mean_requests(contrasts, setting, at)
    for contrast in contrasts:
        requests += _contrast_requests(contrast, setting, at, estimand.average_visits)
        if estimand.summary == "difference_of_differences":
            requests += _interaction_requests(contrast, estimand, setting)
    if estimand.summary == "change_from_baseline":
        requests += _change_requests(contrasts, setting, at, estimand.average_visits)
    return requests


def _contrasts(estimand: Estimand) -> tuple[Contrast, ...]:
    first = (estimand.contrast,) if estimand.contrast is not None else ()
    return first + estimand.contrasts


def describe_place(at: Mapping[str, str | float], without: Iterable[str] = ()) -> str:
    """Return ` at cue=threat, order=first`, or nothing."""
    parts = [f"{k}={v:g}" if isinstance(v, float) else f"{k}={v}" for k, v in at.items()]
    parts = [part for part in parts if part.split("=")[0] not in without]
    return f" at {', '.join(parts)}" if parts else ""


def _factor(design: Design, name: str) -> Category:
    variable = design.variables.get(name)
    if not isinstance(variable, Category):
        what = "a number" if isinstance(variable, Number) else "not"
        raise NotEstimableError(
            f"{name} is {what} among the fixed terms: its levels cannot be compared; "
            f"name {name} as a category in `fixed`"
        )
    return variable


def _mean_requests(
    contrasts: tuple[Contrast, ...], setting: Setting, at: Mapping[str, str | float]
) -> list[Request]:
    requests: list[Request] = []
    factors = dict.fromkeys(c.factor for c in contrasts if c.factor != "visit")
    for factor in factors:
        for level in _factor(setting.design, factor).levels:
            for visit, place in setting.places({**at, factor: level}):
                row = setting.grid.mean(place, setting.margins)
                term = factor + describe_place(at, ("visit",))
                requests.append(
                    Request(Quantity.MARGINAL_MEAN, row, term=term, arm=level, visit=visit)
                )
    if not factors:
        for visit, place in setting.places(at):
            row = setting.grid.mean(place, setting.margins)
            term = "mean" + describe_place(at, ("visit",))
            requests.append(Request(Quantity.MARGINAL_MEAN, row, term=term, visit=visit))
    return requests


def _contrast_requests(
    contrast: Contrast, setting: Setting, at: Mapping[str, str | float], average: bool
) -> list[Request]:
    _factor(setting.design, contrast.factor)
    places = list(setting.places(at))
    if contrast.factor == "visit":
        places = [(contrast.level, {k: v for k, v in at.items() if k != "visit"})]
    rows = [_contrast_row(contrast, setting, place) for _, place in places]
    term = contrast.factor + describe_place(at, ("visit",))
    requests = [
        _compared(contrast, row, term, visit) for row, (visit, _) in zip(rows, places, strict=True)
    ]
    if average and len(rows) > 1:
        mean = np.mean(rows, axis=0)
        requests.append(_compared(contrast, mean, term, "average"))
    return requests


def _contrast_row(
    contrast: Contrast, setting: Setting, place: Mapping[str, str | float]
) -> FloatArray:
    return setting.grid.contrast(
        contrast.factor, contrast.level, contrast.versus, place, setting.margins
    )


def _compared(contrast: Contrast, row: FloatArray, term: str, visit: str | None) -> Request:
    return Request(
        Quantity.CONTRAST,
        row,
        term=term,
        arm=contrast.level,
        reference_arm=contrast.versus,
        visit=visit,
    )


def _interaction_requests(
    contrast: Contrast, estimand: Estimand, setting: Setting
) -> list[Request]:
    """Return the contrast at each level of another factor minus that at its reference level."""
    requests: list[Request] = []
    for other in _other_factors(contrast, estimand, setting.design):
        variable = _factor(setting.design, other)
        wanted = estimand.at.get(other)
        rest = {k: v for k, v in estimand.at.items() if k != other}
        base = _contrast_row(contrast, setting, {**rest, other: variable.reference})
        for level in variable.levels:
            if level == variable.reference or (wanted is not None and level != wanted):
                continue
            row = _contrast_row(contrast, setting, {**rest, other: level}) - base
            term = f"{contrast.factor}:{other}[{level}-vs-{variable.reference}]"
            requests.append(
                _compared(
                    contrast, row, term + describe_place(rest), level if other == "visit" else None
                )
            )
    return requests


def _other_factors(contrast: Contrast, estimand: Estimand, design: Design) -> list[str]:
    terms = estimand.terms or tuple(dict.fromkeys(design.terms))
    partners: dict[str, None] = {}
    for term in terms:
        names = split_term(term)
        if contrast.factor in names and len(names) == 2:
            other = next(name for name in names if name != contrast.factor)
            if isinstance(design.variables.get(other), Category):
                partners[other] = None
    if not partners:
        raise NotEstimableError(
            f"no fixed term joins {contrast.factor} with another factor: a difference of "
            f"differences needs one, such as {contrast.factor}:period"
        )
    return list(partners)


def _change_requests(
    contrasts: tuple[Contrast, ...],
    setting: Setting,
    at: Mapping[str, str | float],
    average: bool,
) -> list[Request]:
    """Return the mean at each visit minus that at baseline, for each level compared and apart."""
    factor = next((c.factor for c in contrasts if c.factor != "visit"), None)
    levels = _factor(setting.design, factor).levels if factor else (None,)
    requests: list[Request] = []
    for level in levels:
        place = {**at, factor: level} if factor and level else dict(at)
        changes = _change_of(setting, place, factor, level)
        requests += changes
        if average and len(changes) > 1:
            mean = np.mean([change.L for change in changes], axis=0)
            requests.append(replace(changes[0], L=mean, visit="average"))
    return requests


def _change_of(
    setting: Setting, at: Mapping[str, str | float], factor: str | None, level: str | None
) -> list[Request]:
    start, variable = setting.baseline_visit, setting.design.variables.get("visit")
    is_outcome = isinstance(variable, Category) and start in variable.levels
    term = f"change{f' of {factor}' if factor else ''}"
    requests = []
    for visit, place in setting.places(at):
        row, offset, note = setting.grid.mean(place, setting.margins), 0.0, None
        if is_outcome and start is not None:
            if visit == start:
                continue
            row = row - setting.grid.mean({**at, "visit": start}, setting.margins)
        elif setting.start != "outcome":
            offset, note = -_baseline_at(setting, place), BASELINE_KNOWN
        requests.append(
            Request(
                Quantity.CONTRAST,
                row,
                term=term + describe_place(at, ("visit", *((factor,) if factor else ()))),
                arm=level,
                reference_arm="baseline",
                visit=visit,
                offset=offset,
                note=note,
            )
        )
    return requests


BASELINE_KNOWN = "minus the baseline at which the mean is read off, taken as known"


def _baseline_at(setting: Setting, place: Mapping[str, str | float]) -> float:
    """Return the baseline of a place: where the plan holds it, else the mean of the rows used."""
    if setting.start != "covariate" or not setting.grid.is_number("baseline"):
        raise NotEstimableError("change from baseline needs the baseline visit or `baseline`")
    return setting.grid.value_at("baseline", place)


def _slope_requests(
    estimand: Estimand,
    contrasts: tuple[Contrast, ...],
    setting: Setting,
    at: Mapping[str, str | float],
) -> list[Request]:
    if not estimand.terms:
        raise NotEstimableError("a slope needs `terms`: the numbers whose slope is asked for")
    requests: list[Request] = []
    for term in estimand.terms:
        number, factors = _split_slope(term, setting.grid)
        by = [f for f in factors if f not in {c.factor for c in contrasts}]
        for levels in product(*(_factor(setting.design, f).levels for f in by)):
            place = {**at, **dict(zip(by, levels, strict=True))}
            name = number + describe_place(place)
            requests += _slopes_at(number, name, place, contrasts, setting)
    return requests


def _split_slope(term: str, grid: Grid) -> tuple[str, list[str]]:
    names = split_term(term)
    numbers = [name for name in names if grid.is_number(name)]
    if len(numbers) != 1:
        raise NotEstimableError(f"the slope {term} needs exactly one number among the fixed terms")
    return numbers[0], [name for name in names if name != numbers[0]]


def _slopes_at(
    number: str,
    name: str,
    place: Mapping[str, str | float],
    contrasts: tuple[Contrast, ...],
    setting: Setting,
) -> list[Request]:
    grid, margins, note = setting.grid, setting.margins, _where_steep(setting.grid, number, place)
    if not contrasts:
        row = grid.slope(number, place, margins)
        return [Request(Quantity.SLOPE, row, term=name, note=note)]
    requests: list[Request] = []
    for factor in dict.fromkeys(c.factor for c in contrasts):
        for level in _factor(setting.design, factor).levels:
            row = grid.slope(number, {**place, factor: level}, margins)
            requests.append(Request(Quantity.SLOPE, row, term=name, arm=level, note=note))
    for contrast in contrasts:
        upper = grid.slope(number, {**place, contrast.factor: contrast.level}, margins)
        lower = grid.slope(number, {**place, contrast.factor: contrast.versus}, margins)
        if not (upper - lower).any():
            continue  # no term lets the slopes differ: nothing is estimated
        requests.append(
            Request(
                Quantity.SLOPE_CONTRAST,
                upper - lower,
                term=name,
                arm=contrast.level,
                reference_arm=contrast.versus,
                note=note,
            )
        )
    return requests


def _where_steep(grid: Grid, number: str, place: Mapping[str, str | float]) -> str | None:
    """Say where a slope is read off that is not the same everywhere."""
    if number in place or not grid.has_followers(number):
        return None
    mean = grid.derivations.means[number]
    return f"slope at {number}={mean:g}, the mean of the rows used; `at` reads it off elsewhere"

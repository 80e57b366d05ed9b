"""Geographic positions: pairs in one cell, degrees in two columns."""

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_COORDINATE_PAIR = (
    r"\d{1,2}[.,]\d{3,}\s?°?\s?[NS]\b.*\d{1,3}[.,]\d{3,}\s?°?\s?[EWO]\b|\d{1,3}[.,]\d{2,}°"
    r"|^geo:\s?-?\d|^\d{1,2},\d{4,};\s?-?\d{1,3},\d{4,}$"
    r"|^[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}$"
    r"|^///\w+\.\w+\.\w+$|^[1-2]?\d{5}[,; ]{1,2}[3-6]\d{5}$|"
    r"^\(?[-+]?(?:[0-8]?\d|90)\.\d{3,}\s?[,; ]\s?[-+]?(?:1[0-7]\d|\d?\d)\.\d{3,}\)?$"
    r"|\d{1,3}°\s?\d{1,2}'"
)


def find_coordinates(cells: DistinctValues) -> BoolArray:
    """Latitude and longitude in one cell, from one cell."""
    return cells.match(_COORDINATE_PAIR)


def find_latitudes(cells: DistinctValues) -> BoolArray:
    """A column that may be Dutch latitudes (to be confirmed by longitudes beside it)."""
    return _find_degrees(cells, limits.DEGREES_SOUTHMOST, limits.DEGREES_NORTHMOST)


def find_longitudes(cells: DistinctValues) -> BoolArray:
    """A column that may be Dutch longitudes."""
    return _find_degrees(cells, limits.DEGREES_WESTMOST, limits.DEGREES_EASTMOST)


def _find_degrees(cells: DistinctValues, low: float, high: float) -> BoolArray:
    exact = cells.match(r"^\d{1,2}[.,]\d{4,}$")
    if not cells.fills(exact, limits.DEGREES_SHARE) or exact.sum() < limits.DEGREES_VALUES:
        return find_none(cells)
    degrees = cells.take(exact).floats()
    inside = bool(np.all((degrees >= low) & (degrees <= high)))
    return exact if inside else find_none(cells)

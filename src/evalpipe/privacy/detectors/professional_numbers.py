"""Registration numbers of health professionals."""

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none


def find_professional_numbers(cells: DistinctValues) -> BoolArray:
    """BIG numbers: eleven digits that begin with a profession's code (leading zero lost or not)."""
    shaped = cells.match(r"^(?:0?[1349]|16|17|25|2[0-9]|3[0-9]|8[0-9]|9[0-9])\d{9}$") & cells.match(
        r"^0\d{10}$|^[1349]\d{9}$|^(?:16|17|2\d|3\d|8\d|9\d)\d{9}$"
    )
    if not cells.fills(shaped, limits.PROFESSIONAL_SHARE) or (
        shaped.sum() < limits.PROFESSIONAL_VALUES
    ):
        return find_none(cells)
    return shaped

"""The one door to pingouin: full precision, and no warning but our own.

Its import costs about a second, so it happens here, when a computation asks for it. pingouin rounds
intervals to two decimals by a global option, and calls what pandas 4 will no longer have; both are
put right for the length of one call and put back afterwards.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ROUNDING = "round.column.CI95"


@contextmanager
def open_pingouin() -> Iterator[Any]:
    """Yield pingouin with intervals in full precision, its options as they were afterwards.

    Of warnings only the one that pingouin's own code causes is caught: `inplace` of pandas.
    """
    from pandas.errors import Pandas4Warning

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword", category=Pandas4Warning)
        import pingouin

        before = pingouin.options[ROUNDING]
        pingouin.options[ROUNDING] = None
        try:
            yield pingouin
        finally:
            pingouin.options[ROUNDING] = before

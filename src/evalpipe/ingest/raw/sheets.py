"""Which worksheet of a workbook is read."""

from evalpipe.errors import DataError
from evalpipe.privacy.heading_names import judge_heading

_MOST_TITLES = 12


def choose_sheet(sheets: list[str], name: str, wanted: str | None) -> str:
    """Return the worksheet wanted, or the only one; DataError where that is none or several."""
    if wanted is not None and wanted in sheets:
        return wanted
    if wanted is not None:
        raise DataError(f"{name}: no worksheet is called `{wanted}`; it has {_titles(sheets)}")
    if len(sheets) != 1:
        raise DataError(
            f"{name}: has {len(sheets)} worksheets; say which one with `sheet`: {_titles(sheets)}"
        )
    return sheets[0]


def _titles(sheets: list[str]) -> str:
    """Titles of worksheets for a message; not one that may name somebody."""
    listed = [f"`{sheet}`" for sheet in sheets[:_MOST_TITLES] if not judge_heading(sheet)]
    others = len(sheets) - len(listed)
    return ", ".join(listed + ([f"{others} more"] if others else []))

"""A raw file after reading: a table of text, and the record of how it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from evalpipe.vocabulary.formats import FormatName


@dataclass(frozen=True)
class RawFormat:
    """How a raw file is written; `auto` looks at the file itself.

    sheet: name of the worksheet (None: the only one). header_row: 1-based row of the
    headings. skip_rows: rows below them that hold no data (second headings).
    """

    format: FormatName = FormatName.AUTO
    encoding: Literal["auto", "utf-8", "latin-1", "cp1252"] = "auto"
    delimiter: Literal["auto", ",", ";", "tab", "|"] = "auto"
    decimal: Literal["auto", ".", ","] = "auto"
    sheet: str | None = None
    header_row: int = 1
    skip_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bounds:
    """How large a file may be before it is refused; all checked before memory is spent.

    Far above any study's file, and low enough that the largest that is read takes under 30 seconds
    and 2 GB in all. rows: lines of a text file, empty ones with them.
    """

    file_bytes: int = 256 * 2**20
    line_bytes: int = 4 * 2**20
    columns: int = 16_384
    rows: int = 1_500_000
    cells: int = 10_000_000
    name_characters: int = 200
    zip_entries: int = 2_000
    zip_ratio: int = 200
    workbook_bytes: int = 64 * 2**20
    inflated_bytes: int = 256 * 2**20
    workbook_cells: int = 6_000_000


@dataclass(frozen=True)
class RawTable:
    """One raw table; every cell is text or missing.

    name: file name inside the raw folder (with `[form]` for a REDCap instrument).
    columns: headings in file order, outer white space removed. frame: pandas `string` columns,
    `pd.NA` where the cell is empty; its index `row` is the row in the file (headings = row 1 unless
    the format says otherwise). labels: column -> code -> value label (SPSS). user_missing: column
    -> text Series with the code where SPSS declares it missing, `pd.NA` elsewhere; those cells are
    `pd.NA` in `frame`. others: title -> worksheet that was not read, comments under ""; for the
    gate only. decimal: "." or ",", declared or detected. clear_marks: marks that some
    cell shows to be a decimal mark. text_numbers: column -> rows of an Excel file where a number
    was typed as text.
    sha256: of the file's bytes.
    """

    name: str
    columns: tuple[str, ...]
    frame: pd.DataFrame
    sha256: str
    format: FormatName = FormatName.CSV
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    clear_marks: frozenset[str] = frozenset()
    text_numbers: Mapping[str, frozenset[int]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    user_missing: Mapping[str, "pd.Series[str]"] = field(default_factory=dict)
    others: "Mapping[str, RawTable]" = field(default_factory=dict)

    def missing_reasons(self, column: str) -> "pd.Series[str]":
        """Why cells are missing in an SPSS column: the code's label, else `code <number>`.

        `pd.NA` where a cell is filled or missing without a declared reason.
        """
        codes = self.user_missing.get(column)
        if codes is None:
            return pd.Series(pd.NA, index=self.frame.index, dtype="string")
        labels = self.labels.get(column, {})
        return codes.map(lambda code: labels.get(code, f"code {code}"), na_action="ignore")

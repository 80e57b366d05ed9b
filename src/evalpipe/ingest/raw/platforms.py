"""Exports of data platforms that are CSV with rules of their own: Castor EDC and Qualtrics.

Layouts as documented: Castor writes user-missing values as -95 to -99 in numbers, years 2995 to
2999 in dates and `##USER_MISSING_95##` in text (README of its R package, castoRedc); Qualtrics
writes names, questions and import ids as three rows above the data (R package kutils,
`importQualtrics`).
"""

from dataclasses import replace
from typing import BinaryIO

import pandas as pd

from evalpipe.errors import DataError
from evalpipe.ingest.raw.delimited import read_delimited
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable
from evalpipe.vocabulary.formats import FormatName

_CODE = r"##_?USER_MISSING_(9[5-9])_?##"
_DATE = r"31-12-29(9[5-9])(?: .*)?|29(9[5-9])-12-31(?:[ T].*)?"
_NUMBER = r"-(9[5-9])(?:\.0+)?"
_IMPORT_ID = "ImportId"


def read_castor(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    """Read a Castor export; its user-missing values are set apart with their codes (-95 to -99)."""
    table = read_delimited(stream, name, spec, bounds)
    frame = table.frame.copy()
    user_missing = {}
    for column in table.columns:
        codes = _user_missing(frame[column])
        if codes.notna().any():
            user_missing[column] = codes
            frame[column] = frame[column].mask(codes.notna(), pd.NA)
    return replace(table, frame=frame, format=FormatName.CASTOR, user_missing=user_missing)


def _user_missing(cells: "pd.Series[str]") -> "pd.Series[str]":
    text = cells.astype("string").str.strip()
    codes = pd.Series(pd.NA, index=text.index, dtype="string")
    for pattern in (_CODE, _DATE, _NUMBER):
        for found in (text.str.extract(rf"^(?:{pattern})$")[g] for g in range(pattern.count("(9"))):
            codes = codes.fillna("-" + found.astype("string"))
    return codes


def read_qualtrics(stream: BinaryIO, name: str, spec: RawFormat, bounds: Bounds) -> RawTable:
    """Read a Qualtrics CSV: questions and import ids below the headings are no participants."""
    head = spec.header_row
    table = read_delimited(stream, name, spec, bounds)
    above = table.frame.head(2)
    marked = above.apply(lambda cells: cells.str.contains(_IMPORT_ID, regex=False)).any(axis=1)
    ids = marked.index[marked.fillna(False).to_numpy(dtype=bool)]
    if not len(ids):
        raise DataError(
            f"{name}: has no row of import ids below the headings (row {head}), as Qualtrics "
            "writes it; if only one row of headings is left, write `format: csv`"
        )
    below = table.frame.loc[table.frame.index > ids[0]]
    return replace(table, frame=below, format=FormatName.QUALTRICS)

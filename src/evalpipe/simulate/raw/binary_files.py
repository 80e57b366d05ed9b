"""Excel workbooks and SPSS files with the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.data import Column as PlanColumn
from evalpipe.config.data import RawFile
from evalpipe.simulate.raw.sheets import Sheet

_FIXED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_FIXED_ZIP = (2000, 1, 1, 0, 0, 0)
_SAV_STAMP = slice(92, 109)
"""Creation date (9 bytes) and time (8 bytes) in the header of an SPSS system file."""


def workbook_bytes(parts: Sequence[tuple[str, Sheet]]) -> bytes:
    """Return an Excel workbook with one worksheet for each (name, sheet)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, sheet in parts:
        page = book.create_sheet(name)
        page.append(list(sheet.cells.columns))
        numeric = [c in sheet.numeric for c in sheet.cells.columns]
        for row in sheet.cells.itertuples(index=False, name=None):
            page.append([_excel_cell(v, n) for v, n in zip(row, numeric, strict=True)])
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue())


def _excel_cell(text: str, is_number: bool) -> str | float | int | None:
    if text == "":
        return None
    if not is_number:
        return text
    value = float(text)
    return int(value) if value == int(value) else value


def _without_clock(data: bytes) -> bytes:
    """The same workbook with fixed times inside and outside."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _fixed_properties()
            info = zipfile.ZipInfo(name, _FIXED_ZIP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, content)
    return packed.getvalue()


def _fixed_properties() -> bytes:
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.xml.functions import tostring

    properties = DocumentProperties(creator="evalpipe", created=_FIXED, modified=_FIXED)
    content: bytes = tostring(properties.to_tree())
    return content


def spss_bytes(sheet: Sheet, entry: RawFile) -> bytes:
    """Return an SPSS file: numbers as numbers, codes with labels, declared missing codes."""
    import pyreadstat

    frame, labels = _spss_columns(sheet, entry)
    codes: list[Any] = [float(code) for code in entry.missing]
    measured = [c for c in sheet.numeric if c in frame and _has_code(frame[c], codes)]
    reasons: dict[float | int, str] = {
        float(code): reason for code, reason in entry.missing.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            variable_value_labels={**labels, **dict.fromkeys(measured, reasons)},
            missing_ranges=dict.fromkeys(measured, codes),
        )
        data = bytearray(path.read_bytes())
    data[_SAV_STAMP] = b"01 Jan 0000:00:00"
    return bytes(data)


def _has_code(column: pd.Series[Any], codes: Sequence[float]) -> bool:
    return bool(column.isin(codes).any())


def _spss_columns(
    sheet: Sheet, entry: RawFile
) -> tuple[pd.DataFrame, dict[str, dict[float | int, str]]]:
    columns: dict[str, Any] = {}
    labels: dict[str, dict[float | int, str]] = {}
    for name in sheet.cells.columns:
        text = sheet.cells[name]
        values = _codes_of(entry, name)
        is_number = name in sheet.numeric or (
            bool(values) and all(code.lstrip("-").isdigit() for code in values)
        )
        columns[name] = (
            pd.to_numeric(text.replace("", np.nan)).astype("float64") if is_number else text
        )
        if is_number and values:
            labels[name] = {float(code): level for code, level in values.items()}
    return pd.DataFrame(columns), labels


def _codes_of(entry: RawFile, heading: str) -> Mapping[str, str]:
    spec = entry.columns.get(heading)
    if isinstance(spec, PlanColumn):
        return spec.values
    for scale, where in entry.scores.items():
        if where == heading or (isinstance(where, dict) and heading in where):
            return entry.codes.get(scale.split(".")[0], {})
    return {}

"""Where the reference values are: the whole folder beside the repository, or the part of it whose
licence allows a copy here.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parents[1]
COMMITTED = HERE / "committed"
WHOLE = Path(os.environ.get("EVALPIPE_REFERENCE", HERE.parents[2] / "shared" / "reference"))
HAS_WHOLE = (WHOLE / "golden" / "index.json").is_file()
REFERENCE = WHOLE if HAS_WHOLE else COMMITTED
ABSENT = "its data may not be copied here, and the reference folder is absent (EVALPIPE_REFERENCE)"


def has_golden(name: str) -> bool:
    """Whether the golden file is there."""
    return (REFERENCE / "golden" / f"{name}.json").is_file()


def has_data(name: str) -> bool:
    """Whether the data set is there."""
    return (REFERENCE / "data" / f"{name}.csv").is_file()


@cache
def load(name: str) -> dict[str, Any]:
    """Return a golden file."""
    path = REFERENCE / "golden" / f"{name}.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def read_data(name: str, **options: Any) -> pd.DataFrame:
    """Return a data set; an empty cell is missing, and no word is."""
    path = REFERENCE / "data" / f"{name}.csv"
    return pd.read_csv(path, keep_default_na=False, na_values=[""], **options)


def list_files(kind: str) -> list[str]:
    """Return the names of the golden files of one kind."""
    index = json.loads((REFERENCE / "golden" / "index.json").read_text(encoding="utf-8"))
    return [entry["file"].removesuffix(".json") for entry in index if entry["kind"] == kind]

"""Reading what researchers have (CSV, Excel, SPSS, REDCap, Parquet) as text, and nothing more.

`read_raw` is the only door: it keeps to the study's raw folder, bounds size and shape before it
parses, and refuses what is hostile or malformed with one line that holds no cell value.
"""

from evalpipe.ingest.raw.read import read_for_gate, read_raw
from evalpipe.ingest.raw.redcap import split_redcap
from evalpipe.ingest.raw.table import Bounds, RawFormat, RawTable
from evalpipe.ingest.raw.truth_file import read_truth

__all__ = [
    "Bounds",
    "RawFormat",
    "RawTable",
    "read_for_gate",
    "read_raw",
    "read_truth",
    "split_redcap",
]

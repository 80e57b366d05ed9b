"""Reads one SPSS file in a process of its own and writes its cells as text to standard output.

The library behind pyreadstat is written in C, and damaged files can crash it. Here a crash ends a
process that holds nothing, may not write files, and has bounds of memory and time. Standard input
is the file; standard output an Arrow stream whose schema carries labels and missing ranges as JSON.
"""

import json
import resource
import sys
import warnings
from collections.abc import Mapping
from typing import Any

MEMORY_BYTES = 3 * 2**30
SECONDS = 30
LABELS, MISSING, WORDS = b"labels", b"missing", b"words"


def main() -> int:
    """Read, convert, write; 0 when all went well, 1 when the file is not readable."""
    _bound_process()
    import pandas as pd
    import pyarrow as pa
    import pyreadstat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame, meta = pyreadstat.read_sav("/dev/fd/0", user_missing=True)
        if not all(isinstance(name, str) for name in frame.columns):
            return 1
        arrays = [_as_text(frame.iloc[:, place]) for place in range(frame.shape[1])]
        missing = {
            name: _find_user_missing(frame[name], ranges)
            for name, ranges in meta.missing_ranges.items()
            if name in frame.columns and isinstance(frame[name], pd.Series)
        }
        words = [meta.file_label, *(meta.column_labels or ()), *(meta.notes or ())]
        notes = {
            LABELS: json.dumps(_write_labels(meta.variable_value_labels)).encode(),
            WORDS: json.dumps([str(word) for word in words if word]).encode(),
        }
    except Exception:  # whatever the library says of a damaged file, values included
        return 1
    fields = [pa.field(name, pa.large_string()) for name in frame.columns]
    fields += [pa.field(name, pa.bool_(), metadata={MISSING: b"1"}) for name in missing]
    schema = pa.schema(fields, metadata=notes)
    batch = pa.record_batch([*arrays, *map(pa.array, missing.values())], schema=schema)
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as target:
        target.write_batch(batch)
    return 0


def _bound_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _as_text(cells: Any) -> Any:
    import pyarrow as pa

    from evalpipe.ingest.raw.cells import write_cell

    written = {value: write_cell(_plain(value)) for value in cells.dropna().unique()}
    return pa.array([written.get(value) for value in cells], type=pa.large_string())


def _plain(value: Any) -> Any:
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def _find_user_missing(cells: Any, ranges: Any) -> Any:
    """Which cells fall into a missing range or equal a missing text."""
    import numpy as np
    import pandas as pd

    inside = np.zeros(len(cells), dtype=bool)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    for bound in ranges:
        if isinstance(bound["lo"], str):
            inside |= (cells == bound["lo"]).to_numpy(dtype=bool)
        else:
            inside |= (numbers >= bound["lo"]) & (numbers <= bound["hi"])
    return inside


def _write_labels(labels: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, str]]:
    from evalpipe.ingest.raw.cells import write_cell

    return {
        name: {str(write_cell(_plain(code))): str(label) for code, label in codes.items()}
        for name, codes in labels.items()
        if codes
    }


if __name__ == "__main__":
    sys.exit(main())

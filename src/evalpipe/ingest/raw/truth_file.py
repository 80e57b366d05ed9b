"""The truth of a synthetic study, `truth.json` beside its raw files: read as carefully as they are.

Whoever made the files wrote it, so it may be anything: a link, gigabytes, brackets a million deep.
"""

import json
import math
from pathlib import Path

from evalpipe.errors import DataError
from evalpipe.ingest.raw.bytescan import check_size
from evalpipe.ingest.raw.folder import open_inside

NAME = Path("truth.json")
LARGEST_BYTES = 8 * 2**20


def read_truth(folder: Path) -> dict[str, float]:
    """Return estimate_id -> true value from the truth file of a study's raw folder.

    Raises PrivacyError for a link or a device, DataError for a file that is absent, too large, or
    not `{"estimands": [{"estimate_id": ..., "truth": number}, ...]}`.
    """
    with open_inside(NAME, folder) as stream:
        check_size(stream, str(NAME), LARGEST_BYTES)
        content = stream.read(LARGEST_BYTES)
    try:
        entries = json.loads(content)["estimands"]
        truth = {str(entry["estimate_id"]): float(entry["truth"]) for entry in entries}
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError):
        raise _malformed() from None
    if not all(map(math.isfinite, truth.values())):
        raise _malformed()
    return truth


def _malformed() -> DataError:
    return DataError(
        f"{NAME}: is not the truth of a synthetic study; remove it, or make it again with "
        "`evalpipe simulate`"
    )

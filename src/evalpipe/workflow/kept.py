"""Small findings kept between runs, as JSON that tells when it is damaged or out of date.

What is kept here decides only whether something runs again. Numbers never come from it: a stage
reads plan and tables themselves.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from evalpipe.provenance import digest_json


def read_kept(path: Path, key: str) -> Any:
    """Return what was kept under `key`; None when it is absent, of another key or damaged."""
    try:
        kept = json.loads(path.read_bytes())
        whole = kept["key"] == key and kept["digest"] == digest_json(kept["value"])
        return kept["value"] if whole else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def keep(value: Any, path: Path, key: str) -> None:
    """Keep JSON data under `key`, the whole file or none; where nothing can be written, nothing."""
    from evalpipe.io import write_text

    kept = {"key": key, "digest": digest_json(value), "value": value}
    with suppress(OSError):
        write_text(json.dumps(kept, ensure_ascii=False), path)

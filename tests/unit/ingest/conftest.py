"""A small plan and raw files written in place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalpipe.config.plan import Plan
from evalpipe.ingest.study import Ingested, ingest_study

Make = Callable[..., Ingested]

BASE: dict[str, Any] = {
    "study": {"id": "small", "title": "A small study", "design": "parallel_rct"},
    "arms": {
        "wait": {"label": "Waiting list", "role": "control"},
        "train": {"label": "Training", "role": "experimental"},
    },
    "visits": {
        "before": {"label": "Before", "day": 0},
        "after": {"label": "After", "day": 84, "window": [70, 100]},
    },
    "variables": {
        "age": {"label": "Age", "type": "number"},
        "sex": {"label": "Sex", "type": "category", "levels": ["girl", "boy"]},
    },
    "instruments": {
        "mood": {"label": "Mood", "range": [0, 10], "better": "higher"},
        "scale": {
            "label": "Items",
            "items": {"prefix": "q", "count": 3, "range": [1, 5], "reversed": [2]},
            "scales": {"total": {"at_least_answered": 2}},
            "better": "higher",
        },
    },
    "data": {},
    "populations": {"itt": {"include": "randomised"}},
    "analyses": {
        "main": {
            "role": "primary",
            "question": "Is mood better?",
            "estimand": {
                "population": "itt",
                "outcome": "mood",
                "contrast": {"arm": "train", "versus": "wait"},
            },
            "model": {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]},
        }
    },
}


@pytest.fixture
def ingest(tmp_path: Path) -> Make:
    """Write raw files, make a plan with these `data` entries (and other parts), and ingest."""

    def make(data: dict[str, Any], files: dict[str, str | bytes], **parts: Any) -> Ingested:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        plan = Plan.model_validate({**BASE, **parts, "data": data})
        return ingest_study(plan, tmp_path, lambda *_: None)

    return make

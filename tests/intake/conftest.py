"""A small trial with raw files written in place, taken through `check` in this process."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evalpipe.cli.main import main

Files = dict[str, str | bytes]

PLAN: dict[str, Any] = {
    "study": {"id": "small", "title": "A trial", "design": "parallel_rct", "synthetic": True},
    "arms": {
        "wait": {"label": "Waiting list", "role": "control"},
        "train": {"label": "Training", "role": "experimental"},
    },
    "visits": {
        "before": {"label": "Before", "day": 0},
        "after": {"label": "After", "day": 84, "window": [0, 200]},
    },
    "variables": {},
    "instruments": {"y": {"label": "Outcome", "better": "lower"}},
    "data": {
        "people": {
            "file": "people.csv",
            "one_row_per": "participant",
            "columns": {
                "id": "participant_id",
                "group": {"to": "arm", "values": {"W": "wait", "T": "train"}},
            },
        },
        "visits": {
            "file": "visits.csv",
            "one_row_per": "visit",
            "columns": {
                "id": "participant_id",
                "moment": {"to": "visit", "values": {"T0": "before", "T1": "after"}},
            },
            "scores": {"y": "score"},
        },
    },
    "privacy": {"quasi_identifiers": [], "smallest_group": 1, "disclosure_threshold": 0},
    "populations": {"itt": {"include": "randomised"}},
    "analyses": {
        "main": {
            "role": "primary",
            "question": "Is it better?",
            "estimand": {
                "population": "itt",
                "outcome": "y",
                "contrast": {"arm": "train", "versus": "wait"},
            },
            "model": {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]},
        }
    },
}


def people(ids: list[str], groups: str = "WT") -> str:
    """A participants file: ids, and arms that take turns."""
    rows = [f"{one},{groups[place % len(groups)]}" for place, one in enumerate(ids)]
    return "\n".join(["id,group", *rows]) + "\n"


def visits(ids: list[str], cell: Callable[[int], object] = lambda n: 10 + n * 7 % 13) -> str:
    """A file of two visits for each id; cell: the n-th score."""
    rows = [
        f"{one},T{moment},{cell(2 * place + moment)}"
        for place, one in enumerate(ids)
        for moment in (0, 1)
    ]
    return "\n".join(["id,moment,score", *rows]) + "\n"


def numbered(count: int, form: str = "P{:03d}") -> list[str]:
    return [form.format(number) for number in range(1, count + 1)]


@dataclass(frozen=True)
class Checked:
    """What `check` said: exit code, its error lines, everything it printed."""

    code: int
    errors: list[str]
    printed: str
    folder: Path

    def error(self, *words: str) -> str:
        """The one error line that holds all these words."""
        found = [line for line in self.errors if all(word in line for word in words)]
        assert len(found) == 1, self.errors
        return found[0]

    def scores(self) -> pd.DataFrame:
        """Participant, visit and score as `ingest` keeps them."""
        assert main(["ingest", "small", "--project", str(self.folder)]) == 0
        kept = pd.read_parquet(self.folder / "data/processed/small/measured.parquet")
        return kept[["participant_id", "visit", "day", "score"]]

    def people(self) -> pd.DataFrame:
        """The participants table that `ingest` keeps."""
        assert main(["ingest", "small", "--project", str(self.folder)]) == 0
        return pd.read_parquet(self.folder / "data/processed/small/participants.parquet")


Check = Callable[..., Checked]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Write the files and the plan, changed by `change` in place, and check the study."""

    def run(files: Files, change: Callable[[dict[str, Any]], object] = lambda _: None) -> Checked:
        plan = copy.deepcopy(PLAN)
        change(plan)
        raw = tmp_path / "data" / "raw" / "small"
        for path in raw.rglob("*"):
            if path.is_file():
                path.unlink()
        for name, content in files.items():
            path = raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "config" / "studies").mkdir(parents=True, exist_ok=True)
        (tmp_path / "config" / "studies" / "small.yaml").write_text(json.dumps(plan, indent=1))
        code = main(["check", "small", "--project", str(tmp_path)])
        told = capsys.readouterr()
        return Checked(int(code), told.err.splitlines(), told.out, tmp_path)

    return run

"""Keys of a plan whose names other things bear too: read while the bundled studies run, or not?

`tests/unit/config/test_keys_are_read.py` looks for the name after a dot; `marks` or `unit` may
stand there for something else. Here every read of a plan's part is recorded, stage by stage.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ("attachment_classes", "btheb", "eft_couples", "handholding", "reattach_rct")

RECORD = """
import contextlib, io, json, sys
from pathlib import Path

from evalpipe.cli.main import main
from evalpipe.config.base import Strict
from evalpipe.config.load import load_plan

CHECKING = {"base", "load", "guide", "checks", "analysis_checks", "method_checks", "truth_checks"}
plain, read, seen = Strict.__getattribute__, set(), set()

def owner(model, name):
    bases = reversed(model.__mro__)
    return next(c.__name__ for c in bases if name in getattr(c, "__annotations__", {}))

def record(self, name):
    model = type(self)
    if name in model.__dict__.get("__pydantic_fields__", ()):
        frame = sys._getframe(1)
        module = frame.f_globals.get("__name__", "")
        checks = module.rpartition(".")[2] in CHECKING or frame.f_code.co_name == "find_problems"
        own = frame.f_locals.get("self") is self and frame.f_code.co_name.startswith("_")
        if not (module.startswith("evalpipe.config") and (checks or own)):
            read.add((owner(model, name), name))
    return plain(self, name)

def list_parts(value):
    if isinstance(value, Strict):
        for name in type(value).model_fields:
            if type(value).__module__ != "evalpipe.config.truth":
                seen.add((owner(type(value), name), name))
            list_parts(plain(value, name))
    if isinstance(value, dict | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            list_parts(inner)

Strict.__getattribute__ = record
for study in sys.argv[1:]:
    list_parts(load_plan(Path("config", "studies", f"{study}.yaml")))
    for stage in ("ingest", "validate", "score", "describe", "analyse", "release", "report"):
        with contextlib.redirect_stdout(io.StringIO()):
            assert main([stage, study]) == 0, (study, stage)
print(json.dumps(sorted(".".join(key) for key in seen - read)))
"""

CONDITIONAL = {
    "Estimand.equivalence_bounds": "read for `summary: equivalence`, which none of these plans has",
    "Plan.truth": "`simulate` reads it, which no stage does",
    "PlannedRange.planned": "`simulate` reads it; stages read what is allowed",
    "Privacy.distinct_sensitive": "read with `sensitive`, which none of these plans has",
}
"""Read elsewhere: where, in words."""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_key_of_the_bundled_plans_is_read_while_they_run(tmp_path: Path):
    for name in ("config", "data/raw", "Snakefile", "profiles"):
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    command = [sys.executable, "-c", RECORD, *STUDIES]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert set(json.loads(done.stdout)) - set(CONDITIONAL) == set()

"""Every threshold of the gate parts two columns; moved one step, one of them is judged wrongly."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


def load_script() -> ModuleType:
    path = ROOT / "scripts" / "threshold_mutants.py"
    spec = importlib.util.spec_from_file_location("threshold_mutants", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["threshold_mutants"] = module
    spec.loader.exec_module(module)
    return module


mutants = load_script()


@pytest.mark.parametrize("name", mutants.names())
def test_a_threshold_stands_between_two_columns(name: str):
    borders = mutants.read_borders()[name]
    assert borders, "no border is written for it"
    for border in borders:
        assert border.sees(border.told)
        assert not border.sees(border.untold)


@pytest.mark.parametrize("name", mutants.names())
def test_a_threshold_moved_by_one_step_is_noticed(name: str):
    assert [mutant for mutant in mutants.try_mutants(name) if not mutant.is_noticed] == []


def test_the_document_names_every_threshold_with_its_value():
    text = mutants.DOCUMENT.read_text(encoding="utf-8")
    n = len(mutants.names())
    assert f"Noticed: {2 * n} of {2 * n} mutants of\n{n} thresholds." in text
    for name in mutants.names():
        assert f"| `{name}` | {getattr(mutants.thresholds, name):.6g} |" in text

"""Every number that decides in the gate has a name in `thresholds.py`."""

import ast
from pathlib import Path

import pytest

import evalpipe.privacy
from evalpipe.privacy import thresholds

ROOM = Path(evalpipe.privacy.__file__).parent
MODULES = sorted(path for path in ROOM.rglob("*.py") if path.name != "thresholds.py")
DECIDING_CALLS = {"fills", "_are_common"}


def numbers_in(node: ast.AST) -> list[float]:
    return [
        inner.value
        for inner in ast.walk(node)
        if isinstance(inner, ast.Constant)
        and isinstance(inner.value, int | float)
        and not isinstance(inner.value, bool)
        and inner.value not in (0, 1)
    ]


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def find_unnamed(source: str) -> list[str]:
    """Numbers other than 0 and 1 in comparisons, in shares asked for, and fractions anywhere."""
    found = []
    for node in ast.walk(ast.parse(source)):
        decides = isinstance(node, ast.Compare) or (
            isinstance(node, ast.Call) and name_of(node) in DECIDING_CALLS
        )
        numbers = numbers_in(node) if decides else []
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            numbers = numbers_in(node)
        found += [f"line {node.lineno}: {number}" for number in numbers]
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOM).as_posix())
def test_no_number_decides_without_a_name(module: Path):
    assert find_unnamed(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line", ["n >= 3", "a.sum() > 0.5 * n", "cells.fills(x, 0.5)", "share = 0.3", "2 < n <= len(x)"]
)
def test_an_unnamed_number_would_be_seen(line: str):
    assert find_unnamed(line)


def test_every_threshold_is_told_and_used():
    """A name that nothing reads, or that no text explains, is no threshold."""
    source = Path(thresholds.__file__).read_text(encoding="utf-8")
    body = ast.parse(source).body
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    for place, node in enumerate(body[1:], start=1):
        if not isinstance(node, ast.Assign):
            continue
        after = body[place + 1]
        assert isinstance(after, ast.Expr), ast.unparse(node)
        names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
        assert [name for name in names if f"limits.{name}" not in code] == []

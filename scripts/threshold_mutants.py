"""Move every threshold of the identifier gate one step up and one step down; a border must notice.

A border (tests/unit/privacy/borders) is two columns that differ by one step, of which the gate sees
one and not the other.

    python scripts/threshold_mutants.py            writes docs/privacy_thresholds.md
    python scripts/threshold_mutants.py --check    fails when the document is not what comes out
"""

import argparse
import ast
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from evalpipe.privacy import checksums, letter_patterns, name_weights, thresholds, word_lists
from evalpipe.privacy.detectors import pseudonyms

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "docs" / "privacy_thresholds.md"
BORDERS = REPOSITORY / "tests" / "unit" / "privacy" / "borders"
REMEMBERING = (
    name_weights.weigh_name,
    name_weights._weigh_word,  # noqa: SLF001  # what they remember rests on thresholds
    letter_patterns.weigh_letters,
    letter_patterns._models,  # noqa: SLF001
    word_lists.is_ordinary,
    pseudonyms._holds_name,  # noqa: SLF001
    pseudonyms._beginnings,  # noqa: SLF001
    checksums.read_national_numbers,
)
SMALL_STEPS = {"CITIZEN_PASS": 0.005, "NATIONAL_PASS_ONE": 0.005, "NATIONAL_PASS_TWO": 0.0005}
"""Chances of a check digit: half a percentage point and less."""
DOUBLED = frozenset({"CITIZEN_CHANCE", "NATIONAL_CHANCE"})
"""Chances of a false alarm are doubled and halved."""
SHARE_STEP = 0.05
"""Shares and weights."""


def names() -> list[str]:
    """Every threshold, in the order of the file."""
    return [name for name in vars(thresholds) if name.isupper()]


def neighbours(name: str) -> tuple[float, float]:
    """One step up and one step down."""
    value = getattr(thresholds, name)
    if name in DOUBLED:
        return 2 * value, value / 2
    step = 1 if isinstance(value, int) else SMALL_STEPS.get(name, SHARE_STEP)
    return round(value + step, 10), round(value - step, 10)


@contextmanager
def moved(name: str, value: float) -> Iterator[None]:
    """Give a threshold another value for a while; nothing is remembered from before or after."""
    kept = getattr(thresholds, name)
    setattr(thresholds, name, value)
    _forget()
    try:
        yield
    finally:
        setattr(thresholds, name, kept)
        _forget()


def _forget() -> None:
    for function in REMEMBERING:
        function.cache_clear()


@cache
def read_borders() -> dict[str, list[Any]]:
    """Threshold -> its borders."""
    sys.path.insert(0, str(BORDERS))
    modules = [
        importlib.import_module(path.stem)
        for path in sorted(BORDERS.glob("border_*.py"))
        if path.stem != "border_frame"
    ]
    found: dict[str, list[Any]] = {name: [] for name in names()}
    for module in modules:
        for border in module.BORDERS:
            found[border.threshold].append(border)
    return found


@dataclass(frozen=True)
class Mutant:
    """A threshold moved to a value, and whether a border noticed."""

    name: str
    value: float
    is_noticed: bool


def try_mutants(name: str) -> list[Mutant]:
    """Both neighbours of one threshold."""
    tried = []
    for value in neighbours(name):
        with moved(name, value):
            noticed = not all(border.holds for border in read_borders()[name])
        tried.append(Mutant(name, value, noticed))
    return tried


def _explanations() -> dict[str, str]:
    """Threshold -> the text under it in the file."""
    body = ast.parse(Path(thresholds.__file__).read_text(encoding="utf-8")).body
    texts: dict[str, str] = {}
    for node, after in pairwise(body):
        if isinstance(node, ast.Assign):
            text = " ".join(ast.literal_eval(after.value).split())  # type: ignore[attr-defined]
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name):
                    texts[inner.id] = text
    return texts


def write_document() -> str:
    """Try every mutant and write the table."""
    mutants = {name: try_mutants(name) for name in names()}
    every = [mutant for tried in mutants.values() for mutant in tried]
    texts = _explanations()
    lines = [
        "# The thresholds of the identifier gate, each moved by one step",
        "",
        "Made by `python scripts/threshold_mutants.py`; `make test` does the same. A step is 1 for",
        f"counts and {SHARE_STEP} for shares and weights; chances of a check digit move by less,",
        "chances of a false alarm are doubled and halved. A mutant is noticed when one of the two",
        "columns that the threshold parts is no longer judged as it must be.",
        "",
        f"Noticed: {sum(mutant.is_noticed for mutant in every)} of {len(every)} mutants of",
        f"{len(mutants)} thresholds.",
        "",
        "| threshold | value | up | noticed | down | noticed | what it is about |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (up, down) in mutants.items():
        value = getattr(thresholds, name)
        lines.append(
            f"| `{name}` | {value:.6g} | {up.value:.6g} | {_word(up)} | {down.value:.6g} "
            f"| {_word(down)} | {texts[name]} |"
        )
    return "\n".join([*lines, ""])


def _word(mutant: Mutant) -> str:
    return "yes" if mutant.is_noticed else "no"


def main() -> int:
    """Write or check the document."""
    parser = argparse.ArgumentParser(description="Move every threshold of the identifier gate.")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    text = write_document()
    if parser.parse_args().check:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == text else 1
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

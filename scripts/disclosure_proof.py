"""Attack the released tables of every bundled study and write docs/disclosure_proof.md.

Each study is released as if its participants were real: threshold 5, no exception allowed. An
attacker who has the released tables and the plan bounds every withheld count with an integer
program; see `tests/privacy/attacker.py` and `attacker_plan.py`.

    python scripts/disclosure_proof.py            writes docs/disclosure_proof.md
    python scripts/disclosure_proof.py --check    fails when the document is not what comes out
"""

import argparse
import contextlib
import importlib.util
import io
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from evalpipe.disclosure.release import Release, Released

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "docs" / "disclosure_proof.md"
THRESHOLD = 5

HEAD = """# What an attacker learns from released tables

Written by `python scripts/disclosure_proof.py` from the bundled studies; do not edit.

Every study is released as if its participants were real: counts from 1 to {threshold} are withheld
and nothing is allowed as an exception. The attacker reads the CSV tables and the plan, knows how
such tables are made (arms make the study, levels the known, boxes of the flow conserve people, a
percentage is a count over its n, margins of a change table are classes at a visit, one analysis
lies within another) and lets an integer program find the least and the most that each withheld
count can be. A count *comes out* when the two lie within the threshold. *Differences* are those
from 1 to {threshold} between two numbers that name a group: analysed in one population but not in
another, lost between two visits. The truth always lay between the two bounds.

| study | withheld counts | attacked | come out | differences | come out | narrowest interval |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""

FOOT = """
Places of one count (a table, an n, an estimate) are one count here. An interval without an upper
bound counts as infinitely wide. The narrowest interval must be wider than {threshold}.
"""


def load(name: str) -> Any:
    """A module of the tests of privacy, which are no package."""
    path = REPOSITORY / "tests" / "privacy" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"privacy_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def make_tables(makers: Any, study: str) -> tuple[Any, dict[str, Any]]:
    """Plan and full tables of a study, made in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        plan, tables = makers.make_tables(Path(folder), study, True)
    return plan, {name: frame for name, frame in tables.items() if frame is not None}


def attack(attackers: Any, plan: Any, tables: dict[str, Any], name: str) -> tuple[str, bool]:
    """One line of the document, and whether nothing comes out."""
    released = Released.of(plan, tables)
    with tempfile.TemporaryDirectory() as folder:
        release = Release(Path(folder))
        for table, frame in released.tables.items():
            release.write_table(f"tables/{table}.csv", frame)
        found = attackers.judge(
            attackers.PlanAttack(Path(folder), plan), tables, plan.privacy.disclosure_threshold
        )
    narrowest = f"{found.narrowest:.0f}" if math.isfinite(found.narrowest) else "none"
    cells = (
        name,
        found.withheld,
        found.withheld,
        len(found.narrow),
        found.secrets,
        len(found.told),
        narrowest,
    )
    is_safe = not (found.narrow or found.told or found.outside)
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n", is_safe


def write_document() -> tuple[str, bool]:
    """The document, and whether nothing comes out of any study."""
    makers = load("conftest")
    attackers = sys.modules["privacy_attacker_plan"]
    lines, verdicts = [], []
    for path in sorted((REPOSITORY / "config" / "studies").glob("*.yaml")):
        plan, tables = make_tables(makers, path.stem)
        changes = {"allow": (), "disclosure_threshold": THRESHOLD}
        strict = plan.model_copy(update={"privacy": plan.privacy.model_copy(update=changes)})
        line, is_safe = attack(attackers, strict, tables, path.stem)
        lines.append(line)
        verdicts.append(is_safe)
        print(line, end="", file=sys.stderr)
    table = "".join(lines)
    text = HEAD.format(threshold=THRESHOLD) + table + FOOT.format(threshold=THRESHOLD)
    return text, all(verdicts)


def main() -> int:
    """Write the document or compare it with the one that is there."""
    parser = argparse.ArgumentParser(description="Attack the released tables of every study.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    text, is_safe = write_document()
    if options.check:
        is_same = DOCUMENT.read_text(encoding="utf-8") == text
        return 0 if is_same and is_safe else 1
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0 if is_safe else 1


if __name__ == "__main__":
    sys.exit(main())

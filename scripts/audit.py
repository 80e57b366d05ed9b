"""Compare the locked packages with known vulnerabilities, without a network.

Two sources: `advisories.json` beside this script (facts read from stored copies of two public
databases; how old and how complete: SECURITY.md), and with `--database FOLDER` any full local copy
of the PyPA database (YAML) or of an OSV export, such as GitHub's database (JSON).

One line for each finding. Exit code 0: nothing affects a locked version, or only what is set aside
below with a reason; 1: something does; 2: the lock or the database cannot be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
SNAPSHOT = Path(__file__).with_name("advisories.json")

SET_ASIDE = {
    "GHSA-8g87-j6q8-g93x": "the record names no fixed version; the locked one escapes formulas, "
    "and evalpipe renders no Markdown",
    "GHSA-jjw5-xxj6-pcv5": "loading an untrusted file with joblib.load runs code, as its "
    "documentation says; evalpipe never calls it",
}
"""Advisories without a fixed version, each with the reason why it does not reach evalpipe.

`tests/unit/test_audit.py` holds the reasons.
"""

_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", flags=re.MULTILINE)
_NAME = re.compile(r"""\bname["']?\s*:\s*["']?([A-Za-z0-9._-]+)""")


class UnreadableError(Exception):
    """The lock or the database is not what it should be; the message is one plain line."""


@dataclass(frozen=True)
class Advisory:
    """One vulnerability of one package.

    affected: version ranges such as `>=2.0,<2.0.7`; a version is affected when one holds it.
    """

    id: str
    aliases: tuple[str, ...]
    package: str
    affected: tuple[str, ...]

    def affects(self, version: Version) -> bool:
        """Whether a version, pre-releases included, lies in one of the ranges."""
        return any(SpecifierSet(text).contains(version, prereleases=True) for text in self.affected)

    @property
    def names(self) -> frozenset[str]:
        """The id and its aliases."""
        return frozenset((self.id, *self.aliases))


def read_lock(path: Path) -> list[tuple[str, Version]]:
    """Return every locked package with its version; one package may be locked for two Pythons."""
    try:
        found = _LOCKED.findall(path.read_text(encoding="utf-8"))
        locked = [(str(canonicalize_name(name)), Version(version)) for name, version in found]
    except (OSError, ValueError):
        raise UnreadableError(f"{path.name} cannot be read as a lock file") from None
    if not locked:
        raise UnreadableError(f"{path.name} locks no package")
    return locked


def read_snapshot(path: Path) -> list[Advisory]:
    """Return the advisories of the committed snapshot."""
    records = json.loads(path.read_text(encoding="utf-8"))["advisories"]
    return [
        Advisory(r["id"], tuple(r["aliases"]), r["package"], tuple(r["affected"])) for r in records
    ]


def read_database(folder: Path, packages: set[str]) -> tuple[list[Advisory], int]:
    """Return the advisories about `packages` in a full copy, and how many could not be read.

    Only files that name one of the packages are parsed; withdrawn advisories are left out.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".yaml", ".yml"})
    found: list[Advisory] = []
    unread = 0
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        if packages.isdisjoint(canonicalize_name(name) for name in _NAME.findall(text)):
            continue
        try:
            found.extend(a for a in advisories_of(_parse(text, path)) if a.package in packages)
        except (KeyError, TypeError, ValueError, AttributeError):
            unread += 1
    if not found:
        raise UnreadableError(
            f"{folder} holds no advisory about a locked package: it should hold the PyPA database "
            "(vulns/<package>/*.yaml) or an OSV export (*.json)"
        )
    return found, unread


def _parse(text: str, path: Path) -> Any:
    if path.suffix == ".json":
        return json.loads(text)
    import yaml

    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # every word stays text
    except yaml.YAMLError:
        raise ValueError(path.name) from None


def advisories_of(record: dict[str, Any]) -> Iterator[Advisory]:
    """Yield one advisory for each Python package of an OSV record; none when it is withdrawn.

    Raises KeyError, TypeError or ValueError when the record has another layout.
    """
    if record.get("withdrawn"):
        return
    for part in record["affected"]:
        if part["package"]["ecosystem"] == "PyPI":
            name = str(canonicalize_name(part["package"]["name"]))
            yield Advisory(record["id"], tuple(record.get("aliases") or ()), name, _ranges_of(part))


def _ranges_of(part: dict[str, Any]) -> tuple[str, ...]:
    """Version ranges and single versions; what cannot be a Python version cannot be locked."""
    ranges = [
        text
        for one in part.get("ranges") or ()
        if one["type"] == "ECOSYSTEM"
        for text in _spans(one["events"])
    ]
    singles = [f"=={text}" for text in part.get("versions") or () if _is_specifier(f"=={text}")]
    if not ranges and not singles:
        raise ValueError("neither ranges nor versions")
    return (*ranges, *singles)


def _spans(events: Sequence[dict[str, str]]) -> Iterator[str]:
    """Turn a range's events, in any order, into spans; one without an end lasts to this day."""
    dated = [(Version(str(text)), kind) for event in events for kind, text in event.items()]
    start: str | None = None
    for version, kind in sorted(dated, key=lambda event: (event[0], event[1] == "introduced")):
        if kind == "introduced":
            start = f">={version}"
        elif start is not None and kind in {"fixed", "last_affected"}:
            yield f"{start},{'<' if kind == 'fixed' else '<='}{version}"
            start = None
    if start is not None:
        yield start


def _is_specifier(text: str) -> bool:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


def find_affected(
    locked: Sequence[tuple[str, Version]], advisories: Sequence[Advisory]
) -> list[tuple[str, Version, Advisory]]:
    """Return every locked version that an advisory affects, by package and advisory."""
    found = {
        (name, version, advisory)
        for name, version in locked
        for advisory in advisories
        if advisory.package == name and advisory.affects(version)
    }
    return sorted(found, key=lambda f: (f[0], f[1], f[2].id))


def run_audit(lock: Path, snapshot: Path, database: Path | None) -> int:
    """Print what was compared and each finding; returns the exit code."""
    locked = read_lock(lock)
    advisories, unread = read_snapshot(snapshot), 0
    if database is not None:
        more, unread = read_database(database, {name for name, _ in locked})
        advisories += more
    open_findings = 0
    for name, version, advisory in find_affected(locked, advisories):
        reason = next((SET_ASIDE[one] for one in sorted(advisory.names & set(SET_ASIDE))), None)
        open_findings += reason is None
        told = " ".join(sorted(advisory.names))
        ranges = " or ".join(text for text in advisory.affected if "==" not in text) or "this one"
        print(f"{name} {version}: {told}, affected {ranges}" + (f"; {reason}" if reason else ""))
    if unread:
        print(f"{unread} advisories of the database could not be read and were not compared")
    print(
        f"{len(locked)} locked versions against {len(advisories)} advisories: "
        f"{open_findings or 'none'} open"
    )
    return int(open_findings > 0)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lock", type=Path, default=LOCK, help="the lock file to judge")
    parser.add_argument("--database", type=Path, help="folder with a full copy of a database")
    options = parser.parse_args()
    try:
        return run_audit(options.lock, SNAPSHOT, options.database)
    except (UnreadableError, InvalidVersion) as error:
        print(f"audit: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

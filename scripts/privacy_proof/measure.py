"""Plant columns in files, read them through the pipeline's own door, count what the gate finds."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalpipe.config.load import load_plan
from evalpipe.ingest.raw import read_raw
from evalpipe.ingest.sources import read_sources
from evalpipe.privacy.findings import Decision, DeclaredColumns
from evalpipe.privacy.gate import declared_columns
from evalpipe.privacy.identifiers import judge_columns
from privacy_proof.clean import CLEAN, CLEAN_ROUNDS, make_clean
from privacy_proof.kinds import KINDS, Kind, plant_cells
from privacy_proof.rng import Rng

SEED = 20260517
PLANTED_OF_EACH_KIND = 50
STRAYS = 20


@dataclass
class Tally:
    """Planted and found columns, by kind."""

    planted: Counter[str]
    found: Counter[str]
    cells: Counter[str]

    @property
    def missed(self) -> int:
        """Planted columns that met no rule."""
        return sum(self.planted.values()) - sum(self.found.values())


def judge_file(columns: dict[str, list[str]], folder: Path) -> dict[int, set[str]]:
    """Write a file, read it through the pipeline's own door, and judge it; position -> rules."""
    path = folder / "planted.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    rules: dict[int, set[str]] = {}
    for finding in judge_columns(read_raw(Path(path.name), folder), DeclaredColumns()):
        rules.setdefault(finding.position, set()).add(finding.rule)
    return rules


def measure_planted(folder: Path, named: bool, fewest: int) -> tuple[Tally, list[str]]:
    """Plant every kind under its own headings or neutral ones; at least `fewest` cells filled."""
    tally, missed = Tally(Counter(), Counter(), Counter()), []
    clean_names = list(CLEAN)
    for number in range(PLANTED_OF_EACH_KIND):
        rng = np.random.default_rng([SEED, number, int(named), fewest])
        n_rows = int(rng.integers(30, 100))
        for batch in range(3):
            kinds = KINDS[batch::3]
            chosen = [clean_names[(number * 7 + batch + i) % len(clean_names)] for i in range(3)]
            columns = make_clean(rng, n_rows, chosen, missing=0.05)
            for offset, kind in enumerate(kinds):
                heading = _heading(kind, number, 10 + offset, named)
                n_filled = _filled(rng, number, n_rows, fewest)
                columns[heading] = plant_cells(rng, kind, number, n_rows, n_filled)
                tally.cells[kind.name] += n_filled
            rules = judge_file(columns, folder)
            for offset, kind in enumerate(kinds):
                tally.planted[kind.name] += 1
                is_found = len(chosen) + offset + 1 in rules
                tally.found[kind.name] += is_found
                if not is_found:
                    missed.append(f"{kind.name}, style {number}")
    return tally, missed


def _heading(kind: Kind, number: int, offset: int, named: bool) -> str:
    headings = kind.headings.split("|")
    heading = headings[number % len(headings)]
    return heading if named else f"v{number % 80 + offset}"


def _filled(rng: Rng, number: int, n_rows: int, fewest: int) -> int:
    if number % 2 == 0:
        return n_rows
    return max(fewest, int(n_rows * rng.uniform(0.02, 0.5)))


def measure_strays(folder: Path) -> Counter[str]:
    """One identifier alone among clean answers of a neutral column: found, by kind, of `STRAYS`."""
    found: Counter[str] = Counter()
    for number in range(STRAYS):
        rng = np.random.default_rng([SEED, 7, number])
        columns = {}
        for place, kind in enumerate(KINDS):
            cells = [CLEAN["emotion"](rng) for _ in range(80)]
            cells[int(rng.integers(80))] = kind.write(rng, number)
            columns[f"v{place + 1}"] = cells
        rules = judge_file(columns, folder)
        found.update(kind.name for place, kind in enumerate(KINDS, start=1) if place in rules)
    return found


def measure_clean(folder: Path) -> tuple[int, list[str]]:
    """False alarms over generated clean columns: columns judged, and headings that met a rule."""
    alarms: list[str] = []
    names = list(CLEAN)
    for number in range(CLEAN_ROUNDS):
        rng = np.random.default_rng([SEED, 99, number])
        n_rows = (12, 40, 100, 250, 1000)[number % 5]
        rules = judge_file(make_clean(rng, n_rows, names, missing=0.1 * (number % 4)), folder)
        alarms += [f"{names[at - 1]}: {', '.join(sorted(met))}" for at, met in rules.items()]
    return CLEAN_ROUNDS * len(names), alarms


def measure_studies(project: Path) -> tuple[int, list[str]]:
    """False alarms over the bundled studies: findings that the gate would refuse under the plan."""
    total, alarms = 0, []
    for path in sorted((project / "config" / "studies").glob("*.yaml")):
        plan = load_plan(path)
        sources = read_sources(plan, project / "data" / "raw" / plan.study.id)
        for source in {source.file: source for source in sources}.values():
            total += len(source.whole.columns)
            found = judge_columns(source.whole, declared_columns(plan, source.entry.file))
            refused = [finding for finding in found if finding.decision is Decision.REFUSED]
            alarms += [f"{plan.study.id}, {finding.file}: {finding.rule}" for finding in refused]
    return total, alarms


def measure_folder(folder: Path) -> tuple[int, list[str]]:
    """False alarms over every CSV below a folder."""
    total, alarms = 0, []
    for path in sorted(folder.rglob("*.csv")):
        table = read_raw(path.relative_to(folder), folder)
        total += len(table.columns)
        declared = DeclaredColumns(kept=frozenset(table.columns))
        met: dict[str, set[str]] = {}
        for finding in judge_columns(table, declared):
            met.setdefault(finding.column, set()).add(finding.rule)
        alarms += [f"{path.name}, {name}: {', '.join(sorted(met[name]))}" for name in met]
    return total, alarms

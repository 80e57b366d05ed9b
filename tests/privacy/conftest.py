"""Released tables of the bundled studies, made in memory, and the attacker who reads them."""

import importlib.util
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from evalpipe.answers.table import with_answers
from evalpipe.cli.analyse import analyse_all
from evalpipe.cli.main import main
from evalpipe.cli.project import find_project
from evalpipe.config.load import load_plan
from evalpipe.disclosure.release import Release, Released
from evalpipe.io import read_table
from evalpipe.schemas.statistics import STATISTICS

ROOT = Path(__file__).resolve().parents[2]


def _load(name: str):
    """A module of this folder, which is no package."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"privacy_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


attacker = _load("attacker")
attacker_plan = _load("attacker_plan")


class Workplace:
    """A project folder with copies of plan and raw data of one bundled study."""

    def __init__(self, root: Path, study: str) -> None:
        self.root = root
        self.study = study
        self.plan = load_plan(ROOT / "config" / "studies" / f"{study}.yaml")
        (root / "config" / "studies").mkdir(parents=True)
        (root / "data" / "raw").mkdir(parents=True)
        source = ROOT / "config"
        for name in ("config.yaml", f"studies/{study}.yaml"):
            (root / "config" / name).write_bytes((source / name).read_bytes())
        (root / "data" / "raw" / study).symlink_to(ROOT / "data" / "raw" / study)


@pytest.fixture(scope="session")
def study_tables(tmp_path_factory):
    """Study -> plan and its tables in full; the description only, or the analyses too."""

    @cache
    def make(study: str, with_analyses: bool = False):
        root = tmp_path_factory.mktemp(study)
        return make_tables(root, study, with_analyses)

    return make


def make_tables(root: Path, study: str, with_analyses: bool):
    place = Workplace(root, study)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for stage in ("ingest", "score", "describe"):
            assert main([stage, study]) == 0
        project = find_project(None)
        described = read_table(project.processed(study) / "description.parquet", STATISTICS)
        tables = {"statistics": [described], "estimates": [], "diagnostics": []}
        if with_analyses:
            for result in analyse_all(project, place.plan):
                for name, frame in result.items():
                    tables[name].append(frame)
    whole = {
        name: pd.concat([f for f in frames if len(f)], ignore_index=True) if frames else None
        for name, frames in tables.items()
    }
    return place.plan, with_answers(place.plan, whole) if with_analyses else whole


@pytest.fixture(scope="session")
def attack_folder():
    """Attack a report folder as it lies there."""
    return attacker.Attack


@pytest.fixture(scope="session")
def judge():
    """What comes of an attack: see `attacker_plan.Verdict`."""
    return attacker_plan.judge


@pytest.fixture(scope="session")
def attack_tables(tmp_path_factory):
    """Release tables and attack the folder: returns the attack and what was released."""

    def attack(plan, tables):
        folder = tmp_path_factory.mktemp("reports")
        present = {name: frame for name, frame in tables.items() if frame is not None}
        released = Released.of(plan, present)
        release = Release(folder)
        for name, frame in released.tables.items():
            release.write_table(f"tables/{name}.csv", frame)
        release.write_decisions(plan, released)
        return attacker_plan.PlanAttack(folder, plan), released

    return attack

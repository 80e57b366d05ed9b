"""Spoiled raw files of the bundled studies: a finding names it, or every number stays.

Only ingest and validate run, in this process. A draw has a number; the same number spoils alike.
"""

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.intake.corruptions import KINDS, spoil

from evalpipe.cli.intake import Intake, take_in
from evalpipe.cli.project import Project
from evalpipe.cli.tables import canonical_schemas
from evalpipe.config.load import load_plan
from evalpipe.design.judgement import judge_tables
from evalpipe.errors import DataError, PrivacyError
from evalpipe.findings import errors_in
from evalpipe.schemas.table import conform_frame

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ("btheb", "eft_couples", "handholding", "reattach_rct", "reattach_cohort",
           "coregulation_diary")  # fmt: skip
ALL = 300
FEW = 40


def lay_out(study: str, root: Path) -> Project:
    (root / "config" / "studies").mkdir(parents=True)
    shutil.copyfile(ROOT / f"config/studies/{study}.yaml", root / f"config/studies/{study}.yaml")
    shutil.copytree(ROOT / "data" / "raw" / study, root / "data" / "raw" / study)
    return Project(root)


def told(intake: Intake) -> set[tuple[str, str, str | None, int]]:
    """Every finding with its count: a notice that grows names what happened as well."""
    schemas = canonical_schemas(intake.plan)
    shaped = {table: conform_frame(intake.tables[table], one) for table, one in schemas.items()}
    judged = judge_tables(intake.plan, shaped)
    found = (*intake.findings, *judged.findings)
    if errors_in(found):
        raise DataError("; ".join(str(finding) for finding in errors_in(found)))
    return {(f.source, f.rule, f.column, f.count) for f in found}


@cache
def sound(study: str) -> tuple[set, dict]:
    project = Project(ROOT)
    intake = take_in(project, study)
    return told(intake), {str(name): frame for name, frame in intake.tables.items()}


def is_unchanged(intake: Intake, tables: dict[str, pd.DataFrame]) -> bool:
    same = [frame.reset_index(drop=True).equals(tables[str(name)].reset_index(drop=True))
            for name, frame in intake.tables.items()]  # fmt: skip
    return all(same)


def outcome(study: str, kind: str, seed: int, root: Path) -> str | None:
    """None where a finding names the spoiling or no number changes; else what was spoiled."""
    project = lay_out(study, root)
    plan = load_plan(root / "config" / "studies" / f"{study}.yaml")
    draw = np.random.default_rng(seed)
    done = spoil(plan, root / "data" / "raw" / study, kind, draw)
    if done is None:
        return None
    try:
        intake = take_in(project, study)
        found = told(intake)
    except (DataError, PrivacyError):
        return None
    before, tables = sound(study)
    if found - before or is_unchanged(intake, tables):
        return None
    return done


def draws(count: int) -> list[tuple[str, str, int]]:
    """Study, kind and seed, in turn, so that few draws meet every kind and study."""
    kinds = list(KINDS)
    return [(STUDIES[n % len(STUDIES)], kinds[n % len(kinds)], 4_000 + n) for n in range(count)]


@pytest.mark.parametrize(("study", "kind", "seed"), draws(FEW))
def test_a_spoiled_file_is_told_or_changes_nothing(
    study: str, kind: str, seed: int, tmp_path: Path
):
    assert outcome(study, kind, seed, tmp_path / "project") is None


@pytest.mark.slow
@pytest.mark.parametrize(("study", "kind", "seed"), draws(ALL)[FEW:])
def test_three_hundred_spoiled_files(study: str, kind: str, seed: int, tmp_path: Path):
    assert outcome(study, kind, seed, tmp_path / "project") is None

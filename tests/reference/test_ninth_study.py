"""A study nobody planned for needs a plan and data only: two real ones, from raw file to numbers.

The plans stand in `plans/`; the raw data and the golden values (R: lmerTest, pbkrtest, mmrm)
stay in the reference folder.
"""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from evalpipe.cli.main import main

HERE = Path(__file__).parent
REFERENCE = Path(os.environ.get("EVALPIPE_REFERENCE", HERE.parents[2] / "shared" / "reference"))

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(
        not (REFERENCE / "data" / "leidig2018_days.csv").is_file(),
        reason="the reference folder with the school and couples data is not here",
    ),
]


def analyse(root: Path, study: str, files: list[str]) -> pd.DataFrame:
    """Take a study from raw files to estimates with the commands that users type."""
    (root / "config" / "studies").mkdir(parents=True)
    shutil.copy(HERE / "plans" / f"{study}.yaml", root / "config" / "studies")
    raw = root / "data" / "raw" / study
    raw.mkdir(parents=True)
    for name in files:
        shutil.copy(REFERENCE / "data" / name, raw)
    for stage in ("ingest", "validate", "score", "describe", "analyse"):
        assert main([stage, study, "--project", str(root)]) == 0, stage
    return pd.read_parquet(root / "data" / "processed" / study / "estimates.parquet")


def golden(name: str, inference: str) -> pd.DataFrame:
    content = json.loads((REFERENCE / "golden" / f"{name}.json").read_text())
    return pd.DataFrame(content["inference"][inference]["fixed"])


def assert_same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    assert len(ours) == len(theirs)
    assert ours["estimate"].to_numpy() == pytest.approx(theirs["estimate"].to_numpy(), rel=1e-5)
    assert ours["std_error"].to_numpy() == pytest.approx(theirs["se"].to_numpy(), rel=1e-5)
    assert ours["df"].to_numpy() == pytest.approx(theirs["df"].to_numpy(), rel=1e-3)


def coefficients(estimates: pd.DataFrame, analysis: str) -> pd.DataFrame:
    rows = estimates[estimates["analysis_id"] == analysis]
    return rows[rows["quantity"] == "coefficient"]


def test_children_in_classes_multiple_baseline(tmp_path: Path) -> None:
    files = ["leidig2018_days.csv", "leidig2018_children.csv"]
    estimates = analyse(tmp_path, "school", files)
    theirs = golden("leidig__lmm_phase", "kenward_roger")
    assert_same(coefficients(estimates, "engagement"), theirs)


@pytest.mark.parametrize(
    ("analysis", "name"),
    [
        ("actor_partner", "acitelli__apim_distinguishable_us"),
        ("alike", "acitelli__apim_indistinguishable_cs"),
    ],
)
def test_couples_told_apart_and_not(tmp_path: Path, analysis: str, name: str) -> None:
    estimates = analyse(tmp_path, "couples", ["acitelli_couples.csv"])
    assert_same(coefficients(estimates, analysis), golden(name, "kenward_roger_linear"))

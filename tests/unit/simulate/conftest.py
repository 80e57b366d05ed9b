from pathlib import Path

import pytest

from evalpipe.config.load import load_plan

STUDIES = Path(__file__).resolve().parents[3] / "config" / "studies"
SYNTHETIC = (
    "attachment_classes",
    "coregulation_diary",
    "eft_couples",
    "handholding",
    "pmt_attachment",
    "reattach_cohort",
    "reattach_rct",
)


@pytest.fixture(scope="session")
def plans():
    return {name: load_plan(STUDIES / f"{name}.yaml") for name in SYNTHETIC}

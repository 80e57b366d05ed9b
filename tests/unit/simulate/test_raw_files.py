"""What leaves the field: same bytes again, every declared format, read back as it was drawn."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalpipe.ingest.study import ingest_study
from evalpipe.scoring.items import score_responses
from evalpipe.simulate.prepared import prepared_tables
from evalpipe.simulate.raw_files import LABEL_FILE, simulate_study

SYNTHETIC = (
    "attachment_classes",
    "coregulation_diary",
    "eft_couples",
    "handholding",
    "pmt_attachment",
    "reattach_cohort",
    "reattach_rct",
)
BUNDLED = Path(__file__).resolve().parents[3] / "data" / "raw"
ONE_AND_A_HALF_MB = 1_500_000


@pytest.mark.parametrize("name", SYNTHETIC)
def test_bundled_files_are_what_the_plan_gives(plans, name):
    files = simulate_study(plans[name])
    assert sum(len(data) for data in files.values()) < ONE_AND_A_HALF_MB
    for path, data in files.items():
        assert (BUNDLED / name / path).read_bytes() == data, path


def test_another_seed_gives_another_study(plans):
    plan = plans["handholding"]
    one, two = simulate_study(plan, 1), simulate_study(plan, 2)
    assert one["trials.csv"] != two["trials.csv"]


@pytest.mark.parametrize("name", SYNTHETIC)
def test_ingest_reads_back_what_was_drawn(plans, name, tmp_path):
    plan = plans[name]
    for path, data in simulate_study(plan).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    read = ingest_study(plan, tmp_path, lambda _plan, _source: None)
    assert [f for f in read.findings if f.level.value == "error"] == []
    responses = read.tables.get("responses", pd.DataFrame(columns=["instrument"]))
    scores = score_responses(plan, responses, read.tables["scores"])
    drawn = prepared_tables(plan)["scores"]
    key = ["participant_id", "scale", "rater", "visit", "day", "occasion"]
    found = scores.sort_values(key)["score"].to_numpy("float64")
    wanted = drawn.sort_values(key)["score"].to_numpy("float64")
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9, equal_nan=True)


def test_every_raw_format_occurs(plans):
    formats = {entry.format for plan in plans.values() for entry in plan.data.values()}
    assert {"csv", "xlsx", "sav", "redcap"} <= formats
    assert any(e.decimal == "," for e in plans["reattach_rct"].data.values())


def test_missing_codes_and_reasons_stand_in_the_files(plans):
    text = simulate_study(plans["reattach_rct"])["vragenlijsten.csv"].decode()
    assert ";-99;" in text
    assert ";-98;" in text


def test_a_workbook_holds_no_clock(plans):
    data = simulate_study(plans["pmt_attachment"])["pmt.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert {info.date_time for info in book.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")


def test_an_spss_file_holds_no_clock(plans):
    data = simulate_study(plans["attachment_classes"])["gezinnen.sav"]
    assert data[92:109] == b"01 Jan 0000:00:00"


def test_files_are_labelled_synthetic(plans):
    label = simulate_study(plans["eft_couples"])[LABEL_FILE].decode()
    assert label.startswith("# SYNTHETIC")
    assert str(plans["eft_couples"].truth.seed) in label

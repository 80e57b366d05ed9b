"""The stage `validate`: what only the tables together show, told by every door alike."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.workflow.conftest import STUDY, Folder, make_folder


@pytest.fixture(scope="module")
def backwards(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A project in which one child's last visit lies before its first; each cell is right."""
    folder = make_folder(tmp_path_factory.mktemp("backwards"))
    path = folder.root / "data" / "raw" / STUDY / "questionnaires.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    last = table.index[table["moment"] == "T2"][0]
    table.loc[last, "day"] = "1"
    table.to_csv(path, index=False)
    return folder


WORDS = "occasions table, column day: a later visit on an earlier day"


def test_check_refuses_it_and_keeps_nothing(backwards: Folder):
    done = backwards.type("check", STUDY, check=False)
    assert done.returncode == 4
    assert WORDS in done.stderr
    assert not (backwards.root / "data" / "processed" / STUDY).exists()
    assert page(backwards)


def test_ingest_writes_it_and_validate_refuses_it(backwards: Folder):
    backwards.type("ingest", STUDY)
    shutil.rmtree(backwards.root / "reports" / STUDY, ignore_errors=True)
    done = backwards.type("validate", STUDY, check=False)
    assert done.returncode == 4
    assert WORDS in done.stderr
    assert "all listed in reports/example/validation.html" in done.stderr
    assert not (backwards.root / "data" / "processed" / STUDY / "validation.json").exists()
    assert page(backwards)


def test_run_stops_there_and_the_page_survives(backwards: Folder):
    done = backwards.type("run", STUDY, check=False)
    assert done.returncode == 4
    assert WORDS in done.stderr
    assert "a later visit on an earlier day" in page(backwards)
    assert not (backwards.root / "data" / "processed" / STUDY / "scores.parquet").exists()


def page(folder: Folder) -> str:
    return (folder.root / "reports" / STUDY / "validation.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("sound"))
    folder.type("ingest", STUDY)
    return folder


def processed(folder: Folder) -> Path:
    return folder.root / "data" / "processed" / STUDY


def test_what_was_checked_stands_in_the_record_and_no_count_on_the_page(sound: Folder):
    sound.type("validate", STUDY)
    record = json.loads((processed(sound) / "validation.json").read_text(encoding="utf-8"))
    people = {one["table"]: one["people"] for one in record["checked"]}["participants"]
    assert people == len(pd.read_parquet(processed(sound) / "participants.parquet"))
    text = page(sound)
    assert "What was checked" in text
    assert f">{people}<" not in text


def test_a_table_changed_behind_its_back_is_refused(sound: Folder):
    """By `validate` on the page, by a later stage on reading; neither tells the value."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sound.type("validate", STUDY)
    path = processed(sound) / "measured.parquet"
    before = path.read_bytes()
    responses = processed(sound) / "responses.parquet"
    kept = responses.read_bytes()
    table = pq.read_table(responses)
    place = table.schema.names.index("response")
    wrong = pa.array([8675309.0] * table.num_rows, pa.float64())
    pq.write_table(table.set_column(place, table.schema.field(place), wrong), responses)
    try:
        for stage in ("validate", "score"):
            done = sound.type(stage, STUDY, check=False)
            assert done.returncode == 4
            assert "item out of range" in done.stderr
            assert "8675309" not in done.stderr
        assert "8675309" not in page(sound)
    finally:
        responses.write_bytes(kept)
    assert path.read_bytes() == before


def test_a_record_of_another_version_is_told_in_one_line(sound: Folder):
    record = processed(sound) / "ingest.json"
    kept = record.read_bytes()
    record.write_text('{"findings": [{"level": "notice"}]}', encoding="utf-8")
    try:
        done = sound.type("validate", STUDY, check=False)
    finally:
        record.write_bytes(kept)
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert "is not a record of this version" in done.stderr

"""SPSS with labels and user-missing codes, REDCap exports, and Parquet that is Parquet."""

import pickle
import struct
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw import RawFormat, RawTable, read_raw, split_redcap
from evalpipe.ingest.raw.redcap import NOT_REPEATED, checkbox_groups


@pytest.fixture
def sav(tmp_path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "id": ["A1", "A2", "A3", "A4"],
            "drug": [1.0, 2.0, -99.0, None],
            "bdi": [12.5, -98.0, 7.0, -97.0],
            "visit": pd.to_datetime(["2020-01-05", None, "2020-02-03", "2021-01-01"]).date,
            "note": ["", "é", "x", "y"],
        }
    )
    pyreadstat.write_sav(
        frame,
        tmp_path / "raw.sav",
        variable_value_labels={"drug": {1: "no", 2: "yes", -99: "not reached"}},
        missing_ranges={"drug": [-99], "bdi": [{"lo": -99, "hi": -97}]},
    )
    return tmp_path


def test_spss_values_labels_and_reasons(sav: Path):
    table = read_raw(Path("raw.sav"), sav)
    assert table.columns == ("id", "drug", "bdi", "visit", "note")
    assert table.frame["drug"].fillna("").tolist() == ["1", "2", "", ""]
    assert table.frame["bdi"].fillna("").tolist() == ["12.5", "", "7", ""]
    assert table.frame["visit"].fillna("").tolist() == [
        "2020-01-05",
        "",
        "2020-02-03",
        "2021-01-01",
    ]
    assert table.frame["note"].isna().tolist() == [True, False, False, False]
    assert table.labels == {"drug": {"1": "no", "2": "yes", "-99": "not reached"}}
    assert table.user_missing["bdi"].fillna("").tolist() == ["", "-98", "", "-97"]
    assert table.missing_reasons("drug").fillna("").tolist() == ["", "", "not reached", ""]
    assert table.missing_reasons("bdi").fillna("").tolist() == ["", "code -98", "", "code -97"]
    assert table.missing_reasons("id").isna().all()


def test_spss_claims_are_bounded_before_reading(sav: Path):
    content = bytearray((sav / "raw.sav").read_bytes())
    content[80:84] = struct.pack("<i", 2_000_000_000)
    (sav / "raw.sav").write_bytes(content)
    with pytest.raises(DataError, match="too many|more than"):
        read_raw(Path("raw.sav"), sav)


@pytest.mark.parametrize("cut", [20, 176, 400, -30])
def test_torn_spss_files(sav: Path, cut: int):
    content = (sav / "raw.sav").read_bytes()
    (sav / "raw.sav").write_bytes(content[:cut])
    with pytest.raises(DataError, match="not a readable SPSS file"):
        read_raw(Path("raw.sav"), sav)


EXPORT = """\
record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,age,sex___1,sex___2,\
intake_complete,tension,minutes,why___1,why____99,session_complete
001,start_arm_1,,,12,1,0,2,,,,,
001,start_arm_1,session,1,,,,,4,45,0,1,2
001,start_arm_1,session,2,,,,,3,,0,0,
002,start_arm_1,,,9,0,0,,,,,,
"""


def redcap(folder: Path, text: str = EXPORT) -> RawTable:
    (folder / "raw.csv").write_text(text)
    return read_raw(Path("raw.csv"), folder, RawFormat(format="redcap"))


def test_redcap_tables_of_repeating_instruments(tmp_path: Path):
    parts = split_redcap(redcap(tmp_path))
    assert list(parts) == [NOT_REPEATED, "session"]
    base, session = parts[NOT_REPEATED], parts["session"]
    assert base.frame["record_id"].tolist() == ["001", "002"]
    assert "tension" not in base.columns
    assert "age" not in session.columns
    assert session.frame["redcap_repeat_instance"].tolist() == ["1", "2"]
    assert session.frame.index.tolist() == [3, 4]
    assert session.name == "raw.csv [session]"


def test_redcap_zeros_of_a_form_never_opened_are_no_answers(tmp_path: Path):
    parts = split_redcap(redcap(tmp_path))
    assert parts[NOT_REPEATED].frame["sex___1"].fillna("").tolist() == ["1", ""]
    assert parts["session"].frame["why____99"].fillna("").tolist() == ["1", ""]


def test_redcap_checkbox_codes():
    assert checkbox_groups(["sex___1", "sex___2", "why____99", "a__1", "b"]) == {
        "sex": {"1": "sex___1", "2": "sex___2"},
        "why": {"-99": "why____99"},
    }


def test_redcap_labels_of_checkboxes(tmp_path: Path):
    table = redcap(tmp_path, "record_id,a___1,f_complete\n1,Checked,2\n2,Unchecked,2\n")
    assert split_redcap(table)[NOT_REPEATED].frame["a___1"].tolist() == ["1", "0"]
    wrong = redcap(tmp_path, "record_id,a___1,f_complete\n1,canary,2\n")
    with pytest.raises(
        DataError, match="column 2 holds something else .* first in row 2"
    ) as caught:
        split_redcap(wrong)
    assert "canary" not in str(caught.value)


def test_redcap_instances_are_unique_and_there(tmp_path: Path):
    twice = EXPORT.replace("session,2", "session,1")
    with pytest.raises(DataError, match="row 4 repeats the instance"):
        split_redcap(redcap(tmp_path, twice))
    absent = EXPORT.replace("session,2", "session,")
    with pytest.raises(DataError, match="without an instance number"):
        split_redcap(redcap(tmp_path, absent))


def test_parquet(tmp_path: Path):
    frame = pd.DataFrame({"id": ["a", None], "x": [1.5, 2.0], "n": [1, 2]})
    frame.to_parquet(tmp_path / "raw.parquet")
    table = read_raw(Path("raw.parquet"), tmp_path)
    assert table.columns == ("id", "x", "n")
    assert table.frame["id"].isna().tolist() == [False, True]
    assert table.frame["n"].tolist() == ["1", "2"]


def test_pickles_and_others_called_parquet(tmp_path: Path):
    path = tmp_path / "raw.parquet"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        path.write_bytes(pickle.dumps({"a": 1}, protocol=protocol))
        with pytest.raises(PrivacyError, match=r"pickle|content is csv"):
            read_raw(Path("raw.parquet"), tmp_path)
    path.write_bytes(b"PAR1" + b"junk" * 20)
    with pytest.raises(PrivacyError, match="called Parquet but is not"):
        read_raw(Path("raw.parquet"), tmp_path)
    path.write_bytes(b"PAR1" + b"junk" * 20 + b"PAR1")
    with pytest.raises(DataError, match="not a readable Parquet file"):
        read_raw(Path("raw.parquet"), tmp_path)


def test_nested_parquet(tmp_path: Path):
    pd.DataFrame({"id": [["a"], ["b"]]}).to_parquet(tmp_path / "raw.parquet")
    with pytest.raises(DataError, match="column 1 is not a column of plain values"):
        read_raw(Path("raw.parquet"), tmp_path)


def test_a_file_that_crashes_the_library_costs_one_line(sav: Path, monkeypatch: pytest.MonkeyPatch):
    """A worker that dies by a signal is told as an unreadable file."""
    import subprocess

    def die(*arguments: Any, **options: Any):
        return subprocess.CompletedProcess(arguments, returncode=-11, stdout=b"")

    monkeypatch.setattr("evalpipe.ingest.raw.spss.subprocess.run", die)
    with pytest.raises(DataError, match="not a readable SPSS file"):
        read_raw(Path("raw.sav"), sav)


@pytest.mark.parametrize("kept", [True, False])
def test_a_parquet_file_that_repeats_a_long_text_a_million_times(tmp_path: Path, kept: bool):
    """A hundred kilobytes would become gigabytes; with or without arrow's own note in the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000), ["x" * 5_000])
    pq.write_table(pa.table({"id": column}), tmp_path / "raw.parquet", store_schema=kept)
    assert (tmp_path / "raw.parquet").stat().st_size < 1_000_000
    with pytest.raises(PrivacyError, match="unpacks to far more"):
        read_raw(Path("raw.parquet"), tmp_path)

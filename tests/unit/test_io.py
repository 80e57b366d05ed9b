"""Tables and documents on disk: checked both ways, atomic, same bytes, no value in a message."""

import csv
import math
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalpipe.config.plan import Plan
from evalpipe.errors import DataError
from evalpipe.io import (
    make_private_folder,
    read_json,
    read_table,
    write_bytes,
    write_csv,
    write_json,
    write_table,
    write_text,
)
from evalpipe.provenance import digest_file
from evalpipe.schemas import (
    ESTIMATES,
    STATISTICS,
    conform_frame,
    empty_frame,
    participants_schema,
    scores_schema,
)
from evalpipe.schemas.table import names_of
from evalpipe.vocabulary import Disposition

PLAN = Plan.model_validate(
    {
        "study": {"id": "trial", "title": "A trial", "design": "parallel_rct"},
        "arms": {"tau": {"label": "Usual", "role": "control"}},
        "visits": {"month_2": {"label": "2", "day": 60}, "month_8": {"label": "8", "day": 240}},
        "variables": {
            "drug": {"label": "Drug", "type": "category", "levels": ["no", "yes"]},
            "age_years": {"label": "Age", "type": "number"},
        },
        "instruments": {"bdi": {"label": "BDI"}},
        "data": {"a": {"file": "a.csv", "one_row_per": "participant", "columns": {"i": "arm"}}},
        "analyses": {},
    }
)
PARTICIPANTS = participants_schema(PLAN)


def make_participants() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "participant_id": ["007", "8"],
            "arm": ["tau", None],
            "randomised": [True, False],
            "disposition": [Disposition.COMPLETED, Disposition.NOT_ELIGIBLE],
            "drug": ["no", None],
            "age_years": [0.1 + 0.2, None],
            "eligible": [None, True],
        }
    )


def test_a_table_comes_back_as_it_was(tmp_path: Path):
    path = tmp_path / "participants.parquet"
    write_table(make_participants(), path, PARTICIPANTS)
    back = read_table(path, PARTICIPANTS)
    assert back["participant_id"].tolist() == ["007", "8"]
    assert back["age_years"].iloc[0] == 0.1 + 0.2
    assert math.isnan(back["age_years"].iloc[1])
    assert back["eligible"].tolist() == [pd.NA, True]
    assert back["dyad_id"].isna().all()
    assert list(back.columns) == names_of(PARTICIPANTS)
    pd.testing.assert_frame_equal(back, conform_frame(make_participants(), PARTICIPANTS))


def test_the_same_table_gives_the_same_bytes_in_another_process(tmp_path: Path):
    path, again = tmp_path / "a.parquet", tmp_path / "b.parquet"
    write_table(make_participants(), path, PARTICIPANTS)
    frame = make_participants().iloc[::-1].iloc[::-1].set_axis([7, 7])
    write_table(frame, again, PARTICIPANTS)
    assert path.read_bytes() == again.read_bytes()
    code = (
        "import sys; from pathlib import Path; from evalpipe.io import read_table, write_table;"
        "from evalpipe.config.plan import Plan; from evalpipe.schemas import participants_schema;"
        "source, target, plan = sys.argv[1:];"
        "schema = participants_schema(Plan.model_validate_json(plan));"
        "write_table(read_table(Path(source), schema), Path(target), schema)"
    )
    third = tmp_path / "c.parquet"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "OMP_NUM_THREADS": "2"}
    words = [sys.executable, "-c", code, str(path), str(third), PLAN.model_dump_json()]
    subprocess.run(words, check=True, env=environment)
    assert digest_file(third) == digest_file(path)


def test_the_file_says_what_it_is_and_holds_no_index(tmp_path: Path):
    path = tmp_path / "participants.parquet"
    write_table(make_participants().set_axis([5, 9]), path, PARTICIPANTS)
    schema = pq.read_schema(path)
    assert schema.names == names_of(PARTICIPANTS)
    assert schema.metadata[b"evalpipe.table"] == b"participants"
    assert schema.metadata[b"evalpipe.version"] == b"1"
    assert b"pandas" not in schema.metadata


def test_a_misfit_names_rule_column_count_and_rows_but_no_value(tmp_path: Path):
    path = tmp_path / "scores.parquet"
    frame = pd.DataFrame(
        {
            "participant_id": ["Jan-de-Vries", "Jan-de-Vries", None],
            "visit": ["month_8", "month_8", "month_2"],
            "occasion": [0, 0, 0],
            "scale": ["bdi"] * 3,
            "score": [12345.678, np.inf, 3],
            "n_items": [-91827, 3, 2],
            "nickname": ["Secretname"] * 3,
        }
    )
    with pytest.raises(DataError) as raised:
        write_table(frame, path, scores_schema(PLAN))
    message = str(raised.value)
    assert "column participant_id: must not be missing: 1 row (3)" in message
    assert "column score: must be finite: 1 row (2)" in message
    assert "column n_items: must be at least 0: 1 row (1)" in message
    assert "column nickname: is not a column of this table" in message
    assert (
        "rows must differ in participant_id, scale, rater, visit, occasion: 2 rows (1, 2)"
        in message
    )
    for secret in ("Jan", "12345", "91827", "Secretname"):
        assert secret not in message
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_required_column_is_named(tmp_path: Path):
    frame = make_participants().drop(columns="randomised")
    with pytest.raises(DataError, match="column randomised: is missing from the table"):
        write_table(frame, tmp_path / "p.parquet", PARTICIPANTS)


@pytest.mark.parametrize("value", ["7", "yes", True])
def test_text_and_truth_are_not_taken_for_numbers(tmp_path: Path, value: object):
    frame = make_participants().assign(age_years=[value, value])
    with pytest.raises(DataError, match="column age_years: must be a number"):
        write_table(frame, tmp_path / "p.parquet", PARTICIPANTS)


def test_numbers_are_not_taken_for_identifiers(tmp_path: Path):
    frame = make_participants().assign(participant_id=[7, 8])
    with pytest.raises(DataError, match="column participant_id: must be text"):
        write_table(frame, tmp_path / "p.parquet", PARTICIPANTS)


def test_fractions_are_not_taken_for_whole_numbers(tmp_path: Path):
    row = {"statistic_id": "s", "study_id": "t", "table": "flow", "variable": "v"}
    frame = pd.DataFrame([{**row, "statistic": "count", "n": 1.5}])
    with pytest.raises(DataError, match="column n: must be a whole number"):
        write_table(frame, tmp_path / "s.parquet", STATISTICS)


def test_reading_checks_too(tmp_path: Path):
    path = tmp_path / "participants.parquet"
    write_table(make_participants(), path, PARTICIPANTS)
    table = pq.read_table(path)
    position = table.schema.names.index("participant_id")
    doubled = table.set_column(
        position, table.schema.field(position), pa.array(["x", "x"], pa.string())
    )
    pq.write_table(doubled, path)
    with pytest.raises(DataError, match="cannot read table participants.*\n.*must not occur twice"):
        read_table(path, PARTICIPANTS)


def test_another_table_another_version_and_no_table_are_refused(tmp_path: Path):
    path = tmp_path / "t.parquet"
    write_table(empty_frame(STATISTICS), path, STATISTICS)
    with pytest.raises(DataError, match="is not a table estimates of evalpipe"):
        read_table(path, ESTIMATES)
    older = pq.read_table(path).replace_schema_metadata(
        {b"evalpipe.table": b"statistics", b"evalpipe.version": b"0"}
    )
    pq.write_table(older, path)
    with pytest.raises(DataError, match="another version of table statistics"):
        read_table(path, STATISTICS)
    path.write_bytes(b"\x80\x04pickled")
    with pytest.raises(DataError, match="is not a Parquet file"):
        read_table(path, STATISTICS)
    with pytest.raises(DataError, match="is not there"):
        read_table(tmp_path / "absent.parquet", STATISTICS)


def test_hostile_metadata_is_refused_in_one_line(tmp_path: Path):
    path = tmp_path / "p.parquet"
    for version in (b"", b"\xff", b"1e0", b"\n1"):
        write_table(make_participants(), path, PARTICIPANTS)
        metadata = {**pq.read_schema(path).metadata, b"evalpipe.version": version}
        pq.write_table(pq.read_table(path).replace_schema_metadata(metadata), path)
        with pytest.raises(DataError, match="another version of table participants"):
            read_table(path, PARTICIPANTS)


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "report.html"
    write_text("old", path)

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_text("new", path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_files_are_made_with_their_folders_and_ordinary_permissions(tmp_path: Path):
    path = tmp_path / "a" / "b" / "figure.svg"
    write_bytes(b"<svg/>", path)
    reference = tmp_path / "reference"
    reference.touch()
    assert path.read_bytes() == b"<svg/>"
    assert path.stat().st_mode == reference.stat().st_mode


def test_json_is_sorted_and_refuses_nan(tmp_path: Path):
    path = tmp_path / "run.json"
    write_json({"b": 1, "a": ["é", None]}, path)
    assert (
        path.read_text(encoding="utf-8") == '{\n  "a": [\n    "é",\n    null\n  ],\n  "b": 1\n}\n'
    )
    assert read_json(path) == {"a": ["é", None], "b": 1}
    with pytest.raises(ValueError, match="JSON"):
        write_json({"a": float("nan")}, path)
    path.write_text("{")
    with pytest.raises(DataError, match="is not JSON"):
        read_json(path)
    with pytest.raises(DataError, match="is not there"):
        read_json(tmp_path / "absent.json")


def test_csv_cannot_start_a_formula_and_leaves_numbers_alone(tmp_path: Path):
    path = tmp_path / "t.csv"
    frame = pd.DataFrame(
        {
            "=term": ["=1+1", "+2", "-3", "@x", "\t=1", "\r=1", "plain", None],
            "estimate": [-1.5, 0.1 + 0.2, 1e-300, None, 2, 3, 4, 5],
            "n": pd.array([-1, None, 3, 4, 5, 6, 7, 8], dtype="Int64"),
            "ok": [True, False, None, True, True, True, True, True],
        }
    )
    write_csv(frame, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["'=term", "estimate", "n", "ok"]
    assert [row[0] for row in rows[1:]] == [
        "'=1+1", "'+2", "'-3", "'@x", "'\t=1", "'\r=1", "plain", "",
    ]  # fmt: skip
    assert [row[1] for row in rows[1:4]] == ["-1.5", "0.30000000000000004", "1e-300"]
    assert [row[2] for row in rows[1:4]] == ["-1", "", "3"]
    assert [row[3] for row in rows[1:4]] == ["true", "false", ""]


TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(TEXTS, st.floats(allow_nan=False, allow_infinity=False) | st.none()),
        min_size=1,
        max_size=6,
        unique_by=lambda pair: pair[0],
    )
)
def test_any_text_and_number_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, float | None]]
):
    path = tmp_path_factory.mktemp("io") / "p.parquet"
    frame = pd.DataFrame(
        {
            "participant_id": pd.Series([text for text, _ in pairs], dtype="str"),
            "randomised": True,
            "disposition": "completed",
            "disposition_day": pd.Series([number for _, number in pairs], dtype="float64"),
        }
    )
    write_table(frame, path, PARTICIPANTS)
    back = read_table(path, PARTICIPANTS)
    assert back["participant_id"].tolist() == [text for text, _ in pairs]
    expected = [math.nan if number is None else number for _, number in pairs]
    np.testing.assert_array_equal(back["disposition_day"].to_numpy(), expected)


def test_a_private_folder_is_for_its_owner_only(tmp_path: Path):
    folder = tmp_path / "data" / "processed" / "study"
    make_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o777 & ~current_umask()


def test_a_folder_opened_to_a_group_stays_open(tmp_path: Path):
    make_private_folder(tmp_path / "study")
    (tmp_path / "study" / "table.parquet").touch()
    (tmp_path / "study").chmod(0o2770)
    make_private_folder(tmp_path / "study")
    assert stat.S_IMODE((tmp_path / "study").stat().st_mode) == 0o2770


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_importing_io_loads_no_heavy_library():
    code = "import sys, evalpipe.io; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"pandas", "pyarrow", "pandera", "scipy", "matplotlib", "statsmodels"})
    assert "evalpipe.io" in loaded

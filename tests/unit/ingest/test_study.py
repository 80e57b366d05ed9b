"""Raw files as researchers have them become the same canonical tables."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.unit.ingest.conftest import Make

from evalpipe.errors import DataError
from evalpipe.findings import Level
from evalpipe.ingest.study import Ingested
from evalpipe.vocabulary import Table

WIDE = {
    "people": {
        "file": "wide.csv",
        "one_row_per": "participant",
        "columns": {
            "id": "participant_id",
            "group": {"to": "arm", "values": {"W": "wait", "T": "train"}},
            "age": "age",
            "sex": {"to": "sex", "values": {"1": "girl", "2": "boy"}},
        },
        "scores": {"mood": {"m0": "before", "m1": "after"}},
        "missing": {"-99": "not_reached"},
    }
}
WIDE_TEXT = "id,group,age,sex,m0,m1\n007,W,8.5,1,3,4\n008,T,9,2,2.5,-99\n009,T,10,1,5,\n"


def scores(result: Ingested) -> pd.DataFrame:
    return result.tables[Table.SCORES]


def is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "").isdigit()


def value(result: Ingested, participant: str, visit: str) -> float:
    table = scores(result)
    row = table[(table["participant_id"] == participant) & (table["visit"] == visit)]
    return float(row["score"].iloc[0])


def test_a_wide_file_becomes_long_and_ids_stay_text(ingest: Make) -> None:
    result = ingest(WIDE, {"wide.csv": WIDE_TEXT})
    assert result.findings == ()
    assert list(result.tables[Table.PARTICIPANTS]["participant_id"]) == ["007", "008", "009"]
    assert list(result.tables[Table.PARTICIPANTS]["arm"]) == ["wait", "train", "train"]
    assert len(scores(result)) == 6
    assert value(result, "007", "after") == 4.0


def test_a_missing_code_has_its_reason_and_an_empty_cell_has_none(ingest: Make) -> None:
    table = scores(ingest(WIDE, {"wide.csv": WIDE_TEXT}))
    after = table[table["visit"] == "after"].set_index("participant_id")
    assert after.loc["008", "missing_reason"] == "not_reached"
    assert pd.isna(after.loc["008", "score"])
    assert pd.isna(after.loc["009", "missing_reason"])
    assert pd.isna(after.loc["009", "score"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_semicolons_decimal_commas_and_encodings_read_the_same(ingest: Make, encoding: str) -> None:
    data: dict[str, Any] = {"people": {**WIDE["people"]}}
    data["people"]["columns"] = {**data["people"]["columns"], "leeftijd é": "age"}
    del data["people"]["columns"]["age"]
    text = WIDE_TEXT.replace("age", "leeftijd é").replace(",", ";").replace(".", ",")
    result = ingest(data, {"wide.csv": text.encode(encoding)})
    assert result.findings == ()
    assert value(result, "008", "before") == 2.5
    assert list(result.tables[Table.PARTICIPANTS]["age"]) == [8.5, 9.0, 10.0]


def test_excel_reads_as_csv_does(ingest: Make, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for line in WIDE_TEXT.strip().splitlines():
        cells = line.split(",")
        numbers = [float(c) if is_number(c) else c or None for c in cells]
        book.active.append([cells[0], *numbers[1:]])
    book.save(tmp_path / "wide.xlsx")
    data = {"people": {**WIDE["people"], "file": "wide.xlsx"}}
    result = ingest(data, {})
    assert result.findings == ()
    assert list(result.tables[Table.PARTICIPANTS]["sex"]) == ["girl", "boy", "girl"]
    assert value(result, "008", "before") == 2.5
    assert list(result.tables[Table.PARTICIPANTS]["participant_id"]) == ["007", "008", "009"]


def test_spss_value_labels_and_user_missing_values(ingest: Make, tmp_path: Path) -> None:
    import pyreadstat

    frame = pd.DataFrame(
        {
            "id": ["007", "008", "009"],
            "group": [1.0, 2.0, 2.0],
            "age": [8.5, 9.0, 10.0],
            "sex": [1.0, 2.0, 1.0],
            "m0": [3.0, 2.5, 5.0],
            "m1": [4.0, -99.0, 6.0],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "wide.sav"),
        variable_value_labels={"group": {1.0: "W", 2.0: "T"}},
        missing_ranges={"m1": [{"lo": -99.0, "hi": -90.0}]},
    )
    data = {"people": {**WIDE["people"], "file": "wide.sav", "missing": {}}}
    result = ingest(data, {})
    assert result.findings == ()
    assert list(result.tables[Table.PARTICIPANTS]["arm"]) == ["wait", "train", "train"]
    table = scores(result)
    gone = table[(table["participant_id"] == "008") & (table["visit"] == "after")].iloc[0]
    assert pd.isna(gone["score"])
    assert pd.notna(gone["missing_reason"])


def test_redcap_forms_events_and_text_record_ids(ingest: Make) -> None:
    text = (
        "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,"
        "group,m,mood_complete,minutes,visit_complete\n"
        "001,before_arm_1,,,1,3,2,,\n"
        "001,after_arm_1,,,,4,2,,\n"
        "001,after_arm_1,session,1,,,,45,2\n"
        "002,before_arm_1,,,2,5,2,,\n"
    )
    text = text.replace("visit_complete", "session_complete")
    events = {"before_arm_1": "before", "after_arm_1": "after"}
    data = {
        "main": {
            "file": "export.csv",
            "format": "redcap",
            "one_row_per": "visit",
            "columns": {
                "record_id": "participant_id",
                "redcap_event_name": {"to": "visit", "values": events},
                "group": {"to": "arm", "values": {"1": "wait", "2": "train"}},
            },
            "scores": {"mood": "m"},
        },
        "ledger": {
            "file": "export.csv",
            "format": "redcap",
            "form": "session",
            "one_row_per": "session",
            "columns": {
                "record_id": "participant_id",
                "redcap_repeat_instance": "session_number",
                "minutes": "minutes",
            },
        },
    }
    result = ingest(data, {"export.csv": text})
    assert [(one.level, one.rule[:14]) for one in result.findings] == [
        (Level.NOTICE, "planned visits"),
        (Level.NOTICE, "people of the "),
        (Level.NOTICE, "columns that t"),
    ]
    assert list(result.tables[Table.PARTICIPANTS]["participant_id"]) == ["001", "002"]
    assert value(result, "001", "after") == 4.0
    assert list(result.tables[Table.SESSIONS]["minutes"]) == [45.0]


ITEMS = {
    "people": {
        "file": "people.csv",
        "one_row_per": "participant",
        "columns": {"id": "participant_id", "arm": "arm", "start": "baseline_date"},
    },
    "answers": {
        "file": "items.csv",
        "one_row_per": "visit",
        "columns": {"id": "participant_id", "visit": "visit", "when": "date"},
        "items": ["scale"],
    },
}
PEOPLE = "id,arm,start\na1,wait,2024-03-01\na2,train,2024-04-01\n"


def test_dates_become_days_from_each_own_baseline_and_go_no_further(ingest: Make) -> None:
    items = "id,visit,when,q1,q2,q3\na1,after,2024-05-24,1,2,3\na2,after,2024-06-24,5,4,\n"
    result = ingest(ITEMS, {"people.csv": PEOPLE, "items.csv": items})
    table = result.tables[Table.RESPONSES]
    assert sorted(set(table["day"])) == [84.0]
    for frame in result.tables.values():
        assert not any(pd.api.types.is_datetime64_any_dtype(dtype) for dtype in frame.dtypes)
        assert "baseline_date" not in frame.columns


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ("a1,after,2024-05-24,9,2,3", "item out of range"),
        ("a1,after,2024-05-24,2.5,2,3", "item is not a whole number"),
        ("a1,after,2024-05-24,x,2,3", "is not a number"),
        ("a1,later,2024-05-24,1,2,3", "is not one of the codes"),
        ("a1,after,24-05-2024,1,2,3", "is not a date"),
        ("a1,after,0000-01-01,1,2,3", "is a date before"),
        ("a1,after,0202-05-24,1,2,3", "is a date before"),
        ("a1,after,1899-12-31,1,2,3", "is a date before"),
        ("a1,after,2100-01-01,1,2,3", "or after"),
        ("a1,after,99999-01-01,1,2,3", "is not a date"),
        (",after,2024-05-24,1,2,3", "every row needs an id"),
        ("a1,after,2024-05-24,1,2,3\na1,after,2024-05-25,1,2,3", "stands more than once"),
    ],
)
def test_a_bad_cell_is_a_finding_with_its_row_and_no_value(
    ingest: Make, cells: str, rule: str
) -> None:
    items = f"id,visit,when,q1,q2,q3\na2,after,2024-06-24,5,4,\n{cells}\n"
    result = ingest(ITEMS, {"people.csv": PEOPLE, "items.csv": items})
    found = [finding for finding in result.findings if rule in finding.rule]
    assert found, [str(finding) for finding in result.findings]
    assert all(finding.level is Level.ERROR for finding in found)
    rows = (3, 4) if "more than once" in rule else (3,)
    assert all(finding.rows == rows for finding in found if finding.rows)
    assert "2024" not in " ".join(str(finding) for finding in result.findings)


@pytest.mark.parametrize("start", ["0000-01-01", "-0001-01-01", "1600-01-01", "9999-12-31"])
def test_a_baseline_in_another_age_is_a_finding(ingest: Make, start: str) -> None:
    items = "id,visit,when,q1,q2,q3\na1,after,2024-05-24,1,2,3\n"
    result = ingest(ITEMS, {"people.csv": PEOPLE.replace("2024-03-01", start), "items.csv": items})
    rules = [f.rule for f in result.findings if f.level is Level.ERROR]
    assert any(rule.startswith("is a date before 1900") for rule in rules)


def test_an_arm_that_changes_within_a_participant_is_a_finding(ingest: Make) -> None:
    data = {
        "visits": {
            "file": "visits.csv",
            "one_row_per": "visit",
            "columns": {"id": "participant_id", "arm": "arm", "visit": "visit"},
            "scores": {"mood": "m"},
        }
    }
    text = "id,arm,visit,m\n1,wait,before,2\n1,train,after,3\n2,train,before,3\n"
    result = ingest(data, {"visits.csv": text})
    (finding,) = [one for one in result.findings if one.level is Level.ERROR]
    assert finding.column == "arm"
    assert finding.rows == (3,)


def test_a_column_that_the_plan_names_must_be_there(ingest: Make) -> None:
    with pytest.raises(DataError, match="has no column `m1`"):
        ingest(WIDE, {"wide.csv": WIDE_TEXT.replace("m1", "mood_later")})


DYADS: dict[str, Any] = {
    "unit": "dyad",
    "roles": {"child": {"label": "Child"}, "parent": {"label": "Parent"}},
    "instruments": {
        "mood": {
            "label": "Mood",
            "range": [0, 10],
            "better": "higher",
            "about": "child",
            "completed_by": "parent",
        }
    },
}


def test_a_dyad_s_arm_belongs_to_both_and_a_score_to_the_member_it_is_about(ingest: Make) -> None:
    data = {
        "dyads": {
            "file": "dyads.csv",
            "one_row_per": "participant",
            "columns": {"family": "dyad_id", "arm": "arm"},
        },
        "people": {
            "file": "people.csv",
            "one_row_per": "participant",
            "columns": {"id": "participant_id", "family": "dyad_id", "who": "role", "age": "age"},
        },
        "moods": {
            "file": "moods.csv",
            "one_row_per": "visit",
            "columns": {"family": "dyad_id", "visit": "visit"},
            "scores": {"mood": "m"},
        },
    }
    files = {
        "dyads.csv": "family,arm\nF1,wait\nF2,train\n",
        "people.csv": "id,family,who,age\n1,F1,child,9\n2,F1,parent,40\n"
        "3,F2,child,8\n4,F2,parent,38\n",
        "moods.csv": "family,visit,m\nF1,before,3\nF2,before,4\n",
    }
    result = ingest(data, files, **DYADS)
    assert result.findings == ()
    people = result.tables[Table.PARTICIPANTS].set_index("participant_id")
    assert list(people["arm"]) == ["wait", "wait", "train", "train"]
    assert list(scores(result)["participant_id"]) == ["1", "3"]
    assert set(scores(result)["rater"]) == {"parent"}


def test_each_folder_is_a_cohort_and_ids_are_kept_apart(ingest: Make) -> None:
    files = {"2024/wide.csv": WIDE_TEXT, "2025/wide.csv": WIDE_TEXT}
    result = ingest(WIDE, files, cohorts={"each_folder": True})
    people = result.tables[Table.PARTICIPANTS]
    assert len(people) == 6
    assert set(people["cohort"]) == {"2024", "2025"}
    assert set(result.digests) == {"2024/wide.csv", "2025/wide.csv"}


def test_cohorts_without_folders_are_told_by_a_column(ingest: Make) -> None:
    columns = {**WIDE["people"]["columns"], "year": "cohort"}
    header, *rows = WIDE_TEXT.splitlines()
    text = "\n".join([f"{header},year", *(f"{row},{2024 + i % 2}" for i, row in enumerate(rows))])
    data = {"people": {**WIDE["people"], "columns": columns}}
    result = ingest(data, {"wide.csv": text + "\n"}, cohorts={"each_folder": False})
    assert list(result.tables[Table.PARTICIPANTS]["cohort"]) == ["2024", "2025", "2024"]


def test_the_same_diary_day_twice_is_a_finding(ingest: Make) -> None:
    data = {
        "people": {
            "file": "people.csv",
            "one_row_per": "participant",
            "columns": {"id": "participant_id", "arm": "arm"},
        },
        "diary": {
            "file": "diary.csv",
            "one_row_per": "day",
            "columns": {"id": "participant_id", "day": "day"},
            "scores": {"mood": "m"},
        },
    }
    files = {
        "people.csv": "id,arm\n1,wait\n2,train\n",
        "diary.csv": "id,day,m\n1,0,3\n1,1,4\n1,1,5\n2,0,4\n",
    }
    result = ingest(data, files)
    assert [finding.rows for finding in result.findings] == [(3, 4)]

"""Codes of therapists and sites become numbers; a report can name them without telling them."""

from typing import Any

from evalpipe.ingest.study import Ingested
from evalpipe.vocabulary import Table

CHILDREN = """id,group,coach,clinic,before,after
a,train,K-zoe,west,3,5
b,train,K-ann,east,4,6
c,train,,west,2,
d,wait,,east,5,5
"""
SESSIONS = """id,number,day,who
a,1,7,K-zoe
a,2,14,K-max
b,1,8,K-ann
"""
PARTS: dict[str, Any] = {
    "arms": {
        "wait": {"label": "Waiting list", "role": "control"},
        "train": {"label": "Training", "role": "experimental", "delivered_by": "coach"},
    },
    "clusters": {"clinic": {"contains": "coach"}, "coach": {"arms": ["train"]}},
    "protocol": {"sessions": 2},
}
ARMS = {"to": "arm", "values": {"train": "train", "wait": "wait"}}
DATA: dict[str, Any] = {
    "children": {
        "file": "children.csv",
        "one_row_per": "participant",
        "columns": {"id": "participant_id", "group": ARMS, "coach": "coach_id",
                    "clinic": "clinic_id"},
        "scores": {"mood": {"before": "before", "after": "after"}},
    },
    "ledger": {
        "file": "sessions.csv",
        "one_row_per": "session",
        "columns": {"id": "participant_id", "number": "session_number", "day": "day",
                    "who": "therapist_id"},
    },
}  # fmt: skip


def take_in(ingest: Any) -> Ingested:
    return ingest(DATA, {"children.csv": CHILDREN, "sessions.csv": SESSIONS}, **PARTS)


def test_a_coach_has_one_number_in_all_tables(ingest: Any) -> None:
    """K-ann 1, K-max 2, K-zoe 3, in the order of the codes; nobody for those without one."""
    tables = take_in(ingest).tables
    people = tables[Table.PARTICIPANTS].set_index("participant_id")
    assert people["coach_id"].fillna("-").to_dict() == {"a": "3", "b": "1", "c": "-", "d": "-"}
    assert tables[Table.SESSIONS]["therapist_id"].tolist() == ["3", "2", "1"]


def test_each_level_has_a_numbering_of_its_own(ingest: Any) -> None:
    people = take_in(ingest).tables[Table.PARTICIPANTS].set_index("participant_id")
    assert people["clinic_id"].to_dict() == {"a": "2", "b": "1", "c": "2", "d": "1"}


def test_no_code_of_a_cluster_is_left_in_any_table(ingest: Any) -> None:
    codes = ("K-zoe", "K-max", "K-ann", "west", "east")
    for frame in take_in(ingest).tables.values():
        text = frame.to_csv()
        assert not [code for code in codes if code in text]

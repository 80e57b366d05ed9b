"""Reasons that few people share are not told in their own words."""

from typing import Any

import pytest

from evalpipe.vocabulary import Column, Table

REASONS = ["moved"] * 6 + ["to_her_aunt_in_oss", ""]
FILE = "id,arm,why\n" + "".join(f"P{n:02d},wait,{why}\n" for n, why in enumerate(REASONS))


def entry(why: Any) -> dict[str, Any]:
    columns = {"id": "participant_id", "arm": "arm", "why": why}
    return {"file": "people.csv", "one_row_per": "participant", "columns": columns}


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(5, "other_reason"), (6, "other_reason"), (0, "to_her_aunt_in_oss")],
)
def test_an_undeclared_reason_of_few_loses_its_words(ingest: Any, threshold: int, expected: str):
    made = ingest(
        {"people": entry("disposition_reason")},
        {"people.csv": FILE},
        privacy={"disclosure_threshold": threshold},
    )
    found = made.tables[Table.PARTICIPANTS].set_index(Column.PARTICIPANT_ID)
    reasons = found[Column.DISPOSITION_REASON]
    assert reasons["P06"] == expected
    assert reasons["P00"] == ("other_reason" if threshold == 6 else "moved")
    assert reasons.isna()["P07"]


def test_a_reason_that_the_plan_lists_is_kept(ingest: Any):
    values = {"moved": "moved", "to_her_aunt_in_oss": "family"}
    made = ingest(
        {"people": entry({"to": "disposition_reason", "values": values})}, {"people.csv": FILE}
    )
    found = made.tables[Table.PARTICIPANTS].set_index(Column.PARTICIPANT_ID)
    assert found[Column.DISPOSITION_REASON]["P06"] == "family"

"""Findings name rule, column, count and rows, never a value, and cannot be switched off."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pytest

from evalpipe.findings import Finding, Level
from evalpipe.schemas import SCHEMAS, conform_frame, participants_schema, scores_schema
from evalpipe.schemas.findings import SchemaFaultError, _schema_errors, find_misfits
from evalpipe.schemas.rules import cell_rule, rule
from evalpipe.schemas.table import names_of
from evalpipe.vocabulary import Table

CANARY = "Zaphod-Beeblebrox-4711"
NUMBER = 8675309.25


def test_any_pandera_schema_is_told_without_values():
    schema = pandera.DataFrameSchema(
        {"score": pandera.Column(float, pandera.Check.in_range(0, 63, error="range of bdi"))},
        name="t",
    )
    frame = pd.DataFrame({"score": [1.0, 99.0, 64.0]}, index=[10, 20, 30])
    assert find_misfits(frame, schema) == [
        Finding(Level.ERROR, "range of bdi", "t", "score", 2, (2, 3))
    ]


def test_many_rows_are_counted_in_full_and_listed_in_part(plan, fitting):
    frame = pd.concat([fitting(Table.PARTICIPANTS).iloc[[0]]] * 25)
    frame = frame.assign(participant_id=[f"p{i}" for i in range(25)], disposition="gone")
    (finding,) = find_misfits(frame, participants_schema(plan))
    assert finding.count == 25
    assert finding.rows == tuple(range(1, 26))
    assert "25 rows (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)" in str(finding)


def test_rows_are_positions_whatever_the_index(plan, fitting):
    """With labels that repeat, pandera calls a rule with one failure case an error of its own."""
    frame = pd.concat([fitting(Table.SCORES)] * 2).assign(score=-1.0)
    assert frame.index.has_duplicates
    rules = {f.rule: f.rows for f in find_misfits(frame, scores_schema(plan))}
    mood_coping_and_session = (1, 2, 3, 6, 7, 8, 9, 12)
    assert rules["score out of range"] == mood_coping_and_session
    assert rules["must be positive"] == (5, 11)


@pytest.mark.parametrize("table", [t for t in SCHEMAS if t is not Table.ANALYSIS_SET])
@pytest.mark.parametrize("value", [CANARY, NUMBER])
def test_no_finding_holds_a_value(plan, fitting, table, value):
    """Put into every column, of the right type or not; what stood there before is gone."""
    frame = fitting(table).astype("object")
    frame = frame.assign(**dict.fromkeys(names_of(SCHEMAS[table](plan)), value))
    for given in (frame, conform_frame(frame, SCHEMAS[table](plan)), frame.infer_objects()):
        findings = find_misfits(given, SCHEMAS[table](plan))
        assert len(findings) > 3
        assert CANARY not in repr(findings)
        assert "8675309" not in repr(findings)


def test_a_column_s_name_is_told_and_not_what_stands_in_it(plan, fitting):
    frame = fitting(Table.PARTICIPANTS).assign(nickname=CANARY)
    (finding,) = find_misfits(frame, participants_schema(plan))
    assert finding.column == "nickname"
    assert CANARY not in repr(finding)


def test_a_rule_that_fails_by_itself_says_so_without_the_value():
    def broken(t: pd.DataFrame) -> pd.Series:
        return t["a"].map(lambda value: int(value) > 0)

    schema = pandera.DataFrameSchema(checks=[rule("is odd", ["a"], broken)], name="t")
    with pytest.raises(SchemaFaultError, match="t: a rule cannot be applied: is odd") as raised:
        find_misfits(pd.DataFrame({"a": [CANARY]}), schema)
    assert CANARY not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_a_rule_without_its_columns_says_nothing():
    schema = pandera.DataFrameSchema(
        checks=[rule("is wrong", ["a", "b"], lambda t: t["a"] > t["b"])], name="t"
    )
    assert find_misfits(pd.DataFrame({"a": [1]}), schema) == []
    assert len(find_misfits(pd.DataFrame({"a": [1], "b": [0]}), schema)) == 1


def test_what_is_unknown_breaks_no_rule():
    schema = pandera.DataFrameSchema(
        {"a": pandera.Column("Int64", cell_rule("too small", lambda a: a < 1), nullable=True)},
        checks=[rule("too large", ["a"], lambda t: t["a"] > 1)],
        name="t",
    )
    assert find_misfits(pd.DataFrame({"a": pd.array([pd.NA, 1], "Int64")}), schema) == []


def test_a_rule_carries_its_level_column_and_advice():
    schema = pandera.DataFrameSchema(
        checks=[
            rule("is late", ["a"], lambda t: t["a"] > 1, at="a", level=Level.NOTICE, advice="Wait")
        ],
        name="t",
    )
    assert find_misfits(pd.DataFrame({"a": [1, 2]}), schema, source="x table") == [
        Finding(Level.NOTICE, "is late", "x table", "a", 1, (2,), "Wait")
    ]


SWITCHES = [
    {"PANDERA_VALIDATION_ENABLED": "False"},
    {"PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"},
    {"PANDERA_VALIDATION_DEPTH": "DATA_ONLY"},
    {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY",
     "PANDERA_USE_NARWHALS_BACKEND": "True"},
]  # fmt: skip


@pytest.mark.parametrize("switches", SWITCHES)
def test_no_environment_variable_switches_validation_off(tmp_path: Path, switches):
    code = """
import sys
from pathlib import Path
import pandas as pd
from evalpipe.errors import DataError
from evalpipe.io import read_table, write_table
from evalpipe.schemas import STATISTICS, empty_frame, find_misfits
row = dict(statistic_id="s", study_id="t", table="flow", variable="v", statistic="count")
bad = pd.DataFrame([row, row, {**row, "statistic_id": "u", "table": "luck", "n": -1}])
try:
    write_table(bad, Path(sys.argv[1]), STATISTICS)
except DataError as error:
    print(error)
print(len(find_misfits(empty_frame(STATISTICS).drop(columns="value"), STATISTICS)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s.parquet")],
        env={**os.environ, **switches}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "3 rule(s) broken" in done.stdout
    for words in ("rows must differ", "must be one of", "must be at least 0"):
        assert words in done.stdout
    assert done.stdout.endswith("\n1\n")
    assert list(tmp_path.iterdir()) == []


def with_broken_key(plan, n: int) -> pd.DataFrame:
    """Scores of one participant, the same row again and again."""
    columns = {name: pd.Series(None, index=range(n), dtype="object")
               for name in names_of(scores_schema(plan))}  # fmt: skip
    frame = pd.DataFrame(columns).assign(participant_id="p", scale="mood", occasion=0, score=1.0)
    return conform_frame(frame, scores_schema(plan))


def test_a_broken_key_keeps_one_case_and_names_every_row(plan):
    """pandera keeps a failure case for each cell of each bad row unless it is told not to."""
    frame = with_broken_key(plan, 500)
    (error,) = _schema_errors(frame, scores_schema(plan))
    assert len(error.failure_cases) <= len(frame.columns)
    (finding,) = find_misfits(frame, scores_schema(plan))
    assert finding.rows == tuple(range(1, 501))


@pytest.mark.slow
def test_a_million_broken_keys_take_little_more_than_a_million_right_ones(plan):
    broken = with_broken_key(plan, 1_000_000)
    right = broken.assign(occasion=np.arange(len(broken)))
    find_misfits(right.head(1), scores_schema(plan))
    seconds, peaks = [], []
    for frame in (right, broken):
        start = time.process_time()
        findings = find_misfits(frame, scores_schema(plan))
        seconds.append(time.process_time() - start)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        assert [finding.count for finding in findings] == ([] if frame is right else [len(frame)])
    assert seconds[1] < 5 * seconds[0] + 1
    assert peaks[1] - peaks[0] < 300 * 1024  # kB; the cases alone would take 800 MB

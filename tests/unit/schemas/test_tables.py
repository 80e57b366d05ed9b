"""Every table has a schema made of the plan, and each kind of rule finds what breaks it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pytest

from evalpipe.schemas import (
    ESTIMATES,
    SCHEMAS,
    conform_frame,
    empty_frame,
    participants_schema,
    with_estimate_ids,
    with_statistic_ids,
)
from evalpipe.schemas.columns import dtype_of
from evalpipe.schemas.findings import count_rules, find_misfits
from evalpipe.schemas.table import names_of, shape_of, version_of
from evalpipe.vocabulary import Quantity, Scale, Table

TABLES = tuple(SCHEMAS)
VERSIONS = {Table.ESTIMATES: 3}
"""Of tables whose columns changed since the first release."""


def changed(frame: pd.DataFrame, row: int, **cells: Any) -> pd.DataFrame:
    """A copy with these cells in one row."""
    copy = frame.copy()
    for name, value in cells.items():
        if isinstance(value, str) or value is None:
            copy[name] = copy[name].astype("object")
        copy.loc[row, name] = value
    return copy


def test_every_table_has_one_schema():
    in_memory_only = {Table.DELIVERY}
    assert set(SCHEMAS) == set(Table) - in_memory_only


@pytest.mark.parametrize("table", TABLES)
def test_a_schema_is_strict_named_versioned_and_typed(plan, table):
    schema = SCHEMAS[table](plan)
    assert isinstance(schema, pandera.DataFrameSchema)
    assert schema.name == table.value
    assert version_of(schema) == VERSIONS.get(table, 1)
    assert schema.strict is (table is not Table.ANALYSIS_SET)
    assert schema.unique_column_names
    assert {str(column.dtype) for column in schema.columns.values()} <= {
        "str", "float64", "int64", "Int64", "bool", "boolean"
    }  # fmt: skip
    assert count_rules(schema) > len(schema.columns)


@pytest.mark.parametrize("table", TABLES)
def test_a_fitting_and_an_empty_table_have_no_findings(plan, fitting, table):
    schema = SCHEMAS[table](plan)
    assert find_misfits(fitting(table), schema) == []
    assert find_misfits(empty_frame(schema), schema) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_notebook_validates_with_pandera_itself(plan, fitting, table):
    frame = fitting(table)
    pd.testing.assert_frame_equal(SCHEMAS[table](plan).validate(frame), frame)


def test_a_notebook_sees_pandera_s_own_error(plan, fitting):
    wrong = changed(fitting(Table.PARTICIPANTS), 0, age=96.0)
    with pytest.raises(pandera.errors.SchemaError, match="must be at most 18"):
        participants_schema(plan).validate(wrong)


@pytest.mark.parametrize(
    ("table", "row", "cells", "expected"),
    [
        (Table.PARTICIPANTS, 1, {"arm": "old"}, "arm: is not an arm of the plan"),
        (Table.PARTICIPANTS, 1, {"role": "aunt"}, "role: is not a role of the plan"),
        (Table.PARTICIPANTS, 1, {"disposition": "gone"}, "disposition: is not a disposition"),
        (Table.PARTICIPANTS, 1, {"age": 18.1}, "age: must be at most 18"),
        (Table.PARTICIPANTS, 1, {"age": -4.0}, "age: must be at least 6"),
        (Table.PARTICIPANTS, 1, {"entry_day": float("inf")}, "entry_day: must be finite"),
        (Table.PARTICIPANTS, 1, {"sex": "x"}, "sex: must be one of girl, boy"),
        (Table.SESSIONS, 1, {"phase": "third"}, "phase: is not a phase of the plan"),
        (Table.SESSIONS, 1, {"tension": 10.5}, "tension: must be at most 10"),
        (Table.SESSIONS, 1, {"minutes": -1.0}, "minutes: must be at least 0"),
        (Table.SESSIONS, 1, {"dyad_id": None}, "each row needs one of participant_id, dyad_id"),
        (Table.GOALS, 0, {"goal": "rest"}, "goal: is not a goal of the plan"),
        (Table.GOALS, 0, {"attainment": 2.5}, "attainment: must be at most 2"),
        (Table.GOALS, 0, {"participant_id": None}, "needs one of participant_id, dyad_id"),
        (Table.RESPONSES, 1, {"instrument": "mood"}, "instrument: is not a questionnaire of the"),
        (Table.RESPONSES, 1, {"item": 4}, "item: is not an item of its questionnaire"),
        (Table.RESPONSES, 1, {"item": 0}, "item: must be at least 1"),
        (Table.RESPONSES, 1, {"response": 6.0}, "response: item out of range"),
        (Table.RESPONSES, 1, {"response": 0.0}, "response: item out of range"),
        (Table.RESPONSES, 1, {"visit": "soon"}, "visit: is not a visit of the plan"),
        (Table.RESPONSES, 1, {"place": "c"}, "place: must be one of a, b"),
        (Table.SCORES, 1, {"score": 100.5}, "score: score out of range"),
        (Table.SCORES, 2, {"score": 1.0}, "score: score out of range"),
        (Table.SCORES, 2, {"score": 11.0}, "score: score out of range"),
        (Table.SCORES, 5, {"score": 11.0}, "score: score out of range"),
        (Table.SCORES, 4, {"score": 0.0}, "score: must be positive"),
        (Table.SCORES, 3, {"level": "open"}, "level: is not a class of its instrument"),
        (Table.SCORES, 0, {"level": "secure"}, "level: is not a class of its instrument"),
        (Table.SCORES, 1, {"scale": "luck"}, "scale: is not a scale of the plan"),
        (Table.SCORES, 1, {"rule": "guess"}, "rule: must be one of given,"),
        (Table.SCORES, 1, {"occasion": -1}, "occasion: must be at least 0"),
        (Table.ANALYSIS_SET, 0, {"outcome": None}, "outcome: must not be missing"),
        (Table.ANALYSIS_SET, 0, {"arm": "old"}, "arm: is not an arm of the plan"),
        (Table.ESTIMATES, 0, {"study_id": "other"}, "study_id: is not a study of the plan"),
        (Table.ESTIMATES, 0, {"analysis_id": "other"}, "analysis_id: is not an analysis of the"),
        (Table.ESTIMATES, 0, {"population": "some"}, "population: is not a population of the"),
        (Table.ESTIMATES, 0, {"visit": "soon"}, "visit: is not a visit of the plan"),
        (Table.ESTIMATES, 0, {"quantity": "guess"}, "quantity: must be one of"),
        (Table.ESTIMATES, 0, {"role": "main"}, "role: must be one of"),
        (Table.ESTIMATES, 0, {"scale": "points"}, "scale: must be one of"),
        (Table.ESTIMATES, 0, {"status": "fine"}, "status: must be one of"),
        (Table.ESTIMATES, 0, {"df_method": "n-1"}, "df_method: must be one of"),
        (Table.ESTIMATES, 0, {"p_value": 1.2}, "p_value: must be at most 1"),
        (Table.ESTIMATES, 0, {"std_error": -1.0}, "std_error: must be at least 0"),
        (Table.ESTIMATES, 0, {"estimate": float("inf")}, "estimate: must be finite"),
        (Table.DIAGNOSTICS, 0, {"analysis_id": "x"}, "analysis_id: is not an analysis of the"),
        (Table.DIAGNOSTICS, 0, {"n_fixed": -1}, "n_fixed: must be at least 0"),
        (Table.STATISTICS, 0, {"study_id": "x"}, "study_id: is not a study of the plan"),
        (Table.STATISTICS, 0, {"table": "x"}, "table: must be one of flow,"),
        (Table.STATISTICS, 0, {"variable": None}, "variable: must not be missing"),
    ],
)  # fmt: skip
def test_each_rule_names_column_and_row(plan, fitting, table, row, cells, expected):
    schema = SCHEMAS[table](plan)
    wrong = conform_frame(changed(fitting(table), row, **cells), schema)
    (finding,) = find_misfits(wrong, schema)
    assert expected in str(finding)
    assert (finding.count, finding.rows) == (1, (row + 1,))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Table.PARTICIPANTS, "participant_id: must not occur twice"),
        (Table.SESSIONS, "the same session number twice"),
        (Table.RESPONSES, "rows must differ in participant_id, visit, occasion, instrument"),
        (Table.SCORES, "rows must differ in participant_id, scale, rater, visit, occasion"),
        (Table.ESTIMATES, "rows must differ in study_id, estimate_id"),
        (Table.DIAGNOSTICS, "rows must differ in study_id, analysis_id, fit"),
        (Table.STATISTICS, "rows must differ in study_id, statistic_id"),
    ],
)
def test_a_repeated_row_is_named_by_all_its_rows(plan, fitting, table, expected):
    frame = fitting(table)
    wrong = pd.concat([frame, frame.iloc[[0]]], ignore_index=True)
    (finding,) = find_misfits(wrong, SCHEMAS[table](plan))
    assert expected in str(finding)
    assert finding.rows == (1, len(frame) + 1)


@pytest.mark.parametrize("table", [t for t in TABLES if t is not Table.ANALYSIS_SET])
def test_a_wholly_empty_row_is_found(plan, fitting, table):
    """pandera excuses it from every rule about rows unless it is told not to."""
    schema = SCHEMAS[table](plan)
    empty = pd.DataFrame({name: [None] for name in names_of(schema)})
    wrong = conform_frame(pd.concat([fitting(table).astype("object"), empty]), schema)
    findings = find_misfits(wrong, schema)
    assert findings
    assert all(finding.rows == (len(wrong),) for finding in findings)
    two = conform_frame(pd.concat([wrong.astype("object"), empty]), schema)
    if any("rows must differ" in str(check.error) for check in schema.checks):
        assert any("rows must differ" in finding.rule for finding in find_misfits(two, schema))


@pytest.mark.parametrize("table", TABLES)
def test_a_column_too_few_or_too_many_is_one_finding(plan, fitting, table):
    schema = SCHEMAS[table](plan)
    name = next(n for n, column in schema.columns.items() if column.required)
    (finding,) = find_misfits(fitting(table).drop(columns=name), schema)
    assert str(finding).endswith(f"column {name}: is missing from the table")
    extra = find_misfits(fitting(table).assign(nickname="Zaphod"), schema)
    if schema.strict:
        (finding,) = extra
        assert str(finding).endswith("column nickname: is not a column of this table")
    else:
        assert extra == []


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_exactly_its_type(plan, fitting, table):
    schema = SCHEMAS[table](plan)
    others = {"str": "object", "float64": "float32", "int64": "float64", "Int64": "float64",
              "bool": "object", "boolean": "object"}  # fmt: skip
    for name, column in schema.columns.items():
        frame = fitting(table)
        if name not in frame:
            continue
        frame[name] = frame[name].astype("object" if frame[name].isna().any() else others[
            dtype_of(column)])  # fmt: skip
        (finding,) = find_misfits(frame, schema)
        assert finding.column == name
        assert finding.rule.startswith("must be ")


def test_a_wrong_type_is_found_in_a_table_without_rows(plan):
    schema = participants_schema(plan)
    frame = empty_frame(schema).astype({"age": "object"})
    assert [str(f) for f in find_misfits(frame, schema)] == [
        "participants, column age: must be a number"
    ]


def test_a_wrong_type_names_the_cells_that_show_it(plan, fitting):
    schema = participants_schema(plan)
    frame = fitting(Table.PARTICIPANTS).astype({"age": "object"})
    frame.loc[1, "age"] = "Zaphod"
    (finding,) = find_misfits(frame, schema)
    assert (finding.rule, finding.rows) == ("must be a number", (2,))


def test_a_rule_about_several_columns_waits_for_their_types(plan, fitting):
    schema = SCHEMAS[Table.SCORES](plan)
    frame = fitting(Table.SCORES).astype({"score": "object"})
    frame.loc[0, "score"] = "Zaphod"
    assert [f.rule for f in find_misfits(frame, schema)] == ["must be a number"]


def test_a_column_that_occurs_twice_is_one_finding(plan, fitting):
    frame = fitting(Table.PARTICIPANTS)
    twice = pd.concat([frame, frame[["arm"]]], axis="columns")
    for given in (twice, conform_frame(twice, participants_schema(plan))):
        (finding,) = find_misfits(given, participants_schema(plan))
        assert str(finding).endswith("column arm: is the name of more than one column")


def test_a_shape_has_the_types_and_no_rule(plan, fitting):
    schema = shape_of(participants_schema(plan))
    wrong = changed(fitting(Table.PARTICIPANTS), 0, age=96.0, arm="old", randomised=None)
    assert find_misfits(conform_frame(wrong, schema), schema) == []
    assert find_misfits(wrong.assign(age="old"), schema)
    assert names_of(schema) == names_of(participants_schema(plan))


def test_a_variable_with_the_name_of_a_column_is_passed_over(plan):
    variable = plan.variables["age"].model_copy()
    renamed = plan.model_copy(update={"variables": {"cohort": variable}})
    schema = participants_schema(renamed)
    assert str(schema.columns["cohort"].dtype) == "str"


def test_conform_copies_and_keeps_row_order(plan):
    frame = pd.DataFrame(
        {
            "disposition": pd.Categorical(["completed", "died"]),
            "participant_id": ["b", "a"],
            "randomised": [True, False],
        },
        index=[4, 2],
    )
    before = frame.copy(deep=True)
    schema = participants_schema(plan)
    shaped = conform_frame(frame, schema)
    pd.testing.assert_frame_equal(frame, before)
    assert shaped["participant_id"].tolist() == ["b", "a"]
    assert shaped["disposition"].tolist() == ["completed", "died"]
    assert shaped.index.tolist() == [0, 1]
    assert list(shaped.columns) == names_of(schema)


def test_estimates_have_the_designed_columns_in_order():
    assert names_of(ESTIMATES) == [
        "estimate_id", "study_id", "analysis_id", "role", "population", "outcome", "quantity",
        "term", "effect", "level", "against", "at", "member", "case", "left_out", "delta", "over",
        "arm", "reference_arm", "visit", "modelled_class", "estimate", "std_error",
        "df", "df_numerator",
        "df_method", "statistic", "p_value", "p_adjusted", "conf_low", "conf_high", "conf_level",
        "scale", "n_participants", "n_observations", "n_smallest",
        "n_named", "status", "note",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "primary/contrast/bdi/-/btheb-vs-tau/month_8"),
        ({"reference_arm": None}, "primary/contrast/bdi/-/btheb/month_8"),
        ({"term": "arm:visit"}, "primary/contrast/bdi/arm:visit/btheb-vs-tau/month_8"),
        ({"scale": Scale.RATIO}, "primary/contrast/bdi/-/btheb-vs-tau/month_8@ratio"),
        (
            {"quantity": Quantity.FIT_STATISTIC, "term": "aic", "scale": Scale.NONE, "arm": None,
             "reference_arm": None, "visit": None},
            "primary/fit_statistic/bdi/aic/-/-",
        ),
    ],
)  # fmt: skip
def test_estimate_ids_are_readable(changes: dict[str, object], expected: str):
    row = {
        "analysis_id": "primary",
        "outcome": "bdi",
        "quantity": Quantity.CONTRAST,
        "arm": "btheb",
        "reference_arm": "tau",
        "visit": "month_8",
        "scale": Scale.OUTCOME,
    }
    frame = with_estimate_ids(pd.DataFrame([row | changes]))
    assert frame["estimate_id"].tolist() == [expected]


def test_statistic_ids_are_readable():
    rows = pd.DataFrame(
        [{"table": "baseline", "variable": "drug", "level": "yes", "group_arm": "tau",
          "statistic": "count"}]
    )  # fmt: skip
    assert with_statistic_ids(rows)["statistic_id"].tolist() == ["baseline/drug/yes/tau/-/-/count"]
    assert "statistic_id" not in rows

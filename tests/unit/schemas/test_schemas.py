"""The specification of each table, and the pandera schema made from it."""

import math
from random import Random

import pandas as pd
import pandera.pandas as pandera
import pytest

from evalpipe.schemas import (
    DIAGNOSTICS,
    ESTIMATES,
    PARTICIPANTS,
    SESSIONS,
    TABLES,
    ColumnSpec,
    TableSpec,
    participants_schema,
    with_estimate_ids,
    with_statistic_ids,
)
from evalpipe.schemas.check import TYPE_WORDS, Finding, check_table
from evalpipe.schemas.pandera_schema import check_frame
from evalpipe.vocabulary import AnalysisRole, ColumnKind, DfMethod, Quantity, Scale, Status, Table


def test_every_table_has_one_specification():
    in_memory_only = {Table.DELIVERY}
    assert [table.name for table in TABLES] == [t for t in Table if t not in in_memory_only]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_pandera_schema_is_strict_named_and_versioned(table: TableSpec):
    schema = table.pandera_schema
    assert schema.name == table.name
    assert schema.metadata == {"version": table.version}
    assert schema.strict is True
    assert list(schema.columns) == table.column_names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_table_fits_and_keys_are_columns(table: TableSpec):
    assert check_table(table.empty(), table) == []
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.column_names)


def test_estimates_have_the_designed_columns_in_order():
    assert ESTIMATES.column_names == [
        "estimate_id", "study_id", "analysis_id", "role", "population", "outcome", "quantity",
        "term", "arm", "reference_arm", "visit", "modelled_class", "estimate", "std_error",
        "df", "df_numerator",
        "df_method", "statistic", "p_value", "p_adjusted", "conf_low", "conf_high", "conf_level",
        "scale", "n_participants", "n_observations", "status", "note",
    ]  # fmt: skip


def make_estimate(**changes: object) -> pd.DataFrame:
    row = {
        "study_id": "btheb",
        "analysis_id": "primary",
        "role": AnalysisRole.PRIMARY,
        "outcome": "bdi",
        "quantity": Quantity.CONTRAST,
        "arm": "btheb",
        "reference_arm": "tau",
        "visit": "month_8",
        "estimate": -0.2,
        "df_method": DfMethod.KENWARD_ROGER,
        "scale": Scale.OUTCOME,
        "status": Status.OK,
    }
    return with_estimate_ids(pd.DataFrame([row | changes]))


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
    frame = make_estimate(**changes)
    assert frame["estimate_id"].tolist() == [expected]
    assert check_table(ESTIMATES.conform(frame), ESTIMATES) == []


def test_two_numbers_with_one_id_are_a_finding():
    frame = ESTIMATES.conform(pd.concat([make_estimate(), make_estimate(estimate=0.3)]))
    findings = check_table(frame, ESTIMATES)
    assert findings == [
        Finding("rows must differ in study_id, estimate_id", "(table)", 2, (1, 2)),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("role", "main"), ("quantity", "guess"), ("df_method", "n-1"), ("status", "fine"),
     ("scale", "points"), ("p_value", 1.2), ("std_error", -1.0)],
)  # fmt: skip
def test_estimates_refuse_what_the_vocabulary_lacks(column: str, value: object):
    findings = check_table(ESTIMATES.conform(make_estimate(**{column: value})), ESTIMATES)
    assert [finding.column for finding in findings] == [column]


def test_statistic_ids_are_readable():
    rows = pd.DataFrame(
        [{"table": "baseline", "variable": "drug", "level": "yes", "group_arm": "tau",
          "statistic": "count"}]
    )  # fmt: skip
    assert with_statistic_ids(rows)["statistic_id"].tolist() == ["baseline/drug/yes/tau/-/-/count"]
    assert "statistic_id" not in rows


def test_a_session_belongs_to_a_participant_or_a_dyad():
    frame = pd.DataFrame({"session_number": [1, 2], "dyad_id": ["d1", None]})
    findings = check_table(SESSIONS.conform(frame), SESSIONS)
    assert [str(finding) for finding in findings] == [
        "each row needs one of participant_id, dyad_id: 1 row (2)"
    ]


def test_extra_columns_keep_kind_levels_and_borders():
    spec = participants_schema(
        {
            "iq": ColumnSpec("iq", ColumnKind.NUMBER, minimum=40, maximum=160),
            "sex": ColumnSpec("sex", ColumnKind.CATEGORY, levels=("female", "male")),
            "cohort": ColumnKind.CATEGORY,
        }
    )
    assert [column.name for column in spec.extra] == ["iq", "sex"]
    for column in spec.extra:
        assert ColumnSpec.from_record(column.to_record()) == column
    frame = pd.DataFrame(
        {
            "participant_id": ["a", "b"],
            "randomised": True,
            "disposition": "completed",
            "iq": [39.0, 161.0],
            "sex": ["x", None],
        }
    )
    assert [str(finding) for finding in check_table(spec.conform(frame), spec)] == [
        "column iq: must be at least 40: 1 row (1)",
        "column iq: must be at most 160: 1 row (2)",
        "column sex: must be one of female, male: 1 row (1)",
    ]


def test_a_closed_table_takes_no_extra_columns():
    with pytest.raises(ValueError, match="takes no extra columns"):
        DIAGNOSTICS.with_extra({"mood": ColumnKind.NUMBER})


def test_conform_copies_and_keeps_row_order():
    frame = pd.DataFrame(
        {
            "disposition": pd.Categorical(["completed", "died"]),
            "participant_id": ["b", "a"],
            "randomised": pd.Series([1, 0]).astype(bool),
        },
        index=[4, 2],
    )
    frame["randomised"] = [True, False]
    before = frame.copy(deep=True)
    shaped = PARTICIPANTS.conform(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert shaped["participant_id"].tolist() == ["b", "a"]
    assert shaped["disposition"].tolist() == ["completed", "died"]
    assert shaped.index.tolist() == [0, 1]
    assert list(shaped.columns) == PARTICIPANTS.column_names


def test_many_rows_are_counted_in_full_and_listed_in_part():
    frame = pd.DataFrame(
        {"participant_id": [f"p{i}" for i in range(25)], "randomised": True, "disposition": "gone"}
    )
    (finding,) = check_table(PARTICIPANTS.conform(frame), PARTICIPANTS)
    assert finding.count == 25
    assert finding.rows == tuple(range(1, 26))
    assert str(finding).endswith("25 rows (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)")


def test_any_pandera_schema_is_told_without_values():
    schema = pandera.DataFrameSchema(
        {"score": pandera.Column(float, pandera.Check.in_range(0, 63, error="range of bdi"))}
    )
    frame = pd.DataFrame({"score": [1.0, 99.0, 64.0]}, index=[10, 20, 30])
    assert check_frame(frame, schema) == [Finding("range of bdi", "score", 2, (2, 3))]


CELLS = {
    ColumnKind.TEXT: ["a", "b", None],
    ColumnKind.CATEGORY: ["ok", "primary", "contrast", "outcome", "other", None],
    ColumnKind.NUMBER: [-1.0, 0.0, 0.5, 2.0, math.inf, -math.inf, math.nan],
    ColumnKind.INTEGER: [-1, 0, 1, None],
    ColumnKind.BOOLEAN: [True, False, None],
}


TYPE_RULES = {f"must be {word}" for word in TYPE_WORDS.values()}


def make_bad_table(table: TableSpec, random: Random) -> pd.DataFrame:
    """A few random rows, most of them wrong; now and then a column too few or too many."""
    n_rows = random.randint(1, 4)
    columns = {
        column.name: [random.choice(CELLS[column.kind]) for _ in range(n_rows)]
        for column in table.all_columns
        if random.random() < 0.95
    }
    if random.random() < 0.2:
        columns["unknown"] = [1] * n_rows
    return table.conform(pd.DataFrame(columns))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_quick_check_and_pandera_agree(table: TableSpec):
    for seed in range(8):
        frame = make_bad_table(table, Random(seed))
        ours = check_table(frame, table)
        theirs = check_frame(frame, table.pandera_schema)
        mistyped = {f.column for f in [*ours, *theirs] if f.rule in TYPE_RULES}
        assert [f for f in ours if f.column not in mistyped] == [
            f for f in theirs if f.column not in mistyped
        ], seed

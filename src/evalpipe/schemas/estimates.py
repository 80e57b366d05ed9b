"""`estimates`: one row is one number, in full precision, with everything needed to read it."""

from __future__ import annotations

import pandas as pd
from pandera.pandas import DataFrameSchema

from evalpipe.config.plan import Plan
from evalpipe.schemas.agreement import agreement_rules
from evalpipe.schemas.columns import category, integer, number, text
from evalpipe.schemas.declared import named
from evalpipe.schemas.table import table, with_columns, with_rules
from evalpipe.vocabulary import AnalysisRole, Column, DfMethod, Quantity, Scale, Status, Table

ESTIMATES = table(
    Table.ESTIMATES,
    3,
    (
        text(Column.ESTIMATE_ID, nullable=False),
        text(Column.STUDY_ID, nullable=False),
        text(Column.ANALYSIS_ID, nullable=False),
        category(Column.ROLE, tuple(AnalysisRole), nullable=False),
        text(Column.POPULATION),
        text(Column.OUTCOME),
        category(Column.QUANTITY, tuple(Quantity), nullable=False),
        text(Column.TERM),
        text(Column.EFFECT),
        text(Column.LEVEL),
        text(Column.AGAINST),
        text(Column.AT),
        text(Column.MEMBER),
        text(Column.CASE),
        text(Column.LEFT_OUT),
        number(Column.DELTA),
        text(Column.OVER),
        text(Column.ARM),
        text(Column.REFERENCE_ARM),
        text(Column.VISIT),
        text(Column.MODELLED_CLASS),
        number(Column.ESTIMATE),
        number(Column.STD_ERROR, minimum=0),
        number(Column.DF),
        number(Column.DF_NUMERATOR),
        category(Column.DF_METHOD, tuple(DfMethod)),
        number(Column.STATISTIC),
        number(Column.P_VALUE, minimum=0, maximum=1),
        number(Column.P_ADJUSTED, minimum=0, maximum=1),
        number(Column.CONF_LOW),
        number(Column.CONF_HIGH),
        number(Column.CONF_LEVEL, minimum=0, maximum=1),
        category(Column.SCALE, tuple(Scale), nullable=False),
        integer(Column.N_PARTICIPANTS, minimum=0),
        integer(Column.N_OBSERVATIONS, minimum=0),
        integer(Column.N_SMALLEST, minimum=0),
        integer(Column.N_NAMED, minimum=0),
        category(Column.STATUS, tuple(Status), nullable=False),
        text(Column.NOTE),
    ),
    key=(Column.STUDY_ID, Column.ESTIMATE_ID),
)
"""What holds in every study."""


def estimates_schema(plan: Plan, *, is_released: bool = False) -> DataFrameSchema:
    """`estimates` of a study: its analyses, populations and visits, and no other study.

    is_released: numbers may be withheld or coarse, so those of a row need not agree.
    """
    schema = with_columns(
        ESTIMATES,
        named(Column.STUDY_ID, [plan.study.id], what="study", nullable=False),
        named(Column.ANALYSIS_ID, plan.analyses, what="analysis", nullable=False),
        named(Column.POPULATION, plan.populations, what="population"),
        named(Column.VISIT, [*plan.visits, *plan.periods, "average"], what="visit"),
    )
    return schema if is_released else with_rules(schema, agreement_rules())


_ID_PARTS = (
    Column.ANALYSIS_ID,
    Column.QUANTITY,
    Column.OUTCOME,
    Column.TERM,
    Column.ARM,
    Column.VISIT,
)
ABSENT_PART = "-"
"""Stands in an id for a part that the number does not have."""


def with_estimate_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """A copy of `rows` with `estimate_id`: analysis/quantity/outcome/term/arm/visit.

    Readable and stable: it depends on what the number is, never on its place or value. A part
    that is missing is `-`; a contrast of arms reads `arm-vs-reference_arm`; a number on another
    scale than the outcome's own ends in `@scale`.
    """
    ids = _parts(rows, _ID_PARTS[0])
    for name in _ID_PARTS[1:]:
        part = _arm_part(rows) if name == Column.ARM else _parts(rows, name)
        ids = [f"{head}/{tail}" for head, tail in zip(ids, part, strict=True)]
    scales = _parts(rows, Column.SCALE)
    plain = {Scale.OUTCOME.value, Scale.NONE.value, ABSENT_PART}
    return rows.assign(
        **{
            Column.ESTIMATE_ID: [
                head if scale in plain else f"{head}@{scale}"
                for head, scale in zip(ids, scales, strict=True)
            ]
        }
    )


def _parts(rows: pd.DataFrame, name: str) -> list[str]:
    if name not in rows.columns:
        return [ABSENT_PART] * len(rows)
    values = rows[name]
    return [
        str(value) if present else ABSENT_PART
        for value, present in zip(values, values.notna(), strict=True)
    ]


def _arm_part(rows: pd.DataFrame) -> list[str]:
    arms, references = _parts(rows, Column.ARM), _parts(rows, Column.REFERENCE_ARM)
    return [
        arm if reference == ABSENT_PART else f"{arm}-vs-{reference}"
        for arm, reference in zip(arms, references, strict=True)
    ]

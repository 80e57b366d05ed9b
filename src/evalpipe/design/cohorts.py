"""Drift between cohorts: what of the data changed from the reference cohort to each other one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import all_scale_names, find_scale
from evalpipe.design.baseline import standardised_difference, standardised_difference_of_shares
from evalpipe.design.delivery import MEASURES
from evalpipe.design.matching import is_among
from evalpipe.design.missingness import is_known
from evalpipe.design.occasions import scale_rows
from evalpipe.design.people import Tables, entered, table_of, unit_ids, with_arm
from evalpipe.design.statistic_rows import StatisticRow
from evalpipe.scoring.reliability import scale_reliabilities
from evalpipe.vocabulary import Column, DriftKind, Statistic, StatisticTable, Table


def drift_rows(
    plan: Plan, tables: Tables, delivery: pd.DataFrame | None = None
) -> list[StatisticRow]:
    """Schema, missingness, baseline, dose and reliability of each cohort and their differences.

    The reference is the plan's, else the first cohort in order of the alphabet. Each row has
    `level` = the kind of drift and the group `cohort`; a difference is of that cohort minus the
    reference, standardised for numbers and categories. Empty with fewer than two cohorts. The
    effect by cohort is an estimate and comes with the analyses.
    """
    people = entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))
    if Column.COHORT not in people or people[Column.COHORT].nunique() < 2:
        return []
    cohorts = cohort_order(plan, people)
    rows = _size_rows(plan, people, cohorts)
    rows += _schema_rows(plan, tables, people, cohorts)
    rows += _baseline_rows(plan, tables, people, cohorts)
    rows += _missingness_rows(plan, tables, people, cohorts)
    rows += _dose_rows(delivery, cohorts)
    return rows + _reliability_rows(plan, tables, people, cohorts)


def cohort_order(plan: Plan, people: pd.DataFrame) -> list[str]:
    """Cohorts that occur, the reference first."""
    present = sorted(str(c) for c in people[Column.COHORT].dropna().unique())
    reference = plan.cohorts.reference if plan.cohorts else None
    return sorted(present, key=lambda c: c != reference) if reference in present else present


def _row(kind: DriftKind, variable: str, cohort: str, **fields: Any) -> StatisticRow:
    return StatisticRow(
        table=StatisticTable.DRIFT,
        variable=variable,
        level=str(kind),
        groups={"cohort": cohort, **fields.pop("groups", {})},
        **fields,
    )


def _size_rows(plan: Plan, people: pd.DataFrame, cohorts: list[str]) -> list[StatisticRow]:
    units = unit_ids(plan, people)
    return [
        _row(
            DriftKind.SIZE,
            "participants",
            cohort,
            statistic=Statistic.COUNT,
            value=int(units[people[Column.COHORT] == cohort].nunique()),
        )
        for cohort in cohorts
    ]


def _schema_rows(
    plan: Plan, tables: Tables, people: pd.DataFrame, cohorts: list[str]
) -> list[StatisticRow]:
    """Variables and scales that one cohort has and another lacks: 1 present, 0 absent."""
    present: dict[str, dict[str, bool]] = {}
    for name in [n for n, v in plan.variables.items() if v.varies != "occasion" and n in people]:
        present[name] = {
            c: bool(people.loc[people[Column.COHORT] == c, name].notna().any()) for c in cohorts
        }
    cohort_of = people.set_index(Column.PARTICIPANT_ID)[Column.COHORT]
    for scale in all_scale_names(plan):
        rows = scale_rows(plan, tables, scale)
        seen = rows.loc[is_known(rows), Column.PARTICIPANT_ID].map(cohort_of)
        present[scale] = {c: bool((seen == c).any()) for c in cohorts}
    return [
        _row(DriftKind.SCHEMA, name, cohort, statistic="is_present", value=float(has[cohort]))
        for name, has in present.items()
        if len(set(has.values())) > 1
        for cohort in cohorts
    ]


def _baseline_rows(
    plan: Plan, tables: Tables, people: pd.DataFrame, cohorts: list[str]
) -> list[StatisticRow]:
    rows: list[StatisticRow] = []
    for name, variable in plan.variables.items():
        if variable.varies == "occasion" or name not in people:
            continue
        levels = list(variable.levels) if variable.type == "category" else None
        rows += _compare(people, people[name], name, levels, cohorts, DriftKind.BASELINE)
    for scale in plan.scale_names:
        recorded = scale_rows(plan, tables, scale)
        first = recorded[(recorded[Column.VISIT] == plan.baseline_visit) & is_known(recorded)]
        first = first.drop_duplicates(Column.PARTICIPANT_ID).set_index(Column.PARTICIPANT_ID)
        facts = find_scale(plan, scale)
        column = Column.LEVEL if facts.classes else Column.SCORE
        if len(first):
            values = people[Column.PARTICIPANT_ID].map(first[column])
            levels = list(facts.classes) or None
            rows += _compare(people, values, scale, levels, cohorts, DriftKind.BASELINE)
    return rows


def _compare(
    people: pd.DataFrame,
    values: pd.Series[Any],
    name: str,
    levels: list[str] | None,
    cohorts: list[str],
    kind: DriftKind,
) -> list[StatisticRow]:
    """Mean or shares by cohort, and the standardised difference from the reference."""
    if levels is None:
        values = pd.to_numeric(values).astype("float64")
    parts = {c: values[(people[Column.COHORT] == c).to_numpy(dtype=bool)].dropna() for c in cohorts}
    rows = [*_described(parts, name, levels, kind)]
    reference = parts[cohorts[0]]
    for cohort in cohorts[1:]:
        own = parts[cohort]
        gap = (
            standardised_difference(own.to_numpy(), reference.to_numpy())
            if levels is None
            else standardised_difference_of_shares(own, reference, levels)
        )
        rows.append(
            _row(
                kind,
                name,
                cohort,
                statistic=Statistic.STANDARDISED_DIFFERENCE,
                value=gap,
                n=len(own) + len(reference),
                note=f"versus {cohorts[0]}",
            )
        )
    return rows


def _described(
    parts: dict[str, pd.Series[Any]], name: str, levels: list[str] | None, kind: DriftKind
) -> list[StatisticRow]:
    rows: list[StatisticRow] = []
    for cohort, own in parts.items():
        if levels is None:
            mean = float(own.mean()) if len(own) else None
            sd = float(own.std(ddof=1)) if len(own) > 1 else None
            rows.append(_row(kind, name, cohort, statistic=Statistic.MEAN, value=mean, n=len(own)))
            rows.append(_row(kind, name, cohort, statistic=Statistic.SD, value=sd, n=len(own)))
            continue
        for level in levels:
            share = float((own == level).mean()) if len(own) else None
            rows.append(
                _row(
                    kind,
                    name,
                    cohort,
                    statistic=Statistic.PROPORTION,
                    value=share,
                    n=len(own),
                    groups={"value": level},
                )
            )
    return rows


def _missingness_rows(
    plan: Plan, tables: Tables, people: pd.DataFrame, cohorts: list[str]
) -> list[StatisticRow]:
    """Share of participants without an outcome at each visit; without visits, mean occasions."""
    rows: list[StatisticRow] = []
    for scale in plan.scale_names:
        recorded = scale_rows(plan, tables, scale)
        known = recorded[is_known(recorded)]
        for cohort in cohorts:
            ids = people.loc[people[Column.COHORT] == cohort, Column.PARTICIPANT_ID]
            own = known[is_among(known[Column.PARTICIPANT_ID], ids)]
            who = ids[is_among(ids, recorded[Column.PARTICIPANT_ID])]
            if who.empty:
                continue
            if own[Column.VISIT].isna().any():
                rows.append(
                    _row(
                        DriftKind.MISSINGNESS,
                        scale,
                        cohort,
                        statistic="occasions_per_participant",
                        value=len(own) / len(who),
                        n=len(who),
                    )
                )
            for visit in [v for v in plan.visits if (known[Column.VISIT] == v).any()]:
                seen = own.loc[own[Column.VISIT] == visit, Column.PARTICIPANT_ID].nunique()
                rows.append(
                    _row(
                        DriftKind.MISSINGNESS,
                        scale,
                        cohort,
                        statistic=Statistic.PROPORTION,
                        value=1 - seen / len(who),
                        n=len(who),
                        visit=visit,
                    )
                )
    return rows


def _dose_rows(delivery: pd.DataFrame | None, cohorts: list[str]) -> list[StatisticRow]:
    if delivery is None or delivery.empty or Column.COHORT not in delivery:
        return []
    rows: list[StatisticRow] = []
    for name in (*MEASURES, "has_completed"):
        if name in delivery and delivery[name].notna().any():
            values = delivery[name].astype("float64")
            rows += _compare(delivery, values, name, None, cohorts, DriftKind.DOSE)
    return rows


def _reliability_rows(
    plan: Plan, tables: Tables, people: pd.DataFrame, cohorts: list[str]
) -> list[StatisticRow]:
    responses = table_of(tables, Table.RESPONSES)
    if responses.empty:
        return []
    rows: list[StatisticRow] = []
    for cohort in cohorts:
        ids = people.loc[people[Column.COHORT] == cohort, Column.PARTICIPANT_ID]
        own = responses[is_among(responses[Column.PARTICIPANT_ID], ids)]
        rows += [
            _row(
                DriftKind.RELIABILITY,
                scale.scale,
                cohort,
                statistic="alpha",
                value=scale.alpha if np.isfinite(scale.alpha) else None,
                n=scale.n_rows,
                visit=scale.visit,
                groups={"rater": scale.rater},
            )
            for scale in scale_reliabilities(plan, own)
        ]
    return rows

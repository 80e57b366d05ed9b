"""The baseline table: who the participants were, by arm, with standardised differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import ScaleFacts, find_scale
from evalpipe.config.study import Variable
from evalpipe.design.occasions import scale_rows
from evalpipe.design.people import (
    Tables,
    arms_of,
    entered,
    one_per_unit,
    roles_of,
    table_of,
    with_arm,
)
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows
from evalpipe.vocabulary import Column, Statistic, StatisticTable, Table

MISSING_LEVEL = "missing"
"""Level of the count of participants whose value is not known."""


def baseline_rows(plan: Plan, tables: Tables) -> list[StatisticRow]:
    """Means and SDs of numbers, counts and shares of categories, by arm and over all who entered.

    Variables of a dyad count once a dyad; in studies with roles other variables and scores are
    given by role. Each variable has one standardised difference for each arm against the control
    arm. Median and quartiles are added for numbers. No p-values: differences are due to chance.
    """
    people = entered(plan, with_arm(plan, table_of(tables, Table.PARTICIPANTS)))
    rows = _size_rows(plan, people)
    for name, variable in plan.variables.items():
        if variable.baseline_table and variable.varies != "occasion" and name in people:
            rows += _variable_rows(plan, people, name, variable)
    for scale in plan.scale_names:
        rows += _scale_rows(plan, tables, people, scale)
    return rows


def _size_rows(plan: Plan, people: pd.DataFrame) -> list[StatisticRow]:
    rows = []
    for arm, own in _by_arm(plan, people):
        for role in roles_of(plan, people):
            members = own if role is None else own[own[Column.ROLE] == role]
            rows.append(
                StatisticRow(
                    table=StatisticTable.BASELINE,
                    variable="participants",
                    statistic=Statistic.COUNT,
                    value=len(members),
                    n=len(members),
                    arm=arm,
                    groups={"role": role},
                )
            )
    return rows


def _by_arm(plan: Plan, people: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame]]:
    """Each arm's participants, then all of them under None."""
    parts: list[tuple[str | None, pd.DataFrame]] = [
        (arm, people[people[Column.ARM] == arm]) for arm in arms_of(plan)
    ]
    return [*parts, (None, people)]


def _variable_rows(
    plan: Plan, people: pd.DataFrame, name: str, variable: Variable
) -> list[StatisticRow]:
    if variable.varies == "dyad":
        people = one_per_unit(plan, people)
    roles = [None] if variable.varies == "dyad" else _roles_with(plan, people, name)
    rows: list[StatisticRow] = []
    for role in roles:
        members = people if role is None else people[people[Column.ROLE] == role]
        if variable.type == "number":
            rows += _number_rows(plan, members, name, members[name], role)
        else:
            rows += _category_rows(plan, members, name, members[name], variable.levels, role)
    return rows


def _roles_with(plan: Plan, people: pd.DataFrame, name: str) -> list[str | None]:
    """Roles in which the variable is known for anybody."""
    known = people[people[name].notna()]
    return roles_of(plan, known) if len(known) else roles_of(plan, people)


def _scale_rows(plan: Plan, tables: Tables, people: pd.DataFrame, scale: str) -> list[StatisticRow]:
    rows = scale_rows(plan, tables, scale)
    at_baseline = rows[rows[Column.VISIT] == plan.baseline_visit]
    if at_baseline.empty:
        return []
    facts = find_scale(plan, scale)
    found: list[StatisticRow] = []
    raters = [None, *sorted(at_baseline[Column.RATER].dropna().unique())]
    for rater in raters:
        by_rater = at_baseline[
            at_baseline[Column.RATER].isna()
            if rater is None
            else at_baseline[Column.RATER] == rater
        ]
        if len(by_rater):
            found += _scale_of_rater(plan, people, facts, by_rater, rater)
    return found


def _scale_of_rater(
    plan: Plan, people: pd.DataFrame, facts: ScaleFacts, rows: pd.DataFrame, rater: str | None
) -> list[StatisticRow]:
    first = rows.drop_duplicates(Column.PARTICIPANT_ID).set_index(Column.PARTICIPANT_ID)
    is_class = bool(facts.classes) and first[Column.LEVEL].notna().any()
    column = Column.LEVEL if is_class else Column.SCORE
    values = people[Column.PARTICIPANT_ID].map(first[column])
    measured = people.assign(value=values.to_numpy())
    found: list[StatisticRow] = []
    for role in _roles_with(plan, measured, "value"):
        members = measured if role is None else measured[measured[Column.ROLE] == role]
        if is_class:
            found += _category_rows(
                plan, members, facts.name, members["value"], facts.classes, role, rater
            )
        else:
            found += _number_rows(plan, members, facts.name, members["value"], role, rater)
    return found


def _number_rows(
    plan: Plan,
    people: pd.DataFrame,
    name: str,
    values: pd.Series[Any],
    role: str | None,
    rater: str | None = None,
) -> list[StatisticRow]:
    place: dict[str, Any] = {
        "table": StatisticTable.BASELINE,
        "variable": name,
        "groups": {"role": role, "rater": rater},
    }
    number = pd.to_numeric(values).astype("float64")
    rows: list[StatisticRow] = []
    for arm, own in _by_arm(plan, people):
        rows += mean_rows(number.loc[own.index], spread=True, arm=arm, **place)
        rows += _missing_rows(number.loc[own.index], arm, place)
    return rows + _difference_rows(plan, people, number, None, place)


def _category_rows(
    plan: Plan,
    people: pd.DataFrame,
    name: str,
    values: pd.Series[Any],
    levels: Sequence[str],
    role: str | None,
    rater: str | None = None,
) -> list[StatisticRow]:
    place: dict[str, Any] = {
        "table": StatisticTable.BASELINE,
        "variable": name,
        "groups": {"role": role, "rater": rater},
    }
    words = values.astype(object)
    order = list(levels) or sorted(str(level) for level in words.dropna().unique())
    rows: list[StatisticRow] = []
    for arm, own in _by_arm(plan, people):
        known = words.loc[own.index].dropna()
        for level in order:
            rows += share_rows(
                int((known == level).sum()), len(known), level=level, arm=arm, **place
            )
        rows += _missing_rows(words.loc[own.index], arm, place)
    return rows + _difference_rows(plan, people, words, order, place)


def _missing_rows(
    values: pd.Series[Any], arm: str | None, place: dict[str, Any]
) -> list[StatisticRow]:
    count = int(values.isna().sum())
    if not count:
        return []
    return [
        StatisticRow(
            statistic=Statistic.COUNT,
            value=count,
            n=len(values),
            level=MISSING_LEVEL,
            arm=arm,
            **place,
        )
    ]


def _difference_rows(
    plan: Plan,
    people: pd.DataFrame,
    values: pd.Series[Any],
    levels: Sequence[str] | None,
    place: dict[str, Any],
) -> list[StatisticRow]:
    """One standardised difference for each arm against the control arm."""
    control = plan.control_arm
    if control is None:
        return []
    of_control = values[people[Column.ARM] == control].dropna()
    rows = []
    for arm in plan.arms:
        of_arm = values[people[Column.ARM] == arm].dropna()
        if arm == control:
            continue
        if levels is None:
            difference = standardised_difference(of_arm.to_numpy(), of_control.to_numpy())
        else:
            difference = standardised_difference_of_shares(of_arm, of_control, levels)
        rows.append(
            StatisticRow(
                statistic=Statistic.STANDARDISED_DIFFERENCE,
                value=difference,
                n=len(of_arm) + len(of_control),
                arm=arm,
                note=f"versus {control}",
                **place,
            )
        )
    return rows


def standardised_difference(first: Any, second: Any) -> float | None:
    """(mean - mean) / sqrt((variance + variance) / 2); None when it is not defined.

    Austin (2009), Statistics in Medicine 28, 3083-3107, equation 1.
    """
    if len(first) < 2 or len(second) < 2:
        return None
    pooled = (np.var(first, ddof=1) + np.var(second, ddof=1)) / 2
    if pooled <= 0:
        return 0.0 if np.mean(first) == np.mean(second) else None
    return float((np.mean(first) - np.mean(second)) / np.sqrt(pooled))


def standardised_difference_of_shares(
    first: pd.Series[Any], second: pd.Series[Any], levels: Sequence[str]
) -> float | None:
    """Distance between two sets of shares in units of their SD; None when it is not defined.

    With two levels it keeps its sign (share of the last level, first minus second); with more it
    is the Mahalanobis distance of Yang and Dalton (2012), SAS Global Forum 335, never negative.
    """
    if not len(first) or not len(second):
        return None
    share_1 = np.array([(first == level).mean() for level in levels[1:]])
    share_2 = np.array([(second == level).mean() for level in levels[1:]])
    gap = share_1 - share_2
    spread = (_multinomial_covariance(share_1) + _multinomial_covariance(share_2)) / 2
    occurs = np.diag(spread) > 0
    if not occurs.any():
        return 0.0 if not gap.any() else None
    inner = spread[np.ix_(occurs, occurs)]
    squared = float(gap[occurs] @ np.linalg.pinv(inner) @ gap[occurs])
    distance = float(np.sqrt(max(squared, 0.0)))
    return float(np.sign(gap[0]) * distance) if len(gap) == 1 else distance


def _multinomial_covariance(share: Any) -> Any:
    return np.diag(share) - np.outer(share, share)

"""Hedges' g of what was observed: the unadjusted difference that stands beside a contrast.

Given only where it is of the same thing as the contrast: the same outcome (score or change), the
same visit or place, and groups of people who are not each other's partners. Members of one unit
(couple, school) that is wholly in one group count as the less than independent people they are.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Contrast, Estimand
from evalpipe.models.effects import (
    pooled_sd,
    standardise_clustered,
    standardise_difference,
)
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.model_rows import outcome_column
from evalpipe.models.requests import describe_place
from evalpipe.models.variables import Declared, is_category, text_of
from evalpipe.models.visits import visits_of
from evalpipe.vocabulary import DfMethod, Quantity, Scale

SMALLEST_GROUP = 2

OF_DIFFERENCES = (
    "difference_in_means",
    "ratio_of_means",
    "change_from_baseline",
    "equivalence",
)
"""Summaries whose contrast is a difference of means at one place."""

DYAD = "dyad_id"


def observed_effects(
    contrasts: Iterable[EstimateRow],
    frame: pd.DataFrame,
    estimand: Estimand,
    declared: Declared,
    conf_level: float,
    is_change: bool,
) -> Iterator[EstimateRow]:
    """Yield Hedges' g beside each contrast that it can be given for; one value a participant.

    contrasts: the rows that compare levels of a factor, at visits or without. frame: the rows used,
    its outcome already a change where is_change.
    """
    place = _rows_at(frame, estimand, declared)
    if estimand.summary not in OF_DIFFERENCES or place is None:
        return
    if estimand.summary == "change_from_baseline" and not is_change:
        return  # the contrast is of adjusted scores, the answer of change: one g would mix them
    known = visits_of(frame, declared)
    asked = {(c.level, c.versus): c for c in (estimand.contrast, *estimand.contrasts) if c}
    for row in contrasts:
        contrast = asked[str(row.arm), str(row.reference_arm)]
        if contrast.factor == "visit" or not is_constant(frame, contrast.factor):
            continue
        if row.visit is not None and row.visit not in known:
            continue  # the average over visits
        here = place if row.visit is None else place[place["visit"] == row.visit]
        what = _what(place, row.visit, estimand, is_change)
        yield from _effect(row, here, contrast, what, conf_level)


def is_constant(frame: pd.DataFrame, factor: str) -> bool:
    """Whether every participant has one level of the factor."""
    if factor not in frame.columns:
        return False
    return bool((frame.groupby("participant_id")[factor].nunique() <= 1).all())


def _rows_at(frame: pd.DataFrame, estimand: Estimand, declared: Declared) -> pd.DataFrame | None:
    """Return the rows at the estimand's place; None where it names a value of a number."""
    for name, level in estimand.at.items():
        if name not in frame.columns or not is_category(frame, name, declared):
            return None
        frame = frame[text_of(frame[name]) == str(level)]
    return frame


def _what(frame: pd.DataFrame, visit: str | None, estimand: Estimand, is_change: bool) -> str:
    outcome = "the change from baseline" if is_change else "the outcome"
    at = describe_place(estimand.at, ("visit",))
    if visit is not None:
        return f"{outcome} at the visit{at}"
    if frame["participant_id"].duplicated().any():
        return f"each participant's mean of {outcome} over the occasions{at}"
    return f"{outcome}{at}"


def _effect(
    row: EstimateRow, here: pd.DataFrame, contrast: Contrast, what: str, conf_level: float
) -> Iterator[EstimateRow]:
    people = _one_row_each(here, contrast)
    sides = [people[people["level"] == level] for level in (contrast.level, contrast.versus)]
    groups = [side["outcome"].to_numpy(dtype="float64") for side in sides]
    if min(len(g) for g in groups) < SMALLEST_GROUP or pooled_sd(groups) == 0:
        return
    if _has_partners_apart(people):
        return
    unit = _unit_of(people)
    how = "interval: noncentral t"
    if unit is None:
        effect = standardise_difference(groups[0], groups[1], conf_level)
    else:
        units = [pd.factorize(side[unit])[0] for side in sides]
        effect = standardise_clustered(groups, units, conf_level)
        name = "dyad" if unit == DYAD else unit.removesuffix("_id")
        how += f", df for members of one {name} being alike (Hedges 2007)"
    yield EstimateRow(
        Quantity.EFFECT_SIZE,
        term="hedges_g",
        arm=contrast.level,
        reference_arm=contrast.versus,
        visit=row.visit,
        estimate=effect.g,
        std_error=float(np.sqrt(effect.g_variance)),
        df=effect.df,
        df_method=DfMethod.EXACT,
        conf_low=effect.g_interval[0],
        conf_high=effect.g_interval[1],
        scale=Scale.STANDARDISED,
        n_participants=sum(effect.n),
        n_observations=sum(effect.n),
        n_smallest=min(effect.n),
        note=f"unadjusted difference in {what} over its pooled SD; {how}",
    )


def _one_row_each(here: pd.DataFrame, contrast: Contrast) -> pd.DataFrame:
    """Return one row a participant: level, mean outcome and the units that it belongs to."""
    units = [c for c in here.columns if c.endswith("_id") and c != "participant_id"]
    outcome = outcome_column(here)
    groups = here.assign(level=text_of(here[contrast.factor])).groupby("participant_id")
    people = groups[["level", *units]].first().assign(outcome=groups[outcome].mean())
    for unit in units:  # who changes units belongs to none
        people.loc[groups[unit].nunique(dropna=False) > 1, unit] = None
    compared = people["level"].isin([contrast.level, contrast.versus])
    return people[compared & people["outcome"].notna()]


def _has_partners_apart(people: pd.DataFrame) -> bool:
    """Whether members of one dyad are compared with each other."""
    if DYAD not in people.columns:
        return False
    return bool((people.groupby(DYAD)["level"].nunique() > 1).any())


def _unit_of(people: pd.DataFrame) -> str | None:
    """Return the outermost level whose units are wholly in one group and have several members."""
    found: list[tuple[int, str]] = []
    for unit in _units(people):
        groups = people.groupby(unit)
        if (groups["level"].nunique() == 1).all() and groups.ngroups < len(people):
            counts = people.groupby("level")[unit].nunique()
            if len(counts) == SMALLEST_GROUP and (counts >= SMALLEST_GROUP).all():
                found.append((groups.ngroups, unit))
    return min(found)[1] if found else None


def _units(people: pd.DataFrame) -> Sequence[str]:
    return [c for c in people.columns if c.endswith("_id") and people[c].notna().all()]

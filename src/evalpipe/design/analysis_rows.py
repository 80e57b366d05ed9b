"""Every occasion that an analysis could use, with every variable that it names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalpipe.config.analyses import Analysis, Estimand
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale
from evalpipe.design.analysis_variables import (
    PLACE,
    add_variable,
    names_read,
    source_scales,
    uses_kind,
)
from evalpipe.design.derived import occasion_codes, person_codes
from evalpipe.design.matching import join_codes, place_of, take_at
from evalpipe.design.occasions import (
    OCCASION_KEYS,
    class_codes,
    occasion_variables,
    scale_rows,
)
from evalpipe.design.people import Tables, table_of, with_arm
from evalpipe.design.strategies import apply_strategies
from evalpipe.errors import ConfigError
from evalpipe.scoring.change import is_baseline
from evalpipe.vocabulary import Column, Table

STRUCTURE = (Column.ROLE, Column.DYAD_ID, Column.ARM, Column.COHORT)
"""What every row says of its participant besides the clusters."""


def planned_visits(plan: Plan, analysis: Analysis) -> tuple[str, ...]:
    """The visits that the analysis uses; empty when it uses occasions that are not visits."""
    estimand = analysis.estimand
    own = analysis.model.visits()
    if own:
        return own
    if estimand is None or not plan.visits:
        return ()
    if estimand.visits == "all":
        return tuple(plan.visits)
    if estimand.visits == "after_baseline":
        names = list(plan.visits)
        start = names.index(plan.baseline_visit) + 1 if plan.baseline_visit else 0
        return tuple(names[start:])
    return tuple(name for name in estimand.visits if name in plan.visits)


def collect_rows(
    plan: Plan, analysis: Analysis, estimand: Estimand, tables: Tables
) -> pd.DataFrame:
    """Every occasion of the outcome's scales with every variable, before any row is left out."""
    names = names_read(plan, analysis)
    scales = source_scales(plan, [estimand.outcome])
    if not scales:
        raise ConfigError(f"{estimand.outcome} is not a scale and not made of one")
    frame = _base_rows(plan, tables, estimand.outcome, scales[0], names)
    frame = apply_strategies(plan, estimand, planned_visits(plan, analysis), frame, tables)
    for name in names:
        frame = add_variable(plan, tables, frame, name)
    return _with_baseline(plan, frame)


def _base_rows(
    plan: Plan, tables: Tables, outcome: str, scale: str, names: tuple[str, ...]
) -> pd.DataFrame:
    rows = scale_rows(plan, tables, scale)
    facts = find_scale(plan, scale)
    frame = rows[[*OCCASION_KEYS, *occasion_variables(rows)]].copy()
    if facts.classes and rows[Column.LEVEL].notna().any():
        frame[scale] = frame[Column.LEVEL] = rows[Column.LEVEL]
        frame[Column.OUTCOME] = class_codes(facts, rows[Column.LEVEL])
    else:
        frame[scale] = frame[Column.OUTCOME] = rows[Column.SCORE]
    if Column.BASELINE in rows:
        frame["given_baseline"] = rows[Column.BASELINE]
    frame = _with_structure(plan, tables, _with_extra_occasions(plan, tables, frame, names))
    if outcome != scale:
        frame = add_variable(plan, tables, frame, outcome)
        frame[Column.OUTCOME] = pd.to_numeric(frame[outcome]).astype("float64")
    elif facts.kind is OutcomeKind.LOG_CONTINUOUS:
        positive = frame[Column.OUTCOME].where(frame[Column.OUTCOME] > 0)
        frame[Column.OUTCOME] = np.log(positive)
        frame = frame.drop(columns="given_baseline", errors="ignore")
    return frame


def _with_extra_occasions(
    plan: Plan, tables: Tables, frame: pd.DataFrame, names: tuple[str, ...]
) -> pd.DataFrame:
    """Occasions on which only the partner or only another scale was recorded, without outcome.

    Yesterday's value of a partner who answered counts even when the participant did not answer.
    """
    if not uses_kind(plan, names, "partner") and not uses_kind(plan, names, "lag"):
        return frame
    keys = list(OCCASION_KEYS)
    extra = [frame[keys]]
    for scale in source_scales(plan, names):
        rows = scale_rows(plan, tables, scale)
        if rows[Column.PARTICIPANT_ID].duplicated().any():
            extra.append(rows[keys])
    occasions = pd.concat(extra, ignore_index=True)
    if uses_kind(plan, names, "partner"):
        occasions = _for_both_members(tables, occasions)
    all_keys = pd.concat([frame[keys], occasions], ignore_index=True)
    person, occasion = person_codes(all_keys), occasion_codes(all_keys)
    place = join_codes(person, occasion, int(occasion.max(initial=0)) + 1)
    new = ~pd.Series(place).duplicated().to_numpy()
    new[: len(frame)] = False
    added = all_keys[new].assign(is_added=True)
    return pd.concat([frame.assign(is_added=False), added], ignore_index=True)


def _for_both_members(tables: Tables, occasions: pd.DataFrame) -> pd.DataFrame:
    people = table_of(tables, Table.PARTICIPANTS)
    members = people[[Column.PARTICIPANT_ID, Column.DYAD_ID]].dropna()
    pairs = members.merge(members, on=Column.DYAD_ID, suffixes=("", "_other"))
    other = f"{Column.PARTICIPANT_ID}_other"
    pairs = pairs[pairs[Column.PARTICIPANT_ID] != pairs[other]]
    of_other = pairs.set_index(Column.PARTICIPANT_ID)[other]
    partner = occasions[Column.PARTICIPANT_ID].map(of_other)
    mirrored = occasions.assign(**{Column.PARTICIPANT_ID: partner})[partner.notna()]
    return pd.concat([occasions, mirrored], ignore_index=True)


def _with_structure(plan: Plan, tables: Tables, frame: pd.DataFrame) -> pd.DataFrame:
    """Add role, dyad, arm, cohort and clusters of each participant."""
    people = with_arm(plan, table_of(tables, Table.PARTICIPANTS))
    place = place_of(frame[Column.PARTICIPANT_ID], people[Column.PARTICIPANT_ID])
    clusters = [f"{name}_id" for name in plan.clusters]
    full = frame.assign(**{PLACE: place})
    for column in (*STRUCTURE, *clusters):
        if column in people and column not in OCCASION_KEYS:
            full[column] = take_at(people[column], place, frame.index)
    return full


def _with_baseline(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """The outcome at baseline on each row (see `is_baseline`); the score's own without one."""
    person = person_codes(frame) if len(frame) else np.zeros(0, dtype=np.int64)
    known = frame.assign(person=person)[frame[Column.OUTCOME].notna()]
    first = known[is_baseline(plan, known, ["person"]).to_numpy(dtype=bool)]
    own = first.groupby("person")[Column.OUTCOME].mean()
    baseline = pd.Series(own.reindex(person).to_numpy(), index=frame.index, dtype="float64")
    if first.empty and "given_baseline" in frame:
        baseline = frame["given_baseline"].astype("float64")
    return frame.drop(columns="given_baseline", errors="ignore").assign(baseline=baseline)

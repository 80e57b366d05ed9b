"""Which variables an analysis reads, and how each of them gets into its frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config import derived as kinds
from evalpipe.config.analyses import (
    Analysis,
    ReliableChange,
)
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.config.terms import term_names
from evalpipe.design.derived import derive, occasion_codes, own_knots
from evalpipe.design.matching import code_of, is_among, join_codes, place_of, take_at
from evalpipe.design.occasions import scale_rows, values_of
from evalpipe.design.people import Tables, table_of
from evalpipe.errors import ConfigError
from evalpipe.vocabulary import Column, Table

ALWAYS = frozenset(
    (
        "intercept",
        "baseline",
        "arm",
        "visit",
        "role",
        "cohort",
        "rater",
        "participant",
        "dyad",
    )
)
"""Names that every frame has or that are not columns."""

PLACE = "_place"
"""Column of a frame in the making: the row of `participants` that each row is about."""


def names_read(plan: Plan, analysis: Analysis) -> tuple[str, ...]:
    """Every variable that an analysis reads, in order of first mention."""
    named = (*analysis.model.variables(), *_estimand_names(analysis), *analysis.only)
    return tuple(dict.fromkeys((*named, *_condition_names(plan, analysis))))


def _condition_names(plan: Plan, analysis: Analysis) -> Iterable[str]:
    """Variables on which the cut-offs and norms depend that reliable change reads."""
    estimand = analysis.estimand
    if not isinstance(analysis.model, ReliableChange) or estimand is None:
        return
    if is_scale(plan, estimand.outcome):
        facts = find_scale(plan, estimand.outcome)
        for cutoff in facts.cutoffs:
            yield from cutoff.when
        for norm in facts.norms:
            yield from norm.when


def followed_names(plan: Plan, names: Iterable[str]) -> tuple[str, ...]:
    """What the variables follow from on the same occasion, and the columns of knots of their own.

    A model needs them to say what follows from a variable that is held at a value.
    """
    found: dict[str, None] = {}
    for name in names:
        variable = plan.derived.get(name)
        if variable is None:
            continue
        sources = kinds.followed_sources(variable)
        found.update(dict.fromkeys((*followed_names(plan, sources), *sources)))
        if isinstance(variable, kinds.Hinge):
            found.update(dict.fromkeys(kinds.knot_columns(name)))
    return tuple(found)


def fixed_names(analysis: Analysis) -> tuple[str, ...]:
    """Variables of the fixed part and the random slopes: rows that lack one are left out."""
    model = analysis.model
    names: dict[str, None] = {}
    for term in getattr(model, "fixed", ()):
        for name in term_names(term):
            names.setdefault(name)
    for random in getattr(model, "random", ()):
        for name in random.terms:
            names.setdefault(name)
    names.pop("intercept", None)
    return tuple(names)


def _estimand_names(analysis: Analysis) -> Iterable[str]:
    estimand = analysis.estimand
    if estimand is None:
        return
    for contrast in (estimand.contrast, *estimand.contrasts):
        if contrast is not None:
            yield contrast.factor
    yield from estimand.at
    for term in estimand.terms:
        yield from term.split(":")


def source_scales(plan: Plan, names: Iterable[str]) -> tuple[str, ...]:
    """Every scale that the variables are made of, through derived variables too."""
    found: dict[str, None] = {}
    for name in names:
        for source in _sources(plan, name, frozenset()):
            found.setdefault(source)
    return tuple(found)


def _sources(plan: Plan, name: str, above: frozenset[str]) -> Iterable[str]:
    if name in above:
        raise ConfigError(f"derived.{name}: is made of itself")
    if name in plan.derived:
        for part in made_of(plan, name):
            yield from _sources(plan, part, above | {name})
    elif is_scale(plan, name):
        yield name


def made_of(plan: Plan, name: str) -> tuple[str, ...]:
    """The variables that a derived variable reads directly."""
    variable = plan.derived[name]
    parts = [getattr(variable, key) for key in ("of", "minus") if hasattr(variable, key)]
    if isinstance(variable, kinds.Previous):
        parts.append(variable.over)
    return tuple(parts)


def uses_kind(plan: Plan, names: Iterable[str], kind: str) -> bool:
    """Whether any of the variables is, or is made of, a derived variable of this kind."""
    for name in names:
        variable = plan.derived.get(name)
        if variable is None:
            continue
        if variable.kind == kind or uses_kind(plan, made_of(plan, name), kind):
            return True
    return False


def add_variable(plan: Plan, tables: Tables, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with the column `name`, and with the columns that it is made of.

    Raises ConfigError when the plan does not say what `name` is.
    """
    if name in ALWAYS or name in frame.columns or f"{name}_id" in frame.columns:
        return frame
    if name in plan.derived:
        for part in made_of(plan, name):
            frame = add_variable(plan, tables, frame, part)
        knots = session_knots(plan, tables) if uses_kind(plan, [name], "hinge") else None
        frame = frame.assign(**own_knots(plan, name, frame, knots))
        return frame.assign(**{name: derive(plan, name, frame, knots)})
    if is_scale(plan, name):
        return frame.assign(**{name: _scale_column(plan, tables, frame, name)})
    if name == "period":
        return frame.assign(period=period_of(plan, frame[Column.DAY]))
    if name == "phase":
        return frame.assign(phase=_phase_by_day(plan, tables, frame))
    return frame.assign(**{name: _participant_column(plan, tables, frame, name)})


def _participant_column(
    plan: Plan, tables: Tables, frame: pd.DataFrame, name: str
) -> pd.Series[Any]:
    people = table_of(tables, Table.PARTICIPANTS)
    if name not in people:
        if name in plan.variables:
            return pd.Series(np.nan, index=frame.index)
        raise ConfigError(f"{name} is not a variable, a scale or a derived variable of the plan")
    place = (
        frame[PLACE].to_numpy()
        if PLACE in frame
        else place_of(frame[Column.PARTICIPANT_ID], people[Column.PARTICIPANT_ID])
    )
    return take_at(people[name], place, frame.index)


def _scale_column(plan: Plan, tables: Tables, frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Another scale at the same occasion; measured once, it is known on all occasions."""
    rows = scale_rows(plan, tables, name)
    values = values_of(find_scale(plan, name), rows)
    unit = Column.PARTICIPANT_ID
    if Column.DYAD_ID in frame and not is_among(rows[unit], frame[unit]).any():
        people = table_of(tables, Table.PARTICIPANTS).set_index(Column.PARTICIPANT_ID)
        rows = rows.assign(**{Column.DYAD_ID: rows[unit].map(people[Column.DYAD_ID])})
        unit = Column.DYAD_ID
    known = values.notna().to_numpy()
    rows, values = rows[known], values[known]
    if not rows[unit].duplicated().any() and frame[unit].duplicated().any():
        return frame[unit].map(pd.Series(values.to_numpy(), index=rows[unit].to_numpy()))
    return _same_occasion(frame, rows, values, unit)


def _same_occasion(
    frame: pd.DataFrame, rows: pd.DataFrame, values: pd.Series[Any], unit: str
) -> pd.Series[Any]:
    """Match by unit, occasion and (when both sides have it) rater; duplicates are averaged."""
    keys = [unit, Column.VISIT, Column.DAY, Column.OCCASION, Column.RATER]
    both = pd.concat([frame[keys], rows[keys]], ignore_index=True)
    person = code_of(both[unit])
    occasion = occasion_codes(both)
    place = join_codes(person, occasion, int(occasion.max(initial=0)) + 1)
    n = len(frame)
    if both[Column.RATER].iloc[:n].notna().any() and both[Column.RATER].iloc[n:].notna().any():
        rater = code_of(both[Column.RATER])
        place = join_codes(place, rater, int(rater.max(initial=0)) + 1)
    grouped = values.groupby(place[n:], sort=False)
    numeric = pd.api.types.is_numeric_dtype(values)
    matched = (grouped.mean() if numeric else grouped.first()).reindex(place[:n])
    matched.index = frame.index
    return matched


def period_of(plan: Plan, day: pd.Series[Any]) -> pd.Series[Any]:
    """The period of the plan that each day falls in; missing outside all of them."""
    period = pd.Series(None, index=day.index, dtype=object)
    for name, spec in plan.periods.items():
        period = period.mask(day.between(*spec.days), name)
    return period


def session_knots(plan: Plan, tables: Tables) -> pd.DataFrame:
    """Day of the first and last held session and of each phase's first, by participant_id."""
    from evalpipe.design.occasions import session_units
    from evalpipe.design.people import unit_ids

    sessions = table_of(tables, Table.SESSIONS)
    people = table_of(tables, Table.PARTICIPANTS)
    index = pd.Index(people[Column.PARTICIPANT_ID].to_numpy(), name=Column.PARTICIPANT_ID)
    if sessions.empty:
        return pd.DataFrame(index=index)
    held = sessions[sessions[Column.HELD].fillna(False).astype(bool)]
    unit = session_units(plan, tables, held)
    day = held.groupby(unit.to_numpy())[Column.DAY]
    knots = pd.DataFrame({"first_session": day.min(), "last_session": day.max()})
    if Column.PHASE in held:
        for phase in held[Column.PHASE].dropna().unique():
            own = held[held[Column.PHASE] == phase]
            knots[f"phase:{phase}"] = own.groupby(unit.loc[own.index].to_numpy())[Column.DAY].min()
    on_people = knots.reindex(unit_ids(plan, people).to_numpy())
    on_people.index = index
    return on_people


def _phase_by_day(plan: Plan, tables: Tables, frame: pd.DataFrame) -> pd.Series[Any]:
    """The last phase that had begun on the row's day; missing before the first."""
    knots = session_knots(plan, tables)
    phase = pd.Series(None, index=frame.index, dtype=object)
    for name in plan.protocol.phases if plan.protocol else ():
        if f"phase:{name}" in knots:
            begun = frame[Column.PARTICIPANT_ID].map(knots[f"phase:{name}"])
            phase = phase.mask(frame[Column.DAY] >= begun, name)
    return phase

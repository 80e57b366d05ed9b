"""Who takes part: units (participants or dyads), their members, arms, clusters and variables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.protocol import variables_in
from evalpipe.config.truth import TrueVariable, Truth
from evalpipe.design.people import has_dyads, is_randomised_design
from evalpipe.errors import ConfigError
from evalpipe.simulate.draws import balanced_levels, draw_levels
from evalpipe.simulate.eligible import is_eligible
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column, Disposition

UNIT = "unit"
"""Running number of the participant or dyad."""
ENTRY_DATE = "baseline_date"
MOST_TRIES = 400


def require_truth(plan: Plan) -> Truth:
    """Return the plan's truth; raises ConfigError for a plan without."""
    if plan.truth is None:
        raise ConfigError("truth: the plan has no `truth` block; simulate needs one")
    return plan.truth


def draw_people(plan: Plan, seed: int, cohort: str | None = None) -> pd.DataFrame:
    """Return one row a participant: ids, arm, clusters, variables, date of baseline.

    Those assessed but not randomised stand last, with arm missing and their disposition. Everybody
    else is `completed` until they drop out.
    """
    truth = require_truth(plan)
    units = _draw_units(plan, truth, seed, cohort)
    people = _members(plan, truth, units)
    people = people.assign(**_variables(plan, truth, people, seed, cohort))
    people[Column.COHORT] = cohort
    return people


def _draw_units(plan: Plan, truth: Truth, seed: int, cohort: str | None) -> pd.DataFrame:
    screened = truth.screening
    outside = screened.not_eligible + screened.declined
    entered = truth.units
    total = entered + outside
    units = pd.DataFrame({UNIT: np.arange(total)})
    units["entered"] = units[UNIT] < entered
    units[ENTRY_DATE] = _entry_dates(truth, stream(seed, "entry", cohort or ""), total, cohort)
    for name, codes in _clusters(
        plan, truth, stream(seed, "clusters", cohort or ""), units
    ).items():
        units[f"{name}_id"] = codes
    units[Column.ARM] = _arms(plan, stream(seed, "arms", cohort or ""), units)
    _only_in_their_arms(plan, units)
    reasons = [None] * entered + [str(Disposition.NOT_ELIGIBLE)] * screened.not_eligible
    reasons += [str(Disposition.DECLINED)] * screened.declined
    units[Column.DISPOSITION] = [r or str(Disposition.COMPLETED) for r in reasons]
    units[Column.RANDOMISED] = units["entered"] & is_randomised_design(plan)
    units["wanted_eligible"] = ~units[Column.DISPOSITION].eq(str(Disposition.NOT_ELIGIBLE))
    by_mistake = stream(seed, "by_mistake").permutation(entered)[: screened.ineligible_randomised]
    units.loc[by_mistake, "wanted_eligible"] = False
    return units


def _entry_dates(
    truth: Truth, rng: np.random.Generator, n: int, cohort: str | None
) -> list[dt.date]:
    timing = truth.timing
    first = dt.date.fromisoformat(timing.first_entry_of.get(cohort or "", timing.first_entry))
    days = np.sort(rng.integers(0, truth.timing.entry_days + 1, size=n))
    return [first + dt.timedelta(days=int(day)) for day in rng.permutation(days)]


def _clusters(
    plan: Plan, truth: Truth, rng: np.random.Generator, units: pd.DataFrame
) -> dict[str, list[str]]:
    """Place units in clusters; a level inside another is dealt within the one above."""
    placed: dict[str, Any] = {}
    inside = {c.contains: name for name, c in plan.clusters.items() if c.contains}
    for name in _outer_first(plan):
        count = truth.clusters.get(name)
        if count is None:
            raise ConfigError(f"truth.clusters: say how many units `{name}` has")
        above = inside.get(name)
        if above is None:
            placed[name] = _deal(rng, len(units), count)
            continue
        placed[name] = np.zeros(len(units), dtype=int)
        parents = truth.clusters[above]
        share = [count // parents + (k < count % parents) for k in range(parents)]
        start = np.concatenate([[0], np.cumsum(share)])
        for k in range(parents):
            rows = np.flatnonzero(placed[above] == k)
            placed[name][rows] = start[k] + _deal(rng, len(rows), max(share[k], 1))
    return {name: [_cluster_id(name, k) for k in codes] for name, codes in placed.items()}


def _outer_first(plan: Plan) -> list[str]:
    inside = {c.contains for c in plan.clusters.values() if c.contains in plan.clusters}
    order = [name for name in plan.clusters if name not in inside]
    while len(order) < len(plan.clusters):
        order += [
            str(plan.clusters[name].contains)
            for name in order
            if plan.clusters[name].contains in plan.clusters
            and plan.clusters[name].contains not in order
        ]
    return order


def _deal(rng: np.random.Generator, n: int, count: int) -> np.ndarray[Any, Any]:
    return rng.permutation(np.arange(n) % count)


def _cluster_id(name: str, code: int) -> str:
    return f"{name[0].upper()}{code + 1:02d}"


def _arms(plan: Plan, rng: np.random.Generator, units: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Allocate at random, balanced within the outermost cluster; None for who did not enter."""
    arms = np.full(len(units), None, dtype=object)
    outer = _outer_first(plan)[:1]
    stratum = units[f"{outer[0]}_id"].to_numpy() if outer else np.zeros(len(units))
    entered = units["entered"].to_numpy()
    names = list(plan.arms)
    started = 0
    for level in np.unique(stratum):
        rows = rng.permutation(np.flatnonzero(entered & (stratum == level)))
        # The next stratum goes on where this one stopped, so that odd sizes do not add up
        arms[rows] = [names[(started + k) % len(names)] for k in range(len(rows))]
        started += len(rows)
    return arms


def _only_in_their_arms(plan: Plan, units: pd.DataFrame) -> None:
    """A level that exists in some arms only is empty elsewhere, and dealt evenly where it is."""
    for name, cluster in plan.clusters.items():
        column = f"{name}_id"
        units[column] = units[column].astype(object)
        if cluster.arms:
            units.loc[~units[Column.ARM].isin(cluster.arms), column] = None
            _even_out(plan, units, name)


def _even_out(plan: Plan, units: pd.DataFrame, name: str) -> None:
    above = next((n for n, c in plan.clusters.items() if c.contains == name), None)
    column = f"{name}_id"
    groups = units[f"{above}_id"] if above else pd.Series("", index=units.index)
    for rows in units[units[column].notna()].groupby(groups, sort=True).groups.values():
        ids = sorted(units.loc[rows, column].unique())
        units.loc[rows, column] = [ids[k % len(ids)] for k in range(len(rows))]


def _members(plan: Plan, truth: Truth, units: pd.DataFrame) -> pd.DataFrame:
    width = max(3, len(str(len(units))))
    ids = [f"{truth.id_prefix}{unit + 1:0{width}d}" for unit in units[UNIT]]
    if not has_dyads(plan):
        people = units.copy()
        people.insert(0, Column.PARTICIPANT_ID, ids)
        people[Column.DYAD_ID] = None
        people[Column.ROLE] = None
        return people
    people = units.loc[units.index.repeat(len(plan.roles))].reset_index(drop=True)
    people[Column.DYAD_ID] = np.repeat(ids, len(plan.roles))
    people[Column.ROLE] = list(plan.roles) * len(units)
    names = [f"{d}-{r}" for d, r in zip(people[Column.DYAD_ID], people[Column.ROLE], strict=True)]
    people.insert(0, Column.PARTICIPANT_ID, names)
    return people


def _variables(
    plan: Plan, truth: Truth, people: pd.DataFrame, seed: int, cohort: str | None
) -> dict[str, Any]:
    """Draw until the eligibility of each unit is as wanted: most fit, a few do not."""
    wanted = people["wanted_eligible"].to_numpy()
    rules = _eligibility_variables(plan)
    names = [
        name
        for name, variable in plan.variables.items()
        if variable.varies != "occasion" and name in truth.variables
    ]
    drawn = {n: _one(plan, truth, n, people, seed, cohort, 0) for n in names}
    if not rules:
        return drawn
    for attempt in range(1, MOST_TRIES):
        known = people[[UNIT]].assign(**{n: drawn[n] for n in names if n in rules})
        todo = _per_unit(people, is_eligible(plan, known) != wanted)
        if not todo.any():
            return drawn
        for name in (n for n in names if n in rules):
            fresh = _one(plan, truth, name, people, seed, cohort, attempt)
            drawn[name] = np.where(todo, fresh, drawn[name])
    raise ConfigError("truth.variables: hardly anybody drawn is eligible; bring both closer")


def _eligibility_variables(plan: Plan) -> set[str]:
    if plan.eligibility is None:
        return set()
    rules = (*plan.eligibility.include, *plan.eligibility.exclude)
    return set().union(*(variables_in(rule) for rule in rules))


def _one(
    plan: Plan,
    truth: Truth,
    name: str,
    people: pd.DataFrame,
    seed: int,
    cohort: str | None,
    attempt: int,
) -> np.ndarray[Any, Any]:
    return _one_variable(plan, truth, name, people, stream(seed, name, cohort or "", attempt))


def _per_unit(people: pd.DataFrame, flags: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """True for every member of a unit in which any member is flagged."""
    together: np.ndarray[Any, Any] = (
        pd.Series(flags, index=people.index).groupby(people[UNIT]).transform("any").to_numpy()
    )
    return together


def _one_variable(
    plan: Plan, truth: Truth, name: str, people: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    spec, variable = truth.variables[name], plan.variables[name]
    keys = people[UNIT]
    if spec.within:
        keys = people[f"{spec.within}_id"]
    elif variable.varies == "participant":
        keys = pd.Series(np.arange(len(people)), index=people.index)
    codes, found = pd.factorize(keys)
    values = _values(spec, variable.range, rng, len(found))[codes]
    if spec.roles:
        mine = people[Column.ROLE].isin(spec.roles).to_numpy()
        absent: Any = None if spec.levels else np.nan
        values = np.where(mine, values, absent)
    return values


def _values(
    spec: TrueVariable, within: tuple[float, float] | None, rng: np.random.Generator, n: int
) -> np.ndarray[Any, Any]:
    if spec.levels:
        return (balanced_levels if spec.balanced else draw_levels)(rng, spec.levels, n)
    low, high = within or (-np.inf, np.inf)
    drawn = rng.normal(spec.mean or 0.0, spec.sd, size=n)
    for _ in range(50):
        outside = (drawn < low) | (drawn > high)
        if not outside.any():
            break
        drawn[outside] = rng.normal(spec.mean or 0.0, spec.sd, size=int(outside.sum()))
    return np.round(np.clip(drawn, low, high), spec.decimals)

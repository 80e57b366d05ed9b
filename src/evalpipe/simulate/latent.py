"""What varies around the mean: random effects of each level, residuals that remember, influence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueLag, TrueOutcome, TrueRandom
from evalpipe.simulate.people import UNIT
from evalpipe.simulate.predictor import Numbers, cell_value, with_derived
from evalpipe.simulate.schedule import PERSON, STEP
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column


def random_effects(
    plan: Plan,
    truth: TrueOutcome,
    rows: pd.DataFrame,
    knots: pd.DataFrame,
    seed: tuple[int, str, str],
) -> Numbers:
    """Return (n,) the sum of all random intercepts and slopes."""
    total = np.zeros(len(rows))
    for level, spec in truth.random.items():
        acts = _acts(plan, spec, rows)
        names = [("intercept", spec.intercept), *spec.slopes.items()]
        for name, sd in names:
            if sd == 0.0:
                continue
            rng = stream(seed[0], "random", seed[1], seed[2], level, name)
            effect = sd * _per_unit(level, spec, rows, rng)
            design = (
                np.ones(len(rows)) if name == "intercept" else _numbers(plan, name, rows, knots)
            )
            total += np.where(acts, effect * design, 0.0)
    return total


def _acts(plan: Plan, spec: TrueRandom, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
    acts = np.ones(len(rows), dtype=bool)
    if spec.arms:
        acts &= rows[Column.ARM].isin(spec.arms).to_numpy()
    if spec.after_baseline:
        acts &= (rows[Column.VISIT] != plan.baseline_visit).to_numpy()
    return acts


def _numbers(plan: Plan, name: str, rows: pd.DataFrame, knots: pd.DataFrame) -> Numbers:
    return cell_value(with_derived(plan, {name: 0.0}, rows, knots), name)


def _per_unit(
    level: str, spec: TrueRandom, rows: pd.DataFrame, rng: np.random.Generator
) -> Numbers:
    """Return (n,) standard normal effects of the units of a level; none where there is no unit."""
    if level == "participant":
        return _per_member(spec.members, rows, rng)
    column = UNIT if level == "dyad" else f"{level}_id"
    codes, found = pd.factorize(rows[column], sort=True)
    drawn = np.append(rng.standard_normal(len(found)), 0.0)
    of_rows: Numbers = drawn[codes]
    return of_rows


def _per_member(members: float, rows: pd.DataFrame, rng: np.random.Generator) -> Numbers:
    """Independent by participant, or with a correlation between the two members of a unit."""
    own: Numbers = rng.standard_normal(int(rows[PERSON].max()) + 1)[rows[PERSON].to_numpy()]
    if members == 0.0:
        return own
    shared = rng.standard_normal(int(rows[UNIT].max()) + 1)[rows[UNIT].to_numpy()]
    second = rows[PERSON] != rows.groupby(UNIT)[PERSON].transform("min")
    sign = np.where(second & (members < 0), -1.0, 1.0)
    both: Numbers = np.sqrt(abs(members)) * shared * sign + np.sqrt(1 - abs(members)) * own
    return both


def residuals(
    plan: Plan, truth: TrueOutcome, rows: pd.DataFrame, seed: tuple[int, str, str]
) -> Numbers:
    """Return (n,) residuals: AR(1) over steps, related between members, or lagged influence.

    With `lagged`, today's deviation is own and partner's effects times yesterday's deviations plus
    an innovation whose SD is `residual` (bivariate vector autoregression).
    """
    people = rows.drop_duplicates(PERSON).sort_values(PERSON)
    places = np.full(int(people[PERSON].max()) + 1, -1)
    places[people[PERSON].to_numpy()] = np.arange(len(people))
    steps = int(rows[STEP].max()) + 1
    rng = stream(seed[0], "residual", seed[1], seed[2])
    earlier = BURN_IN if truth.lagged is not None else 0
    noise = _innovations(truth, people, steps + earlier, rng)
    if truth.lagged is not None:
        series = _influence(plan, truth.lagged, rows, people, noise)
    else:
        series = _remember(noise, truth.autocorrelation)
    scaled: Numbers = series[places[rows[PERSON].to_numpy()], rows[STEP].to_numpy()]
    return scaled


def _innovations(
    truth: TrueOutcome, people: pd.DataFrame, steps: int, rng: np.random.Generator
) -> Numbers:
    """Return (people, steps) noise with each role's SD and the members' correlation."""
    noise = rng.standard_normal((len(people), steps))
    if truth.members != 0.0:
        unit, _ = pd.factorize(people[UNIT])
        shared = rng.standard_normal((int(unit.max()) + 1, steps))[unit]
        second = people[UNIT].duplicated().to_numpy()
        sign = np.where(second & (truth.members < 0), -1.0, 1.0)[:, None]
        strength = abs(truth.members)
        noise = np.sqrt(strength) * shared * sign + np.sqrt(1 - strength) * noise
    if isinstance(truth.residual, dict):
        sd = people[Column.ROLE].map(truth.residual).fillna(1.0).to_numpy("float64")
        return noise * sd[:, None]
    return noise * truth.residual


def _remember(noise: Numbers, rho: float) -> Numbers:
    """Return a stationary AR(1) series with the noise's SD."""
    if rho == 0.0:
        return noise
    series = noise.copy()
    for t in range(1, series.shape[1]):
        series[:, t] = rho * series[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return series


BURN_IN = 50
"""Days before the first that let the influence settle."""


def _influence(
    plan: Plan, lag: TrueLag, rows: pd.DataFrame, people: pd.DataFrame, noise: Numbers
) -> Numbers:
    """Return (people, steps): each follows the own and the other member's day before."""
    role = people[Column.ROLE]
    own = role.map(lag.own).fillna(0.0).to_numpy("float64")
    partner = _partner_effects(plan, lag, rows, people, noise.shape[1] - BURN_IN)
    other = _other_member(people)
    series = noise.copy()
    before = np.zeros(len(people))
    for t in range(noise.shape[1]):
        effect = partner[:, max(t - BURN_IN, 0)]
        before = own * before + effect * before[other] + noise[:, t]
        series[:, t] = before
    return series[:, BURN_IN:]


def _partner_effects(
    plan: Plan, lag: TrueLag, rows: pd.DataFrame, people: pd.DataFrame, steps: int
) -> Numbers:
    """Return (people, steps) the partner's effect, with its change by arm and period."""
    base = people[Column.ROLE].map(lag.partner).fillna(0.0).to_numpy("float64")
    effects: Numbers = np.repeat(base[:, None], steps, axis=1).astype(np.float64)
    for cell, change in lag.partner_change.items():
        frame = with_derived(plan, {cell: 0.0}, rows, pd.DataFrame())
        holds = cell_value(frame, cell)
        size = rows[Column.ROLE].map(change).fillna(0.0).to_numpy("float64")
        places = pd.Index(people[PERSON]).get_indexer(rows[PERSON].to_numpy())
        effects[places, rows[STEP].to_numpy()] += holds * size
    return effects


def _other_member(people: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return for each row the row of the other member of the unit, or its own."""
    place = pd.Series(np.arange(len(people)), index=people.index)
    total = place.groupby(people[UNIT].to_numpy()).transform("sum").to_numpy()
    size = place.groupby(people[UNIT].to_numpy()).transform("size").to_numpy()
    own = np.arange(len(people))
    return np.where(size == 2, total - own, own)

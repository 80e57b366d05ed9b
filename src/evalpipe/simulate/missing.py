"""What goes missing: people who leave (at random or not), occasions, answers of one member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueDropout
from evalpipe.errors import ConfigError
from evalpipe.simulate.draws import draw_levels
from evalpipe.simulate.people import UNIT, require_truth
from evalpipe.simulate.schedule import PERIOD, PERSON, STEP, placement
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column, Disposition

Numbers = np.ndarray[Any, np.dtype[np.float64]]
STAGE = "stage"


def draw_dropout(
    plan: Plan, outcomes: Mapping[str, pd.DataFrame], seed: int, cohort: str | None
) -> pd.DataFrame:
    """Return unit, day and reason of everybody who leaves the study.

    At each stage after the first (visit, period, measurement) those still in leave with a chance
    that depends on nothing, on the outcome one stage earlier (at random), or on the outcome that
    is then not seen (not at random). The chance is set so that the planned share leaves in all.
    """
    spec = require_truth(plan).dropout
    none = pd.DataFrame({UNIT: [], Column.DAY: [], "reason": []})
    if spec.rate == 0.0:
        return none
    scale = spec.depends_on or next(iter(outcomes))
    if scale not in outcomes:
        raise ConfigError(f"truth.dropout.depends_on: `{scale}` has no true outcome")
    values, days = _by_stage(outcomes[scale])
    rng = stream(seed, "dropout", cohort or "")
    lost_at = _stages_of_loss(spec, _worse(plan, scale, values), rng)
    lost = lost_at > 0
    if not lost.any():
        return none
    before = days[lost, lost_at[lost] - 1]
    here = days[lost, lost_at[lost]]
    day = np.floor(before + 1 + rng.random(int(lost.sum())) * np.maximum(here - before - 1, 0))
    reasons = draw_levels(rng, spec.reasons, int(lost.sum()))
    return pd.DataFrame({UNIT: values.index[lost], Column.DAY: day, "reason": reasons})


def _by_stage(rows: pd.DataFrame) -> tuple[pd.DataFrame, Numbers]:
    """Return (units by stages) mean value and first day of each stage."""
    if rows[PERIOD].notna().any():
        stage = pd.Series(pd.factorize(rows[PERIOD])[0], index=rows.index)
    else:
        stage = rows[STEP]
    table = rows.assign(**{STAGE: stage})
    values = table.groupby([UNIT, STAGE])[Column.SCORE].mean().unstack()
    days = table.groupby([UNIT, STAGE])[Column.DAY].min().unstack()
    return values, days.to_numpy("float64")


def _worse(plan: Plan, scale: str, values: pd.DataFrame) -> Numbers:
    """Standardised so that higher is worse."""
    table = values.to_numpy("float64")
    z = (table - np.nanmean(table)) / max(float(np.nanstd(table)), 1e-12)
    instrument = plan.instruments.get(scale.split(".")[0])
    own = instrument.scales.get(scale.split(".")[-1]) if instrument else None
    better = (own.better if own else None) or (instrument.better if instrument else "higher")
    worse: Numbers = z if better == "lower" else -z
    return worse


def _stages_of_loss(spec: TrueDropout, worse: Numbers, rng: np.random.Generator) -> Any:
    """Return (units,) stage at which each is lost; 0: never."""
    stages = worse.shape[1]
    hazard = 1 - (1 - spec.rate) ** (1 / max(stages - 1, 1))
    lost_at = np.zeros(len(worse), dtype=int)
    for stage in range(1, stages):
        inside = (lost_at == 0) & np.isfinite(worse[:, stage])
        drive = np.zeros(len(worse))
        if spec.mechanism == "at_random":
            drive = spec.strength * np.nan_to_num(worse[:, stage - 1])
        elif spec.mechanism == "not_at_random":
            drive = spec.strength * np.nan_to_num(worse[:, stage])
        chance = _chances(drive, inside, hazard)
        leaves = inside & (rng.random(len(worse)) < chance)
        lost_at[leaves] = stage
    return lost_at


def _chances(drive: Numbers, inside: np.ndarray[Any, Any], hazard: float) -> Numbers:
    """Logistic chances whose mean among those inside is the hazard (bisection of the constant)."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float(np.mean(1 / (1 + np.exp(-(middle + drive[inside]))))) if inside.any() else 0.0
        low, high = (middle, high) if mean < hazard else (low, middle)
    chances: Numbers = 1 / (1 + np.exp(-(low + drive)))
    return chances


def keep_until_loss(rows: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Return the rows before the day on which the unit was lost."""
    if rows.empty or lost.empty:
        return rows
    last = rows[UNIT].map(lost.set_index(UNIT)[Column.DAY])
    return rows[~(rows[Column.DAY] >= last)].reset_index(drop=True)


def mark_lost(people: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Return people with the disposition, reason and day of those who were lost."""
    marked = people.copy()
    if lost.empty:
        return marked
    own = lost.set_index(UNIT)
    day, reason = marked[UNIT].map(own[Column.DAY]), marked[UNIT].map(own["reason"])
    gone = day.notna()
    withdrew = reason.astype(object) == str(Disposition.WITHDREW_CONSENT)
    marked.loc[gone, Column.DISPOSITION] = str(Disposition.LOST_TO_FOLLOW_UP)
    marked.loc[gone & withdrew, Column.DISPOSITION] = str(Disposition.WITHDREW_CONSENT)
    marked[Column.DISPOSITION_REASON] = marked[Column.DISPOSITION_REASON].astype(object)
    marked.loc[gone, Column.DISPOSITION_REASON] = reason[gone]
    marked.loc[gone, Column.DISPOSITION_DAY] = day[gone]
    return marked


def lose_occasions(
    plan: Plan, scale: str, rows: pd.DataFrame, seed: int, cohort: str | None
) -> pd.DataFrame:
    """Return rows with some occasions missing: a reason at visits and trials, no row in diaries.

    What stands in the same kind of file is missing together; the first visit is never missing.
    """
    spec = require_truth(plan).missing
    grain = placement(plan, scale).grain
    if rows.empty:
        return rows.assign(**{Column.MISSING_REASON: None})
    rng = stream(seed, "occasions", grain, cohort or "")
    shape = (int(rows[PERSON].max()) + 1, int(rows[STEP].max()) + 1)
    gone = rng.random(shape) < spec.occasions
    gone |= _one_of_two(rows, spec.one_member, shape, rng)
    if grain in ("visit", "participant"):
        gone[:, 0] = False
    reason = draw_levels(rng, spec.reasons, int(np.prod(shape))).reshape(shape)
    person, step = rows[PERSON].to_numpy(), rows[STEP].to_numpy()
    missing = gone[person, step]
    marked = rows.copy()
    marked[Column.MISSING_REASON] = reason[person, step]
    marked.loc[~missing, Column.MISSING_REASON] = None
    marked.loc[missing, Column.SCORE] = np.nan
    marked.loc[missing, Column.LEVEL] = None
    return marked[~missing].reset_index(drop=True) if grain == "day" else marked


def _one_of_two(
    rows: pd.DataFrame, share: float, shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    """On some occasions only one member answers; which one is a matter of chance."""
    units = int(rows[UNIT].max()) + 1
    alone = rng.random((units, shape[1])) < share
    silent = rng.integers(0, 2, size=(units, shape[1]))
    gone = np.zeros(shape, dtype=bool)
    if share == 0.0:
        return gone
    people = rows.drop_duplicates(PERSON).sort_values(PERSON)
    place = people.groupby(UNIT).cumcount().to_numpy()
    own = people[UNIT].to_numpy()
    gone[people[PERSON].to_numpy()] = alone[own] & (silent[own] == place[:, None])
    return gone

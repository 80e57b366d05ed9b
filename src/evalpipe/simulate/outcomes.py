"""From the latent scale to what is recorded: numbers, ratios, proportions, counts, classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.instruments import Instrument, OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.truth import TrueClasses, TrueOutcome
from evalpipe.simulate.latent import random_effects, residuals
from evalpipe.simulate.people import UNIT, require_truth
from evalpipe.simulate.predictor import Numbers, linear_predictor
from evalpipe.simulate.schedule import PERSON, SESSION_PREFIX, STEP
from evalpipe.simulate.streams import stream
from evalpipe.vocabulary import Column

RaterNames = tuple[str | None, ...]


def draw_outcome(
    plan: Plan, scale: str, rows: pd.DataFrame, knots: pd.DataFrame, seed: int, cohort: str | None
) -> pd.DataFrame:
    """Return the complete rows of one outcome with scale, rater, score (or level)."""
    truth = require_truth(plan).outcomes[scale]
    key = (seed, scale, cohort or "")
    drawn = rows.assign(**{Column.SCALE: scale, Column.LEVEL: None, Column.SCORE: np.nan})
    if truth.classes is not None:
        drawn[Column.LEVEL] = _draw_classes(plan, scale, truth.classes, drawn, key)
        return _rate_classes(plan, scale, truth, drawn, key)
    eta = linear_predictor(plan, truth, rows, knots)
    eta = eta + require_truth(plan).cohorts.get(cohort or "", {}).get(scale, 0.0)
    eta = eta + random_effects(plan, truth, rows, knots, key)
    drawn["latent"] = eta + residuals(plan, truth, rows, key)
    return _rate_numbers(plan, scale, truth, drawn, key)


def kind_of(plan: Plan, scale: str) -> OutcomeKind:
    """Return how an outcome is distributed; session ratings are continuous."""
    if scale.startswith(SESSION_PREFIX):
        return OutcomeKind.CONTINUOUS
    return plan.instruments[scale.split(".")[0]].kind


def _rate_numbers(
    plan: Plan, scale: str, truth: TrueOutcome, drawn: pd.DataFrame, key: tuple[int, str, str]
) -> pd.DataFrame:
    parts = []
    for number, name in enumerate(_rater_names(truth)):
        own = drawn[_seen_by(truth, drawn, number, key)].copy()
        rng = stream(key[0], "rating", key[1], key[2], number)
        error = rng.standard_normal(len(drawn))[own.index] * (
            truth.raters.sd if truth.raters else 0
        )
        own[Column.RATER] = name
        own[Column.SCORE], own[Column.LEVEL] = _record(plan, scale, truth, own, error, rng)
        parts.append(own)
    return pd.concat(parts, ignore_index=True)


def _rater_names(truth: TrueOutcome) -> RaterNames:
    return truth.raters.names if truth.raters else (None,)


def _seen_by(
    truth: TrueOutcome, drawn: pd.DataFrame, number: int, key: tuple[int, str, str]
) -> np.ndarray[Any, Any]:
    """The first rater sees everybody, the others a share of the people."""
    if number == 0 or truth.raters is None:
        return np.ones(len(drawn), dtype=bool)
    rng = stream(key[0], "second_rater", key[2], number)
    unit = drawn[UNIT].to_numpy()
    seen: np.ndarray[Any, Any] = rng.random(int(unit.max()) + 1) < truth.raters.second_share
    return np.asarray(seen[unit])


def _record(
    plan: Plan,
    scale: str,
    truth: TrueOutcome,
    rows: pd.DataFrame,
    error: Numbers,
    rng: np.random.Generator,
) -> tuple[Numbers, Any]:
    """Return (score, level) as they would be recorded from the latent value."""
    value = rows["latent"].to_numpy("float64") + error
    kind = kind_of(plan, scale)
    if kind is OutcomeKind.LOG_CONTINUOUS:
        return np.maximum(np.round(np.exp(value), truth.decimals), 10.0**-truth.decimals), None
    if kind is OutcomeKind.PROPORTION:
        share = np.round(1 / (1 + np.exp(-value)), truth.decimals)
        smallest = 10.0**-truth.decimals
        return np.clip(share, smallest, 1 - smallest), None
    if kind is OutcomeKind.COUNT:
        return rng.poisson(np.exp(value)).astype(float), None
    if kind is OutcomeKind.BINARY:
        return (rng.random(len(value)) < 1 / (1 + np.exp(-value))).astype(float), None
    if kind is OutcomeKind.ORDINAL:
        return _ordinal(plan, scale, truth, value, rng)
    return _continuous(plan, scale, truth, value, rng), None


def _ordinal(
    plan: Plan, scale: str, truth: TrueOutcome, value: Numbers, rng: np.random.Generator
) -> tuple[Numbers, Any]:
    level = np.searchsorted(np.array(truth.thresholds), value + rng.logistic(size=len(value)))
    classes = plan.instruments[scale.split(".")[0]].classes
    names = np.array(classes, dtype=object)[level] if classes else None
    return level.astype(float), names


def _continuous(
    plan: Plan, scale: str, truth: TrueOutcome, value: Numbers, rng: np.random.Generator
) -> Numbers:
    """Rounded at random to the scale's step, so that the mean is kept; kept within its range."""
    step, bounds = score_grid(plan, scale, truth)
    rounded = np.floor(value / step + rng.random(len(value))) * step
    if bounds is not None:
        rounded = np.clip(rounded, *bounds)
    return np.round(rounded, 10)


def score_grid(
    plan: Plan, scale: str, truth: TrueOutcome
) -> tuple[float, tuple[float, float] | None]:
    """Return the smallest step between scores, and the lowest and highest score."""
    fine = 10.0**-truth.decimals
    if scale.startswith(SESSION_PREFIX):
        assert plan.protocol is not None
        return fine, plan.protocol.ratings[scale.removeprefix(SESSION_PREFIX)].range
    instrument = plan.instruments[scale.split(".")[0]]
    if instrument.items is None:
        return fine, instrument.range
    count = len(scale_items(instrument, scale.split(".")[1]))
    low, high = instrument.items.range
    if instrument.scales[scale.split(".")[1]].score == "mean":
        return 1.0 / count, (low, high)
    return 1.0, (low * count, high * count)


def scale_items(instrument: Instrument, scale: str) -> tuple[int, ...]:
    """Return the numbers of a scale's items."""
    assert instrument.items is not None
    listed = instrument.scales[scale].items
    return tuple(range(1, instrument.items.count + 1)) if listed == "all" else listed


def _draw_classes(
    plan: Plan,
    scale: str,
    truth: TrueClasses,
    rows: pd.DataFrame,
    key: tuple[int, str, str],
) -> np.ndarray[Any, Any]:
    """Return the true class on each row: a start, then steps from visit to visit by arm."""
    names = list(plan.instruments[scale].classes)
    rng = stream(key[0], "classes", key[1], key[2])
    table = rows.assign(_class=-1)
    people = rows.drop_duplicates(PERSON)
    now = pd.Series(_start(truth, names, people, rng), index=people[PERSON].to_numpy())
    arm = pd.Series(people[Column.ARM].to_numpy(), index=people[PERSON].to_numpy())
    for place, step in enumerate(sorted(rows[STEP].unique())):
        if place > 0:
            now = _next_classes(truth, names, now, arm, rng)
        here = (table[STEP] == step).to_numpy()
        table.loc[here, "_class"] = table.loc[here, PERSON].map(now)
    return np.asarray(np.array(names, dtype=object)[table["_class"].to_numpy(dtype=int)])


def _start(
    truth: TrueClasses, names: list[str], people: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    shares = np.array([truth.start.get(name, 0.0) for name in names])
    drawn = rng.choice(len(names), size=len(people), p=shares / shares.sum())
    passed = truth.transmission
    if passed is None:
        return drawn
    source = people[Column.ROLE].eq(passed.from_).to_numpy()
    of_unit = pd.Series(drawn[source], index=people[UNIT].to_numpy()[source])
    same = rng.random(len(people)) < passed.same
    takes = people[Column.ROLE].eq(passed.to).to_numpy() & same
    return np.where(takes, people[UNIT].map(of_unit).fillna(0).to_numpy(dtype=int), drawn)


def _next_classes(
    truth: TrueClasses,
    names: list[str],
    now: pd.Series[Any],
    arm: pd.Series[Any],
    rng: np.random.Generator,
) -> pd.Series[Any]:
    chance = rng.random(len(now))
    after = now.to_numpy(dtype=int).copy()
    for arm_name, rows in truth.change.items():
        for before, shares in rows.items():
            here = (arm == arm_name).to_numpy() & (now == names.index(before)).to_numpy()
            border = np.cumsum(np.array(shares) / np.sum(shares))
            after[here] = np.minimum(np.searchsorted(border, chance[here]), len(names) - 1)
    return pd.Series(after, index=now.index)


def _rate_classes(
    plan: Plan, scale: str, truth: TrueOutcome, drawn: pd.DataFrame, key: tuple[int, str, str]
) -> pd.DataFrame:
    """Each rater gives the true class, or now and then another."""
    names = np.array(plan.instruments[scale].classes, dtype=object)
    parts = []
    for number, name in enumerate(_rater_names(truth)):
        own = drawn[_seen_by(truth, drawn, number, key)].copy()
        rng = stream(key[0], "rating", key[1], key[2], number)
        agree = truth.raters.agree if truth.raters else 1.0
        code = pd.Series(range(len(names)), index=names).loc[own[Column.LEVEL]].to_numpy()
        shift = rng.integers(1, len(names), size=len(own))
        wrong = rng.random(len(own)) >= agree
        given = np.where(wrong, (code + shift) % len(names), code)
        own[Column.RATER] = name
        own[Column.LEVEL] = names[given]
        own[Column.SCORE] = given.astype(float)
        parts.append(own)
    return pd.concat(parts, ignore_index=True)

"""What the plan says about one scale, whether the instrument or the scale says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from evalpipe.config.instruments import (
    Cutoff,
    Importance,
    Instrument,
    Norm,
    OutcomeKind,
    Reliability,
    Scale,
)
from evalpipe.config.plan import Plan
from evalpipe.config.protocol import Rating
from evalpipe.errors import ConfigError

_Entry = TypeVar("_Entry", Cutoff, Norm)

SESSION_PREFIX = "session."
"""A rating made in each session is the scale `session.<rating>`."""


@dataclass(frozen=True)
class ScaleFacts:
    """One scale, as the plan describes it.

    name: as analyses name it (`bdi`, `attachment_security.total`, `session.tension`).
    score_range: lowest and highest possible score; None when the plan gives none.
    cutoffs, norms: those with conditions first.
    classes: levels of a classification or ordinal rating in the order of the plan.
    """

    name: str
    label: str
    kind: OutcomeKind
    unit: str | None = None
    score_range: tuple[float, float] | None = None
    better: str | None = None
    classes: tuple[str, ...] = ()
    reliability: Reliability | None = None
    minimal_important_difference: Importance | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    norms: tuple[Norm, ...] = ()


def is_scale(plan: Plan, name: str) -> bool:
    """Whether `name` is a scale of an instrument or a session rating."""
    return name in all_scale_names(plan)


def all_scale_names(plan: Plan) -> tuple[str, ...]:
    """Every scale in the order of the plan, the session ratings last."""
    ratings = plan.protocol.ratings if plan.protocol else {}
    return (*plan.scale_names, *(f"{SESSION_PREFIX}{name}" for name in ratings))


def find_scale(plan: Plan, name: str) -> ScaleFacts:
    """Return the facts of one scale; ConfigError when the plan has no such scale."""
    if name.startswith(SESSION_PREFIX):
        return _session_facts(plan, name)
    instrument_name, _, scale_name = name.partition(".")
    instrument = plan.instruments.get(instrument_name)
    if instrument is None or (scale_name and scale_name not in instrument.scales):
        raise ConfigError(f"{name} is not an instrument, a scale or a session rating of the plan")
    if not scale_name:
        return _instrument_facts(name, instrument)
    return _scale_facts(name, instrument, instrument.scales[scale_name])


def item_numbers(instrument: Instrument, scale: Scale) -> tuple[int, ...]:
    """The numbers of the scale's items, the first item being 1."""
    if scale.items != "all":
        return scale.items
    count = instrument.items.count if instrument.items else 0
    return tuple(range(1, count + 1))


def _possible_range(low: float, high: float, n_items: int, how: str) -> tuple[float, float]:
    factor = n_items if how == "sum" else 1
    return low * factor, high * factor


def _session_facts(plan: Plan, name: str) -> ScaleFacts:
    ratings = plan.protocol.ratings if plan.protocol else {}
    rating = ratings.get(name.removeprefix(SESSION_PREFIX))
    if rating is None:
        raise ConfigError(f"{name} is not an instrument, a scale or a session rating of the plan")
    return ScaleFacts(
        name=name,
        label=_rating_label(plan, rating),
        kind=OutcomeKind.CONTINUOUS,
        score_range=rating.range,
        better=rating.better,
    )


def _rating_label(plan: Plan, rating: Rating) -> str:
    if rating.rated_by is None:
        return rating.label
    return f"{rating.label}, rated by {who_words(plan, rating.rated_by)}"


def who_words(plan: Plan, name: str) -> str:
    """Who rates or takes part, inside a sentence: a role's or cluster's label, or the word."""
    declared = plan.roles.get(name) or plan.clusters.get(name)
    label = (declared.label if declared is not None else None) or name.replace("_", " ")
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _instrument_facts(name: str, instrument: Instrument) -> ScaleFacts:
    single = (instrument.cutoff,) if instrument.cutoff else ()
    return ScaleFacts(
        name=name,
        label=instrument.label,
        kind=instrument.kind,
        unit=instrument.unit,
        score_range=instrument.range,
        better=instrument.better,
        classes=instrument.classes,
        reliability=instrument.reliability,
        minimal_important_difference=instrument.minimal_important_difference,
        cutoffs=_special_first(instrument.cutoffs + single),
        norms=_special_first(instrument.norms),
    )


def _scale_facts(name: str, instrument: Instrument, scale: Scale) -> ScaleFacts:
    whole = _instrument_facts(name, instrument)
    items = instrument.items
    assert items is not None
    return ScaleFacts(
        name=name,
        label=_scale_label(instrument, name, scale),
        kind=instrument.kind,
        unit=instrument.unit,
        score_range=_possible_range(
            *items.range, len(item_numbers(instrument, scale)), scale.score
        ),
        better=scale.better or instrument.better,
        classes=instrument.classes,
        reliability=scale.reliability or instrument.reliability,
        minimal_important_difference=scale.minimal_important_difference
        or instrument.minimal_important_difference,
        cutoffs=_special_first(scale.cutoffs) or whole.cutoffs,
        norms=_special_first(scale.norms) or whole.norms,
    )


def _special_first(entries: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    """Cut-offs (or norms) of some participants before those of everybody else."""
    return tuple(sorted(entries, key=lambda entry: not entry.when))


def _scale_label(instrument: Instrument, name: str, scale: Scale) -> str:
    if len(instrument.scales) == 1:
        return instrument.label
    own = scale.label or name.partition(".")[2].replace("_", " ")
    return f"{instrument.label}: {own}"

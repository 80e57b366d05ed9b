"""What is assumed about outcomes that nobody saw, as rows of a design and a covariance matrix.

Every assumption about the mean is linear in the fixed effects: the profile of a participant is
U beta, with U made of rows of the design in the own and in the reference arm. Only the rows differ.

Sources: Carpenter, Roger and Kenward (2013), Journal of Biopharmaceutical Statistics 23, for the
assumptions and the joint covariance; Wolbers et al. (2022), Pharmaceutical Statistics 21, for
conditional means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evalpipe.errors import ModelError
from evalpipe.stats.problem import FloatArray, IntArray

BoolArray = NDArray[np.bool_]


class Assumption(StrEnum):
    """What a participant's outcomes follow from the event on."""

    MISSING_AT_RANDOM = "missing_at_random"
    """The own arm, given what was observed."""
    JUMP_TO_REFERENCE = "jump_to_reference"
    """The mean of the reference arm from the event on."""
    COPY_REFERENCE = "copy_reference"
    """The mean of the reference arm at every visit, before the event too (also for gaps)."""
    COPY_INCREMENTS = "copy_increments"
    """The own mean at the last visit before the event, and from there the reference's changes."""
    LAST_MEAN_CARRIED_FORWARD = "last_mean_carried_forward"
    """The own mean at the last visit before the event."""


@dataclass(frozen=True)
class ImputationData:
    """N participants at T visits, with or without an outcome; p fixed columns.

    y: (N, T) outcome that the analysis uses, NaN where missing or set aside.
    own, reference: (N, T, p) fixed design of the imputation model in the own and in the reference
    arm; finite everywhere. columns: p names.
    arm: (N,) codes; drawing with replacement is done within arms.
    event: (N,) position of the first visit to which the assumption applies; T: none.
    group, reference_group: (N,) codes 0..n_groups-1 of the covariance matrix in the own and in the
    reference arm; all 0 where the arms share one.
    modelled: (N, T) which outcomes the imputation model is fitted to; None: all that are observed.
    Outcomes after an event that do not follow the own arm belong out of the model, even when the
    analysis uses them.
    """

    y: FloatArray
    own: FloatArray
    reference: FloatArray
    columns: tuple[str, ...]
    arm: IntArray
    event: IntArray
    group: IntArray
    reference_group: IntArray
    n_groups: int = 1
    modelled: BoolArray | None = None

    @property
    def is_missing(self) -> BoolArray:
        """(N, T) outcomes to impute."""
        return np.isnan(self.y)

    @property
    def is_modelled(self) -> BoolArray:
        """(N, T) outcomes that the imputation model is fitted to."""
        seen = ~self.is_missing
        return seen if self.modelled is None else seen & self.modelled

    @property
    def n_people(self) -> int:
        """Participants."""
        return len(self.y)

    @property
    def n_visits(self) -> int:
        """Visits."""
        return int(self.y.shape[1])


@dataclass(frozen=True)
class Scenario:
    """One assumption, or one for each participant, and what is done to imputed outcomes then.

    shift: (N, T) added to imputed outcomes, in units of the outcome. factor: (N, T) by which they
    are multiplied first. None: nothing is done. Observed outcomes never change.
    """

    assume: Assumption | Sequence[Assumption] = Assumption.MISSING_AT_RANDOM
    shift: FloatArray | None = None
    factor: FloatArray | None = None

    def codes(self, n_people: int) -> NDArray[np.str_]:
        """Return the assumption of every participant (N,)."""
        if isinstance(self.assume, Assumption):
            return np.full(n_people, self.assume.value)
        if len(self.assume) != n_people:
            raise ModelError("one assumption for each participant is needed")
        return np.array([Assumption(a).value for a in self.assume])


def event_after_last_seen(y: FloatArray) -> IntArray:
    """Return for each participant (N,) the visit after the last observed one; 0: nobody seen."""
    seen = np.isfinite(y)
    last = seen.shape[1] - np.argmax(seen[:, ::-1], axis=1)
    return np.where(seen.any(axis=1), last, 0).astype(np.int64)


def shift_after_event(
    delta: FloatArray, event: IntArray, n_visits: int, *, is_growing: bool = False
) -> FloatArray:
    """Return the shift (N, T) of each participant's outcomes from the event on.

    delta: (N,) or (N, T), in units of the outcome. is_growing: delta accumulates over the visits
    from the event on (delta, then the sum of two, and so on); else it stays as it is.
    """
    each = np.broadcast_to(delta if delta.ndim == 2 else delta[:, None], (len(event), n_visits))
    shift = np.where(np.arange(n_visits) >= event[:, None], each, 0.0)
    return np.cumsum(shift, axis=1) if is_growing else shift


def factor_after_event(
    factor: FloatArray, event: IntArray, n_visits: int, *, is_growing: bool = False
) -> FloatArray:
    """Return the factor (N, T) on each participant's outcomes from the event on, 1 before it.

    factor: (N,) or (N, T). is_growing: factors multiply up over the visits from the event on.
    """
    each = np.broadcast_to(factor if factor.ndim == 2 else factor[:, None], (len(event), n_visits))
    factors = np.where(np.arange(n_visits) >= event[:, None], each, 1.0)
    return np.asarray(np.cumprod(factors, axis=1) if is_growing else factors, dtype=float)


def build_profiles(data: ImputationData, scenario: Scenario) -> FloatArray:
    """Return U (N, T, p): the mean of each participant's outcomes is U beta."""
    codes = scenario.codes(data.n_people)
    people = np.arange(data.n_people)
    has_event = data.event < data.n_visits
    later = np.arange(data.n_visits) >= data.event[:, None]
    last = np.maximum(data.event - 1, 0)
    own_last = data.own[people, last][:, None]
    reference_last = data.reference[people, last][:, None]
    nothing_before = (data.event == 0)[:, None, None]
    jumped = np.where(later[..., None], data.reference, data.own)
    changes = np.where(nothing_before, data.reference, data.reference + own_last - reference_last)
    kept = np.where(nothing_before, data.own, own_last)
    choices = {
        Assumption.JUMP_TO_REFERENCE: jumped,
        Assumption.COPY_REFERENCE: np.where(has_event[:, None, None], data.reference, data.own),
        Assumption.COPY_INCREMENTS: np.where(later[..., None], changes, data.own),
        Assumption.LAST_MEAN_CARRIED_FORWARD: np.where(later[..., None], kept, data.own),
    }
    profiles = data.own.copy()
    for assume, rows in choices.items():
        chosen = codes == assume
        profiles[chosen] = rows[chosen]
    return profiles


def choose_covariances(data: ImputationData, scenario: Scenario) -> IntArray:
    """Return (N, 3): covariance group before the event, from the event on, and the event.

    `mix_covariance` makes the matrix. Where both groups are one, the event is T.
    """
    codes = scenario.codes(data.n_people)
    T = data.n_visits
    before, after = data.group.copy(), data.group.copy()
    has_event = data.event < T
    copies = has_event & (codes == Assumption.COPY_REFERENCE)
    mixes = has_event & np.isin(codes, (Assumption.JUMP_TO_REFERENCE, Assumption.COPY_INCREMENTS))
    before[copies] = data.reference_group[copies]
    after[copies | mixes] = data.reference_group[copies | mixes]
    event = np.where(before == after, T, data.event)
    return np.stack([before, after, event], axis=1)


def mix_covariance(covariance: FloatArray, before: int, after: int, event: int) -> FloatArray:
    """Return the covariance matrix (b, T, T) of a participant who changes arm at an event.

    covariance: (b, G, T, T). Before the event that of group `before`; from the event on the
    regression on what came before and the residual covariance are those of group `after`
    (Carpenter, Roger and Kenward 2013, eq. 7).
    """
    first, second = covariance[:, before], covariance[:, after]
    T = first.shape[-1]
    if before == after or event >= T:
        return first
    if event == 0:
        return second
    e = slice(None, event), slice(event, None)
    slope = np.linalg.solve(second[:, e[0], e[0]], second[:, e[0], e[1]]).swapaxes(-1, -2)
    mixed = np.empty_like(first)
    mixed[:, e[0], e[0]] = first[:, e[0], e[0]]
    mixed[:, e[1], e[0]] = slope @ first[:, e[0], e[0]]
    mixed[:, e[0], e[1]] = mixed[:, e[1], e[0]].swapaxes(-1, -2)
    gap = second[:, e[0], e[0]] - first[:, e[0], e[0]]
    mixed[:, e[1], e[1]] = second[:, e[1], e[1]] - slope @ gap @ slope.swapaxes(-1, -2)
    return mixed

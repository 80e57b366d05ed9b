"""What happened to participants and their data, and which tables describe it."""

from enum import StrEnum
from typing import Final


class Disposition(StrEnum):
    """Where a participant ended; every participant has exactly one."""

    NOT_ELIGIBLE = "not_eligible"
    DECLINED = "declined"
    NOT_RANDOMISED = "not_randomised"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    DISCONTINUED = "discontinued"
    """Stopped the treatment, still measured."""
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"
    WITHDREW_CONSENT = "withdrew_consent"
    DIED = "died"


class StatisticTable(StrEnum):
    """Which descriptive table a row of `statistics` belongs to."""

    FLOW = "flow"
    BASELINE = "baseline"
    MISSINGNESS = "missingness"
    OBSERVED_MEANS = "observed_means"
    DELIVERY = "delivery"
    FIDELITY = "fidelity"
    PHASES = "phases"
    GOALS = "goals"
    RELIABILITY = "reliability"
    ITEMS = "items"
    AGREEMENT = "agreement"
    RESPONDERS = "responders"
    TRANSITIONS = "transitions"
    CLUSTERING = "clustering"
    RESIDUALS = "residuals"
    INFLUENCE = "influence"
    DRIFT = "drift"
    EVENTS = "events"
    """Intercurrent events of an analysis: how many have one, and whose outcomes it changes."""
    TRUTH = "truth"
    PRIVACY = "privacy"


class Statistic(StrEnum):
    """Descriptive statistics; a table may add names of its own."""

    COUNT = "count"
    PROPORTION = "proportion"
    MEAN = "mean"
    SD = "sd"
    GEOMETRIC_MEAN = "geometric_mean"
    GEOMETRIC_SD = "geometric_sd"
    SE = "se"
    MEDIAN = "median"
    LOWER_QUARTILE = "lower_quartile"
    UPPER_QUARTILE = "upper_quartile"
    STANDARDISED_DIFFERENCE = "standardised_difference"
    CONF_LOW = "conf_low"
    CONF_HIGH = "conf_high"


UNKNOWN_REASON: Final = "unknown"
"""The reason of a missing value where the source gives none."""


OTHER_REASON: Final = "other_reason"
"""Stands for reasons that the plan does not list and few people share."""


class ScoreRule(StrEnum):
    """How a score came about."""

    GIVEN = "given"
    """The raw file holds the score itself."""
    COMPLETE = "complete"
    PRORATED = "prorated"
    """Some items unanswered; the mean of the answered ones stands in for them."""
    TOO_FEW_ANSWERED = "too_few_answered"
    """No score."""


class Exclusion(StrEnum):
    """Why a participant or a row is not part of an analysis."""

    NOT_RANDOMISED = "not_randomised"
    NOT_ELIGIBLE = "not_eligible"
    NOT_STARTED = "not_started"
    NOT_COMPLETED = "not_completed"
    NOT_SELECTED = "not_selected"
    """The analysis uses other rows only (`only`)."""
    OTHER_VISIT = "other_visit"
    AFTER_EVENT = "after_event"
    """The outcome came after an intercurrent event whose strategy sets it aside."""
    OUTCOME_MISSING = "outcome_missing"
    OUTCOME_INCOMPLETE = "outcome_incomplete"
    """The population asks for the outcome at certain visits."""
    COVARIATE_MISSING = "covariate_missing"
    OUT_OF_DOMAIN = "out_of_domain"
    """A value that cannot be transformed: the logarithm of zero."""


class FlowStep(StrEnum):
    """A box of the flow diagram; `level` of the row holds the reason or disposition."""

    ASSESSED = "assessed"
    NOT_ENTERED = "not_entered"
    RANDOMISED = "randomised"
    ENROLLED = "enrolled"
    """In a design without randomisation."""
    ALLOCATED = "allocated"
    INELIGIBLE_ENTERED = "ineligible_entered"
    """A protocol deviation: did not meet the criteria and entered all the same."""
    STARTED = "started"
    NOT_STARTED = "not_started"
    TREATMENT_COMPLETED = "treatment_completed"
    TREATMENT_NOT_COMPLETED = "treatment_not_completed"
    ENDED = "ended"
    ANALYSED = "analysed"
    NOT_ANALYSED = "not_analysed"


class MissingPattern(StrEnum):
    """How a participant's outcomes go missing over the visits."""

    COMPLETE = "complete"
    MONOTONE = "monotone"
    """Nothing after the first gap."""
    INTERMITTENT = "intermittent"
    NEVER = "never"


class DriftKind(StrEnum):
    """What may change from one cohort to the next."""

    SIZE = "size"
    SCHEMA = "schema"
    MISSINGNESS = "missingness"
    BASELINE = "baseline"
    DOSE = "dose"
    RELIABILITY = "reliability"


class Stage(StrEnum):
    """A measurement on an irregular day, against the participant's own first and last session."""

    BEFORE = "before_treatment"
    DURING = "during_treatment"
    AFTER = "after_treatment"

"""Tables between stages and every column name, spelled once.

Column names are plain strings (`Column.ARM`), in the order in which a reader meets them.
"""

from enum import StrEnum
from typing import Final


class Table(StrEnum):
    """The tables between stages."""

    PARTICIPANTS = "participants"
    SESSIONS = "sessions"
    GOALS = "goals"
    DELIVERY = "delivery"
    RESPONSES = "responses"
    SCORES = "scores"
    ANALYSIS_SET = "analysis_set"
    ESTIMATES = "estimates"
    DIAGNOSTICS = "diagnostics"
    STATISTICS = "statistics"
    ANSWERS = "answers"
    """The claims of a study: which row answers each question, or why none does."""


class ColumnKind(StrEnum):
    """What a column of a table holds."""

    TEXT = "text"
    """Text without a closed list of values: identifiers, names that the plan declares."""
    CATEGORY = "category"
    """Text from a closed list of levels."""
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"


class Column:
    """Column names, in the order in which a reader meets them."""

    # Keys and structure
    STUDY_ID: Final = "study_id"
    ANALYSIS_ID: Final = "analysis_id"
    PARTICIPANT_ID: Final = "participant_id"
    DYAD_ID: Final = "dyad_id"
    ROLE: Final = "role"
    """Member of a dyad in tables of people; role of the analysis in `estimates`."""
    ARM: Final = "arm"
    SITE: Final = "site"
    THERAPIST_ID: Final = "therapist_id"
    COHORT: Final = "cohort"
    VISIT: Final = "visit"
    OCCASION: Final = "occasion"
    """Number of the measurement within a visit (diary day, trial); missing if there is one only."""
    DAY: Final = "day"
    """Days from the participant's own baseline, which is day 0."""

    # participants
    RANDOMISED: Final = "randomised"
    ELIGIBLE: Final = "eligible"
    ELIGIBILITY_REASON: Final = "eligibility_reason"
    DISPOSITION: Final = "disposition"
    DISPOSITION_REASON: Final = "disposition_reason"
    DISPOSITION_DAY: Final = "disposition_day"
    ENTRY_DAY: Final = "entry_day"
    """Day on which treatment began, counted from the participant's own baseline."""

    # sessions
    SESSION_NUMBER: Final = "session_number"
    PHASE: Final = "phase"
    PLANNED: Final = "planned"
    HELD: Final = "held"
    MISSED_REASON: Final = "missed_reason"
    MINUTES: Final = "minutes"
    VIDEO_FEEDBACK: Final = "video_feedback"
    HOMEWORK: Final = "homework"
    FIDELITY: Final = "fidelity"

    # goals
    GOAL: Final = "goal"
    ATTAINED: Final = "attained"
    ATTAINMENT: Final = "attainment"
    """Goal attainment scaling: -2 to +2."""

    # responses and scores
    INSTRUMENT: Final = "instrument"
    SCALE: Final = "scale"
    """`instrument` or `instrument.scale` in `scores`; what the number is on in `estimates`."""
    ITEM: Final = "item"
    RATER: Final = "rater"
    RESPONSE: Final = "response"
    CATEGORY: Final = "category"
    """The answer or outcome where it is a class and not a number."""
    MISSING_REASON: Final = "missing_reason"
    SCORE: Final = "score"
    N_ITEMS: Final = "n_items"
    N_MISSING: Final = "n_missing"
    RULE: Final = "rule"
    BASELINE: Final = "baseline"
    CHANGE: Final = "change"

    # analysis_set
    OUTCOME: Final = "outcome"
    """Value in `analysis_set`; in `estimates` the outcome's name (`attachment_security.total`)."""
    VALUE: Final = "value"
    POPULATION: Final = "population"
    IN_POPULATION: Final = "in_population"
    INTERCURRENT_EVENT: Final = "intercurrent_event"

    # answers
    CLAIM_ID: Final = "claim_id"
    N_ANALYSED: Final = "n_analysed"
    N_OBSERVED: Final = "n_observed"
    """Participants whose outcome was seen at the visit of the answer."""
    N_ENTERED: Final = "n_entered"
    BETTER: Final = "better"

    # estimates
    ESTIMATE_ID: Final = "estimate_id"
    QUANTITY: Final = "quantity"
    TERM: Final = "term"
    """What a row is about, as its id names it; the next columns are its parts."""
    EFFECT: Final = "effect"
    AGAINST: Final = "against"
    AT: Final = "at"
    MEMBER: Final = "member"
    CASE: Final = "case"
    LEFT_OUT: Final = "left_out"
    DELTA: Final = "delta"
    OVER: Final = "over"
    REFERENCE_ARM: Final = "reference_arm"
    MODELLED_CLASS: Final = "modelled_class"
    """The class whose odds or share is told; of an ordinal outcome its last class."""
    ESTIMATE: Final = "estimate"
    STD_ERROR: Final = "std_error"
    DF: Final = "df"
    DF_NUMERATOR: Final = "df_numerator"
    DF_METHOD: Final = "df_method"
    STATISTIC: Final = "statistic"
    P_VALUE: Final = "p_value"
    P_ADJUSTED: Final = "p_adjusted"
    CONF_LOW: Final = "conf_low"
    CONF_HIGH: Final = "conf_high"
    CONF_LEVEL: Final = "conf_level"
    N_PARTICIPANTS: Final = "n_participants"
    N_OBSERVATIONS: Final = "n_observations"
    N_SMALLEST: Final = "n_smallest"
    N_NAMED: Final = "n_named"
    STATUS: Final = "status"
    NOTE: Final = "note"

    # diagnostics
    FIT: Final = "fit"
    ENGINE: Final = "engine"
    MODEL: Final = "model"
    METHOD: Final = "method"
    COVARIANCE_STRUCTURE: Final = "covariance_structure"
    N_FIXED: Final = "n_fixed"
    N_COVARIANCE: Final = "n_covariance"
    LOG_LIKELIHOOD: Final = "log_likelihood"
    AIC: Final = "aic"
    BIC: Final = "bic"
    N_EVALUATIONS: Final = "n_evaluations"
    N_ITERATIONS: Final = "n_iterations"
    SCALED_GRADIENT: Final = "scaled_gradient"
    CONDITION: Final = "condition"
    IS_SINGULAR: Final = "is_singular"
    HAS_CONVERGED: Final = "has_converged"
    SECOND_FIT_ENGINE: Final = "second_fit_engine"
    SECOND_FIT_DIFFERENCE: Final = "second_fit_difference"
    SECOND_FIT_QUANTITY: Final = "second_fit_quantity"
    WARNINGS: Final = "warnings"

    # statistics
    STATISTIC_ID: Final = "statistic_id"
    TABLE: Final = "table"
    GROUP_ARM: Final = "group_arm"
    GROUP_VISIT: Final = "group_visit"
    GROUP_OTHER: Final = "group_other"
    VARIABLE: Final = "variable"
    LEVEL: Final = "level"
    N: Final = "n"

"""Every column name and category of evalpipe's own tables, spelled once.

Column names are plain strings (`Column.ARM`), categories are `StrEnum` members, which are strings
too and can be put into a table as they are. Names that a plan declares (arms, visits, instruments,
levels, reasons) are not vocabulary: they come from the plan.
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

    # estimates
    ESTIMATE_ID: Final = "estimate_id"
    QUANTITY: Final = "quantity"
    TERM: Final = "term"
    REFERENCE_ARM: Final = "reference_arm"
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


class AnalysisRole(StrEnum):
    """Why an analysis is there."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SENSITIVITY = "sensitivity"
    MECHANISM = "mechanism"
    EXPLORATORY = "exploratory"
    DESCRIPTIVE = "descriptive"
    REPRODUCTION = "reproduction"


class Status(StrEnum):
    """Whether a number may be read."""

    OK = "ok"
    SINGULAR = "singular"
    NOT_CONVERGED = "not_converged"
    NOT_ESTIMABLE = "not_estimable"
    NOT_AVAILABLE = "not_available"
    """Declared in the plan; this version has no engine for it."""


class DfMethod(StrEnum):
    """Where degrees of freedom come from."""

    KENWARD_ROGER = "kenward_roger"
    """The linear form (SAS `ddfm=kr(linear)`)."""
    SATTERTHWAITE = "satterthwaite"
    CR2 = "cr2"
    RESIDUAL = "residual"
    WELCH = "welch"
    BARNARD_RUBIN = "barnard_rubin"
    """Pooled over imputed data sets."""
    KNAPP_HARTUNG = "knapp_hartung"
    CHI_SQUARE = "chi_square"
    EXACT = "exact"
    NORMAL = "normal"


class Quantity(StrEnum):
    """What a row of `estimates` is an estimate of."""

    COEFFICIENT = "coefficient"
    MARGINAL_MEAN = "marginal_mean"
    CONTRAST = "contrast"
    """A difference (or ratio, see scale) of marginal means: arms, visits, roles, conditions."""
    SLOPE = "slope"
    SLOPE_CONTRAST = "slope_contrast"
    TRAJECTORY = "trajectory"
    """Predicted mean at a day or session; `term` holds which."""
    JOINT_TEST = "joint_test"
    """Several contrasts at once; `statistic` is F or chi-square."""
    LIKELIHOOD_RATIO = "likelihood_ratio"
    """Two models compared; `term` names the other analysis, `df` the difference in parameters."""
    FIT_STATISTIC = "fit_statistic"
    """`term` is log_likelihood, aic, bic or deviance."""
    VARIANCE_COMPONENT = "variance_component"
    COVARIANCE = "covariance"
    """One element of a covariance matrix; `term` is `row:column`."""
    CORRELATION = "correlation"
    INTRACLASS_CORRELATION = "intraclass_correlation"
    EFFECT_SIZE = "effect_size"
    """Standardised; `term` names it (hedges_g, model_based_d), `note` its denominator."""
    PROPORTION = "proportion"
    RELIABILITY = "reliability"
    AGREEMENT = "agreement"
    """Kappa and its kin; `term` names it."""
    MARGINAL_HOMOGENEITY = "marginal_homogeneity"
    THRESHOLD = "threshold"
    """Cut point of an ordinal model."""


class Scale(StrEnum):
    """The scale on which an estimate lies."""

    OUTCOME = "outcome"
    """The unit of the outcome itself."""
    LOG = "log"
    RATIO = "ratio"
    LOG_ODDS = "log_odds"
    ODDS_RATIO = "odds_ratio"
    RISK_RATIO = "risk_ratio"
    RISK_DIFFERENCE = "risk_difference"
    RATE_RATIO = "rate_ratio"
    PROBABILITY = "probability"
    STANDARDISED = "standardised"
    CORRELATION = "correlation"
    VARIANCE = "variance"
    STANDARD_DEVIATION = "standard_deviation"
    NONE = "none"
    """Tests, likelihoods and information criteria."""


class SummaryKind(StrEnum):
    """The population-level summary of an estimand."""

    DIFFERENCE_IN_MEANS = "difference_in_means"
    RATIO_OF_MEANS = "ratio_of_means"
    DIFFERENCE_IN_SLOPES = "difference_in_slopes"
    MEAN_CHANGE = "mean_change"
    SLOPE = "slope"
    ODDS_RATIO = "odds_ratio"
    PROPORTIONAL_ODDS_RATIO = "proportional_odds_ratio"
    RISK_DIFFERENCE = "risk_difference"
    RISK_RATIO = "risk_ratio"
    RATE_RATIO = "rate_ratio"
    STANDARDISED_DIFFERENCE = "standardised_difference"
    ACTOR_PARTNER_EFFECT = "actor_partner_effect"
    MARGINAL_HOMOGENEITY = "marginal_homogeneity"
    AGREEMENT = "agreement"


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

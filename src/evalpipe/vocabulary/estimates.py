"""What a row of `estimates` can be: its role, status, quantity, scale and degrees of freedom."""

from enum import StrEnum
from typing import Final

SECOND_FIT_NOISE: Final = 1e-9
"""Relative difference of two computations below which only rounding is seen: told as a bound."""


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
    """Declared in the plan, and not to be computed as it is declared there."""


NO_ANSWER = (Status.NOT_ESTIMABLE, Status.NOT_AVAILABLE, Status.NOT_CONVERGED)
"""States of a row that holds no answer, whatever numbers stand in it."""


class ClaimStatus(StrEnum):
    """What became of a question; a question that the plan does not ask has no claim."""

    ANSWERED = "answered"
    WITHHELD = "withheld"
    NOT_ESTIMABLE = "not_estimable"


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
    EQUIVALENCE = "equivalence"
    """A difference with the larger p of two one-sided tests and the interval that goes with it."""
    ONE_SIDED_TEST = "one_sided_test"
    """A difference minus a bound; `term` names the bound, p is that of the side inside it."""
    SPHERICITY = "sphericity"
    """Mauchly's W, or an epsilon that corrects degrees of freedom; `term` names it."""
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

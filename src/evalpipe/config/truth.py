"""The known truth behind synthetic data: what `evalpipe simulate` puts in and estimates are held against."""

from typing import Annotated, Literal

from pydantic import Field

from evalpipe.config.base import Identifier, Level, Strict
from evalpipe.config.derived import Reference

Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class TrueOutcome(Strict):
    """How one outcome arises, on the scale on which it is analysed.

    mean at each visit (or one number), effect of each non-control arm at each visit (or one
    number), SD of the parts; outcomes of one participant may share a latent correlation.
    """

    mean: float | dict[Identifier, float] = 0.0
    effect: dict[Level, float | dict[Identifier, float]] = Field(
        {}, description="arm (or condition, period) -> effect, or effect at each visit"
    )
    coefficients: dict[str, float] = Field(
        {}, description="term -> coefficient, for terms besides the arm: age, hinge, lagged partner"
    )
    sd: Positive = 1.0
    visit_correlation: Annotated[float, Field(gt=-1, lt=1)] = 0.5
    autocorrelation: Annotated[float, Field(gt=-1, lt=1)] = 0.0
    between: dict[Identifier, Annotated[float, Field(ge=0)]] = Field(
        {}, description="SD of random intercepts by level: site, therapist, dyad, participant"
    )
    slope_sd: dict[Reference, Annotated[float, Field(ge=0)]] = {}
    partner_correlation: Annotated[float, Field(ge=-1, le=1)] = 0.0
    loading: Annotated[float, Field(gt=0, lt=1, description="of items on their scale")] = 0.7
    probabilities: dict[Identifier, dict[Level, tuple[float, ...]]] = Field(
        {}, description="classifications: visit -> arm -> probability of each class"
    )
    stay: Probability = 0.5


class TrueDropout(Strict):
    """Who leaves and why."""

    rate: Probability = 0.0
    mechanism: Literal["completely_at_random", "at_random", "not_at_random"] = (
        "completely_at_random"
    )
    depends_on: Reference | None = None
    strength: float = Field(0.5, description="log odds per SD of the outcome it depends on")
    reasons: dict[Identifier, Positive] = {}


class Truth(Strict):
    """The recipe of a synthetic study."""

    seed: Annotated[int, Field(ge=0)]
    participants: Annotated[int, Field(ge=4, description="participants, or dyads")]
    sites: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        {}, description="number of units at each level: site: 4, therapist: 12"
    )
    outcomes: dict[Reference, TrueOutcome]
    covariates: dict[Identifier, dict[str, float]] = {}
    dropout: TrueDropout = TrueDropout()
    missing_items: Probability = 0.0
    missing_occasions: Probability = 0.0
    late_visits: Probability = 0.0
    therapist_changes: Probability = 0.0

"""The known truth behind synthetic data: what `simulate` puts in and estimates are held against.

Everything else comes from the plan itself: who is measured when, with which items, in which phases.
"""

from typing import Annotated, Literal

from pydantic import Field

from evalpipe.config.base import Identifier, Level, Strict
from evalpipe.config.derived import Reference

Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Correlation = Annotated[float, Field(gt=-1, lt=1)]
Whole = Annotated[int, Field(ge=0)]
FromTo = tuple[Whole, Whole]

Cell = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]*(\[[A-Za-z0-9_]+\])?(:[a-z][a-z0-9_]*(\[[A-Za-z0-9_]+\])?)*$",
        description="`age_years`, `arm[new]`, `arm[new]:session_number`",
    ),
]
"""A coefficient: numbers as themselves, `factor[level]` as one where the level holds, else zero."""

ByOccasion = float | dict[Identifier, float]
"""One number, or one for each visit or period; not named there: zero."""


class TrueVariable(Strict):
    """How a variable of the participants is spread: normal, or shares of its levels."""

    mean: float | None = None
    sd: NonNegative = 0.0
    decimals: Whole = 0
    levels: dict[Level, NonNegative] = {}
    roles: tuple[Identifier, ...] = Field((), description="members who have it; empty: all")
    balanced: bool = Field(False, description="levels in turn instead of at random")
    within: Identifier | None = Field(None, description="the same for everyone in this cluster")


class TrueRandom(Strict):
    """SDs of the random intercept and slopes of one level."""

    intercept: NonNegative = 0.0
    slopes: dict[Reference, NonNegative] = {}
    members: Correlation = Field(0.0, description="correlation of the two members of a dyad")
    arms: tuple[Identifier, ...] = Field((), description="arms in which it acts; empty: all")
    after_baseline: bool = Field(False, description="acts after baseline only: a therapist")


class TrueLag(Strict):
    """Today's deviation from the mean follows yesterday's, the own and the partner's."""

    own: dict[Identifier, float] = Field({}, description="member -> effect of the own yesterday")
    partner: dict[Identifier, float] = Field(
        {}, description="member -> effect of the other member's yesterday"
    )
    partner_change: dict[Cell, dict[Identifier, float]] = Field(
        {}, description="arm or period -> change of the partner's effect"
    )


class TrueTransmission(Strict):
    """One member starts in the other's class with this probability."""

    from_: Identifier = Field(alias="from")
    to: Identifier
    same: Probability


class TrueClasses(Strict):
    """Classification: classes at the first visit and the way from each class to the next visit."""

    start: dict[Level, Positive]
    transmission: TrueTransmission | None = None
    change: dict[Identifier, dict[Level, tuple[Probability, ...]]] = Field(
        {}, description="arm -> class before -> probability of each class after, in plan order"
    )


class TrueRaters(Strict):
    """Several raters of one thing, each with errors of their own."""

    names: tuple[Identifier, ...]
    sd: NonNegative = Field(0.0, description="SD of a rater's error in a number")
    agree: Probability = Field(1.0, description="probability that a rater gives the true class")
    second_share: Probability = Field(1.0, description="share of people seen by the other raters")


class TrueOutcome(Strict):
    """How one outcome arises on the scale on which it is analysed (log or logit where that is it).

    A score is mean + terms + random effects + residual; items are made to give that score.
    """

    mean: ByOccasion = 0.0
    terms: dict[Cell, ByOccasion] = {}
    random: dict[Identifier, TrueRandom] = {}
    residual: NonNegative | dict[Identifier, NonNegative] = Field(
        1.0, description="SD of the residual, or SD for each role"
    )
    autocorrelation: Correlation = Field(0.0, description="of residuals a day or occasion apart")
    members: Correlation = Field(0.0, description="of the two members' residuals")
    lagged: TrueLag | None = None
    classes: TrueClasses | None = None
    thresholds: tuple[float, ...] = Field((), description="borders of an ordinal outcome, logits")
    raters: TrueRaters | None = None
    alpha: Annotated[float, Field(gt=0, lt=1)] = Field(0.85, description="Cronbach's of the items")
    decimals: Whole = 2


class TrueDropout(Strict):
    """Who leaves the study and why."""

    rate: Probability = 0.0
    mechanism: Literal["completely_at_random", "at_random", "not_at_random"] = (
        "completely_at_random"
    )
    depends_on: Reference | None = None
    strength: float = Field(0.7, description="log odds per SD lower of that outcome")
    reasons: dict[Level, Positive] = {}


class TrueMissing(Strict):
    """What is missing among those who stay."""

    items: Probability = 0.0
    occasions: Probability = 0.0
    one_member: Probability = Field(0.0, description="occasions that only one member answers")
    reasons: dict[Identifier, Positive] = {}


class TrueTiming(Strict):
    """When people enter and are seen."""

    first_entry: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] = "2022-01-10"
    first_entry_of: dict[Level, Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]] = Field(
        {}, description="cohort -> its first day of entry"
    )
    entry_days: Whole = 365
    spread: Whole = Field(3, description="days that a visit is early or late within its window")
    late: Probability = Field(0.0, description="share of visits that are late beyond the window")
    late_days: FromTo = (15, 40)
    irregular: FromTo | None = Field(None, description="number of measurements without visits")
    until_day: Whole = Field(365, description="last day of irregular measurements")


class TrueSessions(Strict):
    """How the treatment goes."""

    first_day: FromTo = (7, 21)
    spacing_sd: NonNegative = 1.5
    minutes_sd: NonNegative = 5.0
    missed: Probability = 0.0
    missed_reasons: dict[Level, Positive] = {}
    extended: Probability = Field(0.5, description="of phases that may extend, goals not attained")
    extension: FromTo = (2, 5)
    stops: Probability = 0.0
    stop_reasons: dict[Level, Positive] = {}
    never_starts: Probability = 0.0
    therapist_change: Probability = 0.0
    video_held: Probability = 0.9
    homework_done: Probability = 0.8
    rating_missing: Probability = 0.0


class TrueGoal(Strict):
    """Attainment before rounding to -2 .. 2; each further judgement is `gain` higher."""

    mean: float = 0.0
    sd: Positive = 1.0
    gain: float = 0.5


class TrueTrials(Strict):
    """Trials of a within-person experiment: blocks of one condition, every other cell inside."""

    blocks: Identifier = Field(description="the condition that a block has")
    order: Identifier = Field(description="the variable that says in which order blocks come")
    orders: dict[Level, tuple[Level, ...]]
    within: dict[Identifier, tuple[Level, ...]] = {}
    repeats: Annotated[int, Field(ge=1)] = 1
    position: Identifier = Field("position", description="variable that numbers the blocks")


class TrueScreening(Strict):
    """People who were assessed and did not enter; and some who should not have."""

    not_eligible: Whole = 0
    declined: Whole = 0
    ineligible_randomised: Whole = 0


class Truth(Strict):
    """The recipe of a synthetic study."""

    seed: Whole
    units: Annotated[int, Field(ge=4, description="participants, or dyads; of each cohort")]
    clusters: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        {}, description="number of units at each level: site: 4, therapist: 12"
    )
    id_prefix: Annotated[str, Field(pattern="^[A-Z]{1,3}$")] = "P"
    cohorts: dict[Level, dict[Reference, float]] = Field(
        {}, description="folder -> how much higher its outcomes are"
    )
    variables: dict[Identifier, TrueVariable] = {}
    outcomes: dict[Reference, TrueOutcome]
    timing: TrueTiming = TrueTiming()
    sessions: TrueSessions = TrueSessions()
    goals: dict[Identifier, TrueGoal] = {}
    trials: TrueTrials | None = None
    screening: TrueScreening = TrueScreening()
    dropout: TrueDropout = TrueDropout()
    missing: TrueMissing = TrueMissing()

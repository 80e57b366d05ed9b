"""What is estimated and how: populations, estimands, models, multiplicity, published numbers."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from evalpipe.config.base import Identifier, Label, Level, NumberOrLevel, Prose, Strict
from evalpipe.config.derived import Reference
from evalpipe.vocabulary.structures import Structure

TermName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?(:[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?)*$"),
]
"""One variable, or several joined by colons: `arm`, `arm:visit`, `baseline:visit`."""

Inference = Literal["kenward_roger", "satterthwaite", "cr2", "normal"]


class Population(Strict):
    """Whose data an analysis uses."""

    label: Label | None = None
    include: Literal["randomised", "enrolled", "started", "completed", "eligible", "per_protocol"]
    with_outcome_at: Literal["all", "any"] | tuple[Identifier, ...] = "any"


class IntercurrentEvent(Strict):
    """Something that happens after randomisation, and how the estimand deals with it."""

    event: Label
    strategy: Literal[
        "treatment_policy",
        "hypothetical",
        "composite",
        "while_on_treatment",
        "principal_stratum",
    ]
    marks: Identifier | None = Field(
        None, description="the disposition that marks the event in the data, if it is recorded"
    )


class Contrast(Strict):
    """A level against another of one factor: arms, conditions, periods, roles, groups.

    Written as `{arm: new, versus: usual}` or `{factor: condition, level: partner, versus: alone}`.
    """

    factor: Reference
    level: Level
    versus: Level

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        full = handler.resolve_ref_schema(handler(core_schema))
        short = {
            "type": "object",
            "required": ["versus"],
            "properties": {"versus": full["properties"]["versus"]},
            "additionalProperties": full["properties"]["level"],
            "minProperties": 2,
            "maxProperties": 2,
        }
        return {"anyOf": [full, short], "description": full.get("description", "")}

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: object) -> object:
        if isinstance(data, dict) and "factor" not in data and "versus" in data:
            others = [key for key in data if key != "versus"]
            if len(others) == 1:
                return {"factor": others[0], "level": data[others[0]], "versus": data["versus"]}
        return data


Summary = Literal[
    "difference_in_means",
    "ratio_of_means",
    "odds_ratio",
    "risk_difference",
    "rate_ratio",
    "slope",
    "difference_in_slopes",
    "coefficient",
    "change_from_baseline",
    "agreement",
    "marginal_homogeneity",
    "share_improved",
    "time_to_event",
    "difference_of_differences",
]


class Estimand(Strict):
    """The five attributes: population, outcome, contrast, summary, intercurrent events."""

    population: Identifier
    outcome: Reference
    contrast: Contrast | None = None
    contrasts: tuple[Contrast, ...] = Field((), description="further contrasts of the same factor")
    visits: tuple[Identifier, ...] | Literal["after_baseline", "all"] = "after_baseline"
    headline_visit: Identifier | None = None
    at: dict[Reference, NumberOrLevel] = Field(
        {}, description="where an effect is read off: the level or value of another term"
    )
    summary: Summary = "difference_in_means"
    terms: tuple[TermName, ...] = Field(
        (), description="the coefficients or slopes that answer the question, for those summaries"
    )
    average_visits: bool = Field(False, description="also the average over the visits")
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()


class SlopeBy(Strict):
    """A slope of its own in each level: `{slope_by: phase, of: session_number}`."""

    slope_by: Reference
    of: Reference


class RandomTerm(Strict):
    """Random intercept and slopes of one level."""

    within: Identifier
    terms: tuple[Reference, ...] = ("intercept",)
    correlated: bool = True
    arms: tuple[Identifier, ...] = Field((), description="arms in which the level exists")


class ResidualCovariance(Strict):
    """Covariance of the residuals within a participant (or dyad) over visits, days or sessions."""

    structure: Structure = Structure.IDENTITY
    within: Identifier = "participant"
    over: Reference = "visit"
    by: Reference | None = Field(None, description="own parameters for each level: arm, role")
    members: Literal["distinguishable", "exchangeable"] | None = Field(
        None, description="how the two members of a dyad are related"
    )


class IfSingular(Strict):
    """The fallback that the plan allows when a fit is singular; without it the fit is reported."""

    drop: tuple[Identifier, ...] = Field(
        ..., description="random terms to drop, by level, first to last"
    )


class _Model(Strict):
    fixed: tuple[TermName | SlopeBy, ...] = ()
    intercept: bool = True
    by_level: dict[Reference, Literal["reference", "cell_means", "sum"]] = Field(
        {}, description="coding of a category; default: reference coding"
    )
    reference_levels: dict[Reference, Level] = Field(
        {}, description="the level that others are compared with; default: control arm, first"
    )
    equal_at: Identifier | None = Field(
        None,
        description="a visit among the outcomes at which the arms share one mean: the constrained "
        "longitudinal model; its fixed terms have `visit` and `arm:visit` but not `arm`",
    )


class MixedModel(_Model):
    """A Gaussian mixed model: random effects, residual covariance, or both."""

    kind: Literal["mixed"]
    random: tuple[RandomTerm, ...] = ()
    residual: ResidualCovariance = ResidualCovariance()
    method: Literal["reml", "ml"] = "reml"
    inference: Inference = "kenward_roger"
    if_singular: IfSingular | None = None


class MMRM(_Model):
    """A mixed model for repeated measures: residual covariance over visits, no random effects."""

    kind: Literal["mmrm"]
    residual: ResidualCovariance = ResidualCovariance(structure=Structure.UNSTRUCTURED)
    method: Literal["reml", "ml"] = "reml"
    inference: Inference = "kenward_roger"


class Ancova(_Model):
    """Least squares at one visit."""

    kind: Literal["ancova"]
    standard_errors: Literal["classical", "hc2", "hc3"] = "hc3"
    outcome_as: Literal["score", "change"] = "score"


class Gee(_Model):
    """Generalised estimating equations for binary, ordinal, count or proportion outcomes."""

    kind: Literal["gee"]
    family: Literal["binomial", "poisson", "ordinal", "gaussian", "gamma"] = "binomial"
    within: Identifier = "participant"
    correlation: Literal["independence", "exchangeable", "ar1", "unstructured"] = "exchangeable"
    covariance: Literal["robust", "bias_reduced", "naive"] = "bias_reduced"


class OrdinalModel(_Model):
    """Proportional odds regression at one visit."""

    kind: Literal["ordinal"]


class ReliableChange(Strict):
    """Reliable (and clinically significant) change, Jacobson and Truax 1991; responders by arm."""

    kind: Literal["reliable_change"]
    criterion: Literal["reliable", "reliable_and_clinical"] = "reliable"
    sd: Literal["baseline", "norm"] = "baseline"


class ChangeTable(Strict):
    """Classes before against after: change table, marginal homogeneity, share improved."""

    kind: Literal["change_table"]
    before: Identifier
    after: Identifier
    test: Literal["stuart_maxwell", "bowker", "mcnemar"] = "stuart_maxwell"
    by: Reference | None = None


IntraclassForm = Literal[
    "absolute_single",
    "absolute_average",
    "consistency_single",
    "consistency_average",
    "one_way_single",
    "one_way_average",
]


class Agreement(Strict):
    """Agreement of raters, roles or instruments on one outcome: kappa, weighted kappa or ICC."""

    kind: Literal["agreement"]
    between: Literal["raters", "roles", "instruments"] = "raters"
    with_outcome: Reference | None = None
    statistic: Literal["kappa", "weighted_kappa", "icc"] = "kappa"
    form: IntraclassForm | None = Field(
        None,
        description="which intraclass correlation answers: of single ratings or of the average of "
        "all raters; `absolute` counts differences in level between raters, `consistency` does "
        "not, `one_way` is for participants rated by raters of their own; default: "
        "`absolute_single`, ICC(A,1)",
    )
    visit: Identifier | None = None


class GoalAttainment(Strict):
    """Goals attained per phase and role, time to attainment, goal attainment scaling T-score."""

    kind: Literal["goals"]


class SingleCase(Strict):
    """Each participant on their own: piecewise regression over phases, NAP, PND."""

    kind: Literal["single_case"]
    phase: Reference = "phase"
    baseline_phase: Level = "a"
    over: Reference = "day"


class Comparison(Strict):
    """Likelihood ratio of two declared models, both fitted by maximum likelihood."""

    kind: Literal["comparison"]
    simpler: Identifier
    richer: Identifier


class Descriptive(Strict):
    """Means, SDs and n by arm and visit; no test."""

    kind: Literal["descriptive"]


class MissingData(Strict):
    """What if the missing outcomes were worse than the model assumes?

    `delta` adds a penalty to imputed outcomes of the contrasted arm; `jump_to_reference` and
    `copy_increments` impute after dropout from the control arm (Carpenter, Roger and Kenward 2013).
    """

    kind: Literal["missing_data"]
    of: Identifier = Field(..., description="the analysis that is repeated")
    assume: Literal["missing_at_random", "delta", "jump_to_reference", "copy_increments"]
    delta: tuple[float, ...] = ()
    imputations: Annotated[int, Field(ge=5, le=1000)] = 100


Model = Annotated[
    MixedModel
    | MMRM
    | Ancova
    | Gee
    | OrdinalModel
    | ReliableChange
    | ChangeTable
    | Agreement
    | GoalAttainment
    | SingleCase
    | Comparison
    | Descriptive
    | MissingData,
    Field(discriminator="kind"),
]


class Analysis(Strict):
    """One question and its answer."""

    role: Literal["primary", "secondary", "sensitivity", "mechanism", "exploratory", "reproduction"]
    question: Label
    estimand: Estimand | None = None
    model: Model
    of: Identifier | None = Field(None, description="a sensitivity analysis: of which analysis")
    family: Identifier | None = Field(None, description="the multiplicity family it belongs to")
    only: dict[Reference, Level | tuple[Level, ...]] = Field(
        {}, description="use only these rows: {role: child}"
    )
    standardise_by: Literal["baseline_sd", "control_sd", "none"] = "baseline_sd"
    note: Prose | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        free = ("comparison", "goals", "missing_data")
        if self.estimand is None and self.model.kind not in free:
            raise ValueError("needs an estimand: population, outcome, contrast, visits, summary")
        return self


class Multiplicity(Strict):
    """A family of tests and how their p-values are adjusted."""

    label: Label | None = None
    method: Literal["holm", "hochberg", "benjamini_hochberg", "bonferroni", "fixed_sequence"]
    order: tuple[Identifier, ...] = Field((), description="for a fixed sequence")


class PrintedValue(Strict):
    """A printed number with an explanation of why it is known to differ."""

    printed: str
    explained: Prose


Printed = Annotated[str, Field(pattern=r"^[<>]?\s?-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$")]


class PublishedNumber(Strict):
    """One printed row: which computed row it is, and the numbers as printed."""

    quantity: Identifier
    term: Label | None = None
    arm: Level | None = None
    versus: Level | None = None
    visit: Identifier | None = None
    outcome: Reference | None = None
    estimate: Printed | PrintedValue | None = None
    std_error: Printed | PrintedValue | None = None
    df: Printed | PrintedValue | None = None
    statistic: Printed | PrintedValue | None = None
    p_value: Printed | PrintedValue | None = None
    conf_low: Printed | PrintedValue | None = None
    conf_high: Printed | PrintedValue | None = None
    n_participants: Printed | PrintedValue | None = None
    n_observations: Printed | PrintedValue | None = None


class Published(Strict):
    """A published source and the numbers printed there."""

    source: Prose
    analysis: Identifier
    numbers: tuple[PublishedNumber, ...]

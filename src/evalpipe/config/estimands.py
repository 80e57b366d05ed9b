"""What is asked: population, outcome, contrast, summary and intercurrent events."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from evalpipe.config.base import SHOWN, Identifier, Label, Level, NumberOrLevel, Strict
from evalpipe.config.derived import Reference
from evalpipe.config.events import IntercurrentEvent
from evalpipe.config.terms import TermName


class Population(Strict):
    """Whose data an analysis uses."""

    label: Annotated[Label | None, SHOWN] = None
    include: Literal["randomised", "enrolled", "started", "completed", "eligible", "per_protocol"]
    with_outcome_at: Literal["all", "any"] | tuple[Identifier, ...] = "any"


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
    "equivalence",
    "equality_of_means",
]


_DEFAULTS: dict[str, Summary] = {
    "gee binomial": "odds_ratio",
    "gee ordinal": "odds_ratio",
    "gee poisson": "rate_ratio",
    "gee gamma": "ratio_of_means",
    "ordinal": "odds_ratio",
    "reliable_change": "share_improved",
    "agreement": "agreement",
    "change_table": "marginal_homogeneity",
    "rm_anova": "equality_of_means",
}
"""The summary of an estimand that names none, by kind of analysis; else a difference in means."""


def default_summary(model: Mapping[str, object]) -> Summary:
    """Return the summary of an estimand that names none, from the model as the plan writes it."""
    kind = str(model.get("kind"))
    if kind == "gee":
        kind += f" {model.get('family', 'binomial')}"
    if kind == "pre_post" and model.get("compare", "within") == "within":
        return "change_from_baseline"
    return _DEFAULTS.get(kind, "difference_in_means")


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
    summary: Summary = Field(
        "difference_in_means",
        description="default: what the kind of analysis gives (odds_ratio for binary and ordinal "
        "outcomes, rate_ratio for counts, share_improved for reliable_change)",
    )
    terms: tuple[TermName, ...] = Field(
        (), description="the coefficients or slopes that answer the question, for those summaries"
    )
    average_visits: bool = Field(False, description="also the average over the visits")
    equivalence_bounds: tuple[float, float] | None = Field(
        None,
        description="for `summary: equivalence`: the differences between these two do not matter, "
        "in units of the outcome; default: the outcome's minimal important difference either way",
    )
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()

    @model_validator(mode="after")
    def _has_bounds_in_order(self) -> Self:
        bounds = self.equivalence_bounds
        if bounds is not None and not bounds[0] < 0 < bounds[1]:
            raise ValueError("equivalence_bounds: a bound below 0 and one above: [-5, 5]")
        return self

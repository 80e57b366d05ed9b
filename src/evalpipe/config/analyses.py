"""What is estimated and how: the door to populations, estimands, models and published numbers."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from evalpipe.config.base import SHOWN, Identifier, Label, Level, Prose, Strict
from evalpipe.config.derived import Reference
from evalpipe.config.estimands import (
    Contrast,
    Estimand,
    Population,
    default_summary,
)
from evalpipe.config.events import IntercurrentEvent
from evalpipe.config.kinds import (
    MMRM,
    Agreement,
    Ancova,
    ChangeTable,
    Comparison,
    Descriptive,
    Gee,
    GoalAttainment,
    IntraclassForm,
    MissingData,
    MixedModel,
    Model,
    OrdinalModel,
    PrePost,
    ReliableChange,
    RepeatedMeasuresAnova,
    SingleCase,
)
from evalpipe.config.published import PrintedValue, Published, PublishedNumber
from evalpipe.config.terms import IfSingular, RandomTerm, ResidualCovariance, SlopeBy, TermName

__all__ = [
    "MMRM",
    "Agreement",
    "Analysis",
    "Ancova",
    "ChangeTable",
    "Comparison",
    "Contrast",
    "Descriptive",
    "Estimand",
    "Gee",
    "GoalAttainment",
    "IfSingular",
    "IntercurrentEvent",
    "IntraclassForm",
    "MissingData",
    "MixedModel",
    "Model",
    "Multiplicity",
    "OrdinalModel",
    "Population",
    "PrePost",
    "PrintedValue",
    "Published",
    "PublishedNumber",
    "RandomTerm",
    "ReliableChange",
    "RepeatedMeasuresAnova",
    "ResidualCovariance",
    "SingleCase",
    "SlopeBy",
    "TermName",
]


class Analysis(Strict):
    """One question and its answer."""

    role: Literal["primary", "secondary", "sensitivity", "mechanism", "exploratory", "reproduction"]
    question: Annotated[Label, SHOWN]
    estimand: Estimand | None = None
    model: Model
    of: Identifier | None = Field(None, description="a sensitivity analysis: of which analysis")
    family: Identifier | None = Field(None, description="the multiplicity family it belongs to")
    only: dict[Reference, Level | tuple[Level, ...]] = Field(
        {}, description="use only these rows: {role: child}"
    )
    standardise_by: Literal["baseline_sd", "control_sd", "none"] = "baseline_sd"
    note: Annotated[Prose | None, SHOWN] = None

    @model_validator(mode="before")
    @classmethod
    def _default_summary(cls, data: object) -> object:
        """Give an estimand without a summary that of its kind of model."""
        if not isinstance(data, dict):
            return data
        model, estimand = data.get("model"), data.get("estimand")
        if not isinstance(model, dict) or not isinstance(estimand, dict) or "summary" in estimand:
            return data
        return {**data, "estimand": {**estimand, "summary": default_summary(model)}}

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.estimand is None and self.model.needs_estimand:
            raise ValueError("needs an estimand: population, outcome, contrast, visits, summary")
        return self


class Multiplicity(Strict):
    """A family of tests and how their p-values are adjusted."""

    label: Annotated[Label | None, SHOWN] = None
    method: Literal["holm", "hochberg", "benjamini_hochberg", "bonferroni", "fixed_sequence"]
    order: tuple[Identifier, ...] = Field((), description="for a fixed sequence")

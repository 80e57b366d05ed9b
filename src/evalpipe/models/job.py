"""One analysis with everything that it reads, and the door that every kind runs through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import pandas as pd

from evalpipe.config.analyses import Analysis, Estimand
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.kinds.base import Kind
from evalpipe.config.modelled_class import modelled_class
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.design.analysis_set import build_analysis_set
from evalpipe.errors import ModelError
from evalpipe.models.estimate_rows import Heading
from evalpipe.models.result import Answer
from evalpipe.models.variables import Declared

Tables = Mapping[str, pd.DataFrame]

NO_YES = ("no", "yes")
"""Classes of a derived variable of 0 and 1."""

K = TypeVar("K", bound=Kind)


@dataclass(frozen=True)
class Job:
    """One analysis with everything that it reads.

    tables: the tables of the study, or empty when `frame` was given as it is.
    """

    plan: Plan
    analysis_id: str
    analysis: Analysis
    tables: Tables
    frame: pd.DataFrame | None
    heading: Heading
    declared: Declared
    seed: int

    @property
    def estimand(self) -> Estimand:
        """The estimand; ModelError where the analysis has none."""
        if self.analysis.estimand is None:
            raise ModelError(f"analyses.{self.analysis_id}: needs an estimand")
        return self.analysis.estimand

    @property
    def is_log(self) -> bool:
        """Whether the outcome is analysed on the log scale."""
        outcome = self.estimand.outcome
        derived = self.plan.derived.get(outcome)
        if derived is not None:
            return derived.kind == "log"
        if not is_scale(self.plan, outcome):
            return False
        return find_scale(self.plan, outcome).kind is OutcomeKind.LOG_CONTINUOUS

    def rows_of(self, analysis_id: str) -> pd.DataFrame:
        """Return the analysis set of this or another analysis."""
        if self.frame is not None:
            return self.frame
        return build_analysis_set(self.plan, analysis_id, self.tables).frame

    @property
    def rows(self) -> pd.DataFrame:
        """The analysis set."""
        return self.rows_of(self.analysis_id)

    def of(self, analysis_id: str) -> "Job":
        """Return the job of another analysis, under this one's heading."""
        analysis = self.plan.analyses[analysis_id]
        return replace(self, analysis_id=analysis_id, analysis=analysis)

    def heading_of_class(self) -> Heading:
        """The heading with the class that the outcome's numbers are about, where there is one."""
        modelled = modelled_class(self.plan, self.estimand.outcome)
        return self.heading if modelled is None else self.heading.about_class(modelled.name)

    def heading_of_share(self) -> Heading:
        """The heading for a model of the outcome as a number: with two classes, a share."""
        return self.heading_of_class() if len(self.classes[0]) == 2 else self.heading

    @property
    def classes(self) -> tuple[tuple[str, ...], str | None]:
        """The classes of the outcome in the plan's order, and the better one."""
        outcome = self.estimand.outcome
        instrument = self.plan.instruments.get(outcome.split(".")[0])
        if outcome not in self.plan.derived and instrument is not None and instrument.classes:
            return instrument.classes, instrument.better_class
        levels = self.declared.levels.get(outcome, ())
        return (levels, None) if levels else (NO_YES, "yes")


@dataclass(frozen=True)
class Runner(Generic[K]):
    """How one kind of analysis runs.

    kind: what a plan declares. run: job and declared model in, rows out; raises NotEstimableError
    for what the data cannot carry, ModelError for what the plan asks wrongly.
    """

    kind: type[K]
    run: Callable[[Job, K], Answer]

    def __call__(self, job: Job) -> Answer:
        """Run the job's analysis."""
        model = job.analysis.model
        assert isinstance(model, self.kind)
        return self.run(job, model)

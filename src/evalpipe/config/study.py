"""Who and what is studied: the study itself, arms, roles, clusters, visits, cohorts, variables."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from evalpipe.config.base import (
    SHOWN,
    Identifier,
    Label,
    Level,
    Prose,
    Range,
    Strict,
    ordered_range,
)


class Design(StrEnum):
    """The designs that evalpipe reports on."""

    PARALLEL_RCT = "parallel_rct"
    CLUSTER_RCT = "cluster_rct"
    CROSSOVER = "crossover"
    SINGLE_ARM = "single_arm"
    PRE_POST = "pre_post"
    MULTIPLE_BASELINE = "multiple_baseline"
    OBSERVATIONAL = "observational"


class Protocol(Strict):
    """Texts for the reporting checklist; each is optional and shown as written."""

    setting: Prose | None = None
    participants: Prose | None = None
    intervention: Prose | None = None
    comparator: Prose | None = None
    randomisation: Prose | None = None
    allocation_concealment: Prose | None = None
    blinding: Prose | None = None
    sample_size: Prose | None = None
    ethics: Prose | None = None
    funding: Prose | None = None
    harms: Prose | None = None
    changes: Prose | None = Field(None, description="changes to the plan after it was registered")


class Study(Strict):
    """The study in a few lines."""

    id: Identifier
    title: Annotated[Label, SHOWN]
    design: Design
    synthetic: bool = Field(False, description="true: the data are made up; every page says so")
    registration: Annotated[Label, SHOWN] = "not registered"
    citation: Annotated[Prose | None, SHOWN] = None
    data_licence: Annotated[Label | None, SHOWN] = None
    protocol: Annotated[Protocol, SHOWN] = Protocol()


class Arm(Strict):
    """One arm; exactly one of several arms is the control arm."""

    label: Annotated[Label, SHOWN]
    role: Literal["control", "experimental", "only"]
    delivered_by: Identifier | None = Field(None, description="the cluster that exists in this arm")


class Role(Strict):
    """A member of a dyad or couple: child, parent, partner_a."""

    label: Annotated[Label, SHOWN]


class Cluster(Strict):
    """A level above the unit: site, institution, therapist, class, school."""

    label: Annotated[Label | None, SHOWN] = None
    contains: Identifier | None = Field(None, description="the level directly below")
    arms: tuple[Identifier, ...] = Field((), description="arms in which it exists; empty: all")


class Visit(Strict):
    """A planned occasion; days count from each participant's own baseline."""

    label: Annotated[Label, SHOWN]
    day: int
    window: Annotated[tuple[int, int], Field(description="earliest and latest day")] | None = None


class Period(Strict):
    """A stretch of days in a diary: before, during, after."""

    label: Annotated[Label, SHOWN]
    days: tuple[int, int]


class Cohorts(Strict):
    """Cohorts: each sub-folder of the study's raw folder is one, with the same files."""

    each_folder: bool = Field(
        True, description="false: no folders, a column read as `cohort` names them"
    )
    labels: Annotated[dict[Level, Label], SHOWN] = {}
    reference: Level | None = Field(None, description="the cohort that drift is measured against")


class Variable(Strict):
    """Something known about a participant (or an occasion) besides the outcomes."""

    label: Annotated[Label, SHOWN]
    type: Literal["category", "number"]
    levels: tuple[Level, ...] = ()
    level_labels: Annotated[dict[Level, Label], SHOWN] = {}
    role: Annotated[
        Literal["stratum", "covariate", "moderator", "descriptor", "eligibility"], SHOWN
    ] = Field(
        "descriptor",
        description="why it is there: reports tell what randomisation was stratified by, what "
        "stands there as a covariate, a moderator or for eligibility, and which of these no "
        "analysis or rule uses; a descriptor is described",
    )
    varies: Literal["participant", "dyad", "occasion"] = "participant"
    range: Annotated[Range, AfterValidator(lambda v: ordered_range(v, "range"))] | None = None
    unit: Annotated[Label | None, SHOWN] = None
    baseline_table: bool = True

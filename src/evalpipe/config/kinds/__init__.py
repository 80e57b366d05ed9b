"""The kinds of analysis that a plan may declare: a file for each, and their one list.

How a kind runs stands in `models/kinds/<kind>.py`.
"""

from typing import Annotated

from pydantic import Field

from evalpipe.config.kinds.agreement import Agreement, IntraclassForm
from evalpipe.config.kinds.ancova import Ancova
from evalpipe.config.kinds.change_table import ChangeTable
from evalpipe.config.kinds.comparison import Comparison
from evalpipe.config.kinds.descriptive import Descriptive
from evalpipe.config.kinds.gee import Gee
from evalpipe.config.kinds.goals import GoalAttainment
from evalpipe.config.kinds.missing_data import MissingData
from evalpipe.config.kinds.mixed import MixedModel
from evalpipe.config.kinds.mmrm import MMRM
from evalpipe.config.kinds.ordinal import OrdinalModel
from evalpipe.config.kinds.pre_post import PrePost
from evalpipe.config.kinds.reliable_change import ReliableChange
from evalpipe.config.kinds.rm_anova import RepeatedMeasuresAnova
from evalpipe.config.kinds.single_case import SingleCase

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
    | MissingData
    | PrePost
    | RepeatedMeasuresAnova,
    Field(discriminator="kind"),
]

__all__ = [
    "MMRM",
    "Agreement",
    "Ancova",
    "ChangeTable",
    "Comparison",
    "Descriptive",
    "Gee",
    "GoalAttainment",
    "IntraclassForm",
    "MissingData",
    "MixedModel",
    "Model",
    "OrdinalModel",
    "PrePost",
    "ReliableChange",
    "RepeatedMeasuresAnova",
    "SingleCase",
]

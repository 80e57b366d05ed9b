"""The whole plan of one study."""

from typing import Any, Literal

from evalpipe.config.analyses import Analysis, Multiplicity, Population, Published
from evalpipe.config.base import Identifier, Level, Strict, drop_shown
from evalpipe.config.data import Privacy, RawFile
from evalpipe.config.derived import Derived
from evalpipe.config.ids import Exclusion, Ids
from evalpipe.config.instruments import Instrument
from evalpipe.config.protocol import Delivery, Eligibility, Goal, GoalScaling
from evalpipe.config.study import Arm, Cluster, Cohorts, Period, Role, Study, Variable, Visit
from evalpipe.config.truth import Truth


class Plan(Strict):
    """One study: what is asked, of whom, how it is measured, where the data are."""

    study: Study
    unit: Literal["participant", "dyad"] = "participant"
    arms: dict[Identifier, Arm]
    roles: dict[Identifier, Role] = {}
    clusters: dict[Identifier, Cluster] = {}
    cohorts: Cohorts | None = None
    visits: dict[Identifier, Visit] = {}
    periods: dict[Identifier, Period] = {}
    variables: dict[Identifier, Variable] = {}
    derived: dict[Identifier, Derived] = {}
    instruments: dict[Identifier, Instrument]
    data: dict[Identifier, RawFile]
    ids: Ids = Ids()
    exclusions: dict[Identifier, Exclusion] = {}
    privacy: Privacy = Privacy()
    eligibility: Eligibility | None = None
    protocol: Delivery | None = None
    goals: dict[Identifier, Goal] = {}
    goal_scaling: GoalScaling | None = None
    populations: dict[Identifier, Population] = {}
    multiplicity: dict[Identifier, Multiplicity] = {}
    analyses: dict[Identifier, Analysis]
    published: dict[Identifier, Published] = {}
    truth: Truth | None = None

    @property
    def control_arm(self) -> str | None:
        """The arm whose role is control; None in a study with one arm."""
        return next((name for name, arm in self.arms.items() if arm.role == "control"), None)

    @property
    def baseline_visit(self) -> str | None:
        """The last visit that is not after day 0; None when no visits are planned."""
        before = [name for name, visit in self.visits.items() if visit.day <= 0]
        return before[-1] if before else None

    @property
    def scale_names(self) -> tuple[str, ...]:
        """Every outcome as analyses name it: `instrument` or `instrument.scale`."""
        names: list[str] = []
        for name, instrument in self.instruments.items():
            names += [f"{name}.{scale}" for scale in instrument.scales] or [name]
        return tuple(names)

    def cut(self, *keys: str) -> dict[str, Any]:
        """Return these top-level parts as plain data, without what only reports show."""
        return {key: drop_shown(getattr(self, key)) for key in sorted(keys)}


LevelName = Level

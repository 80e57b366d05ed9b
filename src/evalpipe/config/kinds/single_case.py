"""Single-case analyses."""

from typing import ClassVar, Literal

from evalpipe.config.base import Level
from evalpipe.config.derived import Reference
from evalpipe.config.kinds.base import Kind, Labels
from evalpipe.config.publication import Publication

PARKER_VANNEST = Publication(
    (
        "Parker, R. I., & Vannest, K. (2009). An improved effect size for "
        "single-case research: Nonoverlap of all pairs. "
    ),
    "Behavior Therapy, 40",
    "(4), 357–367.",
    "10.1016/j.beth.2008.10.006",
    cited="(Parker & Vannest, 2009)",
)


class SingleCase(Kind):
    """Each participant on their own: piecewise regression over phases, NAP, PND."""

    title: ClassVar[str] = "single-case analyses"
    short_title: ClassVar[str] = "Single-case analysis"

    kind: Literal["single_case"]
    phase: Reference = "phase"
    baseline_phase: Level = "a"
    over: Reference = "day"

    def tell(self, labels: Labels) -> str:
        """Say what is computed for each participant."""
        return (
            "Each participant on their own: piecewise regression over phases, nonoverlap of all "
            "pairs and percentage of nonoverlapping data."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what the nonoverlap of all pairs rests on."""
        return (PARKER_VANNEST,)

    def variables(self) -> tuple[str, ...]:
        """Return the phase and the time."""
        return (self.phase, self.over)

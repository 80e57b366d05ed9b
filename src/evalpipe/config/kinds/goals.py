"""Goals of treatment."""

from typing import ClassVar, Literal

from evalpipe.config.kinds.base import Kind, Labels
from evalpipe.config.publication import Publication

KIRESUK_SHERMAN = Publication(
    (
        "Kiresuk, T. J., & Sherman, R. E. (1968). Goal attainment scaling: A "
        "general method for evaluating comprehensive community mental health "
        "programs. "
    ),
    "Community Mental Health Journal, 4",
    "(6), 443–453.",
    "10.1007/BF01530764",
    cited="(Kiresuk & Sherman, 1968)",
)


class GoalAttainment(Kind):
    """Goals attained per phase and role, time to attainment, goal attainment scaling T-score."""

    title: ClassVar[str] = "goal attainment"
    short_title: ClassVar[str] = "Goal attainment"
    needs_estimand: ClassVar[bool] = False

    kind: Literal["goals"]

    def tell(self, labels: Labels) -> str:
        """Say what is counted."""
        return (
            "Goals attained, time to attainment (Kaplan-Meier) and, where goals are scaled, "
            "goal attainment scaling T-scores."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what the scaling rests on."""
        return (KIRESUK_SHERMAN,)

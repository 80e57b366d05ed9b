"""Description without a test."""

from typing import ClassVar, Literal

from evalpipe.config.kinds.base import Kind, Labels


class Descriptive(Kind):
    """Means, SDs and n by arm and visit; no test."""

    title: ClassVar[str] = "description"
    short_title: ClassVar[str] = "Description"

    kind: Literal["descriptive"]

    def tell(self, labels: Labels) -> str:
        """Say that nothing is tested."""
        return "Observed means and standard deviations; no test."

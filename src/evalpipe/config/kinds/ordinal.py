"""Proportional odds regression."""

from typing import ClassVar, Literal

from evalpipe.config.kinds.base import Labels, Regression


class OrdinalModel(Regression):
    """Proportional odds regression at one visit."""

    title: ClassVar[str] = "proportional odds regression"
    short_title: ClassVar[str] = "Ordinal regression"

    kind: Literal["ordinal"]

    def tell(self, labels: Labels) -> str:
        """Say the terms."""
        return f"Proportional odds regression: {self.explained(labels)}."

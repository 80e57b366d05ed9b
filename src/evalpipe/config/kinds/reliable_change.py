"""Reliable and clinically significant change."""

from typing import ClassVar, Literal

from evalpipe.config.kinds.base import Kind, Labels
from evalpipe.config.publication import Publication

JACOBSON_TRUAX = Publication(
    (
        "Jacobson, N. S., & Truax, P. (1991). Clinical significance: A "
        "statistical approach to defining meaningful change in psychotherapy "
        "research. "
    ),
    "Journal of Consulting and Clinical Psychology, 59",
    "(1), 12–19.",
    "10.1037/0022-006X.59.1.12",
    cited="(Jacobson & Truax, 1991)",
)


class ReliableChange(Kind):
    """Reliable (and clinically significant) change, Jacobson and Truax 1991; responders by arm."""

    has_strategies: ClassVar[bool] = True
    title: ClassVar[str] = "reliable change"
    short_title: ClassVar[str] = "Reliable change"

    kind: Literal["reliable_change"]
    criterion: Literal["reliable", "reliable_and_clinical"] = "reliable"
    sd: Literal["baseline", "norm"] = "baseline"

    def tell(self, labels: Labels) -> str:
        """Say the criterion."""
        clinical = (
            " and crossed the cut-off (clinically significant)"
            if self.criterion == "reliable_and_clinical"
            else ""
        )
        return (
            "Reliable change (Jacobson and Truax 1991): people whose change is larger than "
            f"1.96 standard errors of the difference of two measurements{clinical}."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what the criterion rests on."""
        return (JACOBSON_TRUAX,)

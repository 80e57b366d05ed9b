"""Repeated-measures analysis of variance."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from evalpipe.config.base import no_such
from evalpipe.config.derived import Reference
from evalpipe.config.kinds.base import DeclaredNames, Found, Kind, Labels
from evalpipe.config.publication import Publication

GREENHOUSE_GEISSER = Publication(
    "Greenhouse, S. W., & Geisser, S. (1959). On methods in the analysis of profile data. ",
    "Psychometrika, 24",
    "(2), 95–112.",
    "10.1007/BF02289823",
    cited="(Greenhouse & Geisser, 1959)",
)
HUYNH_FELDT = Publication(
    (
        "Huynh, H., & Feldt, L. S. (1976). Estimation of the Box correction for degrees of "
        "freedom from sample data in randomized block and split-plot designs. "
    ),
    "Journal of Educational Statistics, 1",
    "(1), 69–82.",
    "10.3102/10769986001001069",
    cited="(Huynh & Feldt, 1976)",
)
_CORRECTIONS = {
    "greenhouse_geisser": "degrees of freedom corrected by Greenhouse and Geisser",
    "huynh_feldt": "degrees of freedom corrected by Huynh and Feldt",
    "none": "degrees of freedom as they are, which assumes sphericity",
}


class RepeatedMeasuresAnova(Kind):
    """One within-person factor, complete people only: a secondary look beside a mixed model."""

    title: ClassVar[str] = "repeated-measures analysis of variance"
    short_title: ClassVar[str] = "Repeated-measures ANOVA"
    has_observed_means: ClassVar[bool] = True

    kind: Literal["rm_anova"]
    within: Reference = Field("visit", description="the factor whose levels everybody goes through")
    correction: Literal["greenhouse_geisser", "huynh_feldt", "none"] = Field(
        "greenhouse_geisser", description="for differences of unequal variance; it gives the answer"
    )

    def tell(self, labels: Labels) -> str:
        """Say factor, correction and who is in."""
        levels = "the visits"
        if self.within != "visit":
            levels = f"the levels of {labels.variable(self.within)}"
        return (
            f"Repeated-measures analysis of variance of {labels.outcome} over {levels}; "
            f"{_CORRECTIONS[self.correction]}; Mauchly's test of "
            "sphericity. Only people with every measurement are analysed."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what the correction rests on."""
        return {
            "greenhouse_geisser": (GREENHOUSE_GEISSER,),
            "huynh_feldt": (HUYNH_FELDT,),
            "none": (),
        }[self.correction]

    def variables(self) -> tuple[str, ...]:
        """Return the factor."""
        return (self.within,)

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield a factor that is not declared."""
        yield from super().find_problems(names)
        if self.within not in names.references:
            yield ("within",), no_such("variable", self.within, names.references)

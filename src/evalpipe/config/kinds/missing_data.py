"""Other assumptions about missing outcomes, by multiple imputation."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from evalpipe.config.base import Identifier
from evalpipe.config.kinds.base import DeclaredNames, Found, Kind, Labels
from evalpipe.config.kinds.mmrm import MMRM
from evalpipe.config.publication import Publication

CARPENTER = Publication(
    (
        "Carpenter, J. R., Roger, J. H., & Kenward, M. G. (2013). Analysis of "
        "longitudinal trials with protocol deviation: A framework for relevant,"
        " accessible assumptions, and inference via multiple imputation. "
    ),
    "Journal of Biopharmaceutical Statistics, 23",
    "(6), 1352–1371.",
    "10.1080/10543406.2013.834911",
    cited="(Carpenter et al., 2013)",
)

WOLBERS = Publication(
    (
        "Wolbers, M., Noci, A., Delmar, P., Gower-Page, C., Yiu, S., & Bartlett, J. W. (2022). "
        "Standard and reference-based conditional mean imputation. "
    ),
    "Pharmaceutical Statistics, 21",
    "(6), 1246–1257.",
    "10.1002/pst.2234",
    cited="(Wolbers et al., 2022)",
)

ASSUMPTIONS = {
    "missing_at_random": "missing outcomes are like those of similar people who stayed",
    "delta": "missing outcomes are worse by a stated amount than the model expects",
    "jump_to_reference": "after leaving, people go on as the control arm does (jump to reference)",
    "copy_reference": "people who left had been as the control arm is all along (copy reference)",
    "copy_increments": "after leaving, people change as the control arm does (copy increments)",
    "last_mean_carried_forward": "after leaving, people stay where their own arm was on average "
    "(last mean carried forward)",
}


class MissingData(Kind):
    """What if the missing outcomes were worse than the model assumes?

    `delta` adds a penalty to imputed outcomes of the contrasted arm; `jump_to_reference`,
    `copy_reference` and `copy_increments` impute after dropout from the control arm (Carpenter,
    Roger and Kenward 2013). Without `imputations` by conditional means and the jackknife over
    participants: no chance, the same digits for everybody (Wolbers and others 2022).
    """

    title: ClassVar[str] = "imputation under other assumptions about missing outcomes"
    short_title: ClassVar[str] = "Missing data"
    needs_estimand: ClassVar[bool] = False

    kind: Literal["missing_data"]
    of: Identifier = Field(..., description="the analysis that is repeated")
    assume: Literal[
        "missing_at_random",
        "delta",
        "jump_to_reference",
        "copy_reference",
        "copy_increments",
        "last_mean_carried_forward",
    ]
    delta: tuple[float, ...] = ()
    imputations: Annotated[int, Field(ge=5, le=1000)] | None = Field(
        None,
        description="so many data sets by multiple imputation, pooled by Rubin's rules; without it "
        "conditional means, with standard errors by the jackknife over participants",
    )

    def tell(self, labels: Labels) -> str:
        """Say what is repeated under which assumption."""
        of, assumed = labels.analysis(self.of), ASSUMPTIONS[self.assume]
        if self.imputations is None:
            return (
                f"Repeats {of} with conditional means of the missing outcomes under the assumption "
                f"that {assumed}: analysis of covariance at each visit, standard errors by the "
                "jackknife over participants, which may be smaller than those of Rubin's rules."
            )
        return (
            f"Repeats {of} with {self.imputations} imputations under the assumption that "
            f"{assumed}; pooled by Rubin's rules."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what imputation from a reference rests on."""
        return (CARPENTER,) if self.imputations is not None else (CARPENTER, WOLBERS)

    def analyses(self) -> dict[str, str]:
        """Return the analysis repeated."""
        return {"of": self.of}

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield an analysis that cannot be repeated with imputed outcomes."""
        yield from super().find_problems(names)
        model = names.models.get(self.of)
        if model is None:
            return
        if not isinstance(model, MMRM):
            yield ("of",), f"{self.of} is not an MMRM; imputation needs one"
        elif model.residual.members or model.residual.structure.is_timed:
            yield ("of",), "imputation needs an MMRM over visits, without members of dyads"

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

ASSUMPTIONS = {
    "missing_at_random": "missing outcomes are like those of similar people who stayed",
    "delta": "missing outcomes are worse by a stated amount than the model expects",
    "jump_to_reference": "after leaving, people go on as the control arm does (jump to reference)",
    "copy_increments": "after leaving, people change as the control arm does (copy increments)",
}


class MissingData(Kind):
    """What if the missing outcomes were worse than the model assumes?

    `delta` adds a penalty to imputed outcomes of the contrasted arm; `jump_to_reference` and
    `copy_increments` impute after dropout from the control arm (Carpenter, Roger and Kenward 2013).
    """

    title: ClassVar[str] = "multiple imputation under other assumptions about missing outcomes"
    short_title: ClassVar[str] = "Missing data"
    needs_estimand: ClassVar[bool] = False

    kind: Literal["missing_data"]
    of: Identifier = Field(..., description="the analysis that is repeated")
    assume: Literal["missing_at_random", "delta", "jump_to_reference", "copy_increments"]
    delta: tuple[float, ...] = ()
    imputations: Annotated[int, Field(ge=5, le=1000)] = 100

    def tell(self, labels: Labels) -> str:
        """Say what is repeated under which assumption."""
        return (
            f"Repeats {labels.analysis(self.of)} with {self.imputations} imputations under "
            f"the assumption that {ASSUMPTIONS[self.assume]}; pooled by Rubin's rules."
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what imputation from a reference rests on."""
        return (CARPENTER,)

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

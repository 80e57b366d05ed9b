"""Mixed models for repeated measures."""

from typing import ClassVar, Literal

from evalpipe.config.kinds.base import Labels
from evalpipe.config.kinds.gaussian import Gaussian
from evalpipe.config.publication import Publication
from evalpipe.config.terms import ResidualCovariance
from evalpipe.vocabulary.structures import Structure

MALLINCKRODT = Publication(
    (
        "Mallinckrodt, C. H., Lane, P. W., Schnell, D., Peng, Y., & Mancuso, J."
        " P. (2008). Recommendations for the primary analysis of continuous "
        "endpoints in longitudinal clinical trials. "
    ),
    "Drug Information Journal, 42",
    "(4), 303–319.",
    "10.1177/009286150804200402",
    cited="(Mallinckrodt et al., 2008)",
)


class MMRM(Gaussian):
    """A mixed model for repeated measures: residual covariance over visits, no random effects."""

    title: ClassVar[str] = "mixed models for repeated measures"
    short_title: ClassVar[str] = "Mixed model for repeated measures"

    kind: Literal["mmrm"]
    residual: ResidualCovariance = ResidualCovariance(structure=Structure.UNSTRUCTURED)

    def tell(self, labels: Labels) -> str:
        """Say terms, residuals, fitting and inference."""
        return (
            f"Mixed model for repeated measures: {self.explained(labels)}. Residuals of one "
            f"participant are {self.residual_words(labels)}. {self.fitting()}"
        )

    def equation(self) -> str:
        """Write the model in symbols."""
        return "*Y*_{ij} = *x*_{ij}′β + ε_{ij},  ε_{i} ~ N(0, Σ);  i participants, j visits"

    def publications(self) -> tuple[Publication, ...]:
        """Return what model and tests rest on."""
        return (MALLINCKRODT, *super().publications())

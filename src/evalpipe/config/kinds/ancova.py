"""Analysis of covariance."""

from typing import ClassVar, Literal

from evalpipe.config.kinds.base import Labels, Regression
from evalpipe.config.publication import Publication

LONG_ERVIN = Publication(
    (
        "Long, J. S., & Ervin, L. H. (2000). Using heteroscedasticity "
        "consistent standard errors in the linear regression model. "
    ),
    "The American Statistician, 54",
    "(3), 217–224.",
    "10.1080/00031305.2000.10474549",
    cited="(Long & Ervin, 2000)",
)

_ERRORS = {"classical": "ordinary", "hc2": "robust (HC2)", "hc3": "robust (HC3)"}


class Ancova(Regression):
    """Least squares at one visit."""

    title: ClassVar[str] = "analysis of covariance"
    short_title: ClassVar[str] = "Analysis of covariance"

    kind: Literal["ancova"]
    standard_errors: Literal["classical", "hc2", "hc3"] = "hc3"
    outcome_as: Literal["score", "change"] = "score"

    def tell(self, labels: Labels) -> str:
        """Say outcome, terms and standard errors."""
        outcome = "the change from baseline" if self.outcome_as == "change" else "the outcome"
        return (
            f"Analysis of covariance of {outcome}: {self.explained(labels)}; least squares "
            f"with {_ERRORS[self.standard_errors]} standard errors."
        )

    def equation(self) -> str:
        """Write the model in symbols."""
        return "*Y*_{i} = *x*_{i}′β + ε_{i}"

    def publications(self) -> tuple[Publication, ...]:
        """Return what robust standard errors rest on."""
        return (LONG_ERVIN,) if self.standard_errors == "hc3" else ()

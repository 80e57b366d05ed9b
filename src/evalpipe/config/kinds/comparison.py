"""Two models compared by their likelihoods."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from evalpipe.config.base import Identifier
from evalpipe.config.kinds.base import DeclaredNames, Found, Kind, Labels
from evalpipe.config.kinds.gaussian import Gaussian


class Comparison(Kind):
    """Likelihood ratio of two declared models, both fitted by maximum likelihood."""

    title: ClassVar[str] = "likelihood ratio tests"
    short_title: ClassVar[str] = "Likelihood ratio test"
    needs_estimand: ClassVar[bool] = False

    kind: Literal["comparison"]
    simpler: Identifier
    richer: Identifier

    def tell(self, labels: Labels) -> str:
        """Say which models are compared."""
        return (
            f"Likelihood ratio test of {labels.analysis(self.simpler)} against "
            f"{labels.analysis(self.richer)}."
        )

    def analyses(self) -> dict[str, str]:
        """Return the two analyses compared."""
        return {"simpler": self.simpler, "richer": self.richer}

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield analyses that have no likelihood to compare."""
        yield from super().find_problems(names)
        for key, other in self.analyses().items():
            model = names.models.get(other)
            if model is not None and not isinstance(model, Gaussian):
                yield (key,), f"{other} is not a mixed model or MMRM: it has no likelihood"
            elif model is not None and model.method != "ml":
                yield (key,), f"{other} is fitted by REML: a comparison needs `method: ml` in both"

"""What mixed models and MMRMs share: residual covariance, fitting method and inference."""

from collections.abc import Iterator
from typing import ClassVar

from evalpipe.config.base import no_such
from evalpipe.config.inference import INFERENCE, METHODS, Inference, Method
from evalpipe.config.kinds.base import DeclaredNames, Found, Labels, Regression
from evalpipe.config.publication import Publication
from evalpipe.config.terms import ResidualCovariance


class Gaussian(Regression):
    """A model with correlated normal residuals."""

    is_likelihood: ClassVar[bool] = True

    residual: ResidualCovariance = ResidualCovariance()
    method: Method = "reml"
    inference: Inference = "kenward_roger"

    def fitting(self) -> str:
        """Say how it is fitted and tested."""
        return f"Fitted by {METHODS[self.method]}; {INFERENCE[self.inference].words}."

    def residual_words(self, labels: Labels) -> str:
        """Say how residuals are, after "Residuals are"."""
        words = self.residual.structure.words
        if self.residual.by:
            words += f", separately by {labels.variable(self.residual.by)}"
        if self.residual.members:
            words += f"; the two members are {self.residual.members}"
        return words

    def publications(self) -> tuple[Publication, ...]:
        """Return what the tests rest on."""
        return INFERENCE[self.inference].publications

    def variables(self) -> tuple[str, ...]:
        """Return the variables of the fixed terms and of the residual covariance."""
        names = [*super().variables()]
        if not self.residual.structure.is_plain:
            names.append(self.residual.over)
        if self.residual.by:
            names.append(self.residual.by)
        return tuple(dict.fromkeys(names))

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield levels and variables of the residual covariance that are not declared."""
        yield from super().find_problems(names)
        residual, known = self.residual, names.references
        if residual.within not in names.levels:
            yield ("residual", "within"), no_such("level", residual.within, names.levels)
        if residual.over not in known:
            yield ("residual", "over"), no_such("variable", residual.over, known)
        if residual.by and residual.by not in known:
            yield ("residual", "by"), no_such("variable", residual.by, known)
        if residual.members and residual.within != "dyad":
            yield ("residual", "within"), "members of a dyad are related within `dyad`"

"""Linear mixed models."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from evalpipe.config.base import no_such
from evalpipe.config.kinds.base import DeclaredNames, Found, Labels
from evalpipe.config.kinds.gaussian import Gaussian
from evalpipe.config.publication import Publication
from evalpipe.config.terms import IfSingular, RandomTerm

LAIRD_WARE = Publication(
    ("Laird, N. M., & Ware, J. H. (1982). Random-effects models for longitudinal data. "),
    "Biometrics, 38",
    "(4), 963–974.",
    "10.2307/2529876",
    cited="(Laird & Ware, 1982)",
)


ONLY_INTERCEPT = (
    "`variance: unbounded` is for a model with one random intercept and independent residuals (in "
    "every arm); leave it out, or the other random terms"
)


class MixedModel(Gaussian):
    """A Gaussian mixed model: random effects, residual covariance, or both."""

    title: ClassVar[str] = "linear mixed models"
    short_title: ClassVar[str] = "Linear mixed model"

    kind: Literal["mixed"]
    random: tuple[RandomTerm, ...] = ()
    if_singular: IfSingular | None = None

    def tell(self, labels: Labels) -> str:
        """Say terms, random effects, residuals, fitting and inference."""
        parts = [_random_words(random, labels) for random in self.random]
        random_words = f"; {labels.listed(parts)}" if parts else ""
        residual = ""
        if not self.residual.structure.is_plain or self.residual.by:
            residual = f" Residuals are {self.residual_words(labels)}."
        return (
            f"Linear mixed model: {self.explained(labels)}{random_words}.{residual} "
            f"{self.fitting()}"
        )

    def equation(self) -> str:
        """Write the model in symbols."""
        if not self.random:
            return ""
        return (
            "*Y*_{ij} = *x*_{ij}′β + *z*_{ij}′*u*_{i} + ε_{ij},  *u*_{i} ~ N(0, G),  "
            "ε_{i} ~ N(0, R)"
        )

    def publications(self) -> tuple[Publication, ...]:
        """Return what model and tests rest on."""
        return (LAIRD_WARE, *super().publications())

    def variables(self) -> tuple[str, ...]:
        """Return the variables of fixed terms, random slopes and residuals."""
        fixed = super(Gaussian, self).variables()
        slopes = [name for random in self.random for name in random.terms]
        return tuple(dict.fromkeys((*fixed, *slopes, *super().variables())))

    def find_problems(self, names: DeclaredNames) -> Iterator[Found]:
        """Yield levels, variables and arms of the random terms that are not declared."""
        yield from super().find_problems(names)
        for number, random in enumerate(self.random):
            for place, message in _random_problems(random, names):
                yield ("random", number, *place), message
            if random.variance == "unbounded" and not self._may_be_negative(random):
                yield ("random", number, "variance"), ONLY_INTERCEPT
        if self.if_singular is not None:
            levels = [random.within for random in self.random]
            for number, level in enumerate(self.if_singular.drop):
                if level not in levels:
                    yield ("if_singular", "drop", number), no_such("random term", level, levels)

    def _may_be_negative(self, random: RandomTerm) -> bool:
        """Whether the model is compound symmetry: one random intercept, independent residuals."""
        is_alone = len(self.random) == 1 and random.terms == ("intercept",) and not random.arms
        plain = self.residual.structure.is_plain and self.residual.by is None
        return is_alone and plain and self.residual.members is None


def _random_words(random: RandomTerm, labels: Labels) -> str:
    effects = [
        "intercepts" if term == "intercept" else f"slopes of {labels.variable(term)}"
        for term in random.terms
    ]
    where = ""
    if random.arms:
        arms = [labels.level("arm", arm) for arm in random.arms]
        where = f" (in {labels.listed(arms)} only)"
    free = " (a variance that may be negative)" if random.variance == "unbounded" else ""
    return f"random {labels.listed(effects)} for each {labels.variable(random.within)}{where}{free}"


def _random_problems(random: RandomTerm, names: DeclaredNames) -> Iterator[Found]:
    if random.within not in names.levels:
        yield ("within",), no_such("level", random.within, names.levels)
    for variable in random.terms:
        if variable not in names.references:
            yield ("terms",), no_such("variable", variable, names.references)
    for arm in random.arms:
        if arm not in names.arms:
            yield ("arms",), no_such("arm", arm, names.arms)

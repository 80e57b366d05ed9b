"""How a model is fitted and how its contrasts are tested: names, words and publications, once."""

from dataclasses import dataclass
from typing import Literal

from evalpipe.config.publication import Publication

Inference = Literal["kenward_roger", "satterthwaite", "cr2", "normal"]
Method = Literal["reml", "ml"]

METHODS: dict[Method, str] = {
    "reml": "restricted maximum likelihood",
    "ml": "maximum likelihood",
}
"""After "Fitted by"."""


@dataclass(frozen=True)
class InferenceFacts:
    """Words of a way to test, and what it rests on."""

    words: str
    publications: tuple[Publication, ...] = ()


_KENWARD_ROGER = Publication(
    (
        "Kenward, M. G., & Roger, J. H. (1997). Small sample inference for "
        "fixed effects from restricted maximum likelihood. "
    ),
    "Biometrics, 53",
    "(3), 983–997.",
    "10.2307/2533558",
    cited="(Kenward & Roger, 1997)",
)

_FAI_CORNELIUS = Publication(
    (
        "Fai, A. H.-T., & Cornelius, P. L. (1996). Approximate F-tests of "
        "multiple degree of freedom hypotheses in generalized least squares "
        "analyses of unbalanced split-plot experiments. "
    ),
    "Journal of Statistical Computation and Simulation, 54",
    "(4), 363–378.",
    "10.1080/00949659608811740",
    cited="(Fai & Cornelius, 1996)",
)

_PUSTEJOVSKY_TIPTON = Publication(
    (
        "Pustejovsky, J. E., & Tipton, E. (2018). Small-sample methods for "
        "cluster-robust variance estimation and hypothesis testing in fixed "
        "effects models. "
    ),
    "Journal of Business & Economic Statistics, 36",
    "(4), 672–683.",
    "10.1080/07350015.2016.1247004",
    cited="(Pustejovsky & Tipton, 2018)",
)

INFERENCE: dict[Inference, InferenceFacts] = {
    "kenward_roger": InferenceFacts(
        "Kenward-Roger standard errors and degrees of freedom (linear form)", (_KENWARD_ROGER,)
    ),
    "satterthwaite": InferenceFacts("Satterthwaite degrees of freedom", (_FAI_CORNELIUS,)),
    "cr2": InferenceFacts(
        "cluster-robust (CR2) standard errors with Satterthwaite degrees of freedom",
        (_PUSTEJOVSKY_TIPTON,),
    ),
    "normal": InferenceFacts("tests from the normal distribution"),
}

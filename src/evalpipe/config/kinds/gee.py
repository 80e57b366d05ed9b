"""Generalised estimating equations."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from evalpipe.config.base import Identifier
from evalpipe.config.kinds.base import Labels, Regression
from evalpipe.config.publication import Publication

LIANG_ZEGER = Publication(
    (
        "Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using "
        "generalized linear models. "
    ),
    "Biometrika, 73",
    "(1), 13–22.",
    "10.1093/biomet/73.1.13",
    cited="(Liang & Zeger, 1986)",
)

MANCL_DEROUEN = Publication(
    (
        "Mancl, L. A., & DeRouen, T. A. (2001). A covariance estimator for GEE "
        "with improved small-sample properties. "
    ),
    "Biometrics, 57",
    "(1), 126–134.",
    "10.1111/j.0006-341X.2001.00126.x",
    cited="(Mancl & DeRouen, 2001)",
)

FAMILIES = {
    "binomial": "a binary outcome (logit link)",
    "poisson": "a count (log link)",
    "ordinal": "an ordinal outcome (cumulative logit)",
    "gaussian": "a continuous outcome",
    "gamma": "a positive outcome (log link)",
}


class Gee(Regression):
    """Generalised estimating equations for binary, ordinal, count or proportion outcomes."""

    title: ClassVar[str] = "generalised estimating equations"
    short_title: ClassVar[str] = "Estimating equations"

    kind: Literal["gee"]
    family: Literal["binomial", "poisson", "ordinal", "gaussian", "gamma"] = "binomial"
    within: Identifier = "participant"
    correlation: Literal["independence", "exchangeable", "ar1", "unstructured"] = "exchangeable"
    covariance: Literal["robust", "bias_reduced", "naive"] = "bias_reduced"

    @model_validator(mode="before")
    @classmethod
    def _ordinal_is_independent(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or data.get("family") != "ordinal":
            return data
        if data.get("correlation", "independence") != "independence":
            raise ValueError(
                "an ordinal outcome is fitted with `correlation: independence`; choose "
                "`covariance: robust` or `bias_reduced`, which allow for what a cluster shares"
            )
        return {**data, "correlation": "independence"}

    def tell(self, labels: Labels) -> str:
        """Say family, terms, working correlation and standard errors."""
        return (
            f"Generalised estimating equations for {FAMILIES[self.family]}: "
            f"{self.explained(labels)}. Working correlation within "
            f"{self.within.replace('_', ' ')}: {self.correlation}; "
            f"{self.covariance.replace('_', ' ')} standard errors."
        )

    def equation(self) -> str:
        """Write the model in symbols."""
        return "*g*(E[*Y*_{ij}]) = *x*_{ij}′β"

    def publications(self) -> tuple[Publication, ...]:
        """Return what estimates and standard errors rest on."""
        corrected = (MANCL_DEROUEN,) if self.covariance == "bias_reduced" else ()
        return (LIANG_ZEGER, *corrected)

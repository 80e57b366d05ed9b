"""Fit a declared mixed model or MMRM to a frame, with the fallback that the plan allows."""

from dataclasses import dataclass

import pandas as pd

from evalpipe.config.analyses import MixedModel
from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.models.answers import offsets, stack_rows
from evalpipe.models.gaussian_problem import (
    GaussianModel,
    build_problem,
    random_terms,
    variables_needed,
)
from evalpipe.models.model_rows import ModelRows, build_rows
from evalpipe.models.requests import Request
from evalpipe.models.variables import Declared
from evalpipe.models.wald import JointTest, Tests, shift_tests
from evalpipe.stats.fit import GaussianFit, fit_gaussian
from evalpipe.stats.inference import test_contrasts, test_joint
from evalpipe.stats.problem import FloatArray
from evalpipe.vocabulary import DfMethod, Status


@dataclass(frozen=True)
class Attempt:
    """One fit of a declared model: the model as fitted, and what was left out of it."""

    model: GaussianModel
    fit: GaussianFit
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class FittedGaussian:
    """A Gaussian model fitted to rows; `attempts` ends with the fit that is reported."""

    rows: ModelRows
    declared: Declared
    attempts: tuple[Attempt, ...]

    @property
    def fit(self) -> GaussianFit:
        """The fit that is reported."""
        return self.attempts[-1].fit

    @property
    def model(self) -> GaussianModel:
        """The model of the fit that is reported."""
        return self.attempts[-1].model

    @property
    def status(self) -> Status:
        """How the reported fit ended."""
        return Status(self.fit.status.value)

    @property
    def has_inference(self) -> bool:
        """Whether the fit gives df and intervals; see `GaussianFit.has_inference`."""
        return self.fit.has_inference

    @property
    def df_method(self) -> DfMethod:
        """How standard errors and df are computed."""
        return DfMethod(self.model.inference)

    @property
    def note(self) -> str | None:
        """What a reader of every row must know: the fallback, or how the fit ended."""
        parts = []
        if self.attempts[-1].dropped:
            parts.append(
                f"random terms within {', '.join(self.attempts[-1].dropped)} dropped, as the plan "
                "allows, because the declared fit was singular"
            )
        if self.status is not Status.OK:
            parts.append(self.fit.convergence.message)
        return "; ".join(part for part in parts if part) or None

    def test(self, requests: list[Request], conf_level: float) -> Tests:
        """Return tests of single-row requests by the model's inference."""
        L = stack_rows(requests, len(self.fit.beta))
        tests = test_contrasts(self.fit, L, self.model.inference, conf_level)
        plain = Tests(
            tests.estimate,
            tests.std_error,
            tests.df,
            tests.statistic,
            tests.p_value,
            tests.conf_low,
            tests.conf_high,
        )
        return shift_tests(plain, offsets(requests))

    def test_together(self, request: Request) -> JointTest:
        """Return the joint test of a request with several rows."""
        joint = test_joint(self.fit, request.L, self.model.inference)
        return JointTest(joint.statistic, float(joint.num_df), joint.den_df, joint.p_value)


def fit_declared(
    frame: pd.DataFrame,
    model: GaussianModel,
    declared: Declared,
    *,
    outcome: FloatArray | None = None,
) -> FittedGaussian:
    """Fit a mixed model or MMRM to the complete rows of a frame.

    A singular fit is refitted without the random terms that `if_singular` names, one after the
    other, until it is no longer singular. Without the key the fit stays as declared, and where
    random effects were estimated at zero its inference is that of the model without them.

    Raises
    ------
    NotEstimableError
        If the data cannot carry the model, in the plan's words.
    """
    rows = build_rows(frame, model, declared, also=variables_needed(model), outcome=outcome)
    attempts = [Attempt(model, _fit(model, rows, declared))]
    for level in _fallback(model):
        if attempts[-1].fit.status.value != "singular":
            break
        attempts.append(_without(attempts[-1], level, rows, declared))
    return FittedGaussian(rows, declared, tuple(attempts))


def _fit(model: GaussianModel, rows: ModelRows, declared: Declared) -> GaussianFit:
    try:
        fit = fit_gaussian(build_problem(model, rows, declared))
    except ModelError as error:  # levels that cross, as these data have them
        raise NotEstimableError(str(error)) from None
    if fit.status.value == "not_estimable":
        raise NotEstimableError(fit.convergence.message)
    return fit


def _fallback(model: GaussianModel) -> tuple[str, ...]:
    if isinstance(model, MixedModel) and model.if_singular is not None:
        return model.if_singular.drop
    return ()


def _without(last: Attempt, level: str, rows: ModelRows, declared: Declared) -> Attempt:
    kept = tuple(term for term in random_terms(last.model) if term.within != level)
    model = last.model.model_copy(update={"random": kept})
    return Attempt(model, _fit(model, rows, declared), (*last.dropped, level))

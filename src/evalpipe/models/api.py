"""Models from Python in a few lines: a DataFrame and the plan's own model syntax in, tidy estimates
out.

from evalpipe.models.api import fit_model

fitted = fit_model(
    frame,
    outcome="bdi",
    model={"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]},
)
fitted.contrasts("arm", "training", versus="waiting_list", by="visit")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from evalpipe.config.analyses import MMRM, MixedModel
from evalpipe.config.plan import Plan
from evalpipe.errors import ModelError
from evalpipe.models.answers import joint_row
from evalpipe.models.covariance_rows import intraclass_rows, matrix_rows, parameter_rows
from evalpipe.models.estimate_rows import (
    EstimateRow,
    Heading,
    assemble_diagnostics,
    assemble_estimates,
)
from evalpipe.models.gaussian import answer_requests, diagnose_attempts, fit_statistic_rows
from evalpipe.models.gaussian_fit import FittedGaussian, fit_declared
from evalpipe.models.marginal import Margins, Place
from evalpipe.models.requests import Request, Setting, describe_place
from evalpipe.models.term_requests import coefficient_requests, joint_requests
from evalpipe.models.terms import Category
from evalpipe.models.variables import Declared, declare_variables
from evalpipe.vocabulary import Quantity, Scale

_SHOWN = [
    "quantity",
    "term",
    "arm",
    "reference_arm",
    "visit",
    "estimate",
    "std_error",
    "df",
    "df_numerator",
    "df_method",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "scale",
    "status",
    "note",
]


@dataclass(frozen=True)
class Fitted:
    """A fitted mixed model or MMRM.

    core: rows, design and the engine's fit. Tables have one row a number, in full precision.
    """

    core: FittedGaussian
    outcome: str
    conf_level: float

    @property
    def estimates(self) -> pd.DataFrame:
        """Coefficients, joint tests, covariance parameters, ICCs and fit statistics."""
        core, setting = self.core, self._setting("equal")
        requests = coefficient_requests(core.rows.design)
        rows = answer_requests(core, requests, self.conf_level, Scale.OUTCOME)
        for request in joint_requests(setting):
            test = core.test_together(request)
            rows.append(
                joint_row(request, test, core.df_method, core.status, support=core.rows.support)
            )
        rows += parameter_rows(core, self.conf_level) + matrix_rows(core)
        rows += intraclass_rows(core, self.conf_level) + fit_statistic_rows(core)
        return self._table(rows)

    @property
    def diagnostics(self) -> pd.DataFrame:
        """One row for each fit: how it went."""
        return assemble_diagnostics(diagnose_attempts(self.core), self._heading())

    def means(
        self,
        factor: str,
        *,
        by: str | None = None,
        at: Place | None = None,
        margins: Margins = "equal",
    ) -> pd.DataFrame:
        """Return the marginal mean of each level of a factor, at each level of `by`.

        at: levels or values at which other variables are held. margins: weights of the categories
        that are averaged over, `equal` (as emmeans) or `observed`.
        """
        grid = self.core.rows.grid
        requests = [
            Request(
                Quantity.MARGINAL_MEAN,
                grid.mean({**(at or {}), **place, factor: level}, margins),
                term=factor + describe_place({**(at or {}), **_unless_visit(place)}),
                arm=level,
                visit=place.get("visit"),
            )
            for level in self._levels(factor)
            for place in self._places(by)
        ]
        return self._answers(requests)

    def contrasts(
        self,
        factor: str,
        level: str,
        *,
        versus: str,
        by: str | None = None,
        at: Place | None = None,
        margins: Margins = "equal",
    ) -> pd.DataFrame:
        """Return one level of a factor against another, at each level of `by`."""
        grid = self.core.rows.grid
        requests = [
            Request(
                Quantity.CONTRAST,
                grid.contrast(factor, level, versus, {**(at or {}), **place}, margins),
                term=factor + describe_place({**(at or {}), **_unless_visit(place)}),
                arm=level,
                reference_arm=versus,
                visit=place.get("visit"),
            )
            for place in self._places(by)
        ]
        return self._answers(requests)

    def slopes(
        self, number: str, *, by: str | None = None, at: Place | None = None
    ) -> pd.DataFrame:
        """Return the slope of a number, at each level of `by`."""
        grid = self.core.rows.grid
        requests = [
            Request(
                Quantity.SLOPE,
                grid.slope(number, {**(at or {}), **place}),
                term=number + describe_place(at or {}),
                arm=next(iter(place.values()), None),
            )
            for place in self._places(by)
        ]
        return self._answers(requests)

    def _levels(self, factor: str) -> Sequence[str]:
        variable = self.core.rows.design.variables.get(factor)
        if not isinstance(variable, Category):
            raise ModelError(f"{factor} is not a category among the fixed terms")
        return variable.levels

    def _places(self, by: str | None) -> list[dict[str, str]]:
        return [{by: level} for level in self._levels(by)] if by else [{}]

    def _setting(self, margins: Margins) -> Setting:
        return Setting(self.core.rows.grid, None, margins=margins)

    def _answers(self, requests: list[Request]) -> pd.DataFrame:
        return self._table(answer_requests(self.core, requests, self.conf_level, Scale.OUTCOME))

    def _heading(self) -> Heading:
        heading = Heading("api", "fit", outcome=self.outcome, conf_level=self.conf_level)
        return heading.with_counts(self.core.rows.n_participants, self.core.rows.n)

    def _table(self, rows: Sequence[EstimateRow]) -> pd.DataFrame:
        return assemble_estimates(rows, self._heading())[_SHOWN]


def _unless_visit(place: Mapping[str, str]) -> dict[str, str]:
    return {name: level for name, level in place.items() if name != "visit"}


def fit_model(
    frame: pd.DataFrame,
    *,
    outcome: str,
    model: Mapping[str, Any] | MixedModel | MMRM,
    participant: str = "participant_id",
    levels: Mapping[str, Sequence[str]] | None = None,
    plan: Plan | None = None,
    confidence_level: float = 0.95,
) -> Fitted:
    """Fit a mixed model or MMRM to a long table, one row an occasion.

    model: as in a plan: `kind` (mmrm or mixed), `fixed`, `random`, `residual`, `method`,
    `inference`. participant: the column that tells participants apart. levels: the order of the
    levels of a category, the reference first; default: order of a pandas categorical, else
    alphabetical. plan: of the study whose variables these are, instead of `levels`: it declares
    levels, clusters inside others and derived variables. Rows with a missing outcome or covariate
    are left out and counted in `diagnostics`.

    Raises
    ------
    ModelError
        If a column is missing or the model is not one of these kinds.
    NotEstimableError
        If the data cannot carry the model.
    """
    declared = declare_variables(plan) if plan is not None else Declared()
    given = {name: tuple(order) for name, order in (levels or {}).items()}
    declared = replace(declared, levels=declared.levels | given)
    for column in (outcome, participant):
        if column not in frame.columns:
            raise ModelError(f"the frame has no column {column}")
    table = frame.drop(
        columns=[c for c in ("outcome", "value") if c in frame.columns and c != outcome]
    )
    table = table.rename(columns={outcome: "outcome", participant: "participant_id"})
    return Fitted(fit_declared(table, _model(model), declared), outcome, confidence_level)


def _model(model: Mapping[str, Any] | MixedModel | MMRM) -> MixedModel | MMRM:
    if isinstance(model, MixedModel | MMRM):
        return model
    from pydantic import ValidationError

    kinds: dict[object, type[MixedModel | MMRM]] = {"mixed": MixedModel, "mmrm": MMRM}
    kind = kinds.get(model.get("kind"))
    if kind is None:
        raise ModelError("`kind` must be mixed or mmrm")
    try:
        return kind.model_validate(dict(model))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"model.{place}: {first['msg']}") from None

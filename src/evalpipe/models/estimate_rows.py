"""Rows of `estimates` and `diagnostics`: one number each, with what is needed to read it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace

import pandas as pd

from evalpipe.answers.term import with_parts
from evalpipe.config.analyses import Analysis
from evalpipe.schemas.agreement import TOLD
from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES, with_estimate_ids
from evalpipe.schemas.table import conform_frame, names_of
from evalpipe.vocabulary import DfMethod, Quantity, Scale, Status


@dataclass(frozen=True)
class EstimateRow:
    """One number. Missing parts are None.

    term, arm, reference_arm: the factor and the levels compared; `arm` and `reference_arm` hold the
    levels of `term` also where the factor is not the arm (conditions, roles, periods).
    conf_level: of an interval at another level than the analysis'. n_smallest: people of the
    smallest group without whom the fit could not give the number; n_named: of the smallest group
    that the number names (see `models.support`).
    """

    quantity: Quantity
    term: str | None = None
    arm: str | None = None
    reference_arm: str | None = None
    visit: str | None = None
    estimate: float | None = None
    std_error: float | None = None
    df: float | None = None
    df_numerator: float | None = None
    df_method: DfMethod | None = None
    statistic: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    conf_level: float | None = None
    scale: Scale = Scale.OUTCOME
    n_participants: int | None = None
    n_observations: int | None = None
    n_smallest: int | None = None
    n_named: int | None = None
    status: Status = Status.OK
    note: str | None = None
    outcome: str | None = None
    modelled_class: str | None = None

    @property
    def can_be_told(self) -> bool:
        """Whether the row is an answer: its fit ended well, or random effects were estimated at
        zero and its df are those of the model without them.
        """
        return self.status is Status.OK or (
            self.status is Status.SINGULAR and self.df is not None and math.isfinite(self.df)
        )


NUMBERS = (
    "estimate",
    "std_error",
    "df",
    "df_numerator",
    "df_method",
    "statistic",
    "p_value",
    "p_adjusted",
    "conf_low",
    "conf_high",
)
"""Parts of a row that a reader takes for an answer."""


@dataclass(frozen=True)
class Heading:
    """What all rows of one analysis share."""

    study_id: str
    analysis_id: str
    role: str = "primary"
    population: str | None = None
    outcome: str | None = None
    conf_level: float = 0.95
    n_participants: int | None = None
    n_observations: int | None = None
    modelled_class: str | None = None

    def with_counts(self, n_participants: int, n_observations: int) -> "Heading":
        """Return the heading with the counts of the rows used."""
        return replace(self, n_participants=n_participants, n_observations=n_observations)

    def about_class(self, name: str) -> "Heading":
        """Return the heading of an analysis that counts one class of its outcome."""
        return replace(self, modelled_class=name)


def heading_of(study_id: str, analysis_id: str, analysis: Analysis, conf_level: float) -> Heading:
    """Return the heading of a declared analysis."""
    estimand = analysis.estimand
    return Heading(
        study_id=study_id,
        analysis_id=analysis_id,
        role=analysis.role,
        population=estimand.population if estimand else None,
        outcome=estimand.outcome if estimand else None,
        conf_level=conf_level,
    )


def assemble_estimates(rows: Iterable[EstimateRow], heading: Heading) -> pd.DataFrame:
    """Return the table `estimates` of one analysis, in the order given, with ids."""
    records = [_estimate_record(row, heading) for row in rows]
    names = [name for name in names_of(ESTIMATES) if name != "estimate_id"]
    frame = with_estimate_ids(with_parts(pd.DataFrame(records, columns=names, dtype="object")))
    return conform_frame(frame.drop_duplicates("estimate_id", ignore_index=True), ESTIMATES)


def _estimate_record(row: EstimateRow, heading: Heading) -> dict[str, object]:
    record = asdict(row)
    if row.status is Status.NOT_CONVERGED:
        record.update(dict.fromkeys(TOLD))
    shared = {field.name: getattr(heading, field.name) for field in fields(heading)}
    for name, value in shared.items():
        if record.get(name) is None:
            record[name] = value
    if record["conf_low"] is None and record["conf_high"] is None:
        record["conf_level"] = None
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: object) -> object:
    if isinstance(value, Quantity | Scale | Status | DfMethod):
        return value.value
    if isinstance(value, float) and not -float("inf") < value < float("inf"):
        return None
    return value


def not_estimable(sentence: str, quantity: Quantity = Quantity.CONTRAST) -> EstimateRow:
    """Return the row that stands for an analysis whose numbers cannot be had, and why."""
    return EstimateRow(quantity, scale=Scale.NONE, status=Status.NOT_ESTIMABLE, note=sentence)


def without_numbers(
    row: EstimateRow, reason: str, status: Status = Status.NOT_ESTIMABLE
) -> EstimateRow:
    """Return a row that says what was asked and why there is no number."""
    empty = dict.fromkeys(NUMBERS)
    return replace(row, **empty, status=status, note=reason)  # type: ignore[arg-type]


def assemble_diagnostics(rows: Iterable[Mapping[str, object]], heading: Heading) -> pd.DataFrame:
    """Return the table `diagnostics`; each row is given without its keys."""
    records = [
        {
            "study_id": heading.study_id,
            "analysis_id": heading.analysis_id,
            "fit": "main",
            **{name: _plain(value) for name, value in row.items()},
        }
        for row in rows
    ]
    frame = pd.DataFrame(records, columns=names_of(DIAGNOSTICS), dtype="object")
    return conform_frame(frame, DIAGNOSTICS)

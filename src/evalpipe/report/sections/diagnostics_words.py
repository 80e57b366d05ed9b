"""What the diagnostics of a fit say, with a verdict in words."""

from __future__ import annotations

import math

from evalpipe.answers.rows import Diagnosis
from evalpipe.report.labels import spell
from evalpipe.report.numbers import format_count
from evalpipe.report.source import Source
from evalpipe.vocabulary import SECOND_FIT_NOISE, Quantity, Status

CLOSE = 1e-4
"""Relative difference up to which two fits count as the same."""


def diagnostics_sentences(source: Source, analysis_id: str) -> list[str]:
    """Sentences on convergence, singularity, the second fit and warnings of one analysis."""
    sentences: list[str] = []
    for row in source.diagnostics:
        if row.analysis_id == analysis_id:
            sentences += _fit_sentences(row)
    return list(dict.fromkeys(sentences))


def _fit_sentences(row: Diagnosis) -> list[str]:
    name = "" if row.fit in ("", "main") else f" ({spell(row.fit).lower()})"
    sentences = []
    if row.status in (Status.NOT_ESTIMABLE, Status.NOT_AVAILABLE):
        return [f"Not estimated{name}: {row.note or 'no reason is recorded'}."]
    if row.has_converged == 1 and math.isfinite(row.scaled_gradient):
        steps = f" in {format_count(row.n_iterations)} steps" if row.n_iterations > 0 else ""
        sentences.append(f"The fit{name} converged{steps}.")
    elif row.has_converged == 0:
        sentences.append(f"The fit{name} did not converge: its numbers are not to be trusted.")
    if row.is_singular == 1:
        sentences.append(
            f"The fit{name} is singular: a variance lies at zero or a correlation at one, so the "
            "data cannot tell everything that the model asks."
            + (f" {row.note[0].upper()}{row.note[1:]}." if row.note else "")
        )
    sentences += _second_fit(row)
    sentences += [f"{warning.strip()}." for warning in row.warnings.split("\n") if warning.strip()]
    return sentences


def _second_fit(row: Diagnosis) -> list[str]:
    if not row.second_fit_engine or not math.isfinite(row.second_fit_difference):
        return []
    where = f" ({spell(row.second_fit_quantity).lower()})" if row.second_fit_quantity else ""
    what = "fit with" if row.second_fit_engine.startswith("statsmodels") else "computation by"
    if row.second_fit_difference <= CLOSE:
        return [
            (
                f"An independent second {what} {row.second_fit_engine} gives the same numbers "
                f"(largest relative difference {_bound(row.second_fit_difference)})."
            )
        ]
    return [
        (
            f"An independent second {what} {row.second_fit_engine} differs by up to "
            f"{100 * row.second_fit_difference:.2g}%{where}."
        )
    ]


def _bound(difference: float) -> str:
    digits = f"{difference:.0e}".replace("e-0", "e-")
    return f"below {digits}" if difference <= SECOND_FIT_NOISE else f"at most {digits}"


def is_troubled(row: Diagnosis) -> bool:
    """Whether a fit needs the reader's attention."""
    return row.status != Status.OK or row.is_singular == 1 or row.has_converged == 0


def joint_rows(source: Source, analysis_id: str) -> list[str]:
    """Terms that have a joint test."""
    return [row.term for row in source.of_analysis(analysis_id, Quantity.JOINT_TEST)]

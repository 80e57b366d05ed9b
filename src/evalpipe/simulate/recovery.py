"""Does the truth come out? Each study's primary analysis on many synthetic studies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.replicates import FIRST_REPLICATE, Progress, run_replicates
from evalpipe.simulate.summaries import summarise_replicates

COVERAGE_BOUNDS = (0.93, 0.97)


def primary_analyses(plan: Plan) -> tuple[str, ...]:
    """Return the names of the plan's primary analyses."""
    return tuple(name for name, analysis in plan.analyses.items() if analysis.role == "primary")


def recover(
    plan: Plan,
    analysis_id: str,
    truth: Mapping[str, Any],
    n_replicates: int = 200,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return bias and coverage of one analysis over replicates of the synthetic study.

    truth: the content of the study's truth.json. Rows with a truth only; columns of
    `summarise_replicates` with study_id, analysis_id, first_seed and the bias in Monte Carlo
    errors (`bias_z`).
    """
    truths = {e["estimate_id"]: float(e["truth"]) for e in truth["estimands"]}
    drawn = run_replicates(plan, analysis_id, n_replicates, workers=workers, progress=progress)
    table = summarise_replicates(drawn, truths, n_replicates)
    table = table[table["truth"].notna()] if "truth" in table else table.iloc[0:0]
    named = table.assign(
        study_id=plan.study.id,
        analysis_id=analysis_id,
        first_seed=require_truth(plan).seed + FIRST_REPLICATE,
        bias_z=table["bias"] / table["bias_error"],
    )
    first = ["study_id", "analysis_id"]
    return named[[*first, *(c for c in named if c not in first)]].reset_index(drop=True)


def recovery_markdown(table: pd.DataFrame, command: str) -> str:
    """Return the table for people: one line a number, with the command that makes it."""
    lines = [
        "# Recovery of known truths",
        "",
        "Each bundled synthetic study was drawn again and again from its own plan and its primary",
        "analysis carried out on each. Bias should lie within about two of its Monte Carlo",
        "errors, coverage of the 95 % intervals between 93 and 97 %. Fits that failed count as",
        "not covering.",
        "",
        f"Command: `{command}`",
        "",
        (
            "| study | number | truth | mean estimate | bias (error) | SE: empirical, mean | "
            "coverage (95 % CI) | failed | first seed |"
        ),
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_line(row) for row in table.to_dict("records")]
    return "\n".join([*lines, ""])


def _line(row: dict[Any, Any]) -> str:
    number = "/".join(str(row["estimate_id"]).split("/")[1:])
    share, low, high = (100 * row[f"coverage{end}"] for end in ("", "_low", "_high"))
    coverage = f"{share:.1f} ({low:.1f} to {high:.1f})"
    return (
        f"| {row['study_id']} | {number} | {row['truth']:.4g} | {row['mean_estimate']:.4g} | "
        f"{row['bias']:.3g} ({row['bias_error']:.2g}) | {row['empirical_se']:.3g}, "
        f"{row['mean_se']:.3g} | {coverage} | {row['n_failed']} of {row['n_replicates']} | "
        f"{row['first_seed']} |"
    )

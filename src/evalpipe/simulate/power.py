"""How many participants does a study need? The declared analysis over sizes and true effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalpipe.config.plan import Plan
from evalpipe.simulate.people import require_truth
from evalpipe.simulate.replicates import Progress, run_replicates
from evalpipe.simulate.scaled_truth import with_effect
from evalpipe.simulate.summaries import ALPHA, summarise_replicates
from evalpipe.simulate.true_values import true_answers, with_units


@dataclass(frozen=True)
class PowerGrid:
    """Sizes and effects to try.

    units: participants or dyads (of each cohort). effects: multiples of the plan's true effect; 0
    gives the rate of false positives.
    """

    units: tuple[int, ...]
    effects: tuple[float, ...] = (1.0,)
    replicates: int = 200
    alpha: float = ALPHA


def power_by_simulation(
    plan: Plan,
    analysis_id: str,
    grid: PowerGrid,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return one row for each size, effect and number that answers the analysis.

    Columns: units, effect (multiple of the plan's), then those of `summarise_replicates`: power
    with its interval, precision (mean half width of the interval), bias, coverage, failed fits.
    Bias and coverage need a truth in closed form and are missing otherwise. Clusters grow with
    the number of units, so that their size stays.
    """
    cells = [(units, effect) for units in grid.units for effect in grid.effects]
    total = len(cells) * grid.replicates
    parts = []
    for place, (units, effect) in enumerate(cells):
        cell = with_effect(plan, analysis_id, effect) if effect != 1.0 else plan
        cell = with_units(cell, units)
        step = _shifted(progress, place * grid.replicates, total)
        drawn = run_replicates(cell, analysis_id, grid.replicates, workers=workers, progress=step)
        truths = true_answers(cell, analysis_id)
        summary = summarise_replicates(drawn, truths, grid.replicates, grid.alpha)
        parts.append(summary.assign(units=units, effect=effect))
    table = pd.concat(parts, ignore_index=True)
    first = ["units", "effect"]
    return table[[*first, *(c for c in table if c not in first)]]


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)


def units_for_power(table: pd.DataFrame, power: float = 0.8) -> dict[float, int | None]:
    """Return for each effect the smallest size tried whose power reaches the wanted one."""
    found: dict[float, int | None] = {}
    for effect, own in table.groupby("effect", sort=True):
        enough = own[own["power"] >= power]["units"]
        found[float(str(effect))] = int(enough.min()) if len(enough) else None
    return found


def power_figure(table: pd.DataFrame, plan: Plan) -> bytes:
    """Return an SVG: power against size, one line for each effect, with Monte Carlo intervals.

    Synthetic by nature and labelled so. Same table, same bytes.
    """
    import io

    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "evalpipe", "svg.fonttype": "path", "font.size": 10}):
        figure = Figure(figsize=(6.2, 3.8), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, table)
        unit = "dyads" if plan.unit == "dyad" else "participants"
        axes.set(xlabel=f"Number of {unit}", ylabel="Power", ylim=(0, 1.02))
        axes.set_title(f"SYNTHETIC: {plan.study.title}", fontsize=9, loc="left", wrap=True)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


_COLOURS: Sequence[str] = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")


def _draw(axes: Any, table: pd.DataFrame) -> None:
    first = table.drop_duplicates(["units", "effect"])
    for number, (effect, own) in enumerate(first.groupby("effect", sort=True)):
        colour = _COLOURS[number % len(_COLOURS)]
        own = own.sort_values("units")
        axes.plot(own["units"], own["power"], marker="o", color=colour)
        axes.vlines(own["units"], own["power_low"], own["power_high"], color=colour, linewidth=1)
        last = own.iloc[-1]
        axes.annotate(
            f"effect × {effect:g}",
            (last["units"], last["power"]),
            xytext=(6, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=9,
        )
    axes.axhline(0.8, color="0.6", linewidth=0.8, linestyle="--")
    axes.margins(x=0.18)
    axes.spines[["top", "right"]].set_visible(False)


def default_grid(plan: Plan) -> PowerGrid:
    """Return half, the planned and twice the planned size, without and with the true effect."""
    units = require_truth(plan).units
    return PowerGrid((max(units // 2, 8), units, units * 2), (0.0, 1.0))

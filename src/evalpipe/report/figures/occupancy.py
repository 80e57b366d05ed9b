"""How many people were in which phase of treatment in each week; nobody can be told apart."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    break_label,
    canvas,
    show_grid,
    to_picture,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

OUTSIDE = ("#eef1f4", "#e3d8cc", "#dfe8df", "#eceaf2")
WIDE_MM, TALL_MM, LINE_MM = 145.0, 62.0, 5.0
BESIDE_MM = 45.0
STEPS = 80


def phase_colours(states: list[str], outside: set[str]) -> dict[str, str]:
    """Colour of each state: phases from light to dark in their order, other states pale."""
    phases = [state for state in states if state not in outside]
    ramp = palette.PHASES[:5]
    step = (len(ramp) - 1) / max(len(phases) - 1, 1)
    colours = {phase: ramp[round(place * step)] for place, phase in enumerate(phases)}
    pale = [state for state in states if state in outside]
    return colours | {state: OUTSIDE[n % len(OUTSIDE)] for n, state in enumerate(pale)}


def draw_occupancy(
    counts: pd.DataFrame,
    *,
    outside: set[str],
    alt: str,
    unit: str = "people",
    is_synthetic: bool = False,
    height_mm: float = 80,
) -> Picture:
    """Stacked areas: number of units in each state by week.

    Parameters
    ----------
    counts : columns `week`, `state`, `count`; one row for each pair; states from first (bottom) to
        last in the order of the frame; suppressed counts are missing and count as zero here.
    outside : states that are no phase (not started, finished): drawn pale.
    """
    states = list(dict.fromkeys(counts["state"]))
    table = (
        counts.assign(count=counts["count"].fillna(0.0))
        .pivot_table(index="week", columns="state", values="count", aggfunc="sum", fill_value=0)
        .reindex(columns=states, fill_value=0)
        .sort_index()
    )
    colours = phase_colours(states, outside)
    with canvas(height_mm) as figure:
        axes = figure.subplots()
        weeks = table.index.to_numpy(dtype=float)
        heights = [table[state].to_numpy(dtype=float) for state in states]
        axes.stackplot(
            weeks,
            *heights,
            colors=[colours[state] for state in states],
            step="mid",
            linewidth=0.5,
            edgecolor=palette.PAPER,
        )
        total = float(table.sum(axis=1).max())
        axes.set_xlim(weeks.min() - 0.5, weeks.max() + 0.5)
        axes.set_ylim(0, total)
        axes.set_xlabel("Weeks since baseline")
        axes.set_ylabel(f"Number of {unit}")
        show_grid(axes)
        axes.set_axisbelow(False)
        axes.grid(alpha=0.25)
        _label_states(axes, table, states, colours, total)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


# long: a drawing is one sequence of strokes
def _label_states(
    axes: "Axes", table: pd.DataFrame, states: list[str], colours: dict[str, str], total: float
) -> None:
    """The name of each state inside its area; where it does not fit, beside the picture."""
    from matplotlib.patches import Patch

    upper = table.cumsum(axis=1)
    weeks_per_mm, people_per_mm = len(table) / WIDE_MM, total / TALL_MM
    left_over: list[Patch] = []
    for state in states:
        band = _Band(
            table.index.to_numpy(dtype=float),
            (upper[state] - table[state]).to_numpy(dtype=float),
            upper[state].to_numpy(dtype=float),
        )
        long, thin = 1.75 * len(state) + 2, LINE_MM
        spot = _free_spot(band, long * weeks_per_mm, thin * people_per_mm)
        rotation = 0
        if spot is None:
            spot = _free_spot(band, thin * weeks_per_mm, long * people_per_mm)
            rotation = 90
        if spot is None:
            figure: Any = axes.figure
            label = break_label(figure, state, BESIDE_MM, SMALLEST_TYPE)
            left_over.append(
                Patch(facecolor=colours[state], label=label, edgecolor=palette.RULE, linewidth=0.4)
            )
            continue
        is_dark = colours[state] in palette.PHASES[3:5]
        axes.text(
            *spot,
            state,
            ha="center",
            va="center",
            rotation=rotation,
            fontsize=SMALLEST_TYPE,
            color=palette.PAPER if is_dark else palette.INK,
        )
    if left_over:
        axes.legend(
            handles=left_over,
            frameon=False,
            fontsize=SMALLEST_TYPE,
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
            borderaxespad=0.2,
            handlelength=1.2,
        )


@dataclass(frozen=True)
class _Band:
    """The area of one state: its lower and upper edge at each week."""

    weeks: "npt.NDArray[np.float64]"
    lower: "npt.NDArray[np.float64]"
    upper: "npt.NDArray[np.float64]"


def _free_spot(band: _Band, width: float, height: float) -> tuple[float, float] | None:
    """Middle of a box of this size (weeks, people) inside the area, where the area is widest."""
    best: tuple[float, float] | None = None
    widest = width
    for middle in np.linspace(band.lower.min(), band.upper.max(), STEPS):
        inside = (band.lower <= middle - height / 2) & (middle + height / 2 <= band.upper)
        for start, end in _stretches(inside):
            if end - start >= widest:
                best = (float(band.weeks[start:end].mean()), float(middle))
                widest = end - start + 0.5
    return best


def _stretches(inside: "npt.NDArray[np.bool_]") -> list[tuple[int, int]]:
    """Runs of True as (start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

"""One row a participant, colour a phase: only for studies that may show individual lines."""

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    WIDTH_MM,
    break_label,
    canvas,
    show_grid,
    to_picture,
)
from evalpipe.report.figures.occupancy import phase_colours


# long: a drawing is one sequence of strokes
def draw_timeline(
    sessions: pd.DataFrame,
    *,
    alt: str,
    unit: str = "participant",
    is_synthetic: bool = False,
) -> Picture:
    """Sessions of each unit on the day they were held, coloured by phase.

    Parameters
    ----------
    sessions : columns `unit` (an order number, never an id), `day`, `phase` (label) and `held`
        (missed sessions are open circles); phases in the order of the frame's first appearance.
    """
    units = sorted(sessions["unit"].unique())
    phases = list(dict.fromkeys(sessions["phase"]))
    colours = phase_colours(phases, set())
    with canvas(min(30 + 2.6 * len(units), 215)) as figure:
        axes = figure.subplots()
        room = WIDTH_MM / min(len(phases), 5) - 7
        place = {unit_: row for row, unit_ in enumerate(units)}
        for phase in phases:
            own = sessions[sessions["phase"] == phase]
            rows = [place[u] for u in own["unit"]]
            held = own["held"].to_numpy(dtype=bool)
            edge = [colours[phase] if is_held else palette.RULE for is_held in held]
            face = [colours[phase] if is_held else "none" for is_held in held]
            axes.scatter(
                own["day"],
                rows,
                s=9,
                c=face,
                edgecolors=edge,
                linewidths=0.7,
                label=break_label(figure, phase, room, SMALLEST_TYPE),
                marker="o",
            )
        axes.set_ylim(len(units) - 0.4, -0.6)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("Days since baseline")
        axes.set_ylabel(f"One row a {unit}")
        show_grid(axes, "x")
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=min(len(phases), 5),
            frameon=False,
            fontsize=SMALLEST_TYPE,
            handletextpad=0.2,
            columnspacing=1.2,
            markerscale=1.6,
        )
        return to_picture(figure, alt, is_synthetic=is_synthetic)

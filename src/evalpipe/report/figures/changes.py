"""Classes before and after: a table of counts with shades, one panel an arm."""

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    WIDTH_MM,
    break_label,
    canvas,
    to_picture,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_MM = 11.0
CLASS_MM = 45.0


def draw_changes(
    counts: pd.DataFrame,
    classes: list[str],
    *,
    before: str,
    after: str,
    alt: str,
    is_synthetic: bool = False,
) -> Picture:
    """Each cell: how many went from the row's class to the column's; the frame marks no change.

    Parameters
    ----------
    counts : columns `panel` (label of the arm, may be one), `before`, `after` (labels of classes),
        `count` (missing where suppressed) and `text` (the count as printed).
    """
    panels = list(dict.fromkeys(counts["panel"]))
    height = CELL_MM * len(classes) + 34
    with canvas(height, WIDTH_MM if len(panels) > 1 else 110) as figure:
        grid = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
        room = (WIDTH_MM - CLASS_MM) / len(panels) - 5
        for place, (axes, panel) in enumerate(zip(grid, panels, strict=True)):
            _draw_panel(axes, counts[counts["panel"] == panel], classes)
            axes.set_title(break_label(figure, panel, room, SMALLEST_TYPE + 1, "bold"))
            axes.set_xlabel(after)
            if place == 0:
                axes.set_ylabel(before)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


# long: a drawing is one sequence of strokes
def _draw_panel(axes: "Axes", rows: pd.DataFrame, classes: list[str]) -> None:
    from matplotlib.patches import Rectangle

    order = {name: place for place, name in enumerate(classes)}
    largest = max([float(n) for n in rows["count"] if math.isfinite(n)], default=1.0) or 1.0
    for row in rows.to_dict("records"):
        x, y = order[str(row["after"])], order[str(row["before"])]
        share = float(row["count"]) / largest if math.isfinite(row["count"]) else 0.0
        axes.add_patch(
            Rectangle(
                (x - 0.5, y - 0.5),
                1,
                1,
                facecolor=_shade(share),
                edgecolor=palette.PAPER,
                linewidth=1.2,
            )
        )
        axes.text(
            x,
            y,
            str(row["text"]),
            ha="center",
            va="center",
            fontsize=SMALLEST_TYPE + 0.5,
            color=palette.PAPER if _shade(share) == palette.PHASES[3] else palette.INK,
        )
    for place in range(len(classes)):
        axes.add_patch(
            Rectangle(
                (place - 0.46, place - 0.46),
                0.92,
                0.92,
                fill=False,
                edgecolor=palette.INK,
                linewidth=0.9,
            )
        )
    axes.set_xlim(-0.5, len(classes) - 0.5)
    axes.set_ylim(len(classes) - 0.5, -0.5)
    figure: Any = axes.figure
    names = [break_label(figure, name, CLASS_MM, SMALLEST_TYPE) for name in classes]
    axes.set_xticks(range(len(classes)), names, rotation=25, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(classes)), names)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _shade(share: float) -> str:
    ramp = (palette.PAPER, *palette.PHASES[:4])
    return ramp[min(round(share * (len(ramp) - 1)), len(ramp) - 1)]

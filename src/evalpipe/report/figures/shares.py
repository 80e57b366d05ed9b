"""Shares as bars from 0 to 100 per cent: fidelity, goals, responders."""

import math

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    WIDTH_MM,
    break_label,
    canvas,
    resize,
    show_grid,
    to_picture,
)

ROW_MM = 7.0
LINE_MM = 4.2
LABEL_MM = 70.0


# long: a drawing is one sequence of strokes
def draw_shares(
    rows: pd.DataFrame,
    *,
    title: str,
    alt: str,
    series: list[str] | None = None,
    control: str | None = None,
    is_synthetic: bool = False,
) -> Picture:
    """Horizontal bars with their printed value at the end, grouped by label.

    Parameters
    ----------
    rows : columns `label`, `series` (arm; one or several), `share` (0 to 1, missing where
        suppressed), `text` (as printed).
    title : what is shared, for the axis.
    """
    names = series or list(dict.fromkeys(rows["series"]))
    labels = list(dict.fromkeys(rows["label"]))
    looks = palette.series_for(len(names), names.index(control) if control in names else None)
    height = 0.8 / len(names)
    row_mm = ROW_MM * (0.55 + 0.45 * len(names))
    with canvas(24 + row_mm * len(labels)) as figure:
        broken = [break_label(figure, label, LABEL_MM, SMALLEST_TYPE) for label in labels]
        lines = 1 + max(label.count("\n") for label in broken)
        resize(figure, 24 + max(row_mm, LINE_MM * lines) * len(labels))
        axes = figure.subplots()
        for rank, (name, look) in enumerate(zip(names, looks, strict=True)):
            own = rows[rows["series"] == name]
            for row in own.to_dict("records"):
                place = labels.index(str(row["label"])) + (rank - (len(names) - 1) / 2) * height
                share = float(row["share"]) if math.isfinite(row["share"]) else 0.0
                axes.barh(place, share, height=height * 0.86, color=look.colour, zorder=2)
                axes.text(
                    share + 0.012, place, str(row["text"]), va="center", fontsize=SMALLEST_TYPE
                )
        axes.set_yticks(range(len(labels)), broken)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0, 1.14)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_xlabel(title)
        show_grid(axes, "x")
        axes.spines["left"].set_color(palette.RULE)
        if len(names) > 1:
            room = (WIDTH_MM - 10) / len(names) - 8
            shown = [break_label(figure, name, room, SMALLEST_TYPE) for name in names]
            _name_series(axes, shown, looks)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


def _name_series(axes: object, names: list[str], looks: tuple[palette.Series, ...]) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(color=look.colour, label=name) for name, look in zip(names, looks, strict=True)
    ]
    axes.legend(  # type: ignore[attr-defined]
        handles=handles,
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(names),
        fontsize=SMALLEST_TYPE,
        handlelength=1.2,
        borderaxespad=0,
    )

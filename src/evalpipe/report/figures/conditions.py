"""Means of conditions with intervals, side by side: within-person experiments, groups, phases."""

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    WIDTH_MM,
    break_label,
    canvas,
    set_y_title,
    show_grid,
    to_picture,
)
from evalpipe.report.figures.trajectories import mark_better

GAP = 0.16


# long: a drawing is one sequence of strokes
def draw_conditions(
    means: pd.DataFrame,
    *,
    outcome: str,
    alt: str,
    better: str | None = None,
    is_synthetic: bool = False,
    height_mm: float = 80,
) -> Picture:
    """One point with its interval for each condition; several series stand beside each other.

    Parameters
    ----------
    means : columns `condition`, `series` (may be one), `estimate`, `conf_low`, `conf_high`, in the
        order in which conditions are shown.
    """
    conditions = list(dict.fromkeys(means["condition"]))
    names = list(dict.fromkeys(means["series"]))
    looks = palette.series_for(len(names))
    with canvas(height_mm) as figure:

        def fit(label: str, among: list[str]) -> str:
            return break_label(figure, label, 0.84 * WIDTH_MM / len(among) - 4, SMALLEST_TYPE)

        axes = figure.subplots()
        for rank, (name, look) in enumerate(zip(names, looks, strict=True)):
            own = means[means["series"] == name]
            shift = (rank - (len(names) - 1) / 2) * GAP
            places = [conditions.index(c) + shift for c in own["condition"]]
            axes.vlines(places, own["conf_low"], own["conf_high"], color=look.colour, linewidth=1.6)
            axes.plot(
                places,
                own["estimate"],
                color=look.colour,
                marker=look.marker,
                linestyle="none",
                markersize=7,
                markeredgecolor=palette.PAPER,
                markeredgewidth=0.8,
                label=fit(name, names),
                zorder=3,
            )
        axes.set_xticks(range(len(conditions)), [fit(c, conditions) for c in conditions])
        axes.set_xlim(-0.6, len(conditions) - 0.4)
        set_y_title(axes, outcome, height_mm)
        axes.margins(y=0.12)
        show_grid(axes)
        axes.tick_params(axis="x", length=0)
        if better in {"lower", "higher"}:
            mark_better(axes, better)
        if len(names) > 1:
            axes.legend(
                frameon=False,
                fontsize=SMALLEST_TYPE,
                loc="lower left",
                ncols=len(names),
                bbox_to_anchor=(0, 1.0),
                borderaxespad=0,
                handletextpad=0.3,
            )
        return to_picture(figure, alt, is_synthetic=is_synthetic)

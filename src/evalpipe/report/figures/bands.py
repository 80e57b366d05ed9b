"""Curves with bands: predicted growth over days or sessions, power over sample sizes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    break_label,
    canvas,
    set_y_title,
    show_grid,
    to_picture,
)
from evalpipe.report.figures.trajectories import mark_better, name_ends

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARK_MM = 60.0


@dataclass(frozen=True)
class Mark:
    """A vertical line with a name: the start of a phase, a planned sample size."""

    position: float
    label: str


# long: a drawing is one sequence of strokes
def draw_bands(
    curves: pd.DataFrame,
    *,
    x_title: str,
    y_title: str,
    alt: str,
    better: str | None = None,
    control: str | None = None,
    marks: tuple[Mark, ...] = (),
    level: float | None = None,
    limits: tuple[float, float] | None = None,
    is_synthetic: bool = False,
    height_mm: float = 88,
) -> Picture:
    """A line with a band for each series, labelled at its end.

    Parameters
    ----------
    curves : columns `series`, `position`, `estimate`, `conf_low`, `conf_high`.
    marks : vertical lines. level: a horizontal line (80 % power). limits: of the vertical axis.
    """
    names = list(dict.fromkeys(curves["series"]))
    looks = palette.series_for(len(names), names.index(control) if control in names else None)
    with canvas(height_mm) as figure:
        axes = figure.subplots()
        for name, look in zip(names, looks, strict=True):
            own = curves[curves["series"] == name].sort_values("position")
            places = own["position"].to_numpy(dtype=float)
            low, high = (own[c].to_numpy(dtype=float) for c in ("conf_low", "conf_high"))
            axes.fill_between(places, low, high, color=look.colour, alpha=0.16, linewidth=0)
            axes.plot(
                places,
                own["estimate"],
                color=look.colour,
                linestyle=look.line,
                marker=look.marker if len(own) <= 12 else "",
                markeredgecolor=palette.PAPER,
            )
        axes.set_xlabel(x_title)
        set_y_title(axes, y_title, height_mm)
        if limits is not None:
            axes.set_ylim(*limits)
        if level is not None:
            axes.axhline(level, color=palette.RULE, linewidth=0.9, linestyle=(0, (4, 3)))
        show_grid(axes)
        _draw_marks(axes, marks)
        if better in {"lower", "higher"}:
            mark_better(axes, better)
        if len(names) > 1:
            _label_curves(axes, curves, names, looks)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


def _draw_marks(axes: "Axes", marks: tuple[Mark, ...]) -> None:
    for mark in marks:
        axes.axvline(mark.position, color=palette.RULE, linewidth=0.8, linestyle=(0, (3, 3)))
        figure: Any = axes.figure
        axes.annotate(
            break_label(figure, mark.label, MARK_MM, SMALLEST_TYPE),
            xy=(mark.position, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            va="top",
            ha="left",
            color=palette.SOFT,
            fontsize=SMALLEST_TYPE,
        )


def _label_curves(
    axes: "Axes", curves: pd.DataFrame, names: list[str], looks: tuple[palette.Series, ...]
) -> None:
    ordered = curves.sort_values("position")
    last = dict(zip(ordered["series"], ordered["estimate"].astype(float), strict=True))
    name_ends(axes, last, names, looks)

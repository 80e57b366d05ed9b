"""Estimated or observed means over time, one line an arm, with intervals and direct labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    break_label,
    canvas,
    resize,
    set_y_title,
    show_grid,
    spread_labels,
    to_picture,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DODGE = 0.011
LABEL_GAP = 0.062
CHARACTER_WIDTH = 0.0175
LINE_MM = 4.2
END_MM = 50.0
TICKS_MM = 150.0


@dataclass(frozen=True)
class TimeAxis:
    """What the horizontal axis means. ticks: (position, label) in order."""

    title: str
    ticks: tuple[tuple[float, str], ...]


def draw_trajectories(
    means: pd.DataFrame,
    axis: TimeAxis,
    *,
    outcome: str,
    alt: str,
    better: str | None = None,
    control: str | None = None,
    is_synthetic: bool = False,
    height_mm: float = 88,
) -> Picture:
    """Means over time with intervals.

    Parameters
    ----------
    means : columns `series` (label of the arm, role or cohort), `position` (on the time axis),
        `estimate`, `conf_low`, `conf_high`; rows without an estimate are left out, a missing
        interval is not drawn. Series appear in the order of the frame.
    axis : title and ticks of the time axis.
    outcome : title of the vertical axis. better: `lower` or `higher`. control: label of the
        control arm, drawn grey and broken.
    """
    shown = means.dropna(subset=["estimate"])
    names = list(dict.fromkeys(shown["series"]))
    looks = palette.series_for(len(names), names.index(control) if control in names else None)
    with canvas(height_mm) as figure:
        axis = _stagger_ticks(_break_ticks(figure, axis))
        below = max((label.count("\n") for _, label in axis.ticks), default=0)
        resize(figure, height_mm + LINE_MM * max(0, below - 1))
        axes = figure.subplots()
        span = _span(axis, shown)
        for rank, (name, look) in enumerate(zip(names, looks, strict=True)):
            shift = (rank - (len(names) - 1) / 2) * DODGE * span
            _draw_series(axes, shown[shown["series"] == name], look, shift)
        _dress(axes, axis, outcome, better, height_mm)
        _label_ends(axes, shown, names, looks)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


def _span(axis: TimeAxis, means: pd.DataFrame) -> float:
    places = [place for place, _ in axis.ticks] or means["position"].tolist()
    return (max(places) - min(places)) or 1.0


def _draw_series(axes: "Axes", rows: pd.DataFrame, look: palette.Series, shift: float) -> None:
    places = rows["position"].to_numpy(dtype=float) + shift
    values = rows["estimate"].to_numpy(dtype=float)
    axes.plot(
        places,
        values,
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markeredgecolor=palette.PAPER,
        markeredgewidth=0.8,
        zorder=3,
    )
    low, high = (rows[name].to_numpy(dtype=float) for name in ("conf_low", "conf_high"))
    axes.vlines(places, low, high, color=look.colour, linewidth=1.3, zorder=2)


def _dress(
    axes: "Axes", axis: TimeAxis, outcome: str, better: str | None, height_mm: float
) -> None:
    from matplotlib.ticker import MaxNLocator

    show_grid(axes)
    places = [place for place, _ in axis.ticks]
    if places:
        axes.set_xticks(places, [label for _, label in axis.ticks])
    axes.set_xlabel(axis.title)
    set_y_title(axes, outcome, height_mm)
    axes.margins(y=0.08)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    if better in {"lower", "higher"}:
        mark_better(axes, better)


def _break_ticks(figure: "Figure", axis: TimeAxis) -> TimeAxis:
    room = max(40.0, TICKS_MM / max(len(axis.ticks), 1))
    return TimeAxis(
        axis.title,
        tuple((p, break_label(figure, label, room, SMALLEST_TYPE)) for p, label in axis.ticks),
    )


def _stagger_ticks(axis: TimeAxis) -> TimeAxis:
    """Tick labels that would touch one before go down, as far as they must."""
    places = [place for place, _ in axis.ticks]
    span = (max(places, default=0.0) - min(places, default=0.0)) or 1.0
    deep = 1 + max((label.count("\n") for _, label in axis.ticks), default=0)
    ends: list[float] = []
    ticks: list[tuple[float, str]] = []
    for place, label in axis.ticks:
        half = CHARACTER_WIDTH * (max(map(len, label.split("\n"))) + 1) / 2
        free = (n for n, end in enumerate(ends) if place / span - half >= end)
        level = next(free, len(ends))
        ends[level : level + 1] = [place / span + half]
        ticks.append((place, "\n" * level * deep + label))
    return TimeAxis(axis.title, tuple(ticks))


def mark_better(axes: "Axes", better: str) -> None:
    """An arrow in the left upper or lower corner that says which way is better."""
    at_bottom = better == "lower"
    tip, tail = (0.03, 0.17) if at_bottom else (0.97, 0.83)
    axes.annotate(
        "",
        xy=(0.02, tip),
        xytext=(0.02, tail),
        xycoords="axes fraction",
        arrowprops={
            "arrowstyle": "-|>",
            "color": palette.SOFT,
            "lw": 1,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
    axes.text(
        0.034,
        (tip + tail) / 2,
        "better",
        transform=axes.transAxes,
        va="center",
        color=palette.SOFT,
        fontsize=SMALLEST_TYPE,
    )


def _label_ends(
    axes: "Axes",
    means: pd.DataFrame,
    names: list[str],
    looks: tuple[palette.Series, ...],
) -> None:
    last = dict(zip(means["series"], means["estimate"].astype(float), strict=True))
    name_ends(axes, last, names, looks)


def name_ends(
    axes: "Axes",
    last: Mapping[str, float],
    names: list[str],
    looks: tuple[palette.Series, ...],
) -> None:
    """The name of each line beside its last value, apart from the others."""
    size = SMALLEST_TYPE + 0.5
    figure: Any = axes.figure
    bottom, top = axes.get_ylim()
    height = (top - bottom) or 1.0
    wanted = [(last[name] - bottom) / height for name in names]
    labels = [break_label(figure, name, END_MM, size, "bold") for name in names]
    gap = LABEL_GAP * (1 + max(label.count("\n") for label in labels))
    for label, look, place in zip(labels, looks, spread_labels(wanted, gap), strict=True):
        axes.annotate(
            label,
            xy=(1.015, place),
            xycoords="axes fraction",
            va="center",
            ha="left",
            color=look.colour,
            fontweight="bold",
            fontsize=size,
        )

"""A forest plot: one row an analysis, primary first, so that fragility shows at a glance."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    WIDTH_MM,
    break_label,
    canvas,
    millimetre_axes,
    place_axes,
    resize,
    text_width_mm,
    to_picture,
    wrap_to_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_MM = 5.6
HEAD_MM = 6.0
LINE_MM = 4.2
FRAME_MM = 13.0
TITLE_MM = 90.0
_TYPE: Any = {"fontsize": SMALLEST_TYPE}


@dataclass(frozen=True)
class ForestScale:
    """What the horizontal axis means.

    no_effect: 0 for differences, 1 for ratios (drawn on a log axis). left, right: what lies on
    each side. smallest_that_matters: half width of a band around no effect; None without one.
    """

    title: str
    left: str
    right: str
    is_ratio: bool = False
    smallest_that_matters: float | None = None

    @property
    def no_effect(self) -> float:
        """The value at which both arms are equal."""
        return 1.0 if self.is_ratio else 0.0


def draw_forest(
    rows: pd.DataFrame, scale: ForestScale, *, alt: str, is_synthetic: bool = False
) -> Picture:
    """Estimates with intervals, one row each, in the order of the frame.

    Parameters
    ----------
    rows : columns `group` (heading above the first row of each group; may be empty), `label`,
        `estimate`, `conf_low`, `conf_high`, `text` (the numbers as printed), `is_primary`, and
        `n` (participants as printed; may be empty). Rows without an estimate show their text only.
    """
    lines = _layout(rows)
    with canvas(FRAME_MM + ROW_MM * len(lines), is_placed=True) as figure:
        columns = _columns(figure, rows)
        sides = _sides(figure, scale, columns.width / 2 - 2)
        rows = _break_labels(figure, rows, columns.left - 5)
        row_mm = ROW_MM + LINE_MM * max(0, *(label.count("\n") for label in rows["label"]))
        top = HEAD_MM + LINE_MM * max(len(side) for side in sides)
        resize(figure, FRAME_MM + top + row_mm * len(lines))
        sheet = millimetre_axes(figure)
        axes = place_axes(figure, columns.left, top, columns.width, row_mm * len(lines))
        if scale.is_ratio:
            axes.set_xscale("log")
        _write_heads(sheet, rows, columns, top)
        for line, (heading, place) in enumerate(lines):
            height = top + row_mm * (line + 0.5)
            if place is None:
                sheet.text(0, height, heading, va="center", fontweight="bold", **_TYPE)
            else:
                _draw_row(axes, sheet, rows.iloc[place], columns, (line, height))
        _dress(axes, rows, len(lines), scale)
        _name_sides(axes, sides)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


@dataclass(frozen=True)
class _Columns:
    """Places of the columns in mm: plot from `left`, right ends of the numbers and of n."""

    left: float
    width: float
    numbers: float
    n: float


def _columns(figure: "Figure", rows: pd.DataFrame) -> _Columns:
    def widest(texts: pd.Series, least: float) -> float:
        return max([least, *(text_width_mm(figure, str(t), SMALLEST_TYPE, "bold") for t in texts)])

    has_n = bool(rows["n"].astype(bool).any())
    n_width = widest(rows["n"], 6.0) + 4 if has_n else 0.0
    left = min(widest(rows["label"], 30.0) + 7, 80.0)
    right = WIDTH_MM - 1
    numbers = right - n_width
    return _Columns(left, numbers - widest(rows["text"], 24.0) - 5 - left, numbers, right)


def _break_labels(figure: "Figure", rows: pd.DataFrame, width_mm: float) -> pd.DataFrame:
    weights = ["bold" if is_primary else "normal" for is_primary in rows["is_primary"]]
    labels = [
        break_label(figure, str(label), width_mm, SMALLEST_TYPE, weight)
        for label, weight in zip(rows["label"], weights, strict=True)
    ]
    return rows.assign(label=labels)


def _layout(rows: pd.DataFrame) -> list[tuple[str, int | None]]:
    """Lines from top to bottom: a heading (text, None) or a row ("", position in the frame)."""
    lines: list[tuple[str, int | None]] = []
    previous = ""
    for place, group in enumerate(rows["group"]):
        if group and group != previous:
            lines.append((str(group), None))
        previous = group
        lines.append(("", place))
    return lines


def _write_heads(sheet: "Axes", rows: pd.DataFrame, columns: _Columns, top: float) -> None:
    heads = [(columns.numbers, "Estimate [interval]")]
    heads += [(columns.n, "n")] if rows["n"].astype(bool).any() else []
    for place, words in heads:
        sheet.text(place, top - 1.5, words, ha="right", va="bottom", color=palette.SOFT, **_TYPE)


def _draw_row(
    axes: "Axes",
    sheet: "Axes",
    row: Any,
    columns: _Columns,
    at: tuple[int, float],
) -> None:
    line, height = at
    weight = "bold" if row["is_primary"] else "normal"
    indent = 2.5 if row["group"] else 0.0
    sheet.text(indent, height, str(row["label"]), va="center", fontweight=weight, **_TYPE)
    sheet.text(
        columns.numbers,
        height,
        str(row["text"]),
        va="center",
        ha="right",
        fontweight=weight,
        **_TYPE,
    )
    if row["n"]:
        sheet.text(
            columns.n, height, str(row["n"]), va="center", ha="right", color=palette.SOFT, **_TYPE
        )
    if math.isfinite(row["estimate"]):
        _draw_interval(axes, row, line)


def _draw_interval(axes: "Axes", row: Any, line: int) -> None:
    look = palette.ACTIVE if row["is_primary"] else palette.CONTROL
    axes.hlines(
        line,
        row["conf_low"],
        row["conf_high"],
        color=look.colour,
        linewidth=2.2 if row["is_primary"] else 1.4,
        zorder=3,
    )
    axes.plot(
        row["estimate"],
        line,
        marker="D" if row["is_primary"] else "s",
        color=look.colour,
        markersize=6.5 if row["is_primary"] else 5.2,
        markeredgecolor=palette.PAPER,
        markeredgewidth=0.8,
        zorder=4,
    )


def _dress(axes: "Axes", rows: pd.DataFrame, n_lines: int, scale: ForestScale) -> None:
    axes.set_ylim(n_lines - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(scale.no_effect, color=palette.RULE, linewidth=0.9, zorder=1)
    axes.set_xlim(*_limits(rows, scale))
    if scale.smallest_that_matters:
        _shade(axes, scale)
    figure: Any = axes.figure
    axes.set_xlabel(break_label(figure, scale.title, TITLE_MM, SMALLEST_TYPE + 0.5))


def _limits(rows: pd.DataFrame, scale: ForestScale) -> tuple[float, float]:
    """Limits with no effect in the middle, so that both sides have room for their name."""
    ends = [
        abs(_distance(float(value), scale))
        for name in ("estimate", "conf_low", "conf_high")
        for value in rows[name]
        if math.isfinite(value) and (not scale.is_ratio or value > 0)
    ]
    reach = 1.06 * max([*ends, abs(_distance(_band_edge(scale), scale))], default=1.0) or 1.0
    if scale.is_ratio:
        return math.exp(-reach), math.exp(reach)
    return -reach, reach


def _band_edge(scale: ForestScale) -> float:
    return scale.smallest_that_matters or scale.no_effect


def _distance(value: float, scale: ForestScale) -> float:
    return math.log(value) if scale.is_ratio else value


def _shade(axes: "Axes", scale: ForestScale) -> None:
    edge = _band_edge(scale)
    low, high = (1 / edge, edge) if scale.is_ratio else (-edge, edge)
    axes.axvspan(low, high, color=palette.TINT, zorder=0, linewidth=0)


def _sides(figure: "Figure", scale: ForestScale, room: float) -> tuple[list[str], list[str]]:
    """The names of both sides, broken into lines that fit into half of the plot."""
    left = wrap_to_width(figure, f"\u2190 {scale.left}", room, SMALLEST_TYPE)
    return left, wrap_to_width(figure, f"{scale.right} \u2192", room, SMALLEST_TYPE)


def _name_sides(axes: "Axes", sides: tuple[list[str], list[str]]) -> None:
    for lines, side, offset in zip(sides, ("right", "left"), (-5, 5), strict=True):
        axes.annotate(
            "\n".join(lines),
            xy=(0.5, 1),
            xycoords="axes fraction",
            xytext=(offset, 4),
            textcoords="offset points",
            ha=side,
            va="bottom",
            multialignment=side,
            linespacing=1.15,
            color=palette.SOFT,
            annotation_clip=False,
            **_TYPE,
        )

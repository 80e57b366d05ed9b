"""The flow of participants: CONSORT 2025 boxes from enrolment to analysis, one column an arm."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    WIDTH_MM,
    canvas,
    millimetre_axes,
    text_width_mm,
    to_picture,
    wrap_to_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE_MM = 4.2
PADDING_MM = 2.2
GAP_MM = 7.0
MARGIN_MM = 1.0
STAGE_MM = 8.0
SIDE_GAP_MM = 8.0
STEM_MM = 4.5
_TYPE: Any = {"fontsize": SMALLEST_TYPE}


@dataclass(frozen=True)
class FlowBox:
    """One box. title: bold, its count included; details: one line each, indented."""

    title: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlowStep:
    """One level of the diagram.

    stage: its name at the left edge (`Enrolment`, `Follow-up`); boxes: one for all, or one an arm;
    leaving: who leaves between this step and the next, for all (one) or for each arm.
    """

    stage: str
    boxes: tuple[FlowBox, ...]
    leaving: tuple[FlowBox | None, ...] = ()


@dataclass(frozen=True)
class _Laid:
    box: FlowBox
    lines: tuple[tuple[str, bool], ...]
    left: float
    width: float

    @property
    def height(self) -> float:
        return len(self.lines) * LINE_MM + 2 * PADDING_MM

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


@dataclass(frozen=True)
class _Level:
    stage: str
    boxes: tuple[_Laid, ...]
    leaving: tuple[_Laid | None, ...]

    @property
    def height(self) -> float:
        return max(box.height for box in self.boxes)

    @property
    def side_height(self) -> float:
        return max((box.height for box in self.leaving if box is not None), default=0.0)


def draw_flow(steps: tuple[FlowStep, ...], *, alt: str, is_synthetic: bool = False) -> Picture:
    """The flow diagram; levels with one box are centred, others stand in a column for each arm."""
    with canvas(50, is_placed=True) as figure:
        levels = [_lay_out(figure, step) for step in steps]
        height = _total_height(levels) + 2 * MARGIN_MM + (5.0 if is_synthetic else 0.0)
        figure.set_size_inches(WIDTH_MM / 25.4, height / 25.4)
        sheet = millimetre_axes(figure)
        _draw_levels(sheet, levels, MARGIN_MM + (5.0 if is_synthetic else 0.0))
        return to_picture(figure, alt, is_synthetic=is_synthetic)


def _columns(n_boxes: int) -> list[tuple[float, float]]:
    """Left edge and width of each column."""
    left, right = STAGE_MM + 3, WIDTH_MM - MARGIN_MM
    if n_boxes == 1:
        width = 74.0
        return [((left + right - width) / 2, width)]
    gap = 6.0 if n_boxes < 4 else 3.0
    width = (right - left - gap * (n_boxes - 1)) / n_boxes
    return [(left + place * (width + gap), width) for place in range(n_boxes)]


def _lay_out(figure: "Figure", step: FlowStep) -> _Level:
    is_single = len(step.boxes) == 1
    columns = _columns(len(step.boxes))
    boxes = tuple(
        _wrap(figure, box, left, width)
        for box, (left, width) in zip(step.boxes, columns, strict=True)
    )
    leaving: tuple[_Laid | None, ...] = ()
    if is_single and step.leaving and step.leaving[0] is not None:
        left = boxes[0].middle + SIDE_GAP_MM
        side = _wrap(figure, step.leaving[0], left, WIDTH_MM - MARGIN_MM - left)
        leaving = (side,)
    elif step.leaving:
        leaving = tuple(
            _wrap(figure, box, left + 9, width - 9) if box is not None else None
            for box, (left, width) in zip(step.leaving, columns, strict=True)
        )
    return _Level(step.stage, boxes, leaving)


def _wrap(figure: "Figure", box: FlowBox, left: float, width: float) -> _Laid:
    room = width - 2 * PADDING_MM
    lines = [(line, True) for line in wrap_to_width(figure, box.title, room, SMALLEST_TYPE, "bold")]
    for detail in box.details:
        parts = wrap_to_width(figure, detail, room - 3, SMALLEST_TYPE)
        lines += [("\u2003" * bool(place) + part, False) for place, part in enumerate(parts)]
    return _Laid(box, tuple(lines), left, width)


def _total_height(levels: list[_Level]) -> float:
    heights = sum(level.height + GAP_MM for level in levels) - GAP_MM
    return 3.0 + heights + sum(level.side_height + GAP_MM for level in levels if level.side_height)


def _draw_levels(sheet: "Axes", levels: list[_Level], top: float) -> None:
    strips: list[tuple[str, float, float]] = []
    top_edge = top
    for place, level in enumerate(levels):
        below = levels[place + 1] if place + 1 < len(levels) else None
        for box in level.boxes:
            _draw_box(sheet, box, top, level.height)
        bottom = top + level.height
        whole = bottom + (level.side_height + GAP_MM if level.side_height else 0.0)
        gap = GAP_MM + (level.side_height + GAP_MM if level.side_height else 0.0)
        if level.stage or place == 0:
            strips.append((level.stage, top, whole))
        else:
            strips[-1] = (strips[-1][0], strips[-1][1], whole)
        if below is not None:
            _join(sheet, level, below, bottom, gap)
        for box, side in zip(level.boxes, level.leaving, strict=False):
            if side is not None:
                _draw_leaving(sheet, box, side, bottom + GAP_MM)
        top = bottom + gap
    for stage, start, end in strips:
        _name_stage(sheet, stage, start - 3.0 * (start > top_edge), end + 3.0)


def _draw_box(sheet: "Axes", laid: _Laid, top: float, height: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    sheet.add_patch(
        FancyBboxPatch(
            (laid.left, top),
            laid.width,
            height,
            boxstyle="round,pad=0,rounding_size=0.9",
            facecolor=palette.PAPER,
            edgecolor=palette.RULE,
            linewidth=0.8,
            zorder=3,
        )
    )
    start = top + (height - len(laid.lines) * LINE_MM) / 2
    for place, (line, is_title) in enumerate(laid.lines):
        sheet.text(
            laid.left + PADDING_MM + (0 if is_title else 2),
            start + (place + 0.5) * LINE_MM,
            line,
            va="center_baseline",
            fontweight="bold" if is_title else "normal",
            color=palette.INK,
            zorder=4,
            **_TYPE,
        )


def _name_stage(sheet: "Axes", stage: str, top: float, bottom: float) -> None:
    if not stage:
        return
    from matplotlib.patches import Rectangle

    sheet.add_patch(
        Rectangle((MARGIN_MM, top), 5.4, bottom - top, facecolor=palette.TINT, linewidth=0)
    )
    room = bottom - top - 0.6
    words = (
        stage if text_width_mm(cast("Figure", sheet.figure), stage, SMALLEST_TYPE) <= room else ""
    )
    sheet.text(
        MARGIN_MM + 2.7,
        (top + bottom) / 2,
        words,
        rotation=90,
        ha="center",
        va="center",
        color=palette.SOFT,
        **_TYPE,
    )


def _arrow(sheet: "Axes", start: tuple[float, float], end: tuple[float, float]) -> None:
    sheet.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.18,head_length=0.35",
            "color": palette.SOFT,
            "lw": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=2,
    )


def _line(sheet: "Axes", across: tuple[float, float], down: tuple[float, float]) -> None:
    sheet.plot(across, down, color=palette.SOFT, linewidth=0.9, zorder=2)


def _join(sheet: "Axes", level: _Level, below: _Level, bottom: float, gap: float) -> None:
    end = bottom + gap
    if len(level.boxes) == len(below.boxes):
        for place, (upper, lower) in enumerate(zip(level.boxes, below.boxes, strict=True)):
            side = level.leaving[place] if level.leaving else None
            if side is not None and side.left < upper.middle:
                _arrow(sheet, (upper.left + STEM_MM, bottom), (upper.left + STEM_MM, end))
            else:
                _arrow(sheet, (upper.middle, bottom), (lower.middle, end))
        return
    fork = end - GAP_MM / 2
    single = level.boxes[0] if len(level.boxes) == 1 else below.boxes[0]
    many = below.boxes if len(level.boxes) == 1 else level.boxes
    _line(sheet, (many[0].middle, many[-1].middle), (fork, fork))
    if len(level.boxes) == 1:
        _line(sheet, (single.middle, single.middle), (bottom, fork))
        for box in many:
            _arrow(sheet, (box.middle, fork), (box.middle, end))
    else:
        for box in many:
            _line(sheet, (box.middle, box.middle), (bottom, fork))
        _arrow(sheet, (single.middle, fork), (single.middle, end))


def _draw_leaving(sheet: "Axes", box: _Laid, side: _Laid, top: float) -> None:
    stem = box.middle if side.left > box.middle else box.left + STEM_MM
    _arrow(sheet, (stem, top + side.height / 2), (side.left, top + side.height / 2))
    _draw_box(sheet, side, top, side.height)

"""Actor and partner effects of a dyad as a path diagram."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import (
    SMALLEST_TYPE,
    canvas,
    millimetre_axes,
    resize,
    to_picture,
    wrap_to_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BOX = (42.0, 15.0)
LEFT, RIGHT = 6.0, 117.0
TOPS = (12.0, 57.0)
PLACE = 0.27
LINE_MM = 4.2


@dataclass(frozen=True)
class Path:
    """One effect. start, end: 0 for the first member, 1 for the second; text: as printed."""

    start: int
    end: int
    text: str


def draw_paths(
    members: tuple[str, str],
    predictor: str,
    outcome: str,
    paths: tuple[Path, ...],
    *,
    alt: str,
    is_synthetic: bool = False,
) -> Picture:
    """Two predictors left, two outcomes right; horizontal arrows are actor, crossing are partner
    effects.
    """
    with canvas(88, is_placed=True) as figure:
        boxes = [
            _Box(_lines(figure, member, "bold"), _lines(figure, variable))
            for variable in (predictor, outcome)
            for member in members
        ]
        room = LINE_MM * (max(len(box.member) + len(box.variable) for box in boxes) - 2)
        resize(figure, 88 + 2 * room)
        sheet = millimetre_axes(figure)
        for place, box in enumerate(boxes):
            _draw_box(sheet, (LEFT, RIGHT)[place // 2], _top(place % 2, room), box, room)
        for path in paths:
            _arrow(sheet, path, room)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


@dataclass(frozen=True)
class _Box:
    """What stands in a box, line by line."""

    member: list[str]
    variable: list[str]


def _lines(figure: "Figure", text: str, weight: str = "normal") -> list[str]:
    return wrap_to_width(figure, text, BOX[0] - 3, SMALLEST_TYPE, weight)


def _top(member: int, room: float) -> float:
    """Upper edge of a member's boxes. room: mm by which boxes are taller for long names."""
    return TOPS[member] + member * room


def _draw_box(sheet: "Axes", left: float, top: float, box: _Box, room: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    width, height = BOX
    sheet.add_patch(
        FancyBboxPatch(
            (left, top),
            width,
            height + room,
            boxstyle="round,pad=0,rounding_size=1",
            facecolor=palette.PAPER,
            edgecolor=palette.RULE,
            linewidth=0.9,
        )
    )
    middle = left + width / 2
    at = top + 5
    for lines, weight in ((box.member, "bold"), (box.variable, "normal")):
        for line in lines:
            sheet.text(
                middle,
                at,
                line,
                ha="center",
                va="center",
                fontweight=weight,
                fontsize=SMALLEST_TYPE,
            )
            at += LINE_MM
        at += 5.5 - LINE_MM


def _arrow(sheet: "Axes", path: Path, room: float) -> None:
    width, height = BOX[0], BOX[1] + room
    start = (LEFT + width, _top(path.start, room) + height / 2)
    end = (RIGHT, _top(path.end, room) + height / 2)
    is_actor = path.start == path.end
    look = palette.ACTIVE if is_actor else palette.SERIES[1]
    sheet.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": look.colour,
            "lw": 1.6,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
    share = 0.5 if is_actor else PLACE
    x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    offset = -3.4 if is_actor and path.start == 0 else 3.6 if is_actor else 0.0
    sheet.text(
        x,
        y + offset,
        path.text,
        ha="center",
        va="center",
        fontsize=SMALLEST_TYPE,
        color=look.colour,
        bbox={"facecolor": palette.PAPER, "edgecolor": "none", "pad": 1.5},
    )

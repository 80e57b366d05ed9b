"""Actor and partner effects of a dyad as a path diagram."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalpipe.report.documents.model import Picture
from evalpipe.report.figures import palette
from evalpipe.report.figures.canvas import SMALLEST_TYPE, canvas, millimetre_axes, to_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOX = (42.0, 15.0)
LEFT, RIGHT = 6.0, 117.0
TOPS = (12.0, 57.0)
PLACE = 0.27


@dataclass(frozen=True)
class Path:
    """One effect. start, end: 0 for the first member, 1 for the second; text: as printed."""

    start: int
    end: int
    text: str
    excludes_zero: bool


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
    effects. Full lines: the interval leaves out zero; broken: it does not.
    """
    with canvas(88, is_placed=True) as figure:
        sheet = millimetre_axes(figure)
        for place, member in enumerate(members):
            _box(sheet, LEFT, TOPS[place], member, predictor)
            _box(sheet, RIGHT, TOPS[place], member, outcome)
        for path in paths:
            _arrow(sheet, path)
        return to_picture(figure, alt, is_synthetic=is_synthetic)


def _box(sheet: "Axes", left: float, top: float, member: str, variable: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    width, height = BOX
    sheet.add_patch(
        FancyBboxPatch(
            (left, top),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=1",
            facecolor=palette.PAPER,
            edgecolor=palette.RULE,
            linewidth=0.9,
        )
    )
    middle = left + width / 2
    sheet.text(
        middle, top + 5, member, ha="center", va="center", fontweight="bold", fontsize=SMALLEST_TYPE
    )
    sheet.text(middle, top + 10.5, variable, ha="center", va="center", fontsize=SMALLEST_TYPE)


def _arrow(sheet: "Axes", path: Path) -> None:
    width, height = BOX
    start = (LEFT + width, TOPS[path.start] + height / 2)
    end = (RIGHT, TOPS[path.end] + height / 2)
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
            "linestyle": "-" if path.excludes_zero else (0, (4, 3)),
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

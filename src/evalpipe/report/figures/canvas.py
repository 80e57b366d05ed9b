"""The common ground of every drawing: size on paper, type, axes, byte-stable output."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from evalpipe.report.documents.model import Picture
from evalpipe.report.documents.text import clean_text
from evalpipe.report.figures import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_MM = 165.0
TALLEST_MM = 232.0
"""A taller drawing is made smaller as a whole, so that it fits a page with its title."""
SMALLEST_TYPE = 9.0
PNG_DPI = 240
SVG_DPI = 72
CHARACTERS_PER_MM = 0.46
SYNTHETIC_MM = 5.0
FONT_PACKAGE = "font_source_sans_pro"
FONT_FACES = ("Regular", "It", "Semibold")


@cache
def font_folder() -> Path | None:
    """Folder of the report's sans-serif face; None where the package is not installed."""
    spec = find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "files"
    return folder if folder.is_dir() else None


@cache
def font_family() -> str:
    """Name of the sans-serif face; matplotlib's own DejaVu Sans without the package."""
    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    folder = font_folder()
    if folder is None:
        return "DejaVu Sans"
    for face in FONT_FACES:
        font_manager.fontManager.addfont(folder / f"SourceSansPro-{face}.ttf")
    return "Source Sans Pro"


def _settings() -> Any:
    return {
        "font.family": [font_family(), "DejaVu Sans"],
        "font.size": SMALLEST_TYPE + 0.5,
        "axes.titlesize": SMALLEST_TYPE + 1,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": SMALLEST_TYPE + 0.5,
        "xtick.labelsize": SMALLEST_TYPE,
        "ytick.labelsize": SMALLEST_TYPE,
        "text.color": palette.INK,
        "axes.labelcolor": palette.INK,
        "axes.edgecolor": palette.RULE,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "xtick.color": palette.RULE,
        "ytick.color": palette.RULE,
        "xtick.labelcolor": palette.INK,
        "ytick.labelcolor": palette.INK,
        "xtick.major.width": 0.7,
        "ytick.major.width": 0.7,
        "grid.color": palette.GRID,
        "grid.linewidth": 0.7,
        "lines.linewidth": 1.7,
        "lines.markersize": 6,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "svg.hashsalt": "evalpipe",
        "svg.fonttype": "path",
        "text.parse_math": False,
        "text.usetex": False,
        "mathtext.default": "regular",
    }


@contextmanager
def canvas(
    height_mm: float, width_mm: float = WIDTH_MM, *, is_placed: bool = False
) -> Iterator["Figure"]:
    """A figure of a final size on paper, in the report's style; text is never read as markup.

    A letter that no face has is a box; matplotlib's warning of each would help nobody.
    is_placed: the caller places its axes itself (see `place_axes`).
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_settings()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        size = (width_mm / 25.4, height_mm / 25.4)
        yield Figure(figsize=size, layout=None if is_placed else "constrained")


def size_mm(figure: "Figure") -> tuple[float, float]:
    """Width and height of a figure."""
    width, height = figure.get_size_inches()
    return float(width) * 25.4, float(height) * 25.4


def resize(figure: "Figure", height_mm: float) -> None:
    """Give a figure another height before anything is placed on it."""
    figure.set_size_inches(float(figure.get_size_inches()[0]), height_mm / 25.4)


def set_y_title(axes: "Axes", title: str, height_mm: float) -> None:
    """Title of the vertical axis, broken into lines that fit its height."""
    from textwrap import wrap

    axes.set_ylabel("\n".join(wrap(title, max(20, int(height_mm * CHARACTERS_PER_MM)))))


def place_axes(figure: "Figure", left: float, top: float, width: float, height: float) -> "Axes":
    """Axes at a place given in mm from the upper left corner."""
    whole_width, whole_height = size_mm(figure)
    return figure.add_axes(
        (
            left / whole_width,
            1 - (top + height) / whole_height,
            width / whole_width,
            height / whole_height,
        )
    )


def millimetre_axes(figure: "Figure") -> "Axes":
    """Invisible axes over the whole figure, in mm from the upper left corner."""
    width, height = size_mm(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return axes


def text_width_mm(figure: "Figure", text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text in the report's face."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.font_manager import FontProperties

    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    face = FontProperties(family=[font_family(), "DejaVu Sans"], size=size, weight=weight)
    width, _, _ = renderer.get_text_width_height_descent(text, face, ismath=False)
    return float(width) * 25.4 / figure.dpi


def wrap_to_width(
    figure: "Figure", text: str, width_mm: float, size: float, weight: str = "normal"
) -> list[str]:
    """Text broken into lines that fit: between words, inside a word that is too long alone."""

    def width(line: str) -> float:
        return text_width_mm(figure, line, size, weight)

    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}") <= width_mm:
            lines[-1] += f" {word}"
            continue
        rest = word
        while len(rest) > 1 and (whole := width(rest)) > width_mm:
            length = max(1, int(len(rest) * width_mm / whole))
            while length > 1 and width(rest[:length]) > width_mm:
                length -= 1
            lines.append(rest[:length])
            rest = rest[length:]
        lines.append(rest)
    return lines or [""]


def break_label(
    figure: "Figure", text: str, width_mm: float, size: float, weight: str = "normal"
) -> str:
    """A label as it is where it fits; else in lines, so that it touches none beside it."""
    if text_width_mm(figure, text, size, weight) <= width_mm:
        return text
    return "\n".join(wrap_to_width(figure, text, width_mm, size, weight))


def to_picture(figure: "Figure", alt: str, *, is_synthetic: bool) -> Picture:
    """The drawing as SVG and PNG; a synthetic one says so in its corner.

    Call inside `canvas`: the style is read when the drawing is written.
    """
    if is_synthetic:
        _mark_synthetic(figure)
        alt = f"Synthetic data. {alt}"
    png = _to_png(figure)
    svg = _to_svg(figure)
    width, height = size_mm(figure)
    shrink = min(1.0, TALLEST_MM / height)
    return Picture(svg, png, width * shrink, height * shrink, clean_text(alt))


def _to_png(figure: "Figure") -> bytes:
    """The drawing on white; the layout is made here and kept."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure.set_dpi(PNG_DPI)
    figure.patch.set_facecolor(palette.PAPER)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    figure.set_layout_engine("none")
    stream = io.BytesIO()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    picture.save(stream, format="png", dpi=(PNG_DPI, PNG_DPI), compress_level=4)
    return stream.getvalue()


def _to_svg(figure: "Figure") -> bytes:
    """The drawing on nothing, so that it stands on a light and a dark page."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    figure.set_dpi(SVG_DPI)
    figure.patch.set_facecolor("none")
    stream = io.BytesIO()
    metadata: Any = {"Date": None, "Creator": None}
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(stream, metadata=metadata)
    return stream.getvalue()


def _mark_synthetic(figure: "Figure") -> None:
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0, 0, 1, 1 - SYNTHETIC_MM / size_mm(figure)[1]))  # type: ignore[call-arg]
    figure.text(
        0.995,
        0.995,
        "SYNTHETIC",
        ha="right",
        va="top",
        fontsize=SMALLEST_TYPE,
        fontweight="bold",
        color=palette.SYNTHETIC,
    )


def show_grid(axes: "Axes", axis: Literal["x", "y", "both"] = "y") -> None:
    """Light lines along one axis; no tick marks there."""
    axes.grid(axis=axis)
    axes.tick_params(axis=axis, length=0)


def spread_labels(positions: list[float], least_gap: float) -> list[float]:
    """Positions moved apart until neighbours are at least `least_gap` away; the order stays."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed = [positions[i] for i in order]
    for _ in range(200):
        moved = False
        for left in range(len(placed) - 1):
            lack = least_gap - (placed[left + 1] - placed[left])
            if lack > 1e-9:
                placed[left] -= lack / 2
                placed[left + 1] += lack / 2
                moved = True
        if not moved:
            break
    result = [0.0] * len(positions)
    for rank, index in enumerate(order):
        result[index] = placed[rank]
    return result

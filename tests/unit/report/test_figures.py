"""Figures: the same bytes twice, text never read as markup, synthetic ones say so."""

import io
import itertools
import xml.etree.ElementTree as ET
from functools import cache

import pandas as pd
import pytest

from evalpipe.report.figures.bands import Mark, draw_bands
from evalpipe.report.figures.canvas import (
    break_label,
    canvas,
    spread_labels,
    text_width_mm,
    wrap_to_width,
)
from evalpipe.report.figures.changes import draw_changes
from evalpipe.report.figures.conditions import draw_conditions
from evalpipe.report.figures.dark import add_dark_colours
from evalpipe.report.figures.flow import FlowBox, FlowStep, draw_flow
from evalpipe.report.figures.forest import ForestScale, draw_forest
from evalpipe.report.figures.occupancy import draw_occupancy
from evalpipe.report.figures.palette import SERIES
from evalpipe.report.figures.paths import Path, draw_paths
from evalpipe.report.figures.residuals import draw_residuals
from evalpipe.report.figures.shares import draw_shares
from evalpipe.report.figures.timeline import draw_timeline
from evalpipe.report.figures.trajectories import TimeAxis, draw_trajectories

NAME = "Care $x_1$ & <b>usual</b> \\alpha"


def trajectories(**more):
    frame = pd.DataFrame(
        [(a, p, 20 - p / 30, 18 - p / 30, 22 - p / 30) for a in (NAME, "New") for p in (0, 61, 91)],
        columns=["series", "position", "estimate", "conf_low", "conf_high"],
    )
    axis = TimeAxis("", ((0, "Before"), (61, "2 months"), (91, "3 months")))
    return draw_trajectories(
        frame, axis, outcome=NAME, alt="a", better="lower", control=NAME, **more
    )


def forest(**more):
    frame = pd.DataFrame(
        {
            "group": ["Primary", "Sensitivity", "Sensitivity"],
            "label": [NAME, "b", "c"],
            "estimate": [-0.2, 1.0, float("nan")],
            "conf_low": [-4.6, -1.0, float("nan")],
            "conf_high": [4.3, 3.0, float("nan")],
            "text": ["−0.2 [−4.6, 4.3]", "1.0 [−1.0, 3.0]", "not estimable"],
            "is_primary": [True, False, False],
            "n": ["97", "52", ""],
        }
    )
    return draw_forest(
        frame, ForestScale(NAME, "left", "right", smallest_that_matters=5.0), alt="a", **more
    )


def flow(**more):
    box = FlowBox(f"{NAME} (n = 3)", ("one", "two " * 30))
    steps = (
        FlowStep("Enrolment", (box,), (box,)),
        FlowStep("Allocation", (box, box)),
        FlowStep("Follow-up", (box, box), (box, None)),
        FlowStep("Analysis", (box, box)),
    )
    return draw_flow(steps, alt="a", **more)


def occupancy(**more):
    frame = pd.DataFrame(
        [(w, s, n) for w in range(10) for s, n in ((NAME, 5), ("Basic", w), ("Finished", 10 - w))],
        columns=["week", "state", "count"],
    )
    return draw_occupancy(frame, outside={"Finished"}, alt="a", **more)


def timeline(**more):
    frame = pd.DataFrame(
        {
            "unit": [1, 1, 2],
            "day": [0, 7, 3],
            "phase": [NAME, "b", NAME],
            "held": [True, False, True],
        }
    )
    return draw_timeline(frame, alt="a", **more)


def changes(**more):
    frame = pd.DataFrame(
        [
            ("All", b, a, 3.0 if a == b else float("nan"), "3")
            for a in (NAME, "x")
            for b in (NAME, "x")
        ],
        columns=["panel", "before", "after", "count", "text"],
    )
    return draw_changes(frame, [NAME, "x"], before="Before", after="After", alt="a", **more)


def shares(**more):
    frame = pd.DataFrame(
        {
            "label": ["a", NAME],
            "series": ["s", "s"],
            "share": [0.5, float("nan")],
            "text": ["50%", "–"],
        }
    )
    return draw_shares(frame, title=NAME, alt="a", **more)


def conditions(**more):
    frame = pd.DataFrame(
        {
            "condition": ["Alone", NAME],
            "series": ["", ""],
            "estimate": [1.0, 2.0],
            "conf_low": [0.5, 1.5],
            "conf_high": [1.5, 2.5],
        }
    )
    return draw_conditions(frame, outcome=NAME, alt="a", better="lower", **more)


def bands(**more):
    frame = pd.DataFrame(
        [(s, x, x / 10, x / 10 - 1, x / 10 + 1) for s in ("a", NAME) for x in range(0, 100, 5)],
        columns=["series", "position", "estimate", "conf_low", "conf_high"],
    )
    return draw_bands(frame, x_title="Days", y_title=NAME, alt="a", marks=(Mark(10, NAME),), **more)


def paths(**more):
    found = (Path(0, 0, "0.3"), Path(1, 0, "0.1"))
    return draw_paths(("Parent", NAME), "yesterday", "today", found, alt="a", **more)


def residuals(**more):
    quantiles = pd.DataFrame({"normal": [-1.0, 0.0, 1.0], "residual": [-1.1, 0.0, 1.2]})
    spread = pd.DataFrame({"fitted": [1, 2], "mean": [0.0, 0.1], "sd": [1.0, 1.1]})
    return draw_residuals(quantiles, spread, alt="a", **more)


@cache
def drawn(draw):
    return draw()


DRAWINGS = [
    trajectories,
    forest,
    flow,
    occupancy,
    timeline,
    changes,
    shares,
    conditions,
    bands,
    paths,
    residuals,
]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_drawing_is_the_same_twice_and_well_formed(draw):
    first, second = drawn(draw), draw()
    assert first.svg == second.svg
    assert first.png == second.png
    ET.fromstring(add_dark_colours(first.svg))
    assert first.png.startswith(b"\x89PNG")
    assert b"<dc:date>" not in first.svg
    assert first.alt


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_synthetic_drawing_says_so(draw):
    plain, marked = drawn(draw), draw(is_synthetic=True)
    assert marked.alt.startswith("Synthetic data.")
    assert marked.svg != plain.svg
    assert b"#7a1f5c" in marked.svg
    assert b"#7a1f5c" not in plain.svg


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_drawing_is_sharp_and_fits_the_page(draw):
    picture = drawn(draw)
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(picture.png))
    assert picture.width_mm <= 165.0
    assert picture.height_mm <= 240.0
    assert image.width / (picture.width_mm / 25.4) >= 239


def test_labels_are_moved_apart_and_keep_their_order():
    placed = spread_labels([0.5, 0.5, 0.52], 0.1)
    assert sorted(placed) == placed
    gaps = [b - a for a, b in itertools.pairwise(placed)]
    assert min(gaps) == pytest.approx(0.1, abs=1e-6)


def test_neighbouring_series_differ_in_grey():
    def grey(colour):
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for first, second in itertools.pairwise(SERIES):
        assert abs(grey(first.colour) - grey(second.colour)) > 0.05 or first.marker != second.marker


def test_a_word_that_is_too_long_for_its_line_breaks_inside():
    with canvas(40) as figure:
        lines = wrap_to_width(figure, f"short {'W' * 100} end", 30, 9)
        widths = [text_width_mm(figure, line, 9) for line in lines]
    assert max(widths) <= 30
    assert min(widths[1:-1]) > 20, "lines are filled"
    assert "".join(lines).replace(" ", "") == f"short{'W' * 100}end"


def test_a_label_that_fits_stays_as_it_is():
    with canvas(40) as figure:
        assert break_label(figure, "two  words", 60, 9) == "two  words"
        assert break_label(figure, "two  words", 10, 9) == "two\nwords"


LONG = "A label of some sixty letters, as plans of real studies have them"


def long_trajectories():
    frame = pd.DataFrame(
        [(s, p, 20.0 + k, 18.0, 22.0) for k, s in enumerate("AB") for p in (0, 61, 91)],
        columns=["series", "position", "estimate", "conf_low", "conf_high"],
    ).replace({"series": {s: f"{s} {LONG}" for s in "AB"}})
    axis = TimeAxis("", tuple((p, f"{p} {LONG}") for p in (0, 61, 91)))
    return draw_trajectories(frame, axis, outcome=LONG, alt="a")


def long_conditions():
    frame = pd.DataFrame(
        [(f"{c} {LONG}", "", 1.0, 0.0, 2.0) for c in "abc"],
        columns=["condition", "series", "estimate", "conf_low", "conf_high"],
    )
    return draw_conditions(frame, outcome=LONG, alt="a")


def long_shares():
    frame = pd.DataFrame(
        [(f"{c} {LONG} {LONG}", s, 0.5, "50%") for c in "abc" for s in (f"s {LONG}", f"t {LONG}")],
        columns=["label", "series", "share", "text"],
    )
    return draw_shares(frame, title="Share", alt="a")


def long_forest():
    frame = pd.DataFrame(
        [("", f"{c} {LONG} {LONG}", 0.1, -1.0, 1.0, "0.1 [-1, 1]", False, "9") for c in "abc"],
        columns=["group", "label", "estimate", "conf_low", "conf_high", "text", "is_primary", "n"],
    )
    return draw_forest(frame, ForestScale(LONG, "left", "right"), alt="a")


def long_paths():
    members = (f"child {LONG}", f"parent {LONG}")
    return draw_paths(members, LONG, LONG, (Path(0, 1, "0.1"),), alt="a")


def letters_of(text):
    """Box of a text without the empty lines that move a label down."""
    from matplotlib.transforms import Bbox

    box, words = text.get_window_extent(), text.get_text()
    empty = len(words) - len(words.lstrip("\n"))
    top = box.y1 - box.height * empty / (1 + words.count("\n"))
    return Bbox.from_extents(box.x0, box.y0, box.x1, top)


@pytest.mark.parametrize(
    "draw", [long_trajectories, long_conditions, long_shares, long_forest, long_paths]
)
def test_long_labels_touch_no_other(draw, monkeypatch):
    """Boxes of the texts of a drawing do not lie over each other."""
    from matplotlib.text import Text

    seen = {}

    def keep(figure):
        shown = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
        seen.update({id(text): letters_of(text) for text in shown})

    monkeypatch.setattr("evalpipe.report.figures.canvas._to_svg", keep)
    draw()
    boxes = [box.padded(-1) for box in seen.values() if box.width > 2 and box.height > 2]
    assert len(boxes) > 5
    assert [(a, b) for a, b in itertools.combinations(boxes, 2) if a.overlaps(b)] == []

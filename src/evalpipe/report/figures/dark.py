"""Dark-page colours for a drawing: a style block inside the SVG, no second file."""

from evalpipe.report.figures.palette import DARK, PHASES, SERIES

_END_OF_TAG = b">"


def add_dark_colours(svg: bytes) -> bytes:
    """The drawing with rules for a dark page; colours outside the palette stay as they are."""
    rules = "".join(
        f'[style*="fill: {light}"]{{fill:{dark}!important}}'
        f'[style*="stroke: {light}"]{{stroke:{dark}!important}}'
        for light, dark in _dark_pairs().items()
    )
    style = f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>".encode()
    start = svg.index(b"<svg")
    end = svg.index(_END_OF_TAG, start) + 1
    return svg[start:end] + style + svg[end:]


def _dark_pairs() -> dict[str, str]:
    pairs = dict(DARK)
    pairs.update({series.colour: series.dark for series in SERIES})
    pairs.update(
        zip(PHASES, ("#24333f", "#2f5570", "#3f7fa5", "#63a9d0", "#a5d3ee", "#8a929b"), strict=True)
    )
    return pairs

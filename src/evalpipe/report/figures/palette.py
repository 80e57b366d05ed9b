"""One set of colours, told apart by colour-blind readers and in grey print.

After Okabe and Ito (2008), darkened where a line on white needs it; the order alternates dark and
light so that neighbours differ in grey, and every series also has a marker and a line of its own.
"""

from dataclasses import dataclass

INK = "#1d2530"
SOFT = "#55606e"
GRID = "#dfe3e7"
RULE = "#9aa4ae"
PAPER = "#ffffff"
TINT = "#eef3f7"
SYNTHETIC = "#7a1f5c"

DARK = {
    INK: "#e4e7ea",
    SOFT: "#a3adb8",
    GRID: "#2c343d",
    RULE: "#66717d",
    PAPER: "#14181d",
    TINT: "#1e262e",
    SYNTHETIC: "#f0a6d3",
}


@dataclass(frozen=True)
class Series:
    """How one arm, role or phase is drawn. dark: its colour on a dark page."""

    colour: str
    dark: str
    marker: str
    line: str


SERIES = (
    Series("#0b5a8a", "#63b3e6", "o", "-"),
    Series("#d5721a", "#f2a35e", "s", "--"),
    Series("#1b7f63", "#4fc3a1", "^", "-."),
    Series("#a3447f", "#e28fc3", "D", ":"),
    Series("#6b6f76", "#aeb4bc", "v", "-"),
    Series("#b8960c", "#e5c84b", "P", "--"),
)
CONTROL = Series("#6b6f76", "#aeb4bc", "s", "--")
ACTIVE = SERIES[0]

PHASES = ("#cfdde8", "#9dbfd6", "#5f9cc0", "#2f77a3", "#0b4a73", "#6b6f76")


def series_for(count: int, control: int | None = None) -> tuple[Series, ...]:
    """Looks for `count` series; the control arm, if any, is grey squares with a broken line."""
    others = iter(SERIES[:1] + SERIES[1:4] + SERIES[5:])
    return tuple(CONTROL if i == control else next(others, SERIES[4]) for i in range(count))

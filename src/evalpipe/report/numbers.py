"""How numbers look: the only rounding in the project, the same in text, tables and figures.

An estimate gets as many decimals as its interval warrants (two significant digits of the half
width). The manner is that of the APA (Publication Manual, 7th ed., sections 6.36 to 6.45): a true
minus sign, no leading zero where a number cannot exceed one, exact p-values down to .001.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MINUS = "\u2212"
FIGURE_SPACE = "\u2007"
POINT_SPACE = "\u2008"
THIN_SPACE = "\u202f"
NOTHING = "\u2013"
MOST_DECIMALS = 6
LARGEST_PLAIN_DF = 10_000.0


def is_number(value: object) -> bool:
    """Whether `value` is a finite number (missing values, text and infinities are not)."""
    return isinstance(value, (int, float)) and math.isfinite(value)


def decimals_for_half_width(half_width: float, least: int = 0, most: int = MOST_DECIMALS) -> int:
    """Decimals that show two significant digits of an interval's half width.

    Parameters
    ----------
    half_width : half the width of the confidence interval, in the estimate's unit; zero, negative
        or not finite gives `least`.
    least, most : borders of the answer.
    """
    if not math.isfinite(half_width) or half_width <= 0:
        return least
    return min(max(1 - math.floor(math.log10(half_width)), least), most)


def decimals_for_interval(low: float, high: float, most: int = MOST_DECIMALS) -> int:
    """Decimals warranted by the interval from `low` to `high`."""
    return decimals_for_half_width((high - low) / 2, most=most)


def common_decimals(intervals: Iterable[tuple[float, float]], most: int = MOST_DECIMALS) -> int:
    """Decimals for numbers that stand together: those of the middle interval by width.

    Intervals that are not finite are left out; none left gives two decimals.
    """
    widths = sorted(
        high - low for low, high in intervals if is_number(low) and is_number(high) and high > low
    )
    return decimals_for_half_width(widths[len(widths) // 2] / 2, most=most) if widths else 2


def format_fixed(value: float, decimals: int, *, bounded: bool = False) -> str:
    """A number with a fixed count of decimals, a true minus sign and thousands separated.

    `bounded` drops the leading zero, for quantities that cannot exceed one in size. A missing or
    infinite value becomes an en dash. Rounding is half to even on the exact binary value; a
    rounded zero has no sign.
    """
    if not is_number(value):
        return NOTHING
    digits = f"{abs(value):,.{decimals}f}"
    is_zero = not any(character in "123456789" for character in digits)
    if bounded and digits.startswith("0."):
        digits = digits[1:]
    return digits if is_zero or value > 0 else MINUS + digits


def format_count(count: float) -> str:
    """A whole number with thousands separated; missing becomes an en dash."""
    return f"{round(count):,}" if is_number(count) else NOTHING


def format_p(p_value: float) -> str:
    """A p-value as `.93`, `.012`, `< .001` or `> .99`."""
    if not is_number(p_value):
        return NOTHING
    if p_value < 0.001:
        return "< .001"
    if p_value > 0.99:
        return "> .99"
    return format_fixed(p_value, 2 if p_value >= 0.1 else 3, bounded=True)


def format_p_equation(p_value: float) -> str:
    """A p-value with its letter's relation: `= .012` or `< .001`."""
    text = format_p(p_value)
    return text if text[0] in "<>" else f"= {text}"


def format_df(df: float) -> str:
    """Degrees of freedom with one decimal, whole ones without; empty when infinite or missing."""
    if not is_number(df) or df > LARGEST_PLAIN_DF:
        return ""
    return format_fixed(df, 0 if float(df).is_integer() else 1).replace(",", "")


def format_percentage(count: float, total: float) -> str:
    """A share of `total` as a percentage that is not more precise than the total carries.

    Whole per cents up to 999, one decimal from 1,000 on; an en dash for an empty total.
    """
    if not is_number(count) or not is_number(total) or total <= 0:
        return NOTHING
    return f"{format_fixed(100 * count / total, 1 if total >= 1000 else 0)}%"


def format_share(share: float, total: float) -> str:
    """A proportion as a percentage (see `format_percentage`)."""
    return format_percentage(share * total, total)


def format_interval(low: float, high: float, decimals: int, *, bounded: bool = False) -> str:
    """An interval in square brackets, as APA tables have it: `[−4.6, 4.3]`."""
    if not is_number(low) and not is_number(high):
        return NOTHING
    ends = (format_fixed(end, decimals, bounded=bounded) for end in (low, high))
    return f"[{', '.join(ends)}]"


def format_level(level: float) -> str:
    """A confidence level as a percentage: `95%`."""
    return f"{format_fixed(100 * level, 0 if float(round(100 * level, 6)).is_integer() else 1)}%"


@dataclass(frozen=True)
class Difference:
    """A difference, or a ratio, with its interval.

    estimate, low, high: in the unit of the outcome; for a ratio the ratio itself (above zero).
    """

    estimate: float
    low: float
    high: float
    is_ratio: bool = False

    @property
    def no_effect(self) -> float:
        """The value at which both sides are equal."""
        return 1.0 if self.is_ratio else 0.0

    @property
    def excludes_no_effect(self) -> bool:
        """Whether the interval leaves out equality."""
        return self.low > self.no_effect or self.high < self.no_effect


def describe_change(value: float, decimals: int, *, up: str = "higher", down: str = "lower") -> str:
    """A signed difference in words: `4.6 lower`, `4.3 higher`; a rounded zero is `0.0 different`.

    The sign becomes a word, so the number itself has none.
    """
    digits = format_fixed(abs(value), decimals)
    if float(digits.replace(",", "")) == 0:
        return f"{digits} {up}" if value > 0 else f"{digits} {down}" if value < 0 else digits
    return f"{digits} {up if value > 0 else down}"


def describe_interval(difference: Difference, decimals: int, **words: str) -> str:
    """An interval in words: `4.6 lower to 4.3 higher`, `1.2 to 4.3 higher`.

    When both ends lie on one side the word stands once, the smaller number first.
    """
    low, high = (to_change(end, difference.is_ratio) for end in (difference.low, difference.high))
    if low < 0 < high or low == 0 or high == 0:
        first = describe_change(low, decimals, **words)
        return f"{first} to {describe_change(high, decimals, **words)}"
    nearer, farther = sorted((low, high), key=abs)
    return f"{format_fixed(abs(nearer), decimals)} to {describe_change(farther, decimals, **words)}"


def to_change(value: float, is_ratio: bool) -> float:
    """A ratio as a change in per cent of the comparison; a difference as it is."""
    return 100 * (value - 1) if is_ratio else value


def difference_decimals(difference: Difference) -> int:
    """Decimals for a difference in words; a ratio is worded as a percentage."""
    low, high = (to_change(end, difference.is_ratio) for end in (difference.low, difference.high))
    return decimals_for_interval(low, high, most=0 if difference.is_ratio else MOST_DECIMALS)


def align_decimals(texts: Sequence[str]) -> list[str]:
    """Pad numbers on the right with figure spaces so that right-aligned points line up.

    Texts without a digit stay as they are; a text's last point counts as its decimal point.
    """
    widest = max((_decimals_of(text) for text in texts if _has_digit(text)), default=0)
    return [_pad(text, widest) if _has_digit(text) else text for text in texts]


def _has_digit(text: str) -> bool:
    """Whether a text is aligned: it has a digit and no exponent."""
    return any(character.isdigit() for character in text) and "e" not in text


def _decimals_of(text: str) -> int:
    tail = text.rpartition(".")[2] if "." in text else ""
    return len(tail) if tail.isdigit() else 0


def _pad(text: str, widest: int) -> str:
    own = _decimals_of(text)
    point = POINT_SPACE if own == 0 and widest > 0 else ""
    return text + point + FIGURE_SPACE * (widest - own)

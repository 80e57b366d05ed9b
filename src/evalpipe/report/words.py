"""Sentences about estimates in plain words; never `significant`."""

import math
from dataclasses import dataclass
from typing import Literal

from evalpipe.answers.rows import Estimate
from evalpipe.report.documents.model import Emph, Inlines, inlines
from evalpipe.report.numbers import (
    Difference,
    describe_interval,
    difference_decimals,
    format_count,
    format_df,
    format_fixed,
    format_level,
    format_p_equation,
    to_change,
)
from evalpipe.report.source import number_of

RATIO_SCALES = {"ratio", "odds_ratio", "risk_ratio", "rate_ratio"}
TEST_LETTERS = {"chi_square": "χ²", "exact": "F"}

Verdict = Literal["both", "only_better", "only_worse", "neither", "matters", "unknown"]


def list_words(words: list[str], last: str = "and") -> str:
    """Words as a list: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def difference_of(row: Estimate) -> Difference:
    """The estimate of a row as a difference or ratio."""
    return Difference(row.estimate, row.conf_low, row.conf_high, row.scale in RATIO_SCALES)


def size_words(row: Estimate, decimals: int | None = None, *, unit: str = "") -> str:
    """The size of a difference without its sign: `0.2 points`, `12%`."""
    difference = difference_of(row)
    if difference.is_ratio:
        change = abs(to_change(row.estimate, True))
        return f"{format_fixed(change, 0)}%"
    places = difference_decimals(difference) if decimals is None else decimals
    digits = format_fixed(abs(row.estimate), places)
    return f"{digits} {unit}".strip()


def direction_word(row: Estimate, up: str = "higher", down: str = "lower") -> str:
    """Which way the estimate points."""
    return up if row.estimate > difference_of(row).no_effect else down


def interval_words(row: Estimate, decimals: int | None = None) -> str:
    """The interval in words: `95% CI 4.6 lower to 4.3 higher`; empty without an interval."""
    if not row.has_interval:
        return ""
    difference = difference_of(row)
    places = difference_decimals(difference) if decimals is None else decimals
    if difference.is_ratio:
        ends = describe_interval(difference, 0).replace(" higher", "% higher")
        ends = ends.replace(" lower", "% lower")
        if "lower to" not in ends:
            ends = ends.replace(" to ", "% to ", 1)
        return f"{format_level(row.conf_level)} CI {ends}"
    return f"{format_level(row.conf_level)} CI {describe_interval(difference, places)}"


def test_words(row: Estimate) -> Inlines:
    """The test statistic and p-value in APA manner: t(68.3) = -0.09, p = .93."""
    if not math.isfinite(row.statistic):
        return _p_words(row)
    df = df_text(row)
    if math.isfinite(row.df_numerator):
        freedom = ", ".join(part for part in (format_df(row.df_numerator), df) if part)
        ratio = number_of(row, format_fixed(row.statistic, 2))
        start = inlines(Emph("F"), f"({freedom})\u00a0=\u00a0", ratio)
        return inlines(start, ", " if _p_words(row) else "", _p_words(row))
    letter = test_letter(row)
    value = statistic_text(row)
    first = inlines(Emph(letter), f"({df})" if df else "", "\u00a0=\u00a0", number_of(row, value))
    p_words = _p_words(row)
    return inlines(first, ", " if p_words else "", p_words)


def df_text(row: Estimate) -> str:
    """Degrees of freedom; `≥30` where only a lower bound of them may be told."""
    df = format_df(row.df)
    return f"≥{df}" if df and row.is_coarse("df") else df


def statistic_text(row: Estimate) -> str:
    """A test statistic with two decimals, one where it may only be told so."""
    return format_fixed(row.statistic, 1 if row.is_coarse("statistic") else 2)


def test_letter(row: Estimate) -> str:
    """The letter of a test statistic: t, z, χ² or F."""
    if math.isfinite(row.df_numerator):
        return "F"
    return TEST_LETTERS.get(row.df_method, "t" if format_df(row.df) else "z")


def _p_words(row: Estimate) -> Inlines:
    if not math.isfinite(row.p_value):
        return ()
    relation, _, digits = format_p_equation(row.p_value).partition(" ")
    words = inlines(Emph("p"), f"\u00a0{relation}\u00a0", number_of(row, digits))
    if math.isfinite(row.p_adjusted) and row.p_adjusted != row.p_value:
        relation, _, digits = format_p_equation(row.p_adjusted).partition(" ")
        adjusted = (", adjusted ", Emph("p"), f"\u00a0{relation}\u00a0", number_of(row, digits))
        words = inlines(words, adjusted)
    return words


def analysed_words(row: Estimate, total: float, noun: str = "people") -> str:
    """How many were analysed: `97 of 100 people analysed`."""
    if not math.isfinite(row.n_participants):
        return ""
    if math.isfinite(total) and total >= row.n_participants:
        return f"{format_count(row.n_participants)} of {format_count(total)} {noun} analysed"
    return f"{format_count(row.n_participants)} {noun} analysed"


@dataclass(frozen=True)
class Importance:
    """The smallest difference that matters, in the estimate's unit, and which way is better."""

    value: float
    text: str
    better: str | None


def verdict_of(row: Estimate, importance: Importance | None) -> Verdict:
    """Which differences that matter the interval still allows."""
    if importance is None or not row.has_interval:
        return "unknown"
    low, high, edge = row.conf_low, row.conf_high, importance.value
    if row.scale in RATIO_SCALES:
        low, high = (math.log(end) if end > 0 else -math.inf for end in (low, high))
        edge = math.log(edge) if edge > 1 else math.log1p(edge)
    allows = {"lower": low <= -edge, "higher": high >= edge}
    if low >= edge or high <= -edge:
        return "matters"
    better = importance.better or "higher"
    worse = "lower" if better == "higher" else "higher"
    if allows[better]:
        return "both" if allows[worse] else "only_better"
    return "only_worse" if allows[worse] else "neither"


def verdict_sentence(row: Estimate, importance: Importance | None, own: str = "it") -> str:
    """Which differences that matter the interval contains; never `significant`.

    own: what the difference is in favour of when it is better. Empty where the plan names no
    smallest difference that matters: an interval alone does not say what is large.
    """
    if importance is None or not row.has_interval:
        return ""
    size = f"{importance.text} or more"
    excludes = difference_of(row).excludes_no_effect
    favours = _favours(row, importance)
    sentences = {
        "both": f"The interval contains differences that matter ({size}) in both directions.",
        "neither": f"The interval contains no difference that matters ({size}).",
        "matters": f"Every difference in the interval matters ({size}) and is "
        + (f"in favour of {own}." if favours else f"to the disadvantage of {own}."),
        "only_better": (
            f"Every difference in the interval is in favour of {own}; some of them matter "
            f"({size}) and some are smaller."
            if excludes
            else f"The interval contains a benefit that matters ({size}) and no harm of that size."
        ),
        "only_worse": (
            f"Every difference in the interval is to the disadvantage of {own}; some of them "
            f"matter ({size}) and some are smaller."
            if excludes
            else f"The interval contains a harm that matters ({size}) and no benefit of that size."
        ),
    }
    return sentences.get(verdict_of(row, importance), "")


def _favours(row: Estimate, importance: Importance) -> bool:
    """Whether the estimate lies in the direction that is better."""
    is_higher = row.estimate > difference_of(row).no_effect
    return is_higher == ((importance.better or "higher") == "higher")

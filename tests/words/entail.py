"""Does a sentence say what its claim says? A reader that knows no code of the report.

It takes a sentence apart again into numbers, direction, sides, visit, counts and verdict, and holds
each against the row of the released table that the sentence is about. It reads labels from the plan
and words from the text; it shares no function with the code that writes sentences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evalpipe.answers.rows import Claim, Estimate, Stat
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, Number, plain_text

MINUS = "\u2212"
_DIGITS = re.compile(rf"[{MINUS}-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[{MINUS}-]?\d+)?")
_UP = ("higher", "larger", "more", "rose", "longer", "oftener")
_DOWN = ("lower", "smaller", "less", "fewer", "fell", "shorter")
_DIRECTION = re.compile(rf"\b({'|'.join(_UP + _DOWN)})\b")
_ANALYSED = re.compile(r"([\d,]+)(?: of ([\d,]+))? ([\w’' -]+?) analysed")
_SEEN = re.compile(r"([\d,]+) seen at that time")
_CHANGED = re.compile(rf"changed by ([{MINUS}-]?[\d.,]*\d)")
_LEVEL = re.compile(r"^[\d.]+% CI")
_P = re.compile(r"(adjusted )?p\s([=<>])\s(1|0?\.\d+)")
_CI = re.compile(r"\d% CI ([^;)]*)")
_TEST = re.compile(
    rf"[tz\u03c7F]\u00b2?\((?:[\d.]+, )?([\u2265\d.,]+)\)\s=\s([{MINUS}-]?[\d.,]+\d)"
)
_BOUNDS = (".001", ".99")
"""Printed where p is beyond them; held against the row where p is read."""
_RATIOS = ("ratio", "odds_ratio", "risk_ratio", "rate_ratio")
_SHARES = ("risk_difference",)
_DIFFERENCES = ("contrast", "slope", "slope_contrast", "coefficient", "equivalence")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a report, its verdict, and the claim that it tells."""

    content: Inlines
    verdict: str
    claim: Claim

    @property
    def text(self) -> str:
        """The sentence as a reader sees it."""
        return plain_text(self.content)

    @property
    def head(self) -> str:
        """What stands before the bracket with interval, test and counts."""
        place = self.text.find(" (95%")
        return self.text if place < 0 else self.text[:place]


def problems(plan: Plan, rows: Mapping[str, object], sentence: Sentence) -> list[str]:
    """Return what the sentence says and its rows do not, one line each.

    rows: code -> row, of estimates, statistics and claims.
    """
    row = sentence.claim.row
    found = [*_unknown_numbers(rows, sentence), *_counts(sentence)]
    if not math.isfinite(row.estimate):
        return found
    found += _tests(sentence.text, row)
    found += _interval(sentence.text, row)
    found += _visit(plan, sentence, row)
    found += _direction(sentence, row)
    found += _sides(plan, sentence, row)
    found += _verdict(plan, sentence, row)
    return found


# Numbers


def _unknown_numbers(rows: Mapping[str, object], sentence: Sentence) -> Iterable[str]:
    own = sentence.claim.row.code
    codes = [piece.row for piece in sentence.content if isinstance(piece, Number)]
    numbers = [piece for piece in sentence.content if isinstance(piece, Number)]
    if math.isfinite(sentence.claim.row.estimate) and own not in codes:
        yield "the sentence has no number of its own row"
    for piece in numbers:
        if piece.row not in rows:
            yield f"`{piece.text}` carries {piece.row}, which is no released row"
            continue
        values = list(_told_of(rows[piece.row], piece.text))
        for token in _DIGITS.findall(_LEVEL.sub("", piece.text)):
            if token not in _BOUNDS and not any(_agrees(token, value) for value in values):
                yield f"`{piece.text}`: {token} is no number of {piece.row}"


def _interval(text: str, row: Estimate) -> Iterable[str]:
    """Both ends of the interval, each against its own number of the row."""
    found = _CI.search(text)
    if not found:
        return
    tokens = _DIGITS.findall(found[1])
    ends = (row.conf_low, row.conf_high)
    if not any(
        all(_is_end(token, end, row) for token, end in zip(tokens, order, strict=True))
        for order in (ends, ends[::-1])
    ):
        yield f"says {' to '.join(tokens)} as interval, the row does not"


def _is_end(token: str, end: float, row: Estimate) -> bool:
    """Whether a number is an end of the interval, its size, its share or its change."""
    if row.scale in _SHARES:
        return _agrees(token, 100 * end)
    sizes = [end, abs(end)]
    sizes += [100 * end] if row.quantity == "proportion" else []
    sizes += [abs(100 * (end - 1))] if row.scale in _RATIOS else []
    return any(_agrees(token, size) for size in sizes)


def _told_of(row: object, text: str) -> Iterable[float]:
    """What a number of a row may be; a bare share is the share and no end of its interval."""
    if isinstance(row, Estimate) and row.quantity == "proportion" and text.endswith("%"):
        return [100 * row.estimate]
    return values_of(row)


def _tests(text: str, row: Estimate) -> Iterable[str]:
    """Test statistic, degrees of freedom and p, each at its place in the sentence."""
    for found in _P.finditer(text):
        name = "p_adjusted" if found[1] else "p_value"
        value = getattr(row, name)
        printed = float(found[3])
        holds = {
            "=": _agrees(found[3], value),
            "<": value < printed,
            ">": value > printed,
        }[found[2]]
        if not holds:
            yield f"says {name} {found[2]} {found[3]}, the row does not"
    test = _TEST.search(text)
    if test and not _agrees(test[2], row.statistic):
        yield f"says a statistic of {test[2]}, the row does not"
    if test and not test[1].startswith("\u2265") and not _agrees(test[1], row.df):
        yield f"says {test[1]} degrees of freedom, the row does not"


def wrong_numbers(rows: Mapping[str, object], numbers: Iterable[Number]) -> list[str]:
    """Return the numbers of a document that the released row under their code does not hold.

    Besides what a sentence tells, tables give standard errors, numbers of observations, and beside
    a mean its SD.
    """
    found = []
    for piece in numbers:
        row = rows.get(piece.row)
        values = [v for r in _beside(rows, row) for v in values_of(r)]
        if isinstance(row, Estimate):
            values += [row.std_error, row.n_participants, row.n_observations]
        found += [
            f"`{piece.text}`: {token} is no number of {piece.row}"
            for token in _DIGITS.findall(_LEVEL.sub("", piece.text))
            if token not in _BOUNDS and not any(_agrees(token, value) for value in values)
        ]
    return found


def _beside(rows: Mapping[str, object], row: object) -> list[object]:
    """A row, and of a description the rows about the same people."""
    if not isinstance(row, Stat):
        return [row] if row is not None else []
    about = row.statistic_id.rpartition("/")[0]
    return [
        other
        for other in rows.values()
        if isinstance(other, Stat) and other.statistic_id.rpartition("/")[0] == about
    ]


def values_of(row: object) -> Iterable[float]:
    """Every number that a reader may meet of a row: itself, as a size, as a share, as a change."""
    if isinstance(row, Claim):
        yield from (row.n_analysed, row.n_observed, row.n_entered)
        return
    if isinstance(row, Stat):
        yield from (row.value, abs(row.value), 100 * row.value, row.n)
        if row.n:
            yield 100 * row.value / row.n
        return
    assert isinstance(row, Estimate)
    plain = (row.estimate, row.conf_low, row.conf_high)
    yield from plain
    yield from (abs(value) for value in plain)
    if row.scale in _RATIOS:
        yield from (abs(100 * (value - 1)) for value in plain)
    if row.scale in _SHARES or row.quantity == "proportion":
        yield from (100 * abs(value) for value in plain)
        yield from (100 * value for value in plain)
    yield from (row.statistic, row.p_value, row.p_adjusted, row.df, row.df_numerator)


def _agrees(token: str, value: float) -> bool:
    """Whether a printed number is `value` at the printed digits."""
    if not math.isfinite(value):
        return False
    text = token.replace(MINUS, "-").replace(",", "")
    mantissa, _, exponent = text.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return abs(float(text) - value) <= 0.5 * unit * (1 + 1e-9)


def _counts(sentence: Sentence) -> Iterable[str]:
    claim, text = sentence.claim, sentence.text
    told = _ANALYSED.search(text)
    if told and _number(told[1]) != claim.n_analysed:
        yield f"{told[1]} analysed, the claim has another number"
    if told and told[2] and _number(told[2]) != claim.n_entered:
        yield f"of {told[2]}, the claim has another number that entered"
    seen = _SEEN.search(text)
    if seen and _number(seen[1]) != claim.n_observed:
        yield f"{seen[1]} seen, the claim has another number"
    if told and not seen and claim.n_observed < claim.n_analysed:
        yield "does not say how many of them were seen at that time"


def _number(text: str) -> float:
    return float(text.replace(",", ""))


# Visit, direction, sides


def visit_names(plan: Plan) -> dict[str, str]:
    """Visit -> its label in small letters."""
    return {name: str(visit.label).lower() for name, visit in plan.visits.items()}


def _visit(plan: Plan, sentence: Sentence, row: Estimate) -> Iterable[str]:
    names = visit_names(plan)
    if row.visit not in names or row.arm in names:
        return
    start = sentence.head.lower().split(",")[0]
    said = [
        name
        for name, label in names.items()
        if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", start)
    ]
    longest = max(said, key=lambda name: len(names[name]), default=None)
    if longest is not None and longest != row.visit:
        yield f"says {longest}, the row is of another visit"
    if longest is None and len(names) > 1:
        yield "does not say at which visit"


def _direction(sentence: Sentence, row: Estimate) -> Iterable[str]:
    no_effect = 1.0 if row.scale in _RATIOS else 0.0
    word = _DIRECTION.search(sentence.head)
    is_difference = row.quantity in _DIFFERENCES
    if word and is_difference and (word[1] in _UP) != (row.estimate > no_effect):
        yield f"says {word[1]}, the estimate points the other way"
    signed = _CHANGED.search(sentence.head)
    if signed and not _agrees(signed[1], row.estimate):
        yield f"says a change of {signed[1]}, the estimate has another sign or size"
    for end, value in zip(_ends(sentence.text), (row.conf_low, row.conf_high), strict=False):
        if math.isfinite(value) and value != no_effect and end != (value > no_effect):
            yield "an end of the interval points the other way"


def _ends(text: str) -> list[bool]:
    """Of an interval in words whether each end is told as higher: `0.2 lower to 1.1 higher`."""
    found = re.search(r"CI ([^;)]*)", text)
    if not found or not re.search(r"higher|lower", found[1]):
        return []
    low, _, high = found[1].partition(" to ")
    last = re.search(r"(higher|lower)", high)
    first = re.search(r"(higher|lower)", low) or last
    return [bool(word and word[1] == "higher") for word in (first, last)]


def level_names(plan: Plan) -> dict[str, set[str]]:
    """Level -> the words by which the plan calls it, in small letters."""
    names: dict[str, set[str]] = {}
    for arm, entry in plan.arms.items():
        names.setdefault(arm, set()).add(entry.label.lower())
    for role, entry in plan.roles.items():
        names.setdefault(role, set()).add(entry.label.lower())
    for visit, label in visit_names(plan).items():
        names.setdefault(visit, set()).add(label)
    for variable in plan.variables.values():
        for level in variable.levels or ():
            label = variable.level_labels.get(level, str(level).replace("_", " "))
            names.setdefault(str(level), set()).add(label.lower())
    return names


def _sides(plan: Plan, sentence: Sentence, row: Estimate) -> Iterable[str]:
    if row.quantity not in ("contrast", "slope_contrast") or not row.arm or not row.reference_arm:
        return
    names = level_names(plan)
    own, other = (
        names.get(side, {side.replace("_", " ")}) for side in (row.arm, row.reference_arm)
    )
    first, second = (_place(sentence.head.lower(), words) for words in (own, other))
    if first is None or second is None:
        is_named = first is not None or second is not None
        if is_named or row.arm in plan.arms:
            yield "does not name both sides"
        return
    if first > second:
        yield "names the sides the other way round"


def _place(text: str, words: set[str]) -> int | None:
    """Where the first of some words stands, singular or plural, with or without a remark."""
    plain = {re.sub(r"\s+\([^()]*\)$", "", word) for word in words}
    stems = {re.escape(word[:-1] if len(word) > 4 else word) for word in plain}
    places = [m.start() for stem in stems if (m := re.search(rf"(?<!\w){stem}", text))]
    return min(places) if places else None


# Verdict


def _verdict(plan: Plan, sentence: Sentence, row: Estimate) -> Iterable[str]:
    words = sentence.verdict
    if not words or ("differ" not in words and "benefit" not in words and "harm" not in words):
        return
    edge, better = importance_of(plan, row)
    if edge is None or not math.isfinite(row.conf_low):
        return
    low, high = row.conf_low, row.conf_high
    if row.scale in _RATIOS:
        low, high = math.log(low), math.log(high)
        edge = math.log(edge) if edge > 1 else math.log1p(edge)
    if better == "lower":
        low, high = -high, -low
    truths = {
        "in favour of": low > 0,
        "to the disadvantage of": high < 0,
        "in both directions": low <= -edge and high >= edge,
        "contains no difference that matters": -edge < low and high < edge,
        "Every difference in the interval matters": low >= edge or high <= -edge,
        "contains a benefit that matters": high >= edge and -edge < low <= 0,
        "contains a harm that matters": low <= -edge and 0 <= high < edge,
        "some of them matter": (0 < low < edge <= high) or (low <= -edge < high < 0),
    }
    for said, holds in truths.items():
        if said in words and not holds:
            yield f"the verdict says “{said}”, the interval does not"
    side = re.search(r"(?:in favour|to the disadvantage) of ([^;.]+)", words)
    if side and row.arm and row.arm in plan.arms:
        label = plan.arms[row.arm].label.lower()
        if _place(side[1].lower(), {label}) is None:
            yield "the verdict names another side"


def importance_of(plan: Plan, row: Estimate) -> tuple[float | None, str]:
    """The smallest difference that matters and which direction is better, as the plan has them."""
    name, _, scale = row.outcome.partition(".")
    if name not in plan.instruments:
        return None, ""
    instrument = plan.instruments[name]
    own = instrument.scales.get(scale) if scale else None
    places = [place for place in (own, instrument) if place is not None]
    value = next(
        (p.minimal_important_difference for p in places if p.minimal_important_difference), None
    )
    better = next((p.better for p in places if p.better), None) or "higher"
    return (value.value if value else None), better

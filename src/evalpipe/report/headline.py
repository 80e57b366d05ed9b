"""The answer of an analysis in one sentence, in the words of its field."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis, Contrast, Estimand
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Inlines, Number, Words, inlines
from evalpipe.report.labels import (
    arm_label,
    each_unit,
    in_sentence,
    level_label,
    outcome_facts,
    outcome_label,
    plural,
    short,
    term_label,
    visit_words,
)
from evalpipe.report.numbers import format_fixed, format_level, format_share
from evalpipe.report.precision import decimals_of, is_bounded
from evalpipe.report.source import Source, number_of
from evalpipe.report.words import (
    RATIO_SCALES,
    Importance,
    analysed_words,
    direction_word,
    interval_words,
    list_words,
    size_words,
    test_words,
    verdict_sentence,
)
from evalpipe.vocabulary import FlowStep, Quantity, Scale, StatisticTable, Status

_QUANTITIES: dict[str, tuple[str, ...]] = {
    "slope": (Quantity.SLOPE,),
    "difference_in_slopes": (Quantity.SLOPE_CONTRAST,),
    "coefficient": (Quantity.COEFFICIENT, Quantity.SLOPE),
    "agreement": (Quantity.AGREEMENT, Quantity.INTRACLASS_CORRELATION),
    "marginal_homogeneity": (Quantity.MARGINAL_HOMOGENEITY,),
}
_SCALES: dict[str, tuple[str, ...]] = {
    "ratio_of_means": (Scale.RATIO,),
    "odds_ratio": (Scale.ODDS_RATIO,),
    "risk_difference": (Scale.RISK_DIFFERENCE,),
    "share_improved": (Scale.RISK_DIFFERENCE,),
    "rate_ratio": (Scale.RATE_RATIO,),
}


ODDS = (Scale.ODDS_RATIO, Scale.RATE_RATIO, Scale.RISK_RATIO)
MOST_TOLD = 6
AGREEMENTS = {
    "kappa": "Agreement (Cohen's kappa)",
    "weighted_kappa": "Agreement (weighted kappa)",
    "icc": "Agreement (intraclass correlation)",
    "agreement": "Agreement",
    "intraclass_correlation": "Intraclass correlation",
}
LEFT_OUT = " without "
"""In the term of a contrast that was fitted again without one site or other unit."""


@dataclass(frozen=True)
class Headline:
    """One sentence, what it means, and the row that it comes from."""

    sentence: Inlines
    verdict: str
    row: Estimate | None


def headline_rows(source: Source, analysis_id: str) -> tuple[Estimate, ...]:
    """The rows that answer an analysis' question, the one of the headline visit first.

    Rows on the scale of the estimand's summary come before others; empty when none is there.
    """
    analysis = source.plan.analyses[analysis_id]
    estimand = estimand_of(source.plan, analysis)
    if estimand is None:
        likelihoods = source.of_analysis(analysis_id, Quantity.LIKELIHOOD_RATIO)
        return likelihoods or source.of_analysis(analysis_id, Quantity.PROPORTION)
    if estimand.contrast is None and estimand.summary == "share_improved":
        return source.of_analysis(analysis_id, Quantity.PROPORTION)
    wanted = _QUANTITIES.get(estimand.summary, (Quantity.CONTRAST,))
    found = [row for row in source.of_analysis(analysis_id, *wanted) if LEFT_OUT not in row.term]
    rows = [row for row in found if _fits(row, estimand)]
    scales = _SCALES.get(estimand.summary)
    own = [row for row in rows if scales and row.scale in scales]
    plain = [row for row in rows if row.scale not in (Scale.LOG, Scale.LOG_ODDS)]
    return tuple(sorted(own or plain or rows, key=lambda row: _rank(row, estimand)))


def estimand_of(plan: Plan, analysis: Analysis) -> Estimand | None:
    """The estimand of an analysis, or that of the analysis it is about."""
    if analysis.estimand is not None:
        return analysis.estimand
    of = getattr(analysis.model, "of", None) or analysis.of
    return plan.analyses[of].estimand if of in plan.analyses else None


def _fits(row: Estimate, estimand: Estimand) -> bool:
    if row.quantity == Quantity.CONTRAST:
        if estimand.summary == "change_from_baseline":
            return row.term.startswith("change")
        if estimand.summary == "difference_of_differences":
            return ":" in row.term
        contrast = estimand.contrast
        return contrast is None or (
            row.arm == contrast.level
            and row.reference_arm == contrast.versus
            and ":" not in row.term
        )
    if row.quantity == Quantity.COEFFICIENT and estimand.terms:
        return any(_names(row.term, term) for term in estimand.terms)
    return True


def _names(term: str, wanted: str) -> bool:
    """Whether a coefficient belongs to a term of the plan: `arm[new]:day` to `arm:day`."""
    bare = term.partition(" at ")[0]
    parts = [part.partition("[")[0] for part in bare.split(":")]
    return bare == wanted or ":".join(parts) == wanted or sorted(parts) == sorted(wanted.split(":"))


def _rank(row: Estimate, estimand: Estimand) -> tuple[int, int]:
    is_headline = row.visit == (estimand.headline_visit or "")
    return (0 if is_headline else 1, 0 if row.is_shown else 1)


def importance_of(plan: Plan, row: Estimate) -> Importance | None:
    """The smallest difference that matters on the row's scale; None where the plan has none."""
    facts = outcome_facts(plan, row.outcome)
    if facts is None or facts.minimal_important_difference is None:
        return None
    if row.quantity != Quantity.CONTRAST or row.scale not in (Scale.OUTCOME, Scale.RATIO):
        return None
    value = facts.minimal_important_difference.value
    if row.scale == Scale.RATIO:
        percent = 100 * (value - 1 if value > 1 else value)
        return Importance(value, f"{format_fixed(percent, 0)}%", facts.better)
    text = f"{value:g} {unit_of(plan, row.outcome)}".strip()
    return Importance(value, text, facts.better)


def unit_of(plan: Plan, outcome: str) -> str:
    """What a difference is counted in: the instrument's unit, or points of a score."""
    facts = outcome_facts(plan, outcome)
    if facts is None:
        return ""
    return facts.unit or ("points" if facts.kind is OutcomeKind.CONTINUOUS else "")


def write_headline(source: Source, analysis_id: str) -> Headline:
    """The sentence of one analysis; when nothing could be estimated it says so and why."""
    rows = headline_rows(source, analysis_id)
    row = rows[0] if rows else None
    if row is None or not (row.is_shown or math.isfinite(row.p_value)):
        return Headline(inlines(_no_answer(source, analysis_id)), "", row)
    analysis = source.plan.analyses[analysis_id]
    told = [row]
    if row.quantity in (Quantity.SLOPE, Quantity.COEFFICIENT) or ":" in row.term:
        told = [found for found in rows if found.is_shown][:MOST_TOLD]
    sentence: Inlines = ()
    for place, found in enumerate(told):
        is_last = place == len(told) - 1
        bracket = _bracket(source, analysis, found, with_count=is_last)
        one = inlines(_sentence(source, analysis, found), " (", bracket)
        sentence = inlines(sentence, " " if place else "", one, ").")
    return Headline(sentence, _verdict(source, row), row)


def _no_answer(source: Source, analysis_id: str) -> str:
    rows = source.of_analysis(analysis_id)
    notes = list(dict.fromkeys(row.note for row in rows if row.note and row.status != Status.OK))
    why = f": {notes[0]}" if notes else ""
    return f"This question could not be answered from these data{why}."


def _verdict(source: Source, row: Estimate) -> str:
    if row.status == Status.SINGULAR:
        return "The model is at the edge of what the data can tell (see the diagnostics)."
    if row.quantity not in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST) or not row.has_interval:
        return ""
    own = _own_side(source.plan, row)
    return verdict_sentence(row, importance_of(source.plan, row), own)


def _own_side(plan: Plan, row: Estimate) -> str:
    """What the difference is in favour of."""
    return in_sentence(arm_label(plan, row.arm)) if row.arm in plan.arms else "this side"


def _bracket(source: Source, analysis: Analysis, row: Estimate, *, with_count: bool) -> Inlines:
    decimals = decimals_of(source, row)
    parts = [
        inlines(number_of(row, _interval(row, decimals))) if _has_bracket(row) else (),
        test_words(row),
        inlines(_count_words(source, analysis, row)) if with_count else (),
    ]
    shown = [part for part in parts if part]
    joined: Inlines = ()
    for place, part in enumerate(shown):
        joined = inlines(joined, "; " if place else "", part)
    return joined


def _interval(row: Estimate, decimals: int) -> str:
    level = format_level(row.conf_level)
    if row.scale == Scale.RISK_DIFFERENCE:
        ends = [format_fixed(100 * end, 0) for end in (row.conf_low, row.conf_high)]
        return f"{level} CI {' to '.join(ends)} percentage points"
    if row.quantity not in (Quantity.CONTRAST, Quantity.SLOPE_CONTRAST) or row.scale in ODDS:
        bounded = is_bounded(row)
        ends = [
            format_fixed(end, decimals, bounded=bounded) for end in (row.conf_low, row.conf_high)
        ]
        return f"{level} CI {' to '.join(ends)}"
    return interval_words(row, decimals)


def _has_bracket(row: Estimate) -> bool:
    return row.has_interval and row.outcome != "goal attained"


def _count_words(source: Source, analysis: Analysis, row: Estimate) -> str:
    """`97 of 100 people analysed`; pairs where one member of each is analysed."""
    units, members = total_entered(source)
    nouns = nouns_of(source.plan, analysis)
    if not math.isfinite(members):
        return analysed_words(row, units, nouns)
    if nouns != "people":
        return analysed_words(row, units, nouns)
    is_one_of_each = row.n_participants <= units
    return analysed_words(
        row, units if is_one_of_each else members, "pairs" if is_one_of_each else nouns
    )


def total_entered(source: Source) -> tuple[float, float]:
    """How many units and members of dyads entered; NaN for members without dyads."""
    for step in (FlowStep.RANDOMISED, FlowStep.ENROLLED):
        rows = source.of_table(StatisticTable.FLOW, variable=str(step), group_other="")
        found = {row.statistic: row.value for row in rows}
        if found:
            return found.get("count", math.nan), found.get("members", math.nan)
    return math.nan, math.nan


def nouns_of(plan: Plan, analysis: Analysis) -> str:
    """Whom an analysis is about: `people`, or the members of one role: `children`."""
    role = analysis.only.get("role")
    if isinstance(role, str) and role in plan.roles:
        return plural(in_sentence(short(plan.roles[role].label)))
    return "people"


def _sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    estimand = estimand_of(source.plan, analysis)
    if row.quantity == Quantity.CONTRAST and estimand is not None:
        if estimand.summary == "change_from_baseline":
            return _change_sentence(source, row)
        if ":" in row.term:
            return _interaction_sentence(source, row)
        return _contrast_sentence(source, analysis, row, _factor_of(row, estimand.contrast))
    if row.quantity in (Quantity.SLOPE, Quantity.SLOPE_CONTRAST, Quantity.COEFFICIENT):
        return _slope_sentence(source, analysis, row)
    return _plain_sentence(source, row)


def _factor_of(row: Estimate, contrast: Contrast | None) -> str:
    return contrast.factor if contrast is not None else row.term.partition(" at ")[0] or "arm"


def at_visit(plan: Plan, visit: str) -> str:
    """A visit at the start of a sentence: `At 8 months, `; empty without a visit."""
    if not visit:
        return ""
    if visit == "average":
        return "Over all visits after baseline, "
    return f"{_capital(visit_words(plan, visit))}, "


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def given(plan: Plan, nouns: str, arm: str) -> str:
    """People of an arm: `people given treatment as usual`, `people on the waiting list`."""
    label = in_sentence(arm_label(plan, arm))
    if label.lower().startswith(("waiting list", "wait-list", "waitlist", "waiting-list")):
        return f"{nouns} on the {label}"
    return f"{nouns} given {label}"


def _sides(plan: Plan, nouns: str, factor: str, row: Estimate) -> tuple[str, str]:
    if factor == "arm":
        return given(plan, nouns, row.arm), given(plan, nouns, row.reference_arm)
    own, other = (in_sentence(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm))
    return own, other


def _contrast_sentence(source: Source, analysis: Analysis, row: Estimate, factor: str) -> Inlines:
    plan = source.plan
    own, other = _sides(plan, nouns_of(plan, analysis), factor, row)
    start = at_visit(plan, row.visit) if factor not in ("visit", "period") else ""
    outcome = in_sentence(outcome_label(plan, row.outcome))
    size, direction = _size(source, row), direction_word(row)
    if row.scale == Scale.RISK_DIFFERENCE:
        points = format_fixed(100 * abs(row.estimate), 0)
        more = "larger" if row.estimate > 0 else "smaller"
        words = (
            f"{_share_name(source, analysis, row)} was ",
            number_of(row, points),
            f" percentage points {more} among {own} than among {other}",
        )
        return inlines(_compose(start, *words), _shares(source, row))
    if row.scale in ODDS:
        noun = {"odds_ratio": "odds", "rate_ratio": "rate", "risk_ratio": "risk"}[row.scale]
        times = number_of(row, format_fixed(row.estimate, 2))
        words = (
            f"the {noun} of “{outcome}” among {own} were ",
            times,
            f" times those among {other}",
        )
        return inlines(_compose(start, *words), _shares(source, row))
    if factor != "arm":
        words = (
            f"{outcome}{place_words(plan, row)} was ",
            number_of(row, size),
            f" {direction} under “{own}” than under “{other}”",
        )
        return _compose(start, *words)
    if row.scale in RATIO_SCALES or _has_unit(plan, row.outcome):
        words = (
            f"{outcome} of {own} was ",
            number_of(row, size),
            f" {direction} than that of {other}",
        )
        return _compose(start, *words)
    words = (f"{own} scored ", number_of(row, size), f" {direction} on {outcome_title(plan, row)}")
    return _compose(start, *words, f" than {other}")


def place_words(plan: Plan, row: Estimate) -> str:
    """Where an effect is read off: ` (cue: threat)`; empty without."""
    place = row.term.partition(" at ")[2]
    return f" {term_label(plan, f'x at {place}').partition(' ')[2]}" if place else ""


def _share_name(source: Source, analysis: Analysis, row: Estimate) -> str:
    """What a share is of: `the share that became secure`, `the share that improved`."""
    if row.term.startswith("became "):
        level = row.term.removeprefix("became ")
        return f"the share that became {in_sentence(level_label(source.plan, row.outcome, level))}"
    if analysis.model.kind == "reliable_change":
        return "the share that improved reliably"
    return f"the share with “{in_sentence(outcome_label(source.plan, row.outcome))}”"


def _shares(source: Source, row: Estimate) -> Inlines:
    """The two proportions behind a difference or ratio: ` (62% against 32%)`."""
    rows = {
        found.arm: found
        for found in source.of_analysis(row.analysis_id, Quantity.PROPORTION)
        if found.visit == row.visit and found.term == row.term and found.is_shown
    }
    if row.arm not in rows or row.reference_arm not in rows:
        return ()
    own, other = (
        number_of(found, format_share(found.estimate, found.n_participants))
        for found in (rows[row.arm], rows[row.reference_arm])
    )
    return inlines(": ", own, " against ", other)


def outcome_title(plan: Plan, row: Estimate) -> str:
    """Name of an outcome after `on`: names of instruments get an article and keep capitals."""
    label = in_sentence(outcome_label(plan, row.outcome))
    return f"the {label}" if label[:1].isupper() else label


def _compose(start: str, first: str, *others: Words) -> Inlines:
    """A sentence; its first word gets its capital when nothing stands before it."""
    return inlines(start, first if start else _capital(first), *others)


def _has_unit(plan: Plan, outcome: str) -> bool:
    facts = outcome_facts(plan, outcome)
    return facts is None or facts.unit is not None or facts.kind is not OutcomeKind.CONTINUOUS


def _size(source: Source, row: Estimate) -> str:
    return size_words(row, decimals_of(source, row), unit=unit_of(source.plan, row.outcome))


def _change_sentence(source: Source, row: Estimate) -> Inlines:
    plan = source.plan
    who = f" among {given(plan, 'people', row.arm)}" if row.arm in plan.arms else ""
    start = at_visit(plan, row.visit)
    outcome = in_sentence(outcome_label(plan, row.outcome))
    words = (
        f"{outcome}{who} was ",
        number_of(row, _size(source, row)),
        f" {direction_word(row)} than at baseline",
    )
    return _compose(start, *words)


def _interaction_sentence(source: Source, row: Estimate) -> Inlines:
    """A difference of differences: `arm:period[after-vs-before]`."""
    plan = source.plan
    factor, _, rest = row.term.partition(":")
    other_factor, _, levels = rest.partition(" at ")[0].rstrip("]").partition("[")
    level, _, versus = levels.partition("-vs-")
    own, other = (in_sentence(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm))
    first, second = (in_sentence(level_label(plan, other_factor, x)) for x in (level, versus))
    outcome = in_sentence(outcome_label(plan, row.outcome))
    return inlines(
        f"The difference in {outcome} between {own} and {other} was ",
        number_of(row, _size(source, row)),
        f" {direction_word(row)} for “{first}” than for “{second}”",
    )


def _slope_sentence(source: Source, analysis: Analysis, row: Estimate) -> Inlines:
    plan = source.plan
    outcome = in_sentence(outcome_label(plan, row.outcome))
    each = each_unit(term_label(plan, row.term.partition(" at ")[0]))
    where = place_words(plan, row)
    size = number_of(row, _size(source, row))
    factor = _factor_of(row, analysis.estimand.contrast if analysis.estimand else None)
    if row.quantity == Quantity.SLOPE_CONTRAST:
        own, other = (
            in_sentence(level_label(plan, factor, x)) for x in (row.arm, row.reference_arm)
        )
        words = f" {direction_word(row)} for “{own}” than for “{other}”{where}"
        return inlines(f"The change in {outcome} with {each} was ", size, words)
    if row.quantity == Quantity.SLOPE:
        who = f" for “{in_sentence(level_label(plan, factor, row.arm))}”" if row.arm else ""
        verb = "rose" if row.estimate > 0 else "fell"
        return _compose("", f"{outcome} {verb} by ", size, f" with {each}{who}{where}")
    return _coefficient_sentence(plan, outcome, row, size)


def _coefficient_sentence(plan: Plan, outcome: str, row: Estimate, size: Number) -> Inlines:
    """A coefficient: of an arm and a number together it is a change of the arm's effect."""
    effect, _, number = row.term.partition(":")
    direction = direction_word(row)
    if effect.startswith("arm[") and number and "[" not in number:
        arm = term_label(plan, effect)
        each = each_unit(term_label(plan, number))
        return inlines(f"The effect of {arm} was ", size, f" {direction} with {each}")
    if "[" in row.term:
        return _compose(
            "", f"{outcome} was ", size, f" {direction} for “{term_label(plan, row.term)}”"
        )
    each = each_unit(term_label(plan, row.term))
    return _compose("", f"{outcome} was ", size, f" {direction} with {each}")


def _plain_sentence(source: Source, row: Estimate) -> Inlines:
    plan = source.plan
    outcome = in_sentence(outcome_label(plan, row.outcome)) if row.outcome else ""
    if row.quantity == Quantity.MARGINAL_HOMOGENEITY:
        return _homogeneity_sentence(source, row, outcome)
    if row.quantity == Quantity.LIKELIHOOD_RATIO:
        return inlines("Likelihood ratio of both models")
    if row.quantity == Quantity.PROPORTION:
        return _proportion_sentence(source, row)
    what = AGREEMENTS.get(row.term) or AGREEMENTS.get(row.quantity) or term_label(plan, row.term)
    if not row.is_shown:
        return inlines(f"{what}, {outcome}" if outcome else what)
    digits = format_fixed(row.estimate, decimals_of(source, row), bounded=is_bounded(row))
    return inlines(
        f"{what} on {outcome} was " if outcome else f"{what} was ", number_of(row, digits)
    )


def _proportion_sentence(source: Source, row: Estimate) -> Inlines:
    """A single share, or of several goals the ones attained most and least often."""
    rows = [r for r in source.of_analysis(row.analysis_id, Quantity.PROPORTION) if r.is_shown]
    goals = [found for found in rows if found.term in source.plan.goals]
    share = number_of(row, format_share(row.estimate, row.n_participants))
    if len(goals) < 2:
        return inlines(share, " improved reliably")
    most = max(goals, key=lambda found: found.estimate)
    least = min(goals, key=lambda found: found.estimate)
    most_share, least_share = (
        number_of(found, format_share(found.estimate, found.n_participants))
        for found in (most, least)
    )
    return inlines(
        f"Of {len(goals)} goals, “{in_sentence(term_label(source.plan, most.term))}” was attained "
        "most often (by ",
        most_share,
        f"), “{in_sentence(term_label(source.plan, least.term))}” least often (by ",
        least_share,
        ")",
    )


def _homogeneity_sentence(source: Source, row: Estimate, outcome: str) -> Inlines:
    """Shares before and after in words, the test behind them."""
    shares = {
        found.term.rpartition(" ")[2]: found
        for found in source.of_analysis(row.analysis_id, Quantity.PROPORTION)
        if found.arm == row.arm and found.term.endswith((" before", " after"))
    }
    if set(shares) != {"before", "after"}:
        return inlines(f"Equality of the distributions of {outcome} before and after")
    level = shares["after"].term.removesuffix(" after")
    before, after = (
        number_of(found, format_share(found.estimate, found.n_participants))
        for found in (shares["before"], shares["after"])
    )
    name = in_sentence(level_label(source.plan, row.outcome, level))
    if level == "yes":
        name = f"“{outcome}”"
    return inlines(before, f" were {name} before and ", after, " after")


def summary_sentence(source: Source) -> Inlines:
    """The headline of the whole study, for the index: its first primary estimand."""
    primary = [name for name, a in source.plan.analyses.items() if a.role == "primary"]
    return write_headline(source, primary[0]).sentence if primary else ()


__all__ = ["Headline", "headline_rows", "list_words", "write_headline"]

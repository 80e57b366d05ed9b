"""What sentences are made of: who, when, how much, of how many."""

from __future__ import annotations

import re

from evalpipe.answers.claims import role_of
from evalpipe.answers.rows import Estimate
from evalpipe.config.analyses import Analysis, Contrast
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.plan import Plan
from evalpipe.config.study import Design
from evalpipe.report.documents.model import Inlines, Words, inlines
from evalpipe.report.labels import (
    TIMES,
    arm_label,
    in_sentence,
    level_label,
    outcome_facts,
    outcome_label,
    plural,
    short,
    term_label,
    variable_label,
    visit_words,
)
from evalpipe.report.numbers import format_fixed
from evalpipe.report.precision import decimals_of
from evalpipe.report.sentences.intraclass import INTRACLASS_NAMES
from evalpipe.report.source import Source
from evalpipe.report.words import (
    Importance,
    size_words,
)
from evalpipe.vocabulary import Quantity, Scale

_NUMBER = re.compile(r"-?[0-9.]+(e-?[0-9]+)?")

ODDS = (Scale.ODDS_RATIO, Scale.RATE_RATIO, Scale.RISK_RATIO)


AGREEMENTS = {
    "kappa": "Agreement (Cohen's kappa)",
    "weighted_kappa": "Agreement (weighted kappa)",
    **INTRACLASS_NAMES,
    "agreement": "Agreement",
    "intraclass_correlation": "Intraclass correlation",
}


PERCENT_WORDS = ("%", "percent", "per cent", "procent")
"""Units of which a difference is counted in percentage points."""


LEFT_OUT = " without "
"""In the term of a contrast that was fitted again without one site or other unit."""


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
    if facts.unit in PERCENT_WORDS:
        return "percentage points"
    return facts.unit or ("points" if facts.kind is OutcomeKind.CONTINUOUS else "")


def nouns_of(source: Source, analysis: Analysis, row: Estimate) -> str:
    """Whom a row is about: `people`, or the members of one role: `children`."""
    role = role_of(source, analysis, row.outcome)
    if role in source.plan.roles:
        return plural(in_sentence(short(source.plan.roles[role].label)))
    return "people"


def factor_of(row: Estimate, contrast: Contrast | None) -> str:
    """The factor whose levels a row compares."""
    return contrast.factor if contrast is not None else row.term.partition(" at ")[0] or "arm"


def at_visit(plan: Plan, visit: str) -> str:
    """A visit at the start of a sentence: `At 8 months, `; empty without a visit."""
    if not visit:
        return ""
    if visit == "average":
        return "Over all visits after baseline, "
    return f"{_capital(visit_words(plan, visit))}, "


def start_of(plan: Plan, row: Estimate, *, with_visit: bool = True) -> str:
    """When and where, at the start of a sentence: `At 8 months, among children, `."""
    visit = at_visit(plan, row.visit) if with_visit else ""
    place = place_start(plan, row)
    return visit + place if visit else _capital(place)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def given(plan: Plan, nouns: str, arm: str) -> str:
    """People of an arm: `people given treatment as usual`, `people on the waiting list`.

    In an observational study nobody was given anything: `people in the group “Exposed”`.
    """
    name = short(arm_label(plan, arm))
    label = in_sentence(name)
    if plan.study.design is Design.OBSERVATIONAL:
        return f"{nouns} in the group “{name}”"
    if name.lower() in _NO_TREATMENT:
        return f"{nouns} in the arm “{name}”"
    if label.lower().startswith(("waiting list", "wait-list", "waitlist", "waiting-list")):
        return f"{nouns} on the {label}"
    return f"{nouns} given {label}"


_NO_TREATMENT = {
    "active", "control", "controls", "experimental", "intervention", "new", "old", "standard",
    "treatment", "usual",
}  # fmt: skip
"""Labels of an arm that name no treatment that people could be given."""


def place_start(plan: Plan, row: Estimate) -> str:
    """Where an effect is read off, before a sentence: `with cue “threat”, `, `at 3 years, `."""
    parts = []
    for name, level in row.about.at.items():
        label = in_sentence(variable_label(plan, name))
        if name == "role":
            parts.append(f"among {plural(in_sentence(level_label(plan, name, level)))}")
        elif _NUMBER.fullmatch(level) is None:
            parts.append(f"with {label} “{in_sentence(level_label(plan, name, level))}”")
        elif label.removesuffix("s") in TIMES:
            parts.append(f"at {level} {label.removesuffix('s')}{'' if level == '1' else 's'}")
        else:
            parts.append(f"at {label} {level}")
    return f"{', '.join(parts)}, " if parts else ""


def place_words(plan: Plan, row: Estimate) -> str:
    """Where an effect is read off: ` (cue: threat)`; empty without."""
    place = row.term.partition(" at ")[2]
    return f" {term_label(plan, f'x at {place}').partition(' ')[2]}" if place else ""


_INSTRUMENTS = (
    "checklist", "index", "interview", "inventory", "list", "questionnaire", "rating", "scale",
    "schedule", "score", "survey", "test",
)  # fmt: skip
"""Last words of a label that take an article."""


def outcome_title(plan: Plan, row: Estimate) -> str:
    """Name of an outcome as the plan writes it; what is called a scale or test gets an article."""
    label = outcome_label(plan, row.outcome)
    return f"the {label}" if label.lower().endswith(_INSTRUMENTS) else label


def counted_words(plan: Plan, row: Estimate) -> str:
    """What odds, risks and shares are of: `“Passed”`, `“Infection: yes”`.

    Of an ordinal outcome the odds are of a level further towards the last one.
    """
    facts = outcome_facts(plan, row.outcome)
    if facts is not None and facts.kind is OutcomeKind.ORDINAL and row.modelled_class:
        end = in_sentence(level_label(plan, row.outcome, row.modelled_class))
        return f"being further towards “{end}” in {outcome_label(plan, row.outcome)}"
    return f"“{_counted_title(plan, row)}”"


def _counted_title(plan: Plan, row: Estimate) -> str:
    label = outcome_label(plan, row.outcome)
    if not row.modelled_class or row.modelled_class == "yes":
        return label
    return f"{label}: {in_sentence(level_label(plan, row.outcome, row.modelled_class))}"


def compose(start: str, first: str, *others: Words) -> Inlines:
    """A sentence; its first word gets its capital when nothing stands before it."""
    return inlines(start, first if start else _capital(first), *others)


def has_unit(plan: Plan, outcome: str) -> bool:
    """Whether a difference is counted in a unit, or is no difference of a score."""
    facts = outcome_facts(plan, outcome)
    return facts is None or facts.unit is not None or facts.kind is not OutcomeKind.CONTINUOUS


def size_of(source: Source, row: Estimate) -> str:
    """The size of a difference with its unit."""
    return size_words(row, decimals_of(source, row), unit=unit_of(source.plan, row.outcome))


def signed_size(source: Source, row: Estimate) -> str:
    """A change with its sign and unit: `−0.03 points`."""
    digits = format_fixed(row.estimate, decimals_of(source, row))
    return f"{digits} {unit_of(source.plan, row.outcome)}".strip()

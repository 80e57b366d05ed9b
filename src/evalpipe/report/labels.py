"""What things are called: labels of the plan in place of its identifiers."""

import re

from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import ScaleFacts, find_scale
from evalpipe.errors import ConfigError

_REMARK = re.compile(r"\s+\([^()]*\)$")
_PLURALS = {"child": "children", "person": "people", "baby": "babies"}
TIMES = {"day", "week", "month", "year", "session", "visit", "trial"}
_CELL = re.compile(r"^([a-z][a-z0-9_.]*)(?:\[([A-Za-z0-9_]+)(?:-vs-([A-Za-z0-9_]+))?\])?$")

_FIXED = {
    "intercept": "Intercept",
    "baseline": "Baseline",
    "residual": "Residual",
    "log_likelihood": "Log-likelihood",
    "aic": "AIC",
    "bic": "BIC",
    "deviance": "Deviance",
    "arm": "Arm",
    "visit": "Visit",
    "day": "Day",
    "role": "Role",
    "period": "Period",
    "phase": "Phase",
    "cohort": "Cohort",
    "rater": "Rater",
    "session_number": "Session",
    "trial": "Trial",
    "participant": "Participant",
    "dyad": "Dyad",
    "average": "Average of the visits",
    "goal_attainment_t": "Goal attainment (T-score)",
}

DESIGNS = {
    "parallel_rct": "Randomised controlled trial with parallel arms",
    "cluster_rct": "Cluster-randomised controlled trial",
    "crossover": "Within-person experiment (crossover)",
    "single_arm": "Single-arm longitudinal study",
    "pre_post": "Study before and after treatment",
    "multiple_baseline": "Multiple-baseline study",
    "observational": "Observational study",
}

ROLES_OF_ANALYSES = {
    "primary": "Primary",
    "secondary": "Secondary",
    "sensitivity": "Sensitivity",
    "mechanism": "Mechanism",
    "exploratory": "Exploratory",
    "descriptive": "Descriptive",
    "reproduction": "Reproduction of a published analysis",
}

STRATEGIES = {
    "treatment_policy": "outcomes after it count as they were observed (treatment policy)",
    "hypothetical": "outcomes after it are set aside and taken as missing (hypothetical)",
    "composite": "{value} stands for the outcomes after it (composite)",
    "while_on_treatment": "the last outcome before it stands for those after it (while on "
    "treatment)",
}


def spell(identifier: str) -> str:
    """An identifier as words: `under_6_months` -> `Under 6 months`."""
    words = identifier.replace("_", " ").replace(".", ": ").strip()
    return words[:1].upper() + words[1:]


def at_start(label: str) -> str:
    """Words of the plan at the start of a line: the first letter is a capital."""
    return label[:1].upper() + label[1:]


def in_sentence(label: str) -> str:
    """A label inside a sentence: its first letter small unless it looks like a name."""
    first, *others = label.split(" ")
    is_name = any(word[:1].isupper() and len(word) > 1 for word in others) or any(
        c.isupper() for c in first[1:]
    )
    return label if is_name or len(first) == 1 else label[:1].lower() + label[1:]


def arm_label(plan: Plan, arm: str) -> str:
    """Label of an arm."""
    return plan.arms[arm].label if arm in plan.arms else spell(arm)


def short(label: str) -> str:
    """A label without the remark in brackets at its end: for sentences and headings."""
    return _REMARK.sub("", label) or label


_PREPOSITIONS = {"after", "before", "during", "at", "over"}
_WITHOUT_ARTICLE = ("baseline", "intake", "discharge", "follow-up", "post-", "pre-", "admission")


def visit_words(plan: Plan, visit: str) -> str:
    """A visit inside a sentence with its preposition: `at 8 months`, `after treatment`.

    A label that is numbered (`Month 3`, `Week 30`, `T1`) or is the name of a moment (`Baseline`)
    takes no article; a preposition alone (`After`) is quoted.
    """
    label = visit_label(plan, visit)
    words = in_sentence(label)
    first = words.split(" ")[0].lower()
    if words.lower().endswith((" later", " earlier", " on")):
        return words
    if first in _PREPOSITIONS:
        return words if " " in words else f"at “{label}”"
    is_numbered = words[:1].isdigit() and "follow" not in words.lower()
    if is_numbered or words[-1:].isdigit() or words.lower().startswith(_WITHOUT_ARTICLE):
        return f"at {words}"
    return f"at the {words}"


def plural(noun: str) -> str:
    """Plural of an English noun at the end of a label."""
    head, _, last = noun.rpartition(" ")
    if len(last) == 1 and head:
        return f"{plural(head)} {last}"
    if last in _PLURALS:
        many = _PLURALS[last]
    elif last.endswith(("s", "people")):
        many = last
    elif last.endswith(("ch", "sh", "x")):
        many = last + "es"
    else:
        many = last + "s"
    return f"{head} {many}".strip()


def each_unit(label: str) -> str:
    """What a slope counts: `each week before the first session`, `each unit of age`."""
    first, _, rest = in_sentence(label).partition(" ")
    if first in TIMES or first in {time + "s" for time in TIMES}:
        return f"each {first.removesuffix('s')} {rest}".strip()
    return f"each unit of {in_sentence(label)}"


def step_words(plan: Plan, name: str) -> str:
    """What a slope in a variable counts; a centred variable is counted as it was before."""
    derived = plan.derived.get(name)
    if derived is not None and derived.kind == "centre":
        return step_words(plan, derived.of)
    return each_unit(term_label(plan, name))


def visit_label(plan: Plan, visit: str) -> str:
    """Label of a visit or a period."""
    if visit in plan.visits:
        return plan.visits[visit].label
    return plan.periods[visit].label if visit in plan.periods else _FIXED.get(visit, spell(visit))


def outcome_label(plan: Plan, outcome: str) -> str:
    """Label of an outcome without its remark: an instrument, a scale, a rating or a variable."""
    facts = outcome_facts(plan, outcome)
    if facts is None:
        return short(variable_label(plan, outcome))
    instrument = plan.instruments.get(outcome.partition(".")[0])
    whole = f"{instrument.label}: " if instrument is not None else ""
    return short(facts.label.removeprefix(whole))


def outcome_facts(plan: Plan, outcome: str) -> ScaleFacts | None:
    """What the plan says about an outcome; None for one that is not a scale."""
    try:
        return find_scale(plan, outcome)
    except ConfigError:
        return None


def variable_label(plan: Plan, name: str) -> str:
    """Label of a variable, a derived variable, an outcome or a part of the structure."""
    if name in plan.variables:
        return plan.variables[name].label
    if name in plan.derived:
        return plan.derived[name].label or spell(name)
    if name in plan.clusters:
        return plan.clusters[name].label or spell(name)
    facts = outcome_facts(plan, name)
    return facts.label if facts is not None else _FIXED.get(name, spell(name))


def level_label(plan: Plan, name: str, level: str) -> str:
    """Label of a level of a factor."""
    if name in plan.variables:
        return plan.variables[name].level_labels.get(level, spell(level))
    if name in ("visit", "period"):
        return visit_label(plan, level)
    if name == "phase" and plan.protocol and level in plan.protocol.phases:
        return plan.protocol.phases[level].label or spell(level)
    if name == "cohort" and plan.cohorts:
        return plan.cohorts.labels.get(level, level)
    if name in plan.instruments:
        return plan.instruments[name].class_labels.get(level, spell(level))
    if name == "arm" and level in plan.arms:
        return plan.arms[level].label
    if name == "role" and level in plan.roles:
        return short(plan.roles[level].label)
    return _own_level(plan, name, level)


def _own_level(plan: Plan, name: str, level: str) -> str:
    """Level of a derived factor: that of the variable it comes from, where it has the level."""
    of = getattr(plan.derived.get(name), "of", None)
    return level_label(plan, of, level) if isinstance(of, str) else spell(level)


def term_label(plan: Plan, term: str) -> str:
    """A term of a model: `arm[new]:visit[end]` -> `New therapy × End`; other words as they are."""
    if term in plan.goals:
        return plan.goals[term].label
    name, _, place = term.partition(" at ")
    cells = _cells(name)
    if not all(map(_is_cell, cells)) or (place and "=" not in place):
        return term
    labels = [_cell_label(plan, cell) for cell in cells]
    words = " × ".join([labels[0], *(in_sentence(label) for label in labels[1:])])
    return f"{words} ({_place_label(plan, place)})" if place else words


def _cells(term: str) -> list[str]:
    """Parts of a term; a colon inside brackets does not part."""
    return re.split(r":(?![^\[]*\])", term)


def _is_cell(cell: str) -> bool:
    return cell.startswith("residual.") or _CELL.match(cell) is not None


def _cell_label(plan: Plan, cell: str) -> str:
    if cell.startswith("residual."):
        return f"Residual, {in_sentence(_any_level(plan, cell.removeprefix('residual.')))}"
    if cell.endswith(".intercept"):
        return f"{variable_label(plan, cell.removesuffix('.intercept'))}: intercept"
    found = _CELL.match(cell)
    name, level, versus = found.groups() if found is not None else (cell, None, None)
    if level is None:
        return variable_label(plan, name)
    if name == "residual":
        return f"Residual, {in_sentence(_any_level(plan, level))}"
    own = level_label(plan, name, level)
    if versus is not None:
        return f"{own} vs. {in_sentence(level_label(plan, name, versus))}"
    return (
        own
        if name in ("arm", "visit", "period", "phase", "role")
        else (f"{variable_label(plan, name)}: {in_sentence(own)}")
    )


def _any_level(plan: Plan, level: str) -> str:
    """Label of a level whose factor is not named: a visit, a role or an arm."""
    if level in plan.visits:
        return plan.visits[level].label
    if level in plan.roles:
        return plan.roles[level].label
    return arm_label(plan, level)


def _place_label(plan: Plan, place: str) -> str:
    parts = []
    for part in place.split(", "):
        name, _, level = part.partition("=")
        is_factor = not re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", level)
        value = level_label(plan, name, level) if is_factor else level
        parts.append(f"{in_sentence(variable_label(plan, name))}: {in_sentence(value)}")
    return ", ".join(parts)

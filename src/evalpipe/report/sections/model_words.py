"""A model in words and symbols, and the five attributes of its estimand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evalpipe.answers.choose import estimand_of
from evalpipe.config.analyses import Analysis, Contrast, Estimand
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Emph, Facts, Inlines, Sub, inlines, plain_text
from evalpipe.report.labels import (
    in_sentence,
    level_label,
    outcome_label,
    plural,
    spell,
    term_label,
    variable_label,
    visit_label,
    visit_words,
)
from evalpipe.report.sections.event_words import event_words
from evalpipe.report.source import Source
from evalpipe.report.words import list_words

SUMMARIES = {
    "difference_in_means": "Difference of means",
    "ratio_of_means": "Ratio of (geometric) means",
    "odds_ratio": "Odds ratio",
    "risk_difference": "Difference of proportions",
    "rate_ratio": "Ratio of rates",
    "slope": "Slope",
    "difference_in_slopes": "Difference of slopes",
    "coefficient": "Coefficients of the model",
    "change_from_baseline": "Mean change from baseline",
    "agreement": "Agreement",
    "marginal_homogeneity": "Equality of the distributions before and after",
    "share_improved": "Difference of the shares that improved",
    "time_to_event": "Time to attainment",
    "difference_of_differences": "Difference of differences",
    "equivalence": "Difference of means, tested for equivalence",
    "equality_of_means": "Equality of all means",
}


def estimand_facts(source: Source, name: str, analysis: Analysis) -> Facts | None:
    """The five attributes of an estimand; None where there is none.

    A sensitivity analysis shows those that differ from the analysis that it is about.
    """
    facts = _attributes(source, name, analysis)
    about = source.plan.analyses.get(analysis.of or "")
    if facts is None or about is None:
        return facts
    other = _attributes(source, str(analysis.of), about)
    known = {(key, plain_text(words)) for key, words in other.pairs} if other else set()
    pairs = tuple(pair for pair in facts.pairs if (pair[0], plain_text(pair[1])) not in known)
    return Facts(pairs) if pairs else None


def _attributes(source: Source, name: str, analysis: Analysis) -> Facts | None:
    plan = source.plan
    estimand = estimand_of(plan, analysis)
    if estimand is None:
        return None
    pairs: list[tuple[str, Inlines]] = [
        ("Population", inlines(_population(plan, analysis, estimand))),
        ("Outcome", inlines(_outcome(plan, analysis, estimand))),
    ]
    if estimand.contrast is not None:
        contrasts = (estimand.contrast, *estimand.contrasts)
        words = "; ".join(contrast_words(plan, contrast) for contrast in contrasts)
        pairs.append(("Contrast", inlines(words)))
    pairs.append(("Summary", inlines(SUMMARIES[estimand.summary])))
    events = event_words(source, name, estimand)
    if events:
        pairs.append(("Intercurrent events", events))
    return Facts(tuple(pairs))


def contrast_words(plan: Plan, contrast: Contrast) -> str:
    """`Beat the Blues against treatment as usual`."""
    own = level_label(plan, contrast.factor, contrast.level)
    return f"{own} against {in_sentence(level_label(plan, contrast.factor, contrast.versus))}"


def _population(plan: Plan, analysis: Analysis, estimand: Estimand) -> str:
    population = plan.populations.get(estimand.population)
    label = (population.label if population else None) or spell(estimand.population)
    included = {
        "randomised": "everyone randomised"
        + (", in the arm they were randomised to" if len(plan.arms) > 1 else ""),
        "enrolled": "everyone enrolled",
        "started": "everyone who started treatment",
        "completed": "everyone who completed treatment",
        "eligible": "everyone randomised who met the criteria",
        "per_protocol": "everyone treated as the protocol asks",
    }
    words = f"{label}: {included[population.include]}" if population else label
    if population is not None and population.with_outcome_at == "all":
        words += ", with the outcome at every visit"
    for name, levels in analysis.only.items():
        chosen = [levels] if isinstance(levels, str) else list(levels)
        names = [in_sentence(level_label(plan, name, level)) for level in chosen]
        if name == "role":
            names = [plural(label) for label in names]
        is_plain = name in ("role", "arm", "cohort")
        what = "" if is_plain else f"{in_sentence(variable_label(plan, name))}: "
        words += f"; only {what}{list_words(names, 'or')}"
    return words


def _outcome(plan: Plan, analysis: Analysis, estimand: Estimand) -> str:
    words = outcome_label(plan, estimand.outcome)
    named = analysis.model.visits() or estimand.visits
    if isinstance(named, tuple):
        visits = [visit_words(plan, visit) for visit in named]
        if all(visit.startswith("at ") for visit in visits):
            visits = [visits[0], *(visit.removeprefix("at ") for visit in visits[1:])]
        words += f", {list_words(visits)}" if len(visits) < 8 else ""
    elif plan.visits:
        words += ", at every visit" + (" after baseline" if estimand.visits != "all" else "")
    return words


def model_words(plan: Plan, analysis: Analysis) -> Inlines:
    """The model in one or two sentences."""
    return inlines(analysis.model.tell(PlanLabels(plan, analysis)))


@dataclass(frozen=True)
class PlanLabels:
    """How one analysis's kind names what the plan declares; see `config.kinds.base.Labels`."""

    plan: Plan
    of: Analysis

    @property
    def outcome(self) -> str:
        """The outcome of the analysis."""
        estimand = estimand_of(self.plan, self.of)
        if estimand is None:
            return "the outcome"
        return in_sentence(outcome_label(self.plan, estimand.outcome))

    def variable(self, name: str) -> str:
        """Name a variable or a level of clustering."""
        return in_sentence(variable_label(self.plan, name))

    def level(self, variable: str, name: str) -> str:
        """Name a level of a variable."""
        return in_sentence(level_label(self.plan, variable, name))

    def visit(self, name: str) -> str:
        """Name a visit."""
        return in_sentence(visit_label(self.plan, name))

    def term(self, name: str) -> str:
        """Name one variable of a term."""
        return in_sentence(term_label(self.plan, name))

    def analysis(self, name: str) -> str:
        """Name another analysis."""
        return f"“{spell(name).lower()}”"

    def listed(self, words: Sequence[str]) -> str:
        """Join words: `a, b and c`."""
        return list_words(list(words))


_MARKED = re.compile(r"\*(?P<italic>[^*]+)\*|_\{(?P<below>[^}]+)\}")


def model_symbols(analysis: Analysis) -> Inlines:
    """The model as an equation; empty for what is no regression."""
    parts: list[str | Emph | Sub] = []
    text, end = analysis.model.equation(), 0
    for found in _MARKED.finditer(text):
        italic, below = found.group("italic"), found.group("below")
        parts += [text[end : found.start()], Emph(italic) if italic else Sub(below)]
        end = found.end()
    return inlines(*(part for part in (*parts, text[end:]) if part))

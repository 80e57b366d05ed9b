"""Which summary goes with which kind of analysis and outcome, and which rows answer it.

One table. `check` refuses what does not stand here; the choice of the rows that answer
(`answers.choose`) reads quantities and scales from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalpipe.config.equivalence import EQUIVALENCE_KINDS
from evalpipe.config.estimands import Estimand, Summary
from evalpipe.config.instruments import OutcomeKind
from evalpipe.config.kinds import Gee, Model
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import ScaleFacts, find_scale, is_scale
from evalpipe.vocabulary import Quantity, Scale

GAUSSIAN = ("mixed", "mmrm", "ancova", "gee gaussian")
"""Kinds of analysis of a mean."""

BY_LINK = ("gee binomial", "gee poisson", "gee gamma", "gee ordinal", "ordinal")
"""Kinds of analysis whose effects lie on another scale than the outcome's."""

REGRESSIONS = (*GAUSSIAN, *BY_LINK)
DESCRIBED = ("single_case", "descriptive")
UNASKED = ("goals", "comparison", "missing_data")
"""Kinds whose question does not follow from a summary of their own."""

MEANS = (Scale.OUTCOME, Scale.RATIO)
"""A difference in means is told in the outcome's unit, of a logarithm as a ratio."""


@dataclass(frozen=True)
class SummaryFacts:
    """What a summary is computed by and answered by.

    kinds: kinds of analysis, a GEE with its family. quantities: of the rows that answer. scales: on
    which they are told, the first that there is; empty: any that is not a logarithm. instead: what
    to write where another kind of analysis stands. needs_contrast: nothing answers without one.
    """

    kinds: tuple[str, ...]
    instead: str
    quantities: tuple[Quantity, ...] = (Quantity.CONTRAST,)
    scales: tuple[Scale, ...] = ()
    needs_contrast: bool = False


SUMMARIES: Mapping[Summary, SummaryFacts] = {
    "difference_in_means": SummaryFacts(
        (*GAUSSIAN, "gee poisson", "gee gamma", "pre_post", *DESCRIBED),
        "a difference in means needs an outcome with a mean: `kind: mmrm`, `mixed` or `ancova`",
        scales=MEANS,
    ),
    "ratio_of_means": SummaryFacts(
        ("mixed", "mmrm", "ancova", "gee gamma"),
        "a ratio of means needs `kind: mmrm`, `mixed` or `ancova` on an outcome of kind "
        "`log_continuous`, or `gee` with `family: gamma`",
        scales=(Scale.RATIO,),
    ),
    "odds_ratio": SummaryFacts(
        ("gee binomial", "gee ordinal", "ordinal"),
        "an odds ratio needs `kind: gee` with `family: binomial` or `ordinal`, or `kind: ordinal`",
        scales=(Scale.ODDS_RATIO,),
    ),
    "risk_difference": SummaryFacts(
        ("gee binomial", "reliable_change"),
        "a risk difference needs `kind: gee` with `family: binomial`",
        scales=(Scale.RISK_DIFFERENCE,),
        needs_contrast=True,
    ),
    "rate_ratio": SummaryFacts(
        ("gee poisson",),
        "a rate ratio needs `kind: gee` with `family: poisson`",
        scales=(Scale.RATE_RATIO,),
    ),
    "slope": SummaryFacts(
        REGRESSIONS, "a slope needs a regression: `kind: mixed`", (Quantity.SLOPE,)
    ),
    "difference_in_slopes": SummaryFacts(
        REGRESSIONS,
        "a difference in slopes needs a regression: `kind: mixed`",
        (Quantity.SLOPE_CONTRAST,),
        needs_contrast=True,
    ),
    "coefficient": SummaryFacts(
        REGRESSIONS,
        "a coefficient needs a regression, such as `kind: mixed`",
        (Quantity.COEFFICIENT, Quantity.SLOPE),
    ),
    "change_from_baseline": SummaryFacts(
        (*REGRESSIONS[:-1], "pre_post"),
        "change from baseline needs `kind: mmrm`, `mixed` or `ancova`; of each person on their "
        "own, `kind: reliable_change` with `summary: share_improved`",
    ),
    "agreement": SummaryFacts(
        ("agreement",),
        "agreement needs `kind: agreement`",
        (Quantity.AGREEMENT, Quantity.INTRACLASS_CORRELATION),
    ),
    "marginal_homogeneity": SummaryFacts(
        ("change_table",),
        "marginal homogeneity needs `kind: change_table`",
        (Quantity.MARGINAL_HOMOGENEITY,),
    ),
    "share_improved": SummaryFacts(
        ("reliable_change", "change_table"),
        "a share that improved needs `kind: reliable_change`, or `change_table` for classes",
        scales=(Scale.RISK_DIFFERENCE,),
    ),
    "time_to_event": SummaryFacts(
        (),
        "no kind of analysis computes times to an event; `kind: goals` gives the time until goals "
        "are attained",
    ),
    "difference_of_differences": SummaryFacts(
        REGRESSIONS,
        "a difference of differences needs a regression with an interaction, such as `arm:period`",
        needs_contrast=True,
    ),
    "equivalence": SummaryFacts(
        EQUIVALENCE_KINDS,
        f"equivalence is tested by {', '.join(EQUIVALENCE_KINDS)}",
        (Quantity.EQUIVALENCE,),
    ),
    "equality_of_means": SummaryFacts(
        ("rm_anova",), "it is answered by `kind: rm_anova`", (Quantity.JOINT_TEST,)
    ),
}

TESTED: Mapping[Scale, Scale] = {
    Scale.RATIO: Scale.LOG,
    Scale.ODDS_RATIO: Scale.LOG_ODDS,
    Scale.RATE_RATIO: Scale.LOG,
}
"""The scale of the row that carries the test of one told on another scale."""


def kind_of(model: Model) -> str:
    """Return the kind of an analysis as the table names it: a GEE with its family."""
    return f"gee {model.family}" if isinstance(model, Gee) else model.kind


def summary_problems(plan: Plan, model: Model, estimand: Estimand) -> Iterator[tuple[str, str]]:
    """Yield (`summary`, `outcome` or `model`, sentence) for what does not go together."""
    kind, facts = kind_of(model), SUMMARIES[estimand.summary]
    if kind in UNASKED:
        return
    if kind not in facts.kinds:
        given = [name for name, other in SUMMARIES.items() if kind in other.kinds]
        message = f"`{estimand.summary}` is not what {_words(kind)} gives ({', '.join(given)}); "
        yield "summary", message + facts.instead
        return
    if facts.needs_contrast and estimand.contrast is None:
        yield "summary", f"`{estimand.summary}` needs a `contrast`: which level against which"
    outcome = find_scale(plan, estimand.outcome) if is_scale(plan, estimand.outcome) else None
    yield from _log_problems(plan, kind, estimand, outcome)
    if outcome is not None:
        yield from _outcome_problems(plan, kind, outcome)


def _words(kind: str) -> str:
    name, _, family = kind.partition(" ")
    return f"`kind: {name}` with `family: {family}`" if family else f"`kind: {name}`"


def _log_problems(
    plan: Plan, kind: str, estimand: Estimand, outcome: ScaleFacts | None
) -> Iterator[tuple[str, str]]:
    derived = plan.derived.get(estimand.outcome)
    is_log = derived is not None and derived.kind == "log"
    is_log = is_log or (outcome is not None and outcome.kind is OutcomeKind.LOG_CONTINUOUS)
    if estimand.summary == "ratio_of_means" and kind != "gee gamma" and not is_log:
        message = (
            f"`ratio_of_means` is for the logarithm of an outcome, and {estimand.outcome} is not "
            "one: give its instrument `kind: log_continuous`, or ask for `difference_in_means`"
        )
        yield "summary", message
    if is_log and kind.startswith("gee"):
        message = (
            f"{estimand.outcome} is analysed as a logarithm, which {_words(kind)} would take for "
            "the outcome itself: use `kind: mmrm`, `mixed` or `ancova`"
        )
        yield "outcome", message


def _outcome_problems(plan: Plan, kind: str, outcome: ScaleFacts) -> Iterator[tuple[str, str]]:
    instrument = plan.instruments.get(outcome.name.split(".")[0])
    better_class = instrument.better_class if instrument is not None else None
    n_classes = len(outcome.classes)
    low, high = outcome.score_range or (0.0, 1.0)
    name = outcome.name
    if kind in GAUSSIAN and outcome.kind is OutcomeKind.CLASSIFICATION and n_classes > 2:
        message = (
            f"{name} has classes without an order, and so no mean: use `kind: change_table`, or "
            "`gee` with `family: binomial` and `better_class`"
        )
        yield "outcome", message
    if kind == "gee binomial" and n_classes > 2 and better_class is None:
        message = f"{name} has {n_classes} classes: name the one that counts with `better_class`"
        yield "outcome", message
    if kind == "gee binomial" and not n_classes and (low < 0 or high > 1):
        message = (
            f"{name} runs from {low:g} to {high:g}, and `family: binomial` needs 0 to 1: use "
            "`kind: mmrm`, or derive two classes"
        )
        yield "outcome", message
    if kind in ("gee poisson", "gee gamma") and (n_classes or low < 0):
        what = "classes" if n_classes else "values below 0"
        yield "outcome", f"{name} has {what}, and {_words(kind)} needs numbers from 0 on"
    if kind in ("ordinal", "gee ordinal") and n_classes == 2:
        yield "outcome", f"{name} has two classes: use `kind: gee` with `family: binomial`"

"""A model in words and symbols, and the five attributes of its estimand."""

from __future__ import annotations

from evalpipe.config.analyses import (
    MMRM,
    Agreement,
    Analysis,
    Ancova,
    ChangeTable,
    Comparison,
    Contrast,
    Estimand,
    Gee,
    MissingData,
    MixedModel,
    ReliableChange,
    ResidualCovariance,
    SlopeBy,
)
from evalpipe.config.plan import Plan
from evalpipe.report.documents.model import Emph, Facts, Inlines, Sub, inlines
from evalpipe.report.headline import estimand_of
from evalpipe.report.labels import (
    STRATEGIES,
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
from evalpipe.report.sentences.intraclass import FORM_WORDS
from evalpipe.report.words import list_words

INFERENCE = {
    "kenward_roger": "Kenward-Roger standard errors and degrees of freedom (linear form)",
    "satterthwaite": "Satterthwaite degrees of freedom",
    "cr2": "cluster-robust (CR2) standard errors with Satterthwaite degrees of freedom",
    "normal": "tests from the normal distribution",
}
METHODS = {"reml": "restricted maximum likelihood", "ml": "maximum likelihood"}
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
}
FAMILIES = {
    "binomial": "a binary outcome (logit link)",
    "poisson": "a count (log link)",
    "ordinal": "an ordinal outcome (cumulative logit)",
    "gaussian": "a continuous outcome",
    "gamma": "a positive outcome (log link)",
}
ASSUMPTIONS = {
    "missing_at_random": "missing outcomes are like those of similar people who stayed",
    "delta": "missing outcomes are worse by a stated amount than the model expects",
    "jump_to_reference": "after leaving, people go on as the control arm does (jump to reference)",
    "copy_increments": "after leaving, people change as the control arm does (copy increments)",
}


def estimand_facts(plan: Plan, analysis: Analysis) -> Facts | None:
    """The five attributes of an estimand; None where there is none.

    A sensitivity analysis shows those that differ from the analysis that it is about.
    """
    facts = _attributes(plan, analysis)
    about = plan.analyses.get(analysis.of or "")
    if facts is None or about is None:
        return facts
    known = _attributes(plan, about)
    pairs = tuple(pair for pair in facts.pairs if known is None or pair not in known.pairs)
    return Facts(pairs) if pairs else None


def _attributes(plan: Plan, analysis: Analysis) -> Facts | None:
    estimand = estimand_of(plan, analysis)
    if estimand is None:
        return None
    pairs: list[tuple[str, Inlines]] = [
        ("Population", inlines(_population(plan, analysis, estimand))),
        ("Outcome", inlines(_outcome(plan, estimand))),
    ]
    if estimand.contrast is not None:
        contrasts = (estimand.contrast, *estimand.contrasts)
        words = "; ".join(contrast_words(plan, contrast) for contrast in contrasts)
        pairs.append(("Contrast", inlines(words)))
    pairs.append(("Summary", inlines(SUMMARIES[estimand.summary])))
    events = [
        f"{event.event}: {STRATEGIES[event.strategy]}" for event in estimand.intercurrent_events
    ]
    if events:
        pairs.append(("Intercurrent events", inlines("; ".join(events))))
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


def _outcome(plan: Plan, estimand: Estimand) -> str:
    words = outcome_label(plan, estimand.outcome)
    if isinstance(estimand.visits, tuple):
        visits = [visit_words(plan, visit) for visit in estimand.visits]
        if all(visit.startswith("at ") for visit in visits):
            visits = [visits[0], *(visit.removeprefix("at ") for visit in visits[1:])]
        words += f", {list_words(visits)}" if len(visits) < 8 else ""
    elif plan.visits:
        words += ", at every visit" + (" after baseline" if estimand.visits != "all" else "")
    return words


def model_words(plan: Plan, analysis: Analysis) -> Inlines:
    """The model in one or two sentences."""
    model = analysis.model
    match model:
        case MMRM():
            return inlines(
                f"Mixed model for repeated measures: {_fixed(plan, analysis)}. Residuals of one "
                f"participant are {model.residual.structure.words}"
                f"{_by(plan, model.residual)}. Fitted by {METHODS[model.method]}; "
                f"{INFERENCE[model.inference]}."
            )
        case MixedModel():
            return inlines(_mixed_words(plan, analysis, model))
        case Ancova():
            outcome = "the change from baseline" if model.outcome_as == "change" else "the outcome"
            errors = {"classical": "ordinary", "hc2": "robust (HC2)", "hc3": "robust (HC3)"}
            return inlines(
                f"Analysis of covariance of {outcome}: {_fixed(plan, analysis)}; least squares "
                f"with {errors[model.standard_errors]} standard errors."
            )
        case Gee():
            return inlines(
                f"Generalised estimating equations for {FAMILIES[model.family]}: "
                f"{_fixed(plan, analysis)}. Working correlation within "
                f"{spell(model.within).lower()}: {spell(model.correlation).lower()}; "
                f"{spell(model.covariance).lower()} standard errors."
            )
        case _:
            return inlines(_other_words(plan, analysis))


def _mixed_words(plan: Plan, analysis: Analysis, model: MixedModel) -> str:
    parts = []
    for random in model.random:
        effects = [
            "intercepts"
            if t == "intercept"
            else f"slopes of {in_sentence(variable_label(plan, t))}"
            for t in random.terms
        ]
        where = ""
        if random.arms:
            arms = [in_sentence(level_label(plan, "arm", arm)) for arm in random.arms]
            where = f" (in {list_words(arms)} only)"
        level = in_sentence(variable_label(plan, random.within))
        parts.append(f"random {list_words(effects)} for each {level}{where}")
    random_words = f"; {list_words(parts)}" if parts else ""
    residual = (
        f" Residuals are {model.residual.structure.words}{_by(plan, model.residual)}."
        if not model.residual.structure.is_plain or model.residual.by
        else ""
    )
    return (
        f"Linear mixed model: {_fixed(plan, analysis)}{random_words}.{residual} "
        f"Fitted by {METHODS[model.method]}; {INFERENCE[model.inference]}."
    )


def _by(plan: Plan, residual: ResidualCovariance) -> str:
    words = (
        f", separately by {in_sentence(variable_label(plan, residual.by))}" if residual.by else ""
    )
    if residual.members:
        words += f"; the two members are {residual.members}"
    return words


def _fixed(plan: Plan, analysis: Analysis) -> str:
    fixed = getattr(analysis.model, "fixed", ())
    names = []
    for term in fixed:
        if isinstance(term, SlopeBy):
            by = in_sentence(variable_label(plan, term.slope_by))
            names.append(f"a slope of {in_sentence(variable_label(plan, term.of))} in each {by}")
        else:
            names.append(" × ".join(in_sentence(term_label(plan, t)) for t in term.split(":")))
    estimand = estimand_of(plan, analysis)
    outcome = in_sentence(outcome_label(plan, estimand.outcome)) if estimand else "the outcome"
    return f"{outcome} explained by {list_words(names)}" if names else outcome


def _other_words(plan: Plan, analysis: Analysis) -> str:
    model = analysis.model
    match model:
        case ReliableChange():
            clinical = (
                " and crossed the cut-off (clinically significant)"
                if model.criterion == "reliable_and_clinical"
                else ""
            )
            return (
                "Reliable change (Jacobson and Truax 1991): people whose change is larger than "
                f"1.96 standard errors of the difference of two measurements{clinical}."
            )
        case ChangeTable():
            tests = {
                "stuart_maxwell": "Stuart-Maxwell",
                "bowker": "Bowker",
                "mcnemar": "McNemar",
            }
            return (
                f"Table of classes before ({in_sentence(visit_label(plan, model.before))}) and "
                f"after ({in_sentence(visit_label(plan, model.after))}); {tests[model.test]} test."
            )
        case Agreement():
            kinds = {
                "kappa": "Cohen's kappa",
                "weighted_kappa": "weighted kappa",
                "icc": f"the intraclass correlation {FORM_WORDS[model.form or 'absolute_single']}",
            }
            return f"Agreement between {model.between} by {kinds[model.statistic]}."
        case Comparison():
            names = [f"“{spell(name).lower()}”" for name in (model.simpler, model.richer)]
            return f"Likelihood ratio test of {names[0]} against {names[1]}."
        case MissingData():
            return (
                f"Repeats “{spell(model.of).lower()}” with {model.imputations} imputations under "
                f"the assumption that {ASSUMPTIONS[model.assume]}; pooled by Rubin's rules."
            )
        case _:
            return spell(str(model.kind)) + "."


def model_symbols(analysis: Analysis) -> Inlines:
    """The model as an equation; empty for what is no regression."""
    model = analysis.model
    y, x = Emph("Y"), Emph("x")
    if isinstance(model, MMRM):
        return inlines(
            y,
            Sub("ij"),
            " = ",
            x,
            Sub("ij"),
            "′β + ε",
            Sub("ij"),
            ",  ε",
            Sub("i"),
            " ~ N(0, Σ);  i participants, j visits",
        )
    if isinstance(model, MixedModel) and model.random:
        return inlines(
            y,
            Sub("ij"),
            " = ",
            x,
            Sub("ij"),
            "′β + ",
            Emph("z"),
            Sub("ij"),
            "′",
            Emph("u"),
            Sub("i"),
            " + ε",
            Sub("ij"),
            ",  ",
            Emph("u"),
            Sub("i"),
            " ~ N(0, G),  ε",
            Sub("i"),
            " ~ N(0, R)",
        )
    if isinstance(model, Ancova):
        return inlines(y, Sub("i"), " = ", x, Sub("i"), "′β + ε", Sub("i"))
    if isinstance(model, Gee):
        return inlines(Emph("g"), "(E[", y, Sub("ij"), "]) = ", x, Sub("ij"), "′β")
    return ()

"""Whether a kind of analysis can run with what the plan says elsewhere, before data are read."""

from collections.abc import Iterator

from evalpipe.config.analyses import Analysis
from evalpipe.config.base import no_such
from evalpipe.config.estimands import Estimand
from evalpipe.config.kinds import MMRM, ChangeTable, Gee, MissingData, ReliableChange
from evalpipe.config.kinds.base import Regression
from evalpipe.config.kinds.gaussian import Gaussian
from evalpipe.config.names import factor_levels, is_category
from evalpipe.config.plan import Plan
from evalpipe.config.scale_facts import SESSION_PREFIX, find_scale, is_scale
from evalpipe.config.terms import term_names

Problem = tuple[tuple[int | str, ...], str]


def model_problems(plan: Plan, analysis: Analysis) -> Iterator[Problem]:
    """Yield (place inside the analysis, sentence) for what could not run."""
    model, estimand = analysis.model, analysis.estimand
    if isinstance(model, Regression):
        yield from _fixed_problems(plan, model)
        yield from _selection_problems(analysis)
    if isinstance(model, Gaussian) and estimand is not None:
        yield from _residual_problems(plan, model, estimand)
    if isinstance(model, Gee):
        known = {"participant", "dyad", *plan.clusters}
        if model.within not in known:
            yield ("model", "within"), no_such("level", model.within, known)
    if isinstance(model, ReliableChange) and estimand is not None:
        yield from _reliable_problems(plan, model, estimand)
    if isinstance(model, ChangeTable) and estimand is not None:
        yield from _class_problems(plan, estimand)
    if isinstance(model, MissingData):
        yield from _imputation_problems(plan, analysis, model)


def _fixed_problems(plan: Plan, model: Regression) -> Iterator[Problem]:
    if not model.fixed and not model.intercept:
        yield ("model", "fixed"), "the model has no fixed terms and no intercept"
    for number, term in enumerate(model.fixed):
        names = term_names(term)
        if len(set(names)) < len(names):
            message = "names a variable twice: derive its square (`kind: square`) instead"
            yield ("model", "fixed", number), message
    yield from _coding_problems(plan, model)
    if model.equal_at is not None:
        yield from _equal_problems(plan, model, model.equal_at)


def _coding_problems(plan: Plan, model: Regression) -> Iterator[Problem]:
    fixed = {name for term in model.fixed for name in term_names(term)}
    for name, coding in model.by_level.items():
        place = ("model", "by_level", name)
        if name not in fixed:
            yield place, "is not among the fixed terms"
        elif not is_category(plan, name):
            yield place, "is a number: it has no levels to code"
        elif coding == "cell_means" and model.intercept:
            yield place, "cell means need `intercept: false`"
    for name, level in model.reference_levels.items():
        place = ("model", "reference_levels", name)
        levels = factor_levels(plan, name)
        if name not in fixed:
            yield place, "is not among the fixed terms"
        elif levels and level not in levels:
            yield place, no_such(f"level of {name}", level, levels)


def _equal_problems(plan: Plan, model: Regression, visit: str) -> Iterator[Problem]:
    terms = {frozenset(term_names(term)) for term in model.fixed}
    place = ("model", "equal_at")
    if visit not in plan.visits:
        yield place, no_such("visit", visit, plan.visits)
    if frozenset({"arm"}) in terms:
        yield place, "leave the term `arm` out; `arm:visit` holds the effects"
    if not {frozenset({"visit"}), frozenset({"arm", "visit"})} <= terms:
        yield place, "needs `visit` and `arm:visit` among the fixed terms"


def _selection_problems(analysis: Analysis) -> Iterator[Problem]:
    """A level that `only` leaves out cannot be compared."""
    estimand = analysis.estimand
    contrasts = (estimand.contrast, *estimand.contrasts) if estimand else ()
    for contrast in contrasts:
        if contrast is None or contrast.factor not in analysis.only:
            continue
        wanted = analysis.only[contrast.factor]
        kept = (wanted,) if isinstance(wanted, str) else wanted
        for level in (contrast.level, contrast.versus):
            if level not in kept:
                message = f"leaves {level} out, which the contrast compares"
                yield ("only", contrast.factor), message


def _residual_problems(plan: Plan, model: Gaussian, estimand: Estimand) -> Iterator[Problem]:
    residual = model.residual
    place = ("model", "residual", "over")
    by_visit = bool(plan.visits) and not estimand.outcome.startswith(SESSION_PREFIX)
    if residual.members is not None and residual.over == "role":
        yield (
            place,
            "the members of a dyad are told apart by `members`; occasions need `over: visit`",
        )
    is_ordered = not residual.structure.is_plain and not residual.structure.is_timed
    if not by_visit and residual.over == "visit" and is_ordered:
        message = (
            "the outcome is not measured at visits: name its occasions, such as `over: day` or "
            "`over: session_number`"
        )
        yield place, message


def _reliable_problems(plan: Plan, model: ReliableChange, estimand: Estimand) -> Iterator[Problem]:
    place = ("estimand", "outcome")
    if not is_scale(plan, estimand.outcome):
        yield place, f"reliable change needs a scale, and {estimand.outcome} is derived"
        return
    facts = find_scale(plan, estimand.outcome)
    if facts.classes:
        yield place, f"{facts.name} has classes: use `kind: change_table`"
    if facts.reliability is None:
        yield place, f"reliable change needs the `reliability` of {facts.name}"
    if facts.better is None:
        yield place, f"reliable change needs `better: higher` or `lower` for {facts.name}"
    if model.criterion == "reliable_and_clinical" and not (facts.cutoffs or facts.norms):
        message = f"clinically significant change needs a `cutoff` (or `norms`) of {facts.name}"
        yield ("model", "criterion"), message
    if model.sd == "norm" and not facts.norms:
        yield ("model", "sd"), f"`sd: norm` needs `norms` of {facts.name}"


def _class_problems(plan: Plan, estimand: Estimand) -> Iterator[Problem]:
    instrument = plan.instruments.get(estimand.outcome.split(".")[0])
    if estimand.summary != "share_improved" or estimand.outcome in plan.derived:
        return
    if instrument is not None and instrument.better_class is None:
        message = f"the share that improved needs the `better_class` of {estimand.outcome}"
        yield ("estimand", "outcome"), message


def _imputation_problems(plan: Plan, analysis: Analysis, model: MissingData) -> Iterator[Problem]:
    other = plan.analyses.get(model.of)
    if other is None:
        return
    place = ("model", "of")
    contrast = other.estimand.contrast if other.estimand is not None else None
    if contrast is None or contrast.factor != "arm":
        yield place, f"imputation compares two arms, and {model.of} has no contrast of arms"
    if analysis.estimand is not None and analysis.estimand != other.estimand:
        yield ("estimand",), f"is not read: {model.of} is repeated as it is; leave it out"
    if analysis.only and analysis.only != other.only:
        yield ("only",), f"is not read: {model.of} is repeated with its own rows; leave it out"
    if model.delta and model.assume != "delta":
        yield ("model", "delta"), f"has no effect under `assume: {model.assume}`"
    if model.assume == "delta" and not model.delta:
        yield ("model", "delta"), "name the penalties, in points of the outcome: `delta: [2, 4]`"
    if model.imputations is None and other.estimand is not None and other.estimand.average_visits:
        message = f"is at single visits, and {model.of} averages over visits: give `imputations`"
        yield ("model", "assume"), message
    if isinstance(other.model, MMRM):
        for message in _grid_problems(model.of, other.model):
            yield place, message


def _grid_problems(name: str, model: MMRM) -> Iterator[str]:
    """Say why an MMRM has no grid of dependent visits to impute on."""
    if model.residual.structure.is_plain:
        yield (
            f"the visits of {name} are independent (`structure: identity`): what was seen says "
            "nothing of what is missing; choose `unstructured`"
        )
    if model.residual.over != "visit":
        yield f"imputation needs an MMRM over visits, and {name} is over others"
    if "visit" not in {variable for term in model.fixed for variable in term_names(term)}:
        yield f"imputation needs `visit` among the fixed terms of {name}"

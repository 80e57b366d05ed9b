"""What a single field cannot know: names must exist elsewhere in the plan, and the parts must fit."""

import difflib
from collections.abc import Callable, Iterable, Iterator

from evalpipe.config.analyses import (
    Analysis,
    ChangeTable,
    Comparison,
    Contrast,
    MissingData,
    MixedModel,
    MMRM,
    SlopeBy,
)
from evalpipe.config.data import Column, RawFile
from evalpipe.config.plan import Plan
from evalpipe.config.protocol import levels_in, variables_in
from evalpipe.config.yaml_file import Place

Found = tuple[Place, str]

KEY_COLUMNS = {
    "participant_id",
    "arm",
    "visit",
    "day",
    "date",
    "baseline_date",
    "role",
    "dyad_id",
    "rater",
    "cohort",
    "occasion",
    "randomised",
    "entry_date",
    "entry_day",
    "disposition",
    "disposition_reason",
    "disposition_day",
    "disposition_date",
}
SESSION_COLUMNS = {
    "session_number",
    "phase",
    "planned",
    "held",
    "missed_reason",
    "minutes",
    "therapist_id",
    "video_feedback",
    "homework",
}
GOAL_COLUMNS = {"goal", "phase", "session_number", "attained", "attainment", "role"}
BUILT_IN_TERMS = {
    "intercept",
    "baseline",
    "arm",
    "visit",
    "day",
    "role",
    "cohort",
    "session_number",
    "phase",
    "period",
    "occasion",
    "rater",
    "change",
}


def cross_check(plan: Plan) -> list[Found]:
    """Return every mismatch between parts of the plan as (place, message)."""
    found: list[Found] = []
    for check in _CHECKS:
        found += check(plan)
    return found


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"there is no {what} `{name}`; did you mean `{nearest[0]}`?"
    listed = ", ".join(names[:12]) if names else "none is declared"
    return f"there is no {what} `{name}`; known: {listed}"


def _arms(plan: Plan) -> Iterator[Found]:
    controls = [name for name, arm in plan.arms.items() if arm.role == "control"]
    if not plan.arms:
        yield ("arms",), "name at least one arm"
    if len(controls) > 1:
        yield (
            ("arms", controls[1], "role"),
            f"there are {len(controls)} control arms ({', '.join(controls)}); exactly one is needed",
        )
    if len(plan.arms) > 1 and not controls:
        yield ("arms",), "with several arms, one has the role `control`"
    if len(plan.arms) == 1 and next(iter(plan.arms.values())).role != "only":
        yield ("arms",), "a single arm has the role `only`"
    for name, arm in plan.arms.items():
        if arm.delivered_by and arm.delivered_by not in plan.clusters:
            message = _unknown("cluster", arm.delivered_by, plan.clusters)
            yield ("arms", name, "delivered_by"), message


def _visits(plan: Plan) -> Iterator[Found]:
    previous: tuple[str, int] | None = None
    for name, visit in plan.visits.items():
        if previous is not None and visit.day <= previous[1]:
            yield (
                ("visits", name, "day"),
                f"visits are out of order: day {visit.day} does not come after day {previous[1]} "
                f"of `{previous[0]}`",
            )
        if visit.window is not None and not visit.window[0] <= visit.day <= visit.window[1]:
            yield (
                ("visits", name, "window"),
                f"the window does not hold the planned day {visit.day}",
            )
        previous = (name, visit.day)
    for name, period in plan.periods.items():
        if period.days[0] > period.days[1]:
            yield ("periods", name, "days"), "the first day must not come after the last"


def _clusters(plan: Plan) -> Iterator[Found]:
    known = {*plan.clusters, "participant", "dyad"}
    for name, cluster in plan.clusters.items():
        if cluster.contains and cluster.contains not in known:
            yield ("clusters", name, "contains"), _unknown("level", cluster.contains, known)
        for arm in cluster.arms:
            if arm not in plan.arms:
                yield ("clusters", name, "arms"), _unknown("arm", arm, plan.arms)
    if plan.unit == "dyad" and not plan.roles:
        yield ("roles",), "dyads need `roles`: one for each member"


def _variables(plan: Plan) -> Iterator[Found]:
    for name, variable in plan.variables.items():
        if variable.type == "category" and not variable.levels:
            yield ("variables", name, "levels"), "a category needs its levels"
        if variable.type == "number" and variable.levels:
            yield ("variables", name, "levels"), "a number has no levels"
        if len(set(variable.levels)) != len(variable.levels):
            yield ("variables", name, "levels"), "a level stands twice"
        if name in _reserved(plan):
            yield ("variables", name), "is a name that evalpipe uses itself; choose another"
        for level in variable.level_labels:
            if level not in variable.levels:
                message = _unknown("level", level, variable.levels)
                yield ("variables", name, "level_labels", level), message


def _reserved(plan: Plan) -> set[str]:
    """Return the names that a variable may not have; `phase` is free where no sessions have one."""
    names = KEY_COLUMNS | BUILT_IN_TERMS | {f"{cluster}_id" for cluster in plan.clusters}
    return names if _phases(plan) else names - {"phase"}


def known_references(plan: Plan) -> set[str]:
    """Return every name that a term, an outcome or a derived variable may use."""
    ratings = plan.protocol.ratings if plan.protocol else {}
    return (
        BUILT_IN_TERMS
        | set(plan.variables)
        | set(plan.derived)
        | set(plan.scale_names)
        | set(plan.clusters)
        | {f"session.{rating}" for rating in ratings}
    )


def _derived(plan: Plan) -> Iterator[Found]:
    known = known_references(plan)
    for name, derived in plan.derived.items():
        for field in ("of", "minus"):
            source = getattr(derived, field, None)
            if source is not None and source not in known:
                yield ("derived", name, field), _unknown("variable", source, known)
        if name in plan.variables or name in BUILT_IN_TERMS:
            yield ("derived", name), "is a name that is already taken"
        if derived.kind == "per_visit":
            for visit in derived.values:
                if visit not in plan.visits:
                    place = ("derived", name, "values", visit)
                    yield place, _unknown("visit", visit, plan.visits)
        if derived.kind == "band" and len(derived.names) != len(derived.borders) + 1:
            yield ("derived", name, "names"), "a band has one name more than borders"
        if derived.kind == "hinge" and derived.phase and derived.phase not in _phases(plan):
            yield ("derived", name, "phase"), _unknown("phase", derived.phase, _phases(plan))


def _phases(plan: Plan) -> set[str]:
    return set(plan.protocol.phases) if plan.protocol else set()


def _instruments(plan: Plan) -> Iterator[Found]:
    raters = {*plan.roles, *plan.clusters, "rater", "observer", "self", "participant"}
    for name, instrument in plan.instruments.items():
        if instrument.about and instrument.about not in plan.roles:
            yield ("instruments", name, "about"), _unknown("role", instrument.about, plan.roles)
        if instrument.completed_by and plan.roles and instrument.completed_by not in raters:
            message = _unknown("role or rater", instrument.completed_by, raters)
            yield ("instruments", name, "completed_by"), message
        if instrument.better_class and instrument.better_class not in instrument.classes:
            place = ("instruments", name, "better_class")
            yield place, _unknown("class", instrument.better_class, instrument.classes)


def _data(plan: Plan) -> Iterator[Found]:
    if not any(_holds_participants(entry) for entry in plan.data.values()):
        yield ("data",), "no file gives `participant_id`; every study needs it"
    for name, entry in plan.data.items():
        yield from _columns(plan, name, entry)
        yield from _scores(plan, name, entry)
        for instrument in entry.items:
            if instrument not in plan.instruments:
                message = _unknown("instrument", instrument, plan.instruments)
                yield ("data", name, "items"), message
        if entry.role and entry.role not in plan.roles:
            yield ("data", name, "role"), _unknown("role", entry.role, plan.roles)
        for instrument, codes in entry.codes.items():
            yield from _codes(plan, ("data", name, "codes", instrument), instrument, codes)
        if entry.visit and entry.visit not in plan.visits:
            yield ("data", name, "visit"), _unknown("visit", entry.visit, plan.visits)
        for column in entry.drop:
            if column in entry.columns:
                yield ("data", name, "drop", column), "is both used and dropped"


def _codes(plan: Plan, place: Place, name: str, codes: dict[str, str]) -> Iterator[Found]:
    if name not in plan.instruments:
        yield place, _unknown("instrument", name, plan.instruments)
        return
    classes = plan.instruments[name].classes
    for raw, level in codes.items():
        if level not in classes:
            yield (*place, raw), _unknown("class", level, classes)


def _holds_participants(entry: RawFile) -> bool:
    return any(
        target_of(column) in ("participant_id", "dyad_id") for column in entry.columns.values()
    )


def target_of(column: Column | str) -> str:
    """Return the canonical column that a raw column becomes."""
    return column.to if isinstance(column, Column) else column


def _columns(plan: Plan, name: str, entry: RawFile) -> Iterator[Found]:
    ratings = set(plan.protocol.ratings) if plan.protocol else set()
    known = KEY_COLUMNS | set(plan.variables) | {f"{c}_id" for c in plan.clusters}
    known |= SESSION_COLUMNS | ratings if entry.one_row_per == "session" else set()
    known |= GOAL_COLUMNS if entry.one_row_per == "goal" else set()
    targets: dict[str, str] = {}
    for raw, column in entry.columns.items():
        target = target_of(column)
        place: Place = ("data", name, "columns", raw)
        if target not in known:
            yield place, _unknown("column or variable", target, known)
        if target in targets:
            yield place, f"`{target}` is already read from another column"
        targets[target] = raw
        if isinstance(column, Column):
            yield from _values(plan, place, target, column)


def levels_of(plan: Plan, target: str) -> tuple[str, ...] | None:
    """Return the levels that a canonical column may take; None when any text is allowed."""
    fixed = {"arm": plan.arms, "visit": plan.visits, "role": plan.roles, "goal": plan.goals}
    if target in fixed:
        return tuple(fixed[target])
    if target == "phase" and _phases(plan):
        return tuple(_phases(plan))
    variable = plan.variables.get(target)
    return variable.levels if variable is not None and variable.type == "category" else None


def _values(plan: Plan, place: Place, target: str, column: Column) -> Iterator[Found]:
    levels = levels_of(plan, target)
    if levels is None:
        return
    for raw, level in column.values.items():
        if level not in levels:
            yield (*place, "values", raw), _unknown(f"level of {target}", level, levels)


def _scores(plan: Plan, name: str, entry: RawFile) -> Iterator[Found]:
    for scale, source in entry.scores.items():
        place: Place = ("data", name, "scores", scale)
        if scale not in plan.scale_names:
            yield place, _unknown("instrument or scale", scale, plan.scale_names)
        if isinstance(source, dict):
            for raw, visit in source.items():
                if visit not in plan.visits:
                    yield (*place, raw), _unknown("visit", visit, plan.visits)
        elif entry.one_row_per == "participant" and entry.visit is None:
            yield place, "one row is a participant: give each column its visit, {column: visit}"


def _privacy(plan: Plan) -> Iterator[Found]:
    known = {*plan.variables, *(f"{c}_id" for c in plan.clusters), *plan.clusters, *plan.derived}
    known |= {"arm", "cohort", "role"}
    for name in plan.privacy.quasi_identifiers:
        if name not in known:
            yield ("privacy", "quasi_identifiers"), _unknown("variable", name, known)
    if plan.privacy.sensitive and plan.privacy.sensitive not in known:
        yield ("privacy", "sensitive"), _unknown("variable", plan.privacy.sensitive, known)


def _eligibility(plan: Plan) -> Iterator[Found]:
    if plan.eligibility is None:
        return
    for part in ("include", "exclude"):
        for number, rule in enumerate(getattr(plan.eligibility, part)):
            place: Place = ("eligibility", part, number)
            for name in sorted(variables_in(rule)):
                if name not in plan.variables and name not in plan.derived:
                    yield place, _unknown("variable", name, {*plan.variables, *plan.derived})
            for name, level in levels_in(rule):
                variable = plan.variables.get(name)
                if variable and variable.levels and level not in variable.levels:
                    yield place, _unknown(f"level of {name}", level, variable.levels)


def _protocol(plan: Plan) -> Iterator[Found]:
    if plan.protocol is None:
        return
    for arm in plan.protocol.arms:
        if arm not in plan.arms:
            yield ("protocol", "arms"), _unknown("arm", arm, plan.arms)
    for phase in plan.protocol.completed.phases:
        if phase not in plan.protocol.phases:
            place = ("protocol", "completed", "phases")
            yield place, _unknown("phase", phase, plan.protocol.phases)
    for name, goal in plan.goals.items():
        if goal.phase and goal.phase not in plan.protocol.phases:
            yield ("goals", name, "phase"), _unknown("phase", goal.phase, plan.protocol.phases)
        if goal.role and goal.role not in plan.roles:
            yield ("goals", name, "role"), _unknown("role", goal.role, plan.roles)


def _populations(plan: Plan) -> Iterator[Found]:
    for name, population in plan.populations.items():
        if isinstance(population.with_outcome_at, tuple):
            for visit in population.with_outcome_at:
                if visit not in plan.visits:
                    place = ("populations", name, "with_outcome_at")
                    yield place, _unknown("visit", visit, plan.visits)


def _analyses(plan: Plan) -> Iterator[Found]:
    if not plan.analyses:
        yield ("analyses",), "declare at least one analysis"
    for name, analysis in plan.analyses.items():
        yield from _estimand(plan, name, analysis)
        yield from _model(plan, name, analysis)
        place: Place = ("analyses", name)
        if analysis.family and analysis.family not in plan.multiplicity:
            message = _unknown("multiplicity family", analysis.family, plan.multiplicity)
            yield (*place, "family"), message
        if analysis.of and analysis.of not in plan.analyses:
            yield (*place, "of"), _unknown("analysis", analysis.of, plan.analyses)
    for name, published in plan.published.items():
        if published.analysis not in plan.analyses:
            message = _unknown("analysis", published.analysis, plan.analyses)
            yield ("published", name, "analysis"), message


def _estimand(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    estimand = analysis.estimand
    if estimand is None:
        return
    place: Place = ("analyses", name, "estimand")
    if estimand.population not in plan.populations:
        message = _unknown("population", estimand.population, plan.populations)
        yield (*place, "population"), message
    known = known_references(plan)
    if estimand.outcome not in known:
        yield (*place, "outcome"), _unknown("outcome", estimand.outcome, plan.scale_names)
    visits = estimand.visits if isinstance(estimand.visits, tuple) else ()
    for visit in visits:
        if visit not in plan.visits and visit not in plan.periods:
            yield (*place, "visits"), _unknown("visit", visit, {*plan.visits, *plan.periods})
    if estimand.headline_visit and estimand.headline_visit not in plan.visits:
        message = _unknown("visit", estimand.headline_visit, plan.visits)
        yield (*place, "headline_visit"), message
    elif estimand.headline_visit and visits and estimand.headline_visit not in visits:
        yield (*place, "headline_visit"), "is not among the visits of this estimand"
    if estimand.contrast:
        yield from _contrast(plan, (*place, "contrast"), estimand.contrast)
    for number, contrast in enumerate(estimand.contrasts):
        yield from _contrast(plan, (*place, "contrasts", number), contrast)


def factor_levels(plan: Plan, factor: str) -> tuple[str, ...] | None:
    """Return the levels of a factor that a contrast may name; None when they are not declared."""
    if factor == "period":
        return tuple(plan.periods)
    if factor == "cohort":
        return None
    derived = plan.derived.get(factor)
    if derived is not None:
        return tuple(derived.names) if derived.kind == "band" else None
    return levels_of(plan, factor)


def _contrast(plan: Plan, place: Place, contrast: Contrast) -> Iterator[Found]:
    known = known_references(plan)
    if contrast.factor not in known:
        yield place, _unknown("factor", contrast.factor, known)
        return
    levels = factor_levels(plan, contrast.factor)
    if levels is None:
        return
    for level in (contrast.level, contrast.versus):
        if level not in levels:
            yield place, _unknown(contrast.factor, level, levels)
    if contrast.level == contrast.versus:
        yield place, "compares a level with itself"


def _model(plan: Plan, name: str, analysis: Analysis) -> Iterator[Found]:
    model = analysis.model
    place: Place = ("analyses", name, "model")
    known = known_references(plan)
    for number, term in enumerate(getattr(model, "fixed", ())):
        parts = [term.slope_by, term.of] if isinstance(term, SlopeBy) else term.split(":")
        for part in parts:
            if part not in known:
                yield (*place, "fixed", number), _unknown("variable", part, known)
    if isinstance(model, MixedModel | MMRM):
        yield from _gaussian(plan, place, model)
    references: dict[str, str] = {}
    if isinstance(model, Comparison):
        references = {"simpler": model.simpler, "richer": model.richer}
    if isinstance(model, MissingData):
        references = {"of": model.of}
    for field, other in references.items():
        if other not in plan.analyses:
            yield (*place, field), _unknown("analysis", other, plan.analyses)
        elif other == name:
            yield (*place, field), "names itself"
    if isinstance(model, ChangeTable):
        for field in ("before", "after"):
            if getattr(model, field) not in plan.visits:
                message = _unknown("visit", getattr(model, field), plan.visits)
                yield (*place, field), message


def _gaussian(plan: Plan, place: Place, model: MixedModel | MMRM) -> Iterator[Found]:
    levels = {"participant", *plan.clusters, *({"dyad"} if plan.roles else set())}
    known = known_references(plan)
    residual = model.residual
    if residual.within not in levels:
        yield (*place, "residual", "within"), _unknown("level", residual.within, levels)
    if residual.over not in known:
        yield (*place, "residual", "over"), _unknown("variable", residual.over, known)
    if residual.by and residual.by not in known:
        yield (*place, "residual", "by"), _unknown("variable", residual.by, known)
    if residual.members and residual.within != "dyad":
        yield (*place, "residual", "within"), "members of a dyad are related within `dyad`"
    for number, term in enumerate(getattr(model, "random", ())):
        at: Place = (*place, "random", number)
        if term.within not in levels:
            yield (*at, "within"), _unknown("level", term.within, levels)
        for variable in term.terms:
            if variable not in known:
                yield (*at, "terms"), _unknown("variable", variable, known)
        for arm in term.arms:
            if arm not in plan.arms:
                yield (*at, "arms"), _unknown("arm", arm, plan.arms)


_CHECKS: tuple[Callable[[Plan], Iterable[Found]], ...] = (
    _arms,
    _visits,
    _clusters,
    _variables,
    _derived,
    _instruments,
    _data,
    _privacy,
    _eligibility,
    _protocol,
    _populations,
    _analyses,
)

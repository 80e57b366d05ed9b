"""What a single field cannot know: names must exist elsewhere in the plan, the parts must fit."""

from collections.abc import Callable, Iterable, Iterator

from evalpipe.config.analysis_checks import Found, check_analyses
from evalpipe.config.base import no_such
from evalpipe.config.data import Column, RawFile
from evalpipe.config.names import (
    BUILT_IN_TERMS,
    GOAL_COLUMNS,
    KEY_COLUMNS,
    SESSION_COLUMNS,
    known_references,
    levels_of,
    phases_of,
    target_of,
)
from evalpipe.config.plan import Plan
from evalpipe.config.protocol import levels_in, variables_in
from evalpipe.config.truth_checks import check_truth
from evalpipe.config.yaml_file import Place


def cross_check(plan: Plan) -> list[Found]:
    """Return every mismatch between parts of the plan as (place, message)."""
    found: list[Found] = []
    for check in _CHECKS:
        found += check(plan)
    return found


def _arms(plan: Plan) -> Iterator[Found]:
    controls = [name for name, arm in plan.arms.items() if arm.role == "control"]
    if not plan.arms:
        yield ("arms",), "name at least one arm"
    if len(controls) > 1:
        yield (
            ("arms", controls[1], "role"),
            f"there are {len(controls)} control arms ({', '.join(controls)}); one is needed",
        )
    if len(plan.arms) > 1 and not controls:
        yield ("arms",), "with several arms, one has the role `control`"
    if len(plan.arms) == 1 and next(iter(plan.arms.values())).role != "only":
        yield ("arms",), "a single arm has the role `only`"
    for name, arm in plan.arms.items():
        if arm.delivered_by and arm.delivered_by not in plan.clusters:
            message = no_such("cluster", arm.delivered_by, plan.clusters)
            yield ("arms", name, "delivered_by"), message


def _visits(plan: Plan) -> Iterator[Found]:
    previous: tuple[str, int] | None = None
    for name, visit in plan.visits.items():
        if previous is not None and visit.day <= previous[1]:
            message = (
                f"visits are out of order: day {visit.day} does not come after day {previous[1]} "
                f"of `{previous[0]}`"
            )
            yield ("visits", name, "day"), message
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
            yield ("clusters", name, "contains"), no_such("level", cluster.contains, known)
        for arm in cluster.arms:
            if arm not in plan.arms:
                yield ("clusters", name, "arms"), no_such("arm", arm, plan.arms)
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
                message = no_such("level", level, variable.levels)
                yield ("variables", name, "level_labels", level), message


def _reserved(plan: Plan) -> set[str]:
    """Return the names that a variable may not have; `phase` is free where no sessions have one."""
    names = KEY_COLUMNS | BUILT_IN_TERMS | {f"{cluster}_id" for cluster in plan.clusters}
    return names if phases_of(plan) else names - {"phase"}


def _derived(plan: Plan) -> Iterator[Found]:
    known = known_references(plan)
    for name, derived in plan.derived.items():
        for field in ("of", "minus"):
            source = getattr(derived, field, None)
            if source is not None and source not in known:
                yield ("derived", name, field), no_such("variable", source, known)
        if name in plan.variables or name in BUILT_IN_TERMS:
            yield ("derived", name), "is a name that is already taken"
        if derived.kind == "per_visit":
            for visit in derived.values:
                if visit not in plan.visits:
                    place = ("derived", name, "values", visit)
                    yield place, no_such("visit", visit, plan.visits)
        if derived.kind == "band" and len(derived.names) != len(derived.borders) + 1:
            yield ("derived", name, "names"), "a band has one name more than borders"
        if derived.kind == "hinge" and derived.phase and derived.phase not in phases_of(plan):
            yield ("derived", name, "phase"), no_such("phase", derived.phase, phases_of(plan))


def _instruments(plan: Plan) -> Iterator[Found]:
    raters = {*plan.roles, *plan.clusters, "rater", "observer", "self", "participant"}
    for name, instrument in plan.instruments.items():
        if instrument.about and instrument.about not in plan.roles:
            yield ("instruments", name, "about"), no_such("role", instrument.about, plan.roles)
        if instrument.completed_by and plan.roles and instrument.completed_by not in raters:
            message = no_such("role or rater", instrument.completed_by, raters)
            yield ("instruments", name, "completed_by"), message
        if instrument.better_class and instrument.better_class not in instrument.classes:
            place = ("instruments", name, "better_class")
            yield place, no_such("class", instrument.better_class, instrument.classes)


def _data(plan: Plan) -> Iterator[Found]:
    if not any(_holds_participants(entry) for entry in plan.data.values()):
        yield ("data",), "no file gives `participant_id`; every study needs it"
    for name, entry in plan.data.items():
        yield from _columns(plan, name, entry)
        yield from _scores(plan, name, entry)
        for instrument in entry.items:
            if instrument not in plan.instruments:
                message = no_such("instrument", instrument, plan.instruments)
                yield ("data", name, "items"), message
        if entry.role and entry.role not in plan.roles:
            yield ("data", name, "role"), no_such("role", entry.role, plan.roles)
        for instrument, codes in entry.codes.items():
            yield from _codes(plan, ("data", name, "codes", instrument), instrument, codes)
        if entry.visit and entry.visit not in plan.visits:
            yield ("data", name, "visit"), no_such("visit", entry.visit, plan.visits)
        yield from _id_from(name, entry)


def _id_from(name: str, entry: RawFile) -> Iterator[Found]:
    given = {target_of(column) for column in entry.columns.values()}
    if entry.id_from is not None and "participant_id" in given:
        yield ("data", name, "id_from"), "`participant_id` is already read from a column"
    if entry.id_from == "row" and entry.one_row_per != "participant":
        yield ("data", name, "id_from"), "`row` needs `one_row_per: participant`"
    for column in entry.drop:
        if column in entry.columns:
            yield ("data", name, "drop", column), "is both used and dropped"


def _codes(plan: Plan, place: Place, name: str, codes: dict[str, str]) -> Iterator[Found]:
    if name not in plan.instruments:
        yield place, no_such("instrument", name, plan.instruments)
        return
    classes = plan.instruments[name].classes
    for raw, level in codes.items():
        if level not in classes:
            yield (*place, raw), no_such("class", level, classes)


def _holds_participants(entry: RawFile) -> bool:
    return entry.id_from is not None or any(
        target_of(column) in ("participant_id", "dyad_id") for column in entry.columns.values()
    )


def _cohorts(plan: Plan) -> Iterator[Found]:
    """Cohorts without folders of their own are told by a column."""
    if plan.cohorts is None or plan.cohorts.each_folder:
        return
    targets = {
        target_of(column) for entry in plan.data.values() for column in entry.columns.values()
    }
    if "cohort" not in targets:
        yield ("cohorts", "each_folder"), "without folders, read a column as `cohort`"


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
            yield place, no_such("column or variable", target, known)
        if target in targets:
            yield place, f"`{target}` is already read from another column"
        targets[target] = raw
        if isinstance(column, Column):
            yield from _values(plan, place, target, column)


def _values(plan: Plan, place: Place, target: str, column: Column) -> Iterator[Found]:
    levels = levels_of(plan, target)
    if levels is None:
        return
    for raw, level in column.values.items():
        if level not in levels:
            yield (*place, "values", raw), no_such(f"level of {target}", level, levels)


def _scores(plan: Plan, name: str, entry: RawFile) -> Iterator[Found]:
    for scale, source in entry.scores.items():
        place: Place = ("data", name, "scores", scale)
        if scale not in plan.scale_names:
            yield place, no_such("instrument or scale", scale, plan.scale_names)
        if isinstance(source, dict):
            for raw, visit in source.items():
                if visit not in plan.visits:
                    yield (*place, raw), no_such("visit", visit, plan.visits)
        elif entry.one_row_per == "participant" and entry.visit is None:
            yield place, "one row is a participant: give each column its visit, {column: visit}"


def _privacy(plan: Plan) -> Iterator[Found]:
    known = {*plan.variables, *(f"{c}_id" for c in plan.clusters), *plan.clusters, *plan.derived}
    known |= {"arm", "cohort", "role"}
    for name in plan.privacy.quasi_identifiers:
        if name not in known:
            yield ("privacy", "quasi_identifiers"), no_such("variable", name, known)
    if plan.privacy.sensitive and plan.privacy.sensitive not in known:
        yield ("privacy", "sensitive"), no_such("variable", plan.privacy.sensitive, known)
    if plan.privacy.disclosure_threshold == 0 and not plan.study.synthetic:
        message = "0 withholds nothing, which only made-up data may; real data need at least 1"
        yield ("privacy", "disclosure_threshold"), message


def _eligibility(plan: Plan) -> Iterator[Found]:
    if plan.eligibility is None:
        return
    for part in ("include", "exclude"):
        for number, rule in enumerate(getattr(plan.eligibility, part)):
            place: Place = ("eligibility", part, number)
            for name in sorted(variables_in(rule)):
                if name not in plan.variables and name not in plan.derived:
                    yield place, no_such("variable", name, {*plan.variables, *plan.derived})
            for name, level in levels_in(rule):
                variable = plan.variables.get(name)
                if variable and variable.levels and level not in variable.levels:
                    yield place, no_such(f"level of {name}", level, variable.levels)


def _protocol(plan: Plan) -> Iterator[Found]:
    if plan.protocol is None:
        return
    for arm in plan.protocol.arms:
        if arm not in plan.arms:
            yield ("protocol", "arms"), no_such("arm", arm, plan.arms)
    for phase in plan.protocol.completed.phases:
        if phase not in plan.protocol.phases:
            place = ("protocol", "completed", "phases")
            yield place, no_such("phase", phase, plan.protocol.phases)
    for name, goal in plan.goals.items():
        if goal.phase and goal.phase not in plan.protocol.phases:
            yield ("goals", name, "phase"), no_such("phase", goal.phase, plan.protocol.phases)
        if goal.role and goal.role not in plan.roles:
            yield ("goals", name, "role"), no_such("role", goal.role, plan.roles)


def _populations(plan: Plan) -> Iterator[Found]:
    for name, population in plan.populations.items():
        if isinstance(population.with_outcome_at, tuple):
            for visit in population.with_outcome_at:
                if visit not in plan.visits:
                    place = ("populations", name, "with_outcome_at")
                    yield place, no_such("visit", visit, plan.visits)


_CHECKS: tuple[Callable[[Plan], Iterable[Found]], ...] = (
    _arms,
    _visits,
    _clusters,
    _cohorts,
    _variables,
    _derived,
    _instruments,
    _data,
    _privacy,
    _eligibility,
    _protocol,
    _populations,
    check_analyses,
    check_truth,
)

"""The names that a plan declares, and what to say of one that it does not."""

from collections.abc import Iterable

from evalpipe.config.data import Column
from evalpipe.config.derived import Band, Derived, Lag, Partner, PerLevel, PerVisit, Previous
from evalpipe.config.plan import Plan

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


def phases_of(plan: Plan) -> set[str]:
    """Return the phases of the treatment protocol."""
    return set(plan.protocol.phases) if plan.protocol else set()


def target_of(column: Column | str) -> str:
    """Return the canonical column that a raw column becomes."""
    return column.to if isinstance(column, Column) else column


def levels_of(plan: Plan, target: str) -> tuple[str, ...] | None:
    """Return the levels that a canonical column may take; None when any text is allowed."""
    fixed: dict[str, Iterable[str]] = {
        "arm": plan.arms,
        "visit": plan.visits,
        "role": plan.roles,
        "goal": plan.goals,
    }
    if target in fixed:
        return tuple(fixed[target])
    if target == "phase" and phases_of(plan):
        return tuple(phases_of(plan))
    variable = plan.variables.get(target)
    return variable.levels if variable is not None and variable.type == "category" else None


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


CATEGORIES = {"arm", "visit", "role", "cohort", "phase", "period", "rater"}
"""Terms that evalpipe knows itself and that have levels."""


def is_category(plan: Plan, name: str) -> bool:
    """Return whether a variable of the plan has levels; a number has none."""
    if name in CATEGORIES or name in plan.clusters:
        return True
    if name in plan.variables:
        return plan.variables[name].type == "category"
    derived = plan.derived.get(name)
    if derived is not None:
        return _is_derived_category(plan, derived)
    instrument = plan.instruments.get(name.split(".")[0])
    return instrument is not None and bool(instrument.classes)


def _is_derived_category(plan: Plan, derived: Derived) -> bool:
    if isinstance(derived, Band | Previous):
        return True
    if isinstance(derived, PerVisit | PerLevel):
        return any(isinstance(value, str) for value in derived.values.values())
    return isinstance(derived, Lag | Partner) and is_category(plan, derived.of)

"""Whether drawn people fit the plan's rules of eligibility."""

from typing import Any

import numpy as np
import pandas as pd

from evalpipe.config.plan import Plan

UNIT_COLUMN = "unit"

Flags = np.ndarray[Any, np.dtype[np.bool_]]


def is_eligible(plan: Plan, people: pd.DataFrame) -> Flags:
    """Return (n,) True where every rule to include holds and none to exclude, per unit.

    In a dyad a rule is judged on the member who has the variable.
    """
    fits = np.ones(len(people), dtype=bool)
    if plan.eligibility is None:
        return fits
    for rule in plan.eligibility.include:
        fits &= _holds(people, rule)
    for rule in plan.eligibility.exclude:
        fits &= ~_holds(people, rule)
    return fits


def _holds(people: pd.DataFrame, rule: dict[str, Any]) -> Flags:
    ((name, wanted),) = rule.items()
    if name in ("any", "all"):
        parts = [_holds(people, part) for part in wanted]
        combined: Flags = (np.logical_or if name == "any" else np.logical_and).reduce(parts)
        return combined
    column = people[name]
    if isinstance(wanted, list | tuple):
        own = pd.to_numeric(column).between(float(wanted[0]), float(wanted[1]))
    else:
        own = column.astype(object) == str(wanted)
    either: Flags = own.groupby(people[UNIT_COLUMN]).transform("any").to_numpy(dtype=bool)
    return either

"""Which packages computed something in a study, read from what its results say of themselves."""

from __future__ import annotations

import math

from evalpipe.answers.study import StudyRows
from evalpipe.provenance import ALWAYS_AT_WORK
from evalpipe.vocabulary import StatisticTable

SOMETIMES_AT_WORK = ("pingouin", "statsmodels")
"""Packages that compute single numbers; an engine in `diagnostics` begins with their name."""


def packages_at_work(study: StudyRows) -> tuple[str, ...]:
    """Return the packages that this study's report may name, sorted.

    Those at work in every study; those that fitted or fitted again; pingouin where a reliability
    was computed; statsmodels where p-values were adjusted.
    """
    engines = [
        engine for row in study.diagnostics for engine in (row.engine, row.second_fit_engine)
    ]
    found = {name for name in SOMETIMES_AT_WORK if any(e.startswith(name) for e in engines)}
    if any(row.level == "alpha" for row in study.of_table(StatisticTable.RELIABILITY)):
        found.add("pingouin")
    adjusted = {
        study.plan.analyses[row.analysis_id].family
        for row in study.estimates
        if math.isfinite(row.p_adjusted)
    }
    families = [study.plan.multiplicity[name] for name in adjusted if name]
    if any(family.method != "fixed_sequence" for family in families):
        found.add("statsmodels")
    return tuple(sorted({*ALWAYS_AT_WORK, *found}))

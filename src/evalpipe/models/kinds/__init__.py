"""How each kind of analysis runs: a file for each, and their one list."""

from collections.abc import Callable, Mapping

from evalpipe.config.kinds.base import Kind
from evalpipe.models.job import Job
from evalpipe.models.kinds import (
    agreement,
    ancova,
    change_table,
    comparison,
    descriptive,
    gee,
    goals,
    missing_data,
    mixed,
    mmrm,
    ordinal,
    pre_post,
    reliable_change,
    rm_anova,
    single_case,
)
from evalpipe.models.result import Answer

RUNNERS: Mapping[type[Kind], Callable[[Job], Answer]] = {
    runner.kind: runner
    for runner in (
        mixed.RUNNER,
        mmrm.RUNNER,
        ancova.RUNNER,
        gee.RUNNER,
        ordinal.RUNNER,
        reliable_change.RUNNER,
        change_table.RUNNER,
        agreement.RUNNER,
        goals.RUNNER,
        single_case.RUNNER,
        comparison.RUNNER,
        descriptive.RUNNER,
        missing_data.RUNNER,
        pre_post.RUNNER,
        rm_anova.RUNNER,
    )
}

__all__ = ["RUNNERS"]

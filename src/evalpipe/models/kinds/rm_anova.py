"""Repeated-measures analysis of variance: how it runs."""

from evalpipe.config.kinds import RepeatedMeasuresAnova
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: RepeatedMeasuresAnova) -> Answer:
    from evalpipe.models.rm_anova import analyse_rm_anova

    return analyse_rm_anova(job.rows, model, job.declared, job.heading)


RUNNER = Runner(RepeatedMeasuresAnova, _run)

"""Analysis of covariance: how it runs."""

from dataclasses import replace

from evalpipe.config.kinds import Ancova
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: Ancova) -> Answer:
    from evalpipe.models.ancova import analyse_ancova
    from evalpipe.models.effect_rows import effect_rows

    frame = job.rows
    answer = analyse_ancova(
        frame, model, job.estimand, job.declared, job.heading_of_share(), is_log=job.is_log
    )
    effects = effect_rows(
        answer.rows,
        frame,
        job.estimand,
        job.declared,
        job.analysis.standardise_by,
        job.heading.conf_level,
        is_change=model.outcome_as == "change",
    )
    return replace(answer, rows=[*answer.rows, *effects])


RUNNER = Runner(Ancova, _run)

"""Description without a test: how it runs."""

from evalpipe.config.kinds import Descriptive
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: Descriptive) -> Answer:
    from evalpipe.models.descriptive import analyse_descriptive

    return analyse_descriptive(job.rows, job.estimand, job.declared, job.heading, is_log=job.is_log)


RUNNER = Runner(Descriptive, _run)

"""Agreement of raters, roles or instruments: how it runs."""

from evalpipe.config.kinds import Agreement
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: Agreement) -> Answer:
    from evalpipe.models.agreement import analyse_agreement

    return analyse_agreement(job.rows, model, job.heading, classes=job.classes[0])


RUNNER = Runner(Agreement, _run)

"""Proportional odds regression: how it runs."""

from evalpipe.config.kinds import OrdinalModel
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: OrdinalModel) -> Answer:
    from evalpipe.models.ordinal import analyse_ordinal

    return analyse_ordinal(job.rows, model, job.estimand, job.declared, job.heading_of_class())


RUNNER = Runner(OrdinalModel, _run)

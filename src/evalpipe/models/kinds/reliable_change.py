"""Reliable change: how it runs."""

from evalpipe.config.kinds import ReliableChange
from evalpipe.config.scale_facts import find_scale
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: ReliableChange) -> Answer:
    from evalpipe.models.reliable_change import analyse_reliable_change

    facts = find_scale(job.plan, job.estimand.outcome)
    return analyse_reliable_change(job.rows, model, job.estimand, facts, job.declared, job.heading)


RUNNER = Runner(ReliableChange, _run)

"""Single-case analyses: how they run."""

from evalpipe.config.kinds import SingleCase
from evalpipe.config.scale_facts import find_scale, is_scale
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: SingleCase) -> Answer:
    from evalpipe.models.single_case import analyse_single_cases

    outcome = job.estimand.outcome
    better = find_scale(job.plan, outcome).better if is_scale(job.plan, outcome) else None
    return analyse_single_cases(job.rows, model, job.heading, better=better)


RUNNER = Runner(SingleCase, _run)

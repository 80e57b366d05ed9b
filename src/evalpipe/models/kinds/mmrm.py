"""Mixed models for repeated measures: how they run."""

from evalpipe.config.kinds import MMRM
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: MMRM) -> Answer:
    from evalpipe.models.gaussian_analysis import run_gaussian

    return run_gaussian(
        job.rows,
        job.analysis,
        job.declared,
        job.heading_of_share(),
        baseline_visit=job.plan.baseline_visit,
        is_log=job.is_log,
    )


RUNNER = Runner(MMRM, _run)

"""Mixed models: how they run, and how every Gaussian model does."""

from evalpipe.config.kinds import MMRM, MixedModel
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def run_gaussian_job(job: Job, model: MixedModel | MMRM) -> Answer:
    """Fit a Gaussian model and answer the estimand."""
    from evalpipe.models.gaussian_analysis import run_gaussian

    return run_gaussian(
        job.rows,
        job.analysis,
        job.declared,
        job.heading_of_share(),
        baseline_visit=job.plan.baseline_visit,
        is_log=job.is_log,
    )


RUNNER = Runner(MixedModel, run_gaussian_job)

"""Before against after by t tests: how they run."""

from evalpipe.config.equivalence import bounds_of
from evalpipe.config.kinds import PrePost
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: PrePost) -> Answer:
    from evalpipe.models.pre_post import analyse_pre_post

    asks_equivalence = job.estimand.summary == "equivalence"
    return analyse_pre_post(
        job.rows,
        model,
        job.estimand,
        job.heading,
        standardise=job.analysis.standardise_by != "none",
        bounds=bounds_of(job.plan, job.estimand) if asks_equivalence else None,
    )


RUNNER = Runner(PrePost, _run)

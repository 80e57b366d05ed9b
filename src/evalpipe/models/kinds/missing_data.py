"""Other assumptions about missing outcomes: how their analysis runs."""

from evalpipe.config.kinds import MMRM, MissingData
from evalpipe.errors import ModelError
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: MissingData) -> Answer:
    from evalpipe.models.missing_data import analyse_missing_data
    from evalpipe.models.never_seen import people_never_seen

    repeated = job.of(model.of)
    mmrm = repeated.analysis.model
    if not isinstance(mmrm, MMRM):
        raise ModelError(f"{job.analysis_id}: {model.of} is not an MMRM; imputation needs one")
    return analyse_missing_data(
        repeated.rows,
        model,
        mmrm,
        repeated.estimand,
        job.declared,
        job.heading,
        seed=job.seed,
        baseline_visit=job.plan.baseline_visit,
        never_seen=people_never_seen(job.plan, model.of, job.tables) if job.tables else None,
        is_log=repeated.is_log,
    )


RUNNER = Runner(MissingData, _run)

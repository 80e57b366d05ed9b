"""Generalised estimating equations: how they run."""

from evalpipe.config.kinds import Gee
from evalpipe.errors import NotEstimableError
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: Gee) -> Answer:
    from evalpipe.models.gee import analyse_gee

    return analyse_gee(
        job.rows,
        model,
        job.estimand,
        job.declared,
        job.heading,
        success=_success_code(job) if model.family == "binomial" else None,
        baseline_visit=job.plan.baseline_visit,
    )


def _success_code(job: Job) -> float | None:
    """Return the code of the class that counts as success; None for outcomes of 0 and 1."""
    instrument = job.plan.instruments.get(job.estimand.outcome.split(".")[0])
    if job.estimand.outcome in job.plan.derived or instrument is None or not instrument.classes:
        return None
    better = instrument.better_class
    if better is None and len(instrument.classes) == 2:
        better = instrument.classes[1]
    if better is None:
        raise NotEstimableError(
            f"{job.estimand.outcome} has {len(instrument.classes)} classes: name the one that "
            "counts as success with `better_class`"
        )
    return float(instrument.classes.index(better))


RUNNER = Runner(Gee, _run)

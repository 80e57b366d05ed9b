"""Generalised estimating equations: how they run."""

from evalpipe.config.kinds import Gee
from evalpipe.config.modelled_class import ModelledClass, modelled_class
from evalpipe.errors import NotEstimableError
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: Gee) -> Answer:
    from evalpipe.models.gee import analyse_gee

    modelled = modelled_class(job.plan, job.estimand.outcome)
    if model.family == "binomial":
        _require_class(job, modelled)
    has_classes = model.family in ("binomial", "ordinal") and modelled is not None
    return analyse_gee(
        job.rows,
        model,
        job.estimand,
        job.declared,
        job.heading_of_class() if has_classes else job.heading,
        success=float(modelled.code) if modelled and model.family == "binomial" else None,
        baseline_visit=job.plan.baseline_visit,
    )


def _require_class(job: Job, modelled: ModelledClass | None) -> None:
    """Raise NotEstimableError where one of several classes has to be named and is not."""
    outcome = job.estimand.outcome
    instrument = job.plan.instruments.get(outcome.split(".")[0])
    has_classes = outcome not in job.plan.derived and instrument is not None
    if has_classes and instrument and instrument.classes and modelled is None:
        raise NotEstimableError(
            f"{outcome} has {len(instrument.classes)} classes: name the one that is counted "
            "against all others with `better_class`"
        )


RUNNER = Runner(Gee, _run)

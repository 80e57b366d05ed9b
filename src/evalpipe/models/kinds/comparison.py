"""Likelihood ratio of two declared models: how it runs."""

from evalpipe.config.kinds import MMRM, Comparison, MixedModel
from evalpipe.errors import ModelError
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: Comparison) -> Answer:
    from evalpipe.models.comparison import compare_models
    from evalpipe.models.gaussian import diagnose_attempts
    from evalpipe.models.gaussian_fit import fit_declared

    names = (model.simpler, model.richer)
    fits = [fit_declared(job.rows_of(name), _declared(job, name), job.declared) for name in names]
    rows = compare_models(fits[0], fits[1], names)
    records = [
        {**diagnose_attempts(fit)[-1], "fit": name} for fit, name in zip(fits, names, strict=True)
    ]
    used = fits[1].rows
    return Answer(job.heading.with_counts(used.n_participants, used.n), rows, records)


def _declared(job: Job, name: str) -> MixedModel | MMRM:
    """Return a model as declared, without its fallback: two different models would be compared."""
    model = job.plan.analyses[name].model
    if isinstance(model, MixedModel):
        return model.model_copy(update={"if_singular": None})
    if isinstance(model, MMRM):
        return model
    raise ModelError(f"{job.analysis_id}: {name} is not a mixed model or MMRM")


RUNNER = Runner(Comparison, _run)

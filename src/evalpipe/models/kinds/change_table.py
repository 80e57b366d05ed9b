"""Tables of classes before and after: how they run."""

from evalpipe.config.kinds import ChangeTable
from evalpipe.models.job import Job, Runner
from evalpipe.models.result import Answer


def _run(job: Job, model: ChangeTable) -> Answer:
    from evalpipe.models.change_table import analyse_change_table

    classes, better = job.classes
    return analyse_change_table(
        job.rows,
        model,
        job.estimand,
        job.declared,
        job.heading,
        classes=classes,
        better_class=better,
    )


RUNNER = Runner(ChangeTable, _run)

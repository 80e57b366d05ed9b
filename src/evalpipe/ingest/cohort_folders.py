"""The folders of a study's cohorts; each new year's files come into a folder of their own."""

from pathlib import Path

from evalpipe.config.plan import Plan
from evalpipe.errors import DataError


def cohort_names(plan: Plan, folder: Path) -> tuple[str | None, ...]:
    """Return the cohorts that have a folder, in order of name; (None,) where none has.

    Raises DataError when the study's raw folder is absent or holds no cohort.
    """
    if not folder.is_dir():
        raise DataError(
            f"data/raw/{plan.study.id}: there is no such folder; put the raw files there"
        )
    if plan.cohorts is None or not plan.cohorts.each_folder:
        return (None,)
    names = sorted(
        p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))
    )
    if not names:
        raise DataError(f"data/raw/{plan.study.id}: holds no cohort; each cohort is a sub-folder")
    for name in names:
        if not (name.replace("_", "").isalnum() and name.isascii()):
            raise DataError(
                f"data/raw/{plan.study.id}: a cohort's folder has letters, digits and _ only"
            )
    return tuple(names)

"""What the Snakefile imports: names of studies and files, and digests that decide on reruns.

Snakemake sees neither an edit inside an imported package nor which part of a plan a job reads. So
each rule takes, as parameters, the digest of the part of the plan that its stage uses and of the
source code that its stage imports.
"""

from collections.abc import Iterable
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from evalpipe.config.load import load_plan
from evalpipe.config.plan import Plan
from evalpipe.config.settings import load_settings
from evalpipe.errors import EvalpipeError
from evalpipe.provenance import digest_file, digest_json, source_digest

DATA_PARTS = (
    "study",
    "unit",
    "arms",
    "roles",
    "clusters",
    "cohorts",
    "visits",
    "variables",
    "instruments",
    "data",
    "privacy",
    "eligibility",
    "protocol",
    "goals",
    "derived",
)
DESIGN_PARTS = (*DATA_PARTS, "periods", "goal_scaling", "populations")

STAGE_CODE: dict[str, tuple[str, ...]] = {
    "ingest": ("ingest", "privacy", "design", "io", "cli.ingest"),
    "score": ("scoring", "io", "cli.score"),
    "describe": ("design", "scoring", "io", "cli.describe"),
    "analyse": ("models", "design", "verification", "io", "cli.analyse"),
    "release": ("disclosure", "io", "cli.release"),
    "report": ("report", "io", "cli.report"),
}


@cache
def _plan(study: str) -> Plan:
    return load_plan(Path("config/studies") / f"{study}.yaml", f"config/studies/{study}.yaml")


@cache
def studies() -> tuple[str, ...]:
    """Return the studies that the project takes: all that have a plan, or those of the settings."""
    chosen = load_settings(Path("config/config.yaml")).studies
    if chosen != "all":
        return tuple(chosen)
    return tuple(sorted(path.stem for path in Path("config/studies").glob("*.yaml")))


def raw_files(study: str) -> list[str]:
    """Return the raw files that a plan names and that exist, in every cohort's folder.

    Of one that is missing the stage `ingest` tells, in one line, where to put it.
    """
    plan, folder = _plan(study), Path("data/raw") / study
    bases = [folder]
    if plan.cohorts is not None and folder.is_dir():
        bases = sorted(p for p in folder.iterdir() if p.is_dir() and p.name[0] not in "._")
    names = dict.fromkeys(entry.file for entry in plan.data.values())
    files = [base / name for base in bases for name in names]
    return [str(path) for path in files if path.exists()]


def unread_digest(study: str) -> str:
    """Return the digest of the files that lie in the raw folder and that the plan does not name.

    The gate judges them too, so a key file put beside the data lets the intake run again. A
    parameter and no input: such files may have any name, and links are told by the stage.
    """
    from evalpipe.ingest.unread import find_unread

    folder = Path("data/raw") / study
    try:
        unread = find_unread(_plan(study), folder)
    except EvalpipeError:  # the stage says it in one line
        return ""
    judged = [folder / file.file for file in unread if file.reason is None]
    return digest_json([(p.as_posix(), digest_file(p) if p.is_file() else "") for p in judged])


def not_ahead(files: Iterable[str], now: float) -> list[str]:
    """Return the files whose time does not lie ahead of the clock; `now` in seconds as it tells.

    Snakemake fails a job whose output is older than an input, `ancient` or not, and a file that
    came from a machine whose clock is ahead would fail each. Nothing is lost without it: content
    decides on reruns, by the digests among the parameters.
    """
    return [file for file in files if not Path(file).exists() or Path(file).stat().st_mtime <= now]


@cache
def _raw_megabytes(study: str) -> float:
    return sum(Path(file).stat().st_size for file in raw_files(study)) / 1e6


def memory_mb(study: str, least: int, per_raw_mb: int) -> int:
    """Return the memory that a job asks for, in MB, from the size of the study's raw files.

    Not from the size of the job's own inputs: jobs of one study are handed to a cluster together,
    when most of them do not exist yet.
    """
    return ceil(least + per_raw_mb * _raw_megabytes(study))


def minutes(study: str, least: int, per_raw_mb: float) -> int:
    """Return the time that a job asks for, in minutes, from the size of the study's raw files."""
    return ceil(least + per_raw_mb * _raw_megabytes(study))


def truth_file(study: str) -> list[str]:
    """Return the file with the truth of a synthetic study, as a list with one name or none."""
    path = Path("data/raw") / study / "truth.json"
    return [str(path)] if path.is_file() else []


@cache
def plan_digest(study: str, stage: str) -> str:
    """Return the digest of the part of the plan (and settings) that a stage uses."""
    plan = _plan(study)
    parts = {
        "ingest": lambda: plan.cut(*DATA_PARTS),
        "score": lambda: plan.cut(*DATA_PARTS),
        "describe": lambda: _described(plan),
        "analyse": lambda: plan.cut(*DESIGN_PARTS, "analyses", "multiplicity", "published"),
        "release": lambda: plan.model_dump(mode="json", exclude={"truth"}),
        "report": lambda: plan.model_dump(mode="json", exclude={"truth"}),
    }
    settings = load_settings(Path("config/config.yaml")).model_dump(
        mode="json", exclude={"studies"}
    )
    return digest_json({"plan": parts[stage](), "settings": settings})


def _described(plan: Plan) -> dict[str, Any]:
    """The design, and of the primary analyses who is analysed: the flow counts them."""
    primary = {n: a for n, a in plan.analyses.items() if a.role == "primary"}
    return plan.cut(*DESIGN_PARTS) | {
        "primary": {name: a.model_dump(mode="json") for name, a in primary.items()}
    }


def analysis_slice(plan: Plan, analysis: str) -> dict[str, Any]:
    """Return the part of the plan that one analysis depends on.

    With the analyses that its model names: a comparison, a sensitivity analysis.
    """
    named = {analysis}
    model = plan.analyses[analysis].model
    for field in ("simpler", "richer", "of"):
        if hasattr(model, field):
            named.add(getattr(model, field))
    analyses = {name: plan.analyses[name].model_dump(mode="json") for name in sorted(named)}
    return plan.cut(*DESIGN_PARTS) | {"analyses": analyses}


@cache
def code_digest(stage: str) -> str:
    """Return the digest of the source that a stage uses, directly or through others."""
    return source_digest(STAGE_CODE[stage])

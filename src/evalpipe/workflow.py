"""What the Snakefile imports: names of studies, analyses and files, and digests that decide on reruns.

Snakemake sees neither an edit inside an imported package nor which part of a plan a job reads. So
each rule takes, as parameters, the digest of the part of the plan that its stage uses and of the
source code that its stage imports.
"""

from functools import cache
from pathlib import Path

from evalpipe.config.load import load_plan
from evalpipe.config.plan import Plan
from evalpipe.config.settings import load_settings
from evalpipe.provenance import digest_json, source_digest

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
    "analyse": ("models", "design", "io", "cli.analyse"),
    "collect": ("models", "verification", "io", "cli.collect"),
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


def analyses(study: str) -> tuple[str, ...]:
    """Return the analyses that a plan declares."""
    return tuple(_plan(study).analyses)


def raw_files(study: str) -> list[str]:
    """Return the raw files that a plan names and that exist, in every cohort's folder."""
    plan, folder = _plan(study), Path("data/raw") / study
    bases = [folder]
    if plan.cohorts is not None and folder.is_dir():
        bases = sorted(p for p in folder.iterdir() if p.is_dir() and p.name[0] not in "._")
    names = dict.fromkeys(entry.file for entry in plan.data.values())
    files = [base / name for base in bases for name in names]
    return [str(path) for path in files if path.exists() or plan.cohorts is None]


@cache
def plan_digest(study: str, stage: str, analysis: str | None = None) -> str:
    """Return the digest of the part of the plan (and settings) that a stage uses."""
    plan = _plan(study)
    if stage in ("collect", "report"):
        part = plan.model_dump(mode="json")
    elif stage == "analyse" and analysis is not None:
        part = plan.cut(*DESIGN_PARTS) | {"analyses": _with_named(plan, analysis)}
    else:
        part = plan.cut(*(DATA_PARTS if stage in ("ingest", "score") else DESIGN_PARTS))
        if stage == "describe":
            part["analyses"] = {n: a.role for n, a in plan.analyses.items()}
    settings = load_settings(Path("config/config.yaml")).model_dump(mode="json", exclude={"studies"})
    return digest_json({"plan": part, "settings": settings})


def _with_named(plan: Plan, analysis: str) -> dict[str, object]:
    """Return an analysis and those that its model names (a comparison, a sensitivity analysis)."""
    named = {analysis}
    model = plan.analyses[analysis].model
    for field in ("simpler", "richer", "of"):
        if hasattr(model, field):
            named.add(getattr(model, field))
    return {name: plan.analyses[name].model_dump(mode="json") for name in sorted(named)}


@cache
def code_digest(stage: str) -> str:
    """Return the digest of the source that a stage uses, directly or through others."""
    return source_digest(STAGE_CODE[stage])

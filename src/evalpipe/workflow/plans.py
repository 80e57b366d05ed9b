"""The parts of plans that stages depend on, kept by the digest of what they were read from.

Reading a plan takes milliseconds; importing what checks it takes a third of a second, twice a run.
So the checked plan is kept as JSON under the digests of plan, settings and the source that reads
them, and a run in which nothing changed needs neither. Stages read the plan itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalpipe.provenance import digest_file, digest_json
from evalpipe.workflow.kept import keep, read_kept
from evalpipe.workflow.source import digest_source
from evalpipe.workflow.stages import DATA_PARTS, DESIGN_PARTS

if TYPE_CHECKING:
    from evalpipe.config.plan import Plan

KEPT = Path(".snakemake/evalpipe")
_SETTINGS = Path("config/config.yaml")


@dataclass(frozen=True)
class PlanContent:
    """A checked plan as JSON data.

    full: all of it but the recipe of synthetic data. computing: the same without the keys that
    only reports show. settings: the global choices that results depend on.
    """

    full: dict[str, Any]
    computing: dict[str, Any]
    settings: dict[str, Any]

    def part(self, stage: str) -> dict[str, Any]:
        """Return what a stage depends on."""
        if stage in ("release", "report", "notebook"):
            return self.full
        if stage in ("ingest", "score"):
            return _cut(self.computing, *DATA_PARTS)
        design = _cut(self.computing, *DESIGN_PARTS)
        analyses = self.computing["analyses"]
        # and who is analysed: the flow counts them, and who left is judged at their last visit
        if stage in ("validate", "describe"):
            primary = {name: a for name, a in analyses.items() if a["role"] == "primary"}
            return design | {"primary": primary}
        return design | _cut(self.computing, "analyses", "multiplicity", "published")


def _cut(plan: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: plan[key] for key in keys}


@cache
def plan_digest(study: str, stage: str, root: Path = Path()) -> str:
    """Return the digest of the part of the plan (and settings) that a stage uses."""
    content = plan_content(study, root)
    return digest_json({"plan": content.part(stage), "settings": content.settings})


@cache
def studies(root: Path = Path()) -> tuple[str, ...]:
    """Return the studies that the project takes: all that have a plan, or those of the settings."""
    chosen = _settings(root)["studies"]
    if chosen != "all":
        return tuple(chosen)
    return tuple(sorted(path.stem for path in (root / "config" / "studies").glob("*.yaml")))


@cache
def plan_content(study: str, root: Path = Path()) -> PlanContent:
    """Return a study's plan, checked now or when it was kept; raises ConfigError as `load_plan`."""
    name = f"config/studies/{study}.yaml"
    settings = {key: value for key, value in _settings(root).items() if key != "studies"}
    key = f"{name} {_digest(root / name)} {_reader_digest()}"
    place = root / KEPT / "plans" / f"{study}.json"
    kept = read_kept(place, key)
    if kept is None:
        kept = _load(root / name, name)
        keep(kept, place, key)
    return PlanContent(kept["full"], kept["computing"], settings)


def _load(path: Path, name: str) -> dict[str, Any]:
    from evalpipe.config.load import load_plan

    plan = load_plan(path, name)
    computing = {key: value for key, value in plan.without_shown().items() if key != "truth"}
    return {"full": plan.model_dump(mode="json", exclude={"truth"}), "computing": computing}


@cache
def _settings(root: Path) -> dict[str, Any]:
    key = f"{_SETTINGS} {_digest(root / _SETTINGS)} {_reader_digest()}"
    place = root / KEPT / "settings.json"
    kept = read_kept(place, key)
    if kept is None:
        from evalpipe.config.settings import load_settings

        kept = load_settings(root / _SETTINGS).model_dump(mode="json")
        keep(kept, place, key)
    return dict(kept)


def _digest(path: Path) -> str:
    return digest_file(path) if path.is_file() else "absent"


@cache
def _reader_digest() -> str:
    return digest_source(("config",))


def analysis_slice(plan: Plan, analysis: str) -> dict[str, Any]:
    """Return the part of the plan that one analysis depends on.

    With the analyses that its model names: a comparison, a sensitivity analysis.
    """
    named = {analysis}
    model = plan.analyses[analysis].model
    for field in ("simpler", "richer", "of"):
        if hasattr(model, field):
            named.add(getattr(model, field))
    analyses = {name: plan.analyses[name].without_shown() for name in sorted(named)}
    return plan.cut(*DESIGN_PARTS) | {"analyses": analyses}

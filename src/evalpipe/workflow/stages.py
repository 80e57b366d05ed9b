"""What each stage depends on: parts of the plan and rooms of the source."""

from __future__ import annotations

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
    "ids",
    "exclusions",
    "privacy",
    "eligibility",
    "protocol",
    "goals",
    "derived",
)
DESIGN_PARTS = (*DATA_PARTS, "periods", "goal_scaling", "populations")

STAGE_CODE: dict[str, tuple[str, ...]] = {
    "ingest": ("ingest", "privacy", "design", "io", "cli.ingest"),
    "validate": ("design", "io", "cli.validate"),
    "score": ("scoring", "io", "cli.score"),
    "describe": ("design", "scoring", "io", "cli.describe"),
    "analyse": ("models", "design", "verification", "io", "cli.analyse"),
    "release": ("disclosure", "io", "cli.release"),
    "report": ("report", "io", "cli.report"),
    "notebook": ("notebook", "io", "cli.notebook"),
}

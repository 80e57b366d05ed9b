"""A project folder with bundled studies, each with its primary analysis alone (and some more)."""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from evalpipe.cli.main import main
from evalpipe.config.yaml_file import read_yaml

ROOT = Path(__file__).parents[2]
STAGES = ("ingest", "validate", "score", "describe", "analyse", "release")
STUDIES = ("btheb", "eft_couples", "attachment_classes", "reattach_cohort", "coregulation_diary")

_CONTRAST = {"arm": "btheb", "versus": "tau"}
MORE: dict[str, dict[str, Any]] = {
    "covariance_analysis": {
        "summary": "difference_in_means",
        "contrast": _CONTRAST,
        "visits": ["month_2", "month_8"],
        "model": {"kind": "ancova", "fixed": ["baseline", "drug", "arm", "drug:arm"]},
    },
    "of_the_change": {
        "summary": "difference_in_means",
        "contrast": _CONTRAST,
        "visits": ["month_2"],
        "model": {
            "kind": "ancova",
            "fixed": ["arm"],
            "outcome_as": "change",
            "standard_errors": "classical",
        },
    },
    "before_and_after": {
        "summary": "change_from_baseline",
        "model": {
            "kind": "pre_post",
            "before": "baseline",
            "after": "month_2",
            "compare": "within",
        },
    },
    "described": {"visits": ["month_2", "month_8"], "model": {"kind": "descriptive"}},
    "robust_errors": {
        "summary": "difference_in_means",
        "contrast": _CONTRAST,
        "model": {
            "kind": "gee",
            "family": "gaussian",
            "fixed": ["baseline", "arm", "visit", "arm:visit"],
        },
    },
}
"""Analyses of Beat the Blues by other kinds: what is fitted by hand, and what is not."""


def plan_of(study: str) -> Any:
    """The bundled plan with its primary analyses alone, as YAML data."""
    plan = read_yaml(ROOT / "config" / "studies" / f"{study}.yaml").value
    analyses = {n: a for n, a in plan["analyses"].items() if a["role"] == "primary"}
    for analysis in analyses.values():
        analysis.pop("family", None)
    for key in ("multiplicity", "published"):
        plan.pop(key, None)
    return {**plan, "analyses": analyses}


def with_more(plan: Any) -> Any:
    """The plan of Beat the Blues with analyses of other kinds."""
    common = {"population": "intention_to_treat", "outcome": "bdi"}
    more = {
        name: {
            "role": "exploratory",
            "question": "And if it is asked like this?",
            "estimand": {**common, **{k: v for k, v in spec.items() if k != "model"}},
            "model": spec["model"],
        }
        for name, spec in MORE.items()
    }
    return {**plan, "analyses": {**plan["analyses"], **more}}


def make_project(root: Path) -> Path:
    """Make a project folder with the plans and raw files of the studies."""
    studies = root / "config" / "studies"
    studies.mkdir(parents=True)
    shutil.copy(ROOT / "config" / "config.yaml", root / "config" / "config.yaml")
    for study in STUDIES:
        plan = plan_of(study)
        plan = with_more(plan) if study == "btheb" else plan
        plan = json.loads(json.dumps(plan))  # without what YAML would write as a reference
        text = yaml.safe_dump(plan, sort_keys=False, allow_unicode=True)
        (studies / f"{study}.yaml").write_text(text, encoding="utf-8")
        shutil.copytree(ROOT / "data" / "raw" / study, root / "data" / "raw" / study)
    return root


def take(root: Path, study: str) -> Path:
    """Take a study to its released tables in this process, unless that was done; its project."""
    if not (root / "data" / "processed" / study / "released" / "record.json").is_file():
        for stage in STAGES:
            assert main([stage, study, "--project", str(root)]) == 0, (study, stage)
    return root

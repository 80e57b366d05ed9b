"""The generated documents are in step with the models."""

import json
from pathlib import Path

import jsonschema

from evalpipe.config.guide import guide, json_schema
from evalpipe.config.yaml_file import read_yaml

ROOT = Path(__file__).parents[3]


def test_the_json_schema_is_in_step() -> None:
    written = json.loads((ROOT / "config" / "study.schema.json").read_text(encoding="utf-8"))
    assert written == json_schema(), "run: make docs"


def test_the_guide_is_in_step() -> None:
    written = (ROOT / "docs" / "plan_guide.md").read_text(encoding="utf-8")
    assert written == guide(), "run: make docs"


def test_bundled_plans_fit_the_json_schema() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for path in sorted((ROOT / "config" / "studies").glob("*.yaml")):
        problems = [e.message for e in validator.iter_errors(read_yaml(path).value)]
        assert problems == [], path.name

"""Keys that only reports show: no stage before `release` reads one, so an edit reruns two stages.

Every marked key of a bundled plan gets other words, and the stages up to `analyse` give the same
bytes, the remembered results of the first time being out of reach.
"""

import hashlib
import shutil
from collections.abc import Iterator
from enum import Enum
from inspect import get_annotations
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from pydantic.fields import FieldInfo

from evalpipe.cli.main import main
from evalpipe.config.base import Shown, Strict
from evalpipe.config.data import Allowed
from evalpipe.config.load import load_plan
from evalpipe.config.plan import Plan
from evalpipe.config.yaml_file import read_yaml
from evalpipe.workflow.plans import PlanContent, analysis_slice

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("btheb", "coregulation_diary")
SLOW = (
    "attachment_classes",
    "eft_couples",
    "handholding",
    "pmt_attachment",
    "reattach_cohort",
    "reattach_rct",
)
STAGES = ("ingest", "score", "describe", "analyse")
CHOICES = get_args(Allowed.model_fields["what"].annotation)
"""Words among the marked keys that are a choice."""
NEW = "Words that stood there in no plan so far"

Key = tuple[str, str]
"""Model and field."""


def is_shown(field: FieldInfo) -> bool:
    return any(isinstance(mark, Shown) for mark in field.metadata)


def reworded(value: Any, met: set[Key], *, shown: bool = False) -> Any:
    """A part of a plan as YAML data, with other words in every marked key."""
    if isinstance(value, Strict):
        data = {}
        for name, field in type(value).model_fields.items():
            inner, marked = getattr(value, name), shown or is_shown(field)
            if is_shown(field):
                met.add((owner(type(value), name), name))
            if inner is None and marked and str in get_args(field.annotation):
                inner = NEW
            if inner is not None:
                data[field.alias or name] = (
                    other_choice(field, inner)
                    if marked and not holds_words(field)
                    else reworded(inner, met, shown=marked)
                )
        return data
    if isinstance(value, dict):
        return {key: reworded(inner, met, shown=shown) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [reworded(inner, met, shown=shown) for inner in value]
    if isinstance(value, Enum):
        return value.value
    is_words = shown and isinstance(value, str) and value not in CHOICES
    return f"{NEW}, {value}"[:300] if is_words else value


def holds_words(field: FieldInfo) -> bool:
    """Whether a marked key holds words of the plan's own, and no choice or name."""
    return not choices_of(field) and not any(hasattr(mark, "pattern") for mark in marks_of(field))


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """The words of a key that is a choice among some."""
    parts = (field.annotation, *get_args(field.annotation))
    return next((get_args(part) for part in parts if get_origin(part) is Literal), ())


def marks_of(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    for part in get_args(field.annotation):
        for mark in getattr(part, "__metadata__", ()):
            yield from getattr(mark, "metadata", ())
            yield mark


def other_choice(field: FieldInfo, value: Any) -> Any:
    """Another choice than the plan's; another name where a key holds one."""
    others = [choice for choice in choices_of(field) if choice != value]
    return others[0] if others else f"{value}_too" if isinstance(value, str) else value


def owner(model: type[Strict], name: str) -> str:
    """The model in which a field is written down; others inherit it."""
    return next(c.__name__ for c in model.__mro__ if name in get_annotations(c))


def marked_keys(model: type[Strict], seen: set[type]) -> Iterator[Key]:
    """Every marked key of a model and of the models in its fields."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        if is_shown(field):
            yield owner(model, name), name
        else:
            for inner in models_in(field.annotation):
                yield from marked_keys(inner, seen)


def models_in(annotation: Any) -> Iterator[type[Strict]]:
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def digests_after_analysis(study: str, plan: str, folder: Path) -> dict[str, str]:
    """Digest of every table and record that the stages up to `analyse` write."""
    (folder / "config" / "studies").mkdir(parents=True)
    (folder / "config" / "studies" / f"{study}.yaml").write_text(plan, encoding="utf-8")
    shutil.copytree(ROOT / "data" / "raw" / study, folder / "data" / "raw" / study)
    for stage in STAGES:
        assert main([stage, study, "--project", str(folder)]) == 0, stage
    made = folder / "data" / "processed" / study
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(made.iterdir())
        if path.is_file()
    }


def original(study: str) -> str:
    """The bundled plan; no bundled instrument has norms, so one gets some."""
    value = read_yaml(ROOT / "config" / "studies" / f"{study}.yaml").value
    if study == "btheb":
        value["instruments"]["bdi"]["norms"] = [{"mean": 8, "sd": 6, "source": "Nobody"}]
    return written(value)


def edited(study: str, folder: Path) -> tuple[str, set[Key]]:
    """The same plan with other words in every marked key, and the keys that were met."""
    met: set[Key] = set()
    return written(reworded(loaded(original(study), study, folder), met)), met


def written(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=4000)
    return text


def loaded(text: str, study: str, folder: Path) -> Plan:
    path = folder / f"{study}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plan(path)


@pytest.mark.parametrize(
    "study", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]
)
def test_no_stage_before_release_reads_what_reports_show(study: str, tmp_path: Path):
    text, _ = edited(study, tmp_path)
    first = digests_after_analysis(study, original(study), tmp_path / "first")
    assert digests_after_analysis(study, text, tmp_path / "second") == first


def test_the_studies_hold_every_key_that_is_marked(tmp_path: Path):
    met = set().union(*(edited(study, tmp_path)[1] for study in (*QUICK, *SLOW)))
    assert set(marked_keys(Plan, set())) - met == set()


@pytest.mark.parametrize("study", [*QUICK, *SLOW])
def test_other_words_are_the_same_to_every_stage_but_the_last_two(study: str, tmp_path: Path):
    old = loaded(original(study), study, tmp_path)
    new = loaded(edited(study, tmp_path)[0], study, tmp_path)
    assert old != new
    one, two = content_of(old), content_of(new)
    for stage in STAGES:
        assert one.part(stage) == two.part(stage)
    for name in old.analyses:
        assert analysis_slice(old, name) == analysis_slice(new, name)
    for stage in ("release", "report"):
        assert one.part(stage) != two.part(stage)


def content_of(plan: Plan) -> PlanContent:
    return PlanContent(plan.model_dump(mode="json"), plan.without_shown(), {})

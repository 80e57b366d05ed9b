"""The guide to the plan and its JSON schema, generated from the models: they never disagree."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from evalpipe.config.plan import Plan

HEAD = """\
# How to write a plan

A plan is one YAML file, `config/studies/<study>.yaml`. It is the statistical analysis plan and the
program: nothing about a study stands anywhere else. This page is generated from the program
(`make docs`); begin with `evalpipe init mystudy`, which writes a commented plan that runs.

- Names (of arms, visits, instruments, analyses, ...) are yours: lower-case letters, digits and `_`.
- Days count from each participant's own baseline, which is day 0.
- YAML 1.2 is read: `no`, `yes` and `ja` are words. Printed numbers stand in quotes, their digits
  count. Anchors, aliases and tags are refused.
- Nothing that you write is ever run as code: derived variables and models come from closed lists.
- `evalpipe check <study>` tells what does not fit, with the line of the file.
- Editors that know JSON schema check while you type: `config/study.schema.json`.

"""


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a plan, for editors."""
    schema = Plan.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "The plan of one study in evalpipe"
    return schema


def guide() -> str:
    """Return the guide to the plan as Markdown."""
    seen: dict[type[BaseModel], None] = {}
    _collect(Plan, seen)
    parts = [HEAD, "## The parts of a plan\n", _table(Plan)]
    parts += [_section(model) for model in seen if model is not Plan]
    return "\n".join(parts).rstrip() + "\n"


def _section(model: type[BaseModel]) -> str:
    text = " ".join(line.strip() for line in (model.__doc__ or "").strip().splitlines())
    return f"## {_title(model)}\n\n{text}\n\n{_table(model)}"


def _title(model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    if kind is not None and get_origin(kind.annotation) is Literal:
        return f"{model.__name__} (`kind: {get_args(kind.annotation)[0]}`)"
    return model.__name__


def _anchor(model: type[BaseModel]) -> str:
    kept = "".join(c for c in _title(model).lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _table(model: type[BaseModel]) -> str:
    lines = ["| key | what it takes | if left out |", "| --- | --- | --- |"]
    for name, field in model.model_fields.items():
        shown = field.alias or name
        what = _words(field.annotation)
        if field.description:
            what += f": {field.description}"
        lines.append(f"| `{shown}` | {what.replace('|', chr(92) + '|')} | {_default(field)} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined or value in ({}, (), ""):
        return "none"
    if isinstance(value, BaseModel):
        return "its own defaults"
    if isinstance(value, bool):
        return str(value).lower()
    return f"`{value.value if isinstance(value, StrEnum) else value}`"


def _words(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _words(get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        parts = [_words(a) for a in get_args(annotation) if a is not type(None)]
        return " or ".join(dict.fromkeys(parts))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if origin is dict:
        return f"your own names, each with {_words(get_args(annotation)[1])}"
    if origin is tuple:
        return _tuple_words(get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{_anchor(annotation)})"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{member.value}`" for member in annotation)
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(annotation, "a rule")


def _tuple_words(inner: tuple[Any, ...]) -> str:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return f"a list of {_words(inner[0])}"
    return "[" + ", ".join(_words(part) for part in inner) + "]"


def _collect(model: type[BaseModel], seen: dict[type[BaseModel], None]) -> None:
    if model in seen:
        return
    seen[model] = None
    for field in model.model_fields.values():
        for part in _models_in(field.annotation):
            _collect(part, seen)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)

"""Every key of a plan is read by code that computes or tells something with it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from evalpipe.config.plan import Plan

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "evalpipe"


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def every_model(model: type[BaseModel], seen: dict[type[BaseModel], None]) -> list[type[BaseModel]]:
    if model not in seen:
        seen[model] = None
        for field in model.model_fields.values():
            for inner in models_in(field.annotation):
                every_model(inner, seen)
    return list(seen)


MODELS = every_model(Plan, {})
FIELDS = [(model, name) for model in MODELS for name in model.model_fields]


@cache
def attributes_read(folder: Path, *, outside: Path | None = None) -> frozenset[str]:
    """Names that stand after a dot, or as the text of `getattr`, where they are read."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        if outside is not None and outside in path.parents:
            continue
        nodes = list(ast.walk(ast.parse(path.read_bytes())))
        found |= {n.attr for n in nodes if isinstance(n, ast.Attribute) and is_load(n)}
        for call in nodes:
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "getattr":
                wanted = call.args[1]
                found |= {wanted.value} if isinstance(wanted, ast.Constant) else keys_of(nodes)
    return frozenset(found)


def is_load(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def keys_of(nodes: list[ast.AST]) -> set[str]:
    """Words by which a module that takes attributes by name lists them: keys of its tables."""
    keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys]
    return {key.value for key in keys if isinstance(key, ast.Constant)}


def read_by_its_own_rules(model: type[BaseModel], name: str) -> bool:
    """Names that are read where the plan's models offer them under another name.

    A property or method of the model itself, outside validators, that code outside `config` calls.
    """
    outside = attributes_read(SOURCE, outside=SOURCE / "config")
    for owner in model.__mro__:
        if owner.__module__.startswith("evalpipe.config"):
            for function in functions_of(owner):
                decorators = {ast.unparse(d).split("(")[0] for d in function.decorator_list}
                validates = decorators & {"model_validator", "field_validator"}
                own = {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)}
                if not validates and name in own and function.name in outside:
                    return True
    return False


@cache
def functions_of(owner: type) -> tuple[ast.FunctionDef, ...]:
    path = SOURCE.joinpath(*owner.__module__.split(".")[1:]).with_suffix(".py")
    if not path.is_file():
        path = path.with_suffix("") / "__init__.py"
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ClassDef) and node.name == owner.__name__:
            return tuple(inner for inner in node.body if isinstance(inner, ast.FunctionDef))
    return ()


READERS_OF_PLANS = ("load", "guide", "yaml_file", "settings")
"""Modules that check or describe any key without doing anything with it."""


@cache
def read_by_functions_called_outside() -> frozenset[str]:
    """Names read by functions of `config` that code outside calls, and by those they call."""
    functions = {
        node.name: node
        for path in (SOURCE / "config").rglob("*.py")
        if path.stem not in READERS_OF_PLANS
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.FunctionDef)
    }
    properties = functions_of(Plan)
    waiting = [name for name in functions if name in imported_outside()]
    found = {n.attr for one in properties for n in ast.walk(one) if isinstance(n, ast.Attribute)}
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in reached and name in functions:
            reached.add(name)
            inside = list(ast.walk(functions[name]))
            found |= {node.attr for node in inside if isinstance(node, ast.Attribute)}
            waiting += [node.id for node in inside if isinstance(node, ast.Name)]
    return frozenset(found)


@cache
def imported_outside() -> frozenset[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if SOURCE / "config" not in path.parents:
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ImportFrom) and "evalpipe.config" in (node.module or ""):
                    found |= {alias.name for alias in node.names}
    return frozenset(found)


@pytest.mark.parametrize(
    ("model", "name"), FIELDS, ids=lambda part: getattr(part, "__name__", part)
)
def test_a_key_of_the_plan_is_read(model: type[BaseModel], name: str):
    outside = attributes_read(SOURCE, outside=SOURCE / "config")
    is_read = name in outside or name in read_by_functions_called_outside()
    assert is_read or read_by_its_own_rules(model, name), (
        f"{model.__name__}.{name}: no code outside `config` reads this key; let it do something, "
        "or take it away"
    )

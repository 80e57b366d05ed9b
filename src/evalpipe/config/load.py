"""A plan from its file: every problem in one line with field, line number and what was expected."""

import difflib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalpipe.config.base import IDENTIFIER_PATTERN, LEVEL_PATTERN
from evalpipe.config.checks import cross_check
from evalpipe.config.data import FILE_PATTERN, UNREAD_PATTERN
from evalpipe.config.plan import Plan
from evalpipe.config.yaml_file import Document, Place, read_yaml
from evalpipe.errors import ConfigError, Problem

MOST_PROBLEMS_SHOWN = 50


def load_plan(path: Path, name: str | None = None) -> Plan:
    """Read and check one plan.

    Raises ConfigError carrying every problem: unknown keys (with the nearest right one), wrong
    types, names that do not exist, two control arms, visits out of order.
    """
    return plan_of(read_yaml(path, name))


def plan_of(document: Document) -> Plan:
    """Check a document that has been read; see `load_plan`."""
    if not isinstance(document.value, dict):
        raise ConfigError([Problem(document.name, "", 1, "a plan is a list of `key: value` lines")])
    context: dict[str, Any] = {}
    try:
        plan = Plan.model_validate(document.value, context=context)
    except ValidationError as error:
        raise ConfigError(list_problems(error, document, context)) from None
    except RecursionError:
        raise ConfigError([Problem(document.name, "", None, "is nested too deeply")]) from None
    found = cross_check(plan)
    if found:
        raise ConfigError(
            [
                Problem(document.name, _dotted(place), document.line_of(place), message)
                for place, message in sorted(found, key=lambda f: document.line_of(f[0]) or 0)
            ][:MOST_PROBLEMS_SHOWN]
        )
    return plan


def list_problems(
    error: ValidationError, document: Document, context: dict[str, Any]
) -> list[Problem]:
    """Tell what pydantic found, each problem in plain words with its line; never the input.

    context: what the models remembered during validation (their keys, for suggestions).
    """
    seen: dict[tuple[Place, str], Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        place = _place_in(document.value, detail["loc"])
        message = _message(dict(detail), place, document, context)
        problem = Problem(document.name, _dotted(place), document.line_of(place), message)
        seen.setdefault((place, message), problem)
    ordered = sorted(seen.values(), key=lambda p: (p.line or 0, p.path))
    return ordered[:MOST_PROBLEMS_SHOWN]


def _place_in(value: Any, loc: tuple[int | str, ...]) -> Place:
    """Return the part of pydantic's location that exists in the document (no union tags)."""
    place: list[int | str] = []
    at: Any = value
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if (isinstance(at, dict) and part in at) or (
            isinstance(at, list) and isinstance(part, int) and part < len(at)
        ):
            place.append(part)
            at = _inside(at, part)
        elif last and isinstance(at, dict) and isinstance(part, str) and part.isidentifier():
            place.append(part)
    return tuple(place)


def _inside(value: Any, part: int | str) -> Any:
    container: Any = value if isinstance(value, dict | list) else {part: None}
    return container[part]


def _message(
    detail: dict[str, Any], place: Place, document: Document, context: dict[str, Any]
) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(place, document, context)
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(detail["ctx"]["pattern"], _PATTERNS[IDENTIFIER_PATTERN])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return f"`kind` must be one of {detail['ctx'].get('expected_tags', 'the known kinds')}"
    if kind == "literal_error" or kind == "enum":
        return f"must be {detail['ctx']['expected']}{_nearest_choice(detail, place, document)}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    return _PLAIN.get(kind) or _in_words(str(detail["msg"]))


_PATTERNS = {
    IDENTIFIER_PATTERN: "must be a short name: lower-case letters, digits and _, a letter first",
    LEVEL_PATTERN: "must be a short word: letters, digits and _, no space",
    FILE_PATTERN: "must be a file inside the study's raw folder, its name in letters, digits, "
    "spaces and _ - . ( ) + & only, such as `scores.csv` or `t1/scores.csv`",
    UNREAD_PATTERN: "must be a file or folder inside the study's raw folder, such as "
    "`codebook.csv` or `.git`",
}


_PLAIN = {
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_type": 'must be text; put it in quotes, for example "0.10"',
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a list of `key: value` lines",
    "model_type": "must be a list of `key: value` lines",
    "model_attributes_type": "must be a list of `key: value` lines",
    "list_type": "must be a list: [one, two]",
    "tuple_type": "must be a list: [one, two]",
    "string_too_long": "is too long",
    "string_too_short": "is empty or too short",
}


def _in_words(message: str) -> str:
    plain = message.replace("Input should be", "must be")
    return plain[0].lower() + plain[1:]


def _unknown_key(place: Place, document: Document, context: dict[str, Any]) -> str:
    parent = document.value
    for part in place[:-1]:
        parent = parent[part]
    known = context.get("keys", {}).get(id(parent), [])
    nearest = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    if nearest:
        return f"is not a key here; did you mean `{nearest[0]}`?"
    return f"is not a key here; possible keys: {', '.join(known)}" if known else "is not a key here"


def _nearest_choice(detail: dict[str, Any], place: Place, document: Document) -> str:
    value: Any = document.value
    for part in place:
        value = _inside(value, part)
    choices = [c.strip(" '") for c in detail["ctx"]["expected"].replace(" or ", ", ").split(",")]
    nearest = difflib.get_close_matches(str(value), choices, n=1, cutoff=0.6)
    return f"; did you mean `{nearest[0]}`?" if nearest else ""


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)

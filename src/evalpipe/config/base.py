"""What every part of a plan shares: strict frozen models, identifiers, labels and level names."""

import difflib
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic import Strict as StrictNumber

IDENTIFIER_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN)]
"""Lower-case letters, digits and underscores, a letter first: safe in paths, columns and shells."""

LEVEL_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_]{0,62}$"

Label = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=5000)]


def _plain_number_to_text(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


Level = Annotated[
    str,
    BeforeValidator(_plain_number_to_text),
    StringConstraints(pattern=LEVEL_PATTERN),
]
"""One category: a short word; whole numbers are read as words."""

RawText = Annotated[str, BeforeValidator(_plain_number_to_text), StringConstraints(max_length=300)]
"""Text exactly as it stands in a raw file: a column heading, a code."""

NumberOrLevel = Annotated[
    Annotated[float, StrictNumber()] | Level, Field(union_mode="left_to_right")
]
"""A number stays a number; text is a level."""

Range = Annotated[tuple[float, float], Field(description="lowest and highest, both included")]


class Shown:
    """Mark of a key that decides what reports show and nothing that is computed.

    Labels, titles, questions, explanations, sources, and what may be released. Only the stages
    `release` and `report` read such a key, so that an edit reruns these two.
    """


SHOWN = Shown()


class Strict(BaseModel):
    """A part of the plan: frozen, unknown keys refused, every key remembered for suggestions."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        # a part is built with the plan that holds it, once, not at import and again in the plan
        defer_build=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _remember_keys(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(data, dict) and isinstance(info.context, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            info.context.setdefault("keys", {})[id(data)] = known
        return data

    def without_shown(self) -> Any:
        """Plain data of it, without the keys that only reports show."""
        return {
            name: drop_shown(getattr(self, name))
            for name, field in type(self).model_fields.items()
            if not any(isinstance(mark, Shown) for mark in field.metadata)
        }


def drop_shown(value: Any) -> Any:
    """A value of a plan as plain data, without the keys that only reports show."""
    if isinstance(value, Strict):
        return value.without_shown()
    if isinstance(value, dict):
        return {key: drop_shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [drop_shown(inner) for inner in value]
    return value


def ordered_range(value: Range, what: str) -> Range:
    """Return `value` when its first number is not above its second; else raise ValueError."""
    if value[0] > value[1]:
        raise ValueError(f"{what} must go from low to high")
    return value


def no_such(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is not declared, and name the nearest one that is."""
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"there is no {what} `{name}`; did you mean `{nearest[0]}`?"
    listed = ", ".join(names[:12]) if names else "none is declared"
    return f"there is no {what} `{name}`; known: {listed}"

"""YAML 1.2 into plain values with line numbers; nothing in the file builds objects or expands.

YAML 1.2 keeps `no`, `yes`, `ja` and `1:30` as text. Anchors, aliases, tags and duplicate keys are
refused: a plan needs none of them, and they are how small files become huge ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalpipe.errors import ConfigError, Problem

LARGEST_FILE_BYTES = 1_000_000
DEEPEST_NESTING = 40
LARGEST_NODE_COUNT = 50_000
LONGEST_LINE = 10_000

Place = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_INVISIBLE = "holds an invisible or control character; retype the line"
_REFUSED_CHARACTERS = {
    *range(0x09),
    0x0B,
    0x0C,
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xFFF0, 0xFFFC),
    0xFFFE,
    0xFFFF,
    *range(0xE0000, 0xE1000),
}


@dataclass(frozen=True)
class Document:
    """Plain values of a YAML file and the line (1-based) at which each place stands."""

    name: str
    value: Any
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int | None:
        """Return the line of a place, or of the nearest place above it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return None


def read_yaml(path: Path, name: str | None = None) -> Document:
    """Read a YAML file.

    Raises ConfigError, one line, when the file is missing, too large, not UTF-8, not YAML, or uses
    anchors, tags or duplicate keys.
    """
    shown = name or path.name
    return parse_yaml(_read_bounded(path, shown), shown)


def parse_yaml(text: str, name: str) -> Document:
    """Parse YAML text; see `read_yaml`."""
    _refuse_characters(text, name)
    node = _compose(text, name)
    lines: dict[Place, int] = {(): 1}
    builder = _Builder(name, lines)
    value = {} if node is None else builder.build(node, ())
    return Document(name, value, lines)


def _fail(name: str, line: int | None, message: str, path: str = "") -> ConfigError:
    return ConfigError([Problem(name, path, line, message)])


def _read_bounded(path: Path, name: str) -> str:
    try:
        if not path.is_file():
            raise _fail(name, None, "there is no such file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
        if len(content) > LARGEST_FILE_BYTES:
            raise _fail(name, None, "is larger than 1 MB; a plan is a short text")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fail(name, None, f"is not UTF-8 text (byte {error.start + 1})") from None
    except OSError:
        raise _fail(name, None, "cannot be read") from None


def _refuse_characters(text: str, name: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise _fail(name, number, f"the line is longer than {LONGEST_LINE} characters")
        is_plain = line.isascii() and line.isprintable()
        if not is_plain and any(_is_refused(ord(character)) for character in line):
            raise _fail(name, number, _INVISIBLE)


def _is_refused(code: int) -> bool:
    is_surrogate = 0xD800 <= code <= 0xDFFF
    return is_surrogate or code in _REFUSED_CHARACTERS


def _compose(text: str, name: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="rt", pure=True)
    yaml.version = (1, 2)
    try:
        _check_events(yaml, text, name)
        return yaml.compose(text)
    except ConfigError:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        raise _fail(name, line, f"is not valid YAML: {error.problem or 'cannot be read'}") from None
    except (YAMLError, ValueError, RecursionError, AssertionError, AttributeError, TypeError):
        raise _fail(name, None, "is not valid YAML") from None


def _check_events(yaml: Any, text: str, name: str) -> None:
    depth = 0
    for count, event in enumerate(_events(yaml, text), start=1):
        kind = type(event).__name__
        line = event.start_mark.line + 1 if event.start_mark is not None else None
        if kind == "DocumentStartEvent" and (event.version or event.tags):
            raise _fail(name, line, "YAML directives (%) are not used in plans")
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise _fail(name, line, "anchors and aliases (& and *) are not used in plans")
        depth += kind in ("MappingStartEvent", "SequenceStartEvent")
        depth -= kind in ("MappingEndEvent", "SequenceEndEvent")
        if depth > DEEPEST_NESTING:
            raise _fail(name, line, f"is nested deeper than {DEEPEST_NESTING} levels")
        if count > LARGEST_NODE_COUNT:
            raise _fail(name, line, "has too many entries for a plan")


def _events(yaml: Any, text: str) -> Iterator[Any]:
    yield from yaml.parse(text)


class _Builder:
    """Turns nodes into plain values and records their lines."""

    def __init__(self, name: str, lines: dict[Place, int]) -> None:
        self.name = name
        self.lines = lines

    def build(self, node: Any, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        kind = type(node).__name__
        if kind == "MappingNode":
            self._plain_tag(node, "map", place)
            return self._mapping(node, place)
        if kind == "SequenceNode":
            self._plain_tag(node, "seq", place)
            return [self.build(child, (*place, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: Any, place: Place) -> dict[Any, Any]:
        built: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, place)
            line = key_node.start_mark.line + 1
            if key in built:
                raise _fail(self.name, line, f"`{key}` stands twice", _dotted((*place, key)))
            self.lines[(*place, key)] = line
            built[key] = self.build(value_node, (*place, key))
        return built

    def _key(self, node: Any, place: Place) -> Any:
        if type(node).__name__ != "ScalarNode":
            line = node.start_mark.line + 1
            raise _fail(self.name, line, "a key must be a word", _dotted(place))
        value = self._scalar(node, place)
        if isinstance(value, bool) or value is None or isinstance(value, float):
            return str(node.value)
        return str(value) if isinstance(value, int) else value

    def _scalar(self, node: Any, place: Place) -> Any:
        tag = str(node.tag)
        # the reader marks each fold of a folded text (`>`) with a bell character
        text = str(node.value).replace("\a", "") if node.style == ">" else str(node.value)
        if not text.isprintable() and any(_is_refused(ord(letter)) for letter in text):
            line = node.start_mark.line + 1  # written as an escape: "\\u202e"
            raise _fail(self.name, line, _INVISIBLE, _dotted(place))
        try:
            if tag == _TAG + "int":
                return int(text.replace("_", ""), 0) if text.startswith(("0x", "0o")) else int(text)
            if tag == _TAG + "float":
                return float(text)
        except ValueError:
            return text
        if tag == _TAG + "bool":
            return text.lower() == "true"
        if tag == _TAG + "null":
            return None
        if tag in (_TAG + "str", _TAG + "timestamp", _TAG + "merge", _TAG + "value"):
            return text
        raise _fail(self.name, node.start_mark.line + 1, "tags (!) are not used", _dotted(place))

    def _plain_tag(self, node: Any, expected: str, place: Place) -> None:
        if str(node.tag) != _TAG + expected:
            raise _fail(
                self.name, node.start_mark.line + 1, "tags (!) are not used", _dotted(place)
            )


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)

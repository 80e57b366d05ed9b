"""YAML 1.2 into plain values with line numbers; nothing in the file builds objects or expands.

libyaml finds the words and their places; what a word means is decided here. YAML 1.2 keeps `no`,
`yes`, `ja` and `1:30` as text. Anchors, aliases, tags and duplicate keys are refused: a plan needs
none of them, and they are how small files become huge ones.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalpipe.errors import ConfigError, Problem, UsageError

LARGEST_FILE_BYTES = 1_000_000
DEEPEST_NESTING = 40
LARGEST_NODE_COUNT = 50_000
LONGEST_LINE = 10_000

Place = tuple[str | int, ...]

_CURLY = tuple("“”„‘’«»‚")
"""Quotes that word processors make of straight ones."""

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
    events = _read_events(text, name)
    lines: dict[Place, int] = {(): 1}
    return Document(name, _Builder(name, events, lines).build_document(), lines)


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


def _read_events(text: str, name: str) -> list[Any]:
    """The parts of the text in order, after everything that plans do not use is refused.

    Read by libyaml. Python's own reader follows where a text holds tabs, which libyaml lets pass
    in places where nobody sees them, and where it is refused: its words and lines tell more.
    """
    import yaml

    try:
        libyaml = yaml.CSafeLoader
    except AttributeError:
        raise UsageError(
            "PyYAML is installed without libyaml, which reads the plans; install it again from "
            "its wheel: pip install --force-reinstall --only-binary :all: pyyaml"
        ) from None
    if "\t" in text:
        _checked_events(text, name, yaml.SafeLoader)
    try:
        return _checked_events(text, name, libyaml)
    except ConfigError:
        _checked_events(text, name, yaml.SafeLoader)
        raise


def _checked_events(text: str, name: str, loader: Any) -> list[Any]:
    import yaml

    events: list[Any] = []
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            events.append(event)
            depth += _checked_step(event, len(events), depth, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        if error.problem == "found invalid Unicode character escape code":
            raise _fail(name, line, _INVISIBLE) from None  # half a character: "\\ud800"
        raise _fail(name, line, _in_plain_words(error.problem or "cannot be read")) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise _fail(name, None, "is not valid YAML") from None
    return events


_PLAIN_WORDS = (
    ("'\\t'", "holds a tab; indent with spaces, two for each level"),
    (
        "mapping values are not allowed",
        "has a colon in the wrong place: put a text with `: ` in quotes; indent nothing below it",
    ),
    (
        "expected <block end>",
        "is not indented like the lines around it; keys of one part begin in the same column",
    ),
    ("did not find expected", "is not indented or not closed like the lines around it"),
    ("could not find expected ':'", "has no `:` behind the key"),
    ("found unexpected end of stream", "has quotes or brackets that are not closed"),
    ("while scanning a quoted", "has quotes that are not closed"),
    ("expected ',' or", "has a bracket that is not closed, or misses a comma"),
    ("cannot start any token", "begins with a sign that needs quotes around the text"),
)


def _in_plain_words(problem: str) -> str:
    """What YAML's reader says, for somebody who never read about YAML."""
    words = next((text for part, text in _PLAIN_WORDS if part in problem), None)
    return f"is not valid YAML: {problem}" if words is None else f"is not valid YAML: it {words}"


def _checked_step(event: Any, count: int, depth: int, name: str) -> int:
    """How many levels an event goes down (1, 0, -1); raises ConfigError for one not in use."""
    kind = type(event).__name__
    line = event.start_mark.line + 1
    if kind == "DocumentStartEvent" and (event.version or event.tags):
        raise _fail(name, line, "YAML directives (%) are not used in plans")
    if getattr(event, "anchor", None):
        raise _fail(name, line, "anchors and aliases (& and *) are not used in plans")
    step = (kind in _STARTS) - (kind in _ENDS)
    if depth + step > DEEPEST_NESTING:
        raise _fail(name, line, f"is nested deeper than {DEEPEST_NESTING} levels")
    if count > LARGEST_NODE_COUNT:
        raise _fail(name, line, "has too many entries for a plan")
    return step


_STARTS = ("MappingStartEvent", "SequenceStartEvent")
_ENDS = ("MappingEndEvent", "SequenceEndEvent")


class _Builder:
    """Turns the events of one document into plain values and records their lines."""

    def __init__(self, name: str, events: list[Any], lines: dict[Place, int]) -> None:
        self.name = name
        self.events = iter(events)
        self.lines = lines

    def build_document(self) -> Any:
        """Return the value of the only document; `{}` where there is none."""
        next(self.events)  # the stream begins
        if type(next(self.events)).__name__ == "StreamEndEvent":
            return {}
        value = self._build(next(self.events), ())
        next(self.events)  # the document ends
        after = next(self.events)
        if type(after).__name__ != "StreamEndEvent":
            line = after.start_mark.line + 1
            raise _fail(self.name, line, "is not valid YAML: a plan is one document, without `---`")
        return value

    def _build(self, event: Any, place: Place) -> Any:
        self.lines.setdefault(place, event.start_mark.line + 1)
        kind = type(event).__name__
        if kind == "MappingStartEvent":
            self._refuse_tag(event, "map", place)
            return self._mapping(place)
        if kind == "SequenceStartEvent":
            self._refuse_tag(event, "seq", place)
            return self._sequence(place)
        return self._scalar(event, place)

    def _sequence(self, place: Place) -> list[Any]:
        built: list[Any] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            built.append(self._build(event, (*place, len(built))))
        return built

    def _mapping(self, place: Place) -> dict[Any, Any]:
        built: dict[Any, Any] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            key = self._key(event, place)
            line = event.start_mark.line + 1
            if key in built:
                raise _fail(self.name, line, f"`{key}` stands twice", _dotted((*place, key)))
            self.lines[(*place, key)] = line
            built[key] = self._build(next(self.events), (*place, key))
        return built

    def _key(self, event: Any, place: Place) -> Any:
        if type(event).__name__ != "ScalarEvent":
            line = event.start_mark.line + 1
            raise _fail(self.name, line, "a key must be a word", _dotted(place))
        value = self._scalar(event, place)
        if isinstance(value, bool) or value is None or isinstance(value, float):
            return str(event.value)
        return str(value) if isinstance(value, int) else value

    def _scalar(self, event: Any, place: Place) -> Any:
        text = str(event.value)
        if not text.isprintable() and any(_is_refused(ord(letter)) for letter in text):
            line = event.start_mark.line + 1  # written as an escape: "\\u202e"
            raise _fail(self.name, line, _INVISIBLE, _dotted(place))
        tag = event.tag
        if event.implicit[0] and text[:1] in _CURLY:
            line = event.start_mark.line + 1
            message = "typographic quotes do not quote; retype them as straight ones"
            raise _fail(self.name, line, message, _dotted(place))
        if tag is None or tag == "!":
            return _plain_value(text) if event.implicit[0] else text
        if tag in _TEXT_TAGS:
            return text
        if tag in _VALUES_OF_TAGS:
            return _VALUES_OF_TAGS[tag](text)
        raise self._tagged(event, place)

    def _refuse_tag(self, event: Any, expected: str, place: Place) -> None:
        if event.tag not in (None, "!", _TAG + expected):
            raise self._tagged(event, place)

    def _tagged(self, event: Any, place: Place) -> ConfigError:
        line = event.start_mark.line + 1
        return _fail(self.name, line, "tags (!) are not used", _dotted(place))


_WHOLE = re.compile(r"[-+]?[0-9]+(?:_[0-9]+)*|0x[0-9a-fA-F_]+|0o[0-7_]+")
_DECIMAL = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?")
_NOTHING = ("", "~", "null", "Null", "NULL")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _plain_value(text: str) -> Any:
    """What a word without quotes means in YAML 1.2: nothing, true, false, a number, or itself."""
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return _whole(text)
    return _decimal(text) if _DECIMAL.fullmatch(text) else text


def _whole(text: str) -> int | str:
    try:
        return int(text.replace("_", ""), 0) if text.startswith(("0x", "0o")) else int(text)
    except ValueError:
        return text


def _decimal(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


_TEXT_TAGS = tuple(_TAG + name for name in ("str", "timestamp", "merge", "value"))
_VALUES_OF_TAGS: dict[str, Callable[[str], Any]] = {
    _TAG + "int": _whole,
    _TAG + "float": _decimal,
    _TAG + "bool": lambda text: text.lower() == "true",
    _TAG + "null": lambda _: None,
}


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)

"""What a text means as YAML 1.2, on which line each value stands, and what is refused where."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from evalpipe.config.yaml_file import parse_yaml
from evalpipe.errors import ConfigError, UsageError

PLANS = sorted((Path(__file__).parents[3] / "config" / "studies").glob("*.yaml"))


def value_of(text: str) -> Any:
    return parse_yaml(text, "p.yaml").value


def refusal_of(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "p.yaml")
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        # YAML 1.2.2, section 10.3.2 (core schema), and words that YAML 1.1 took for something else
        ("null", None),
        ("Null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("n", "n"),
        ("0", 0),
        ("-19", -19),
        ("+12", 12),
        ("007", 7),
        ("0o7", 7),
        ("0x3A", 58),
        ("0b11", "0b11"),
        ("1_000", 1000),
        ("1__0", "1__0"),
        ("_1", "_1"),
        ("0x", "0x"),
        ("-0x1", "-0x1"),
        ("0.", 0.0),
        ("-0.0", -0.0),
        (".5", 0.5),
        ("+12e03", 12000.0),
        ("-2E+05", -200000.0),
        ("1e5", 100000.0),
        ("1e", "1e"),
        (".", "."),
        ("- x", ["x"]),
        ("1.2.3", "1.2.3"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1:30", "1:30"),
        ("2022-01-10", "2022-01-10"),
        ("12%", "12%"),
        ("<<", "<<"),
        ("=", "="),
        ("a:b", "a:b"),
        ("a#b", "a#b"),
        ("a #b", "a"),
        ("'7'", "7"),
        ('"7"', "7"),
        ("'it''s'", "it's"),
        ('"\\u00e9 \\/ \\x41"', "é / A"),
        ("!!str 7", "7"),
        ("!!int '7'", 7),
        ("!!float 7", 7.0),
        ("!!bool 'true'", True),
        ("!!null x", None),
    ],
)
def test_a_word_means_what_yaml_1_2_says(word: str, meaning: Any):
    found = value_of(f"a:\n  {word}\n")["a"]
    assert found == meaning
    assert type(found) is type(meaning)


def test_keys_are_words_whatever_they_look_like():
    text = "no: 1\n1: 1\n007: 1\n1.50: 1\nnull: 1\ntrue: 1\n0x10: 1\n'q': 1\n? asked\n: 1\n"
    assert list(value_of(text)) == ["no", "1", "7", "1.50", "null", "true", "16", "q", "asked"]


def test_every_form_of_text_is_read():
    text = (
        "plain: one\n  two\n"
        "folded: >\n  one\n  two\n\n  three\n"
        "stripped: >-\n  one\n  two\n\n"
        "kept: |+\n  one\n\n"
        "literal: |2-\n    one\n   two\n# a remark\n"
        "quoted: 'one\n\n  two'\n"
        'escaped: "one\\\n  two"\n'
        "end: x\n"
    )
    assert value_of(text) == {
        "plain": "one two",
        "folded": "one two\nthree\n",
        "stripped": "one two",
        "kept": "one\n\n",
        "literal": "  one\n two",
        "quoted": "one\ntwo",
        "escaped": "onetwo",
        "end": "x",
    }


def test_every_place_has_the_line_of_its_key_or_entry():
    text = (
        "# head\n"
        "a:\n"
        "  b: {c: 1,\n"
        "      d: [2,\n"
        "          3]}\n"
        "e:\n"
        "- 4\n"
        "-\n"
        "  f: 5\n"
        "\n"
        "g:\r\n"
        "h: 'x\n"
        "  y'\n"
        "i: 6\n"
    )
    document = parse_yaml(text, "p.yaml")
    assert document.value == {
        "a": {"b": {"c": 1, "d": [2, 3]}},
        "e": [4, {"f": 5}],
        "g": None,
        "h": "x y",
        "i": 6,
    }
    assert document.lines == {
        (): 1,
        ("a",): 2,
        ("a", "b"): 3,
        ("a", "b", "c"): 3,
        ("a", "b", "d"): 4,
        ("a", "b", "d", 0): 4,
        ("a", "b", "d", 1): 5,
        ("e",): 6,
        ("e", 0): 7,
        ("e", 1): 9,
        ("e", 1, "f"): 9,
        ("g",): 11,
        ("h",): 12,
        ("i",): 14,
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", 2, "b.c: `c` stands twice"),
        ("a: 1\n'a': 2\n", 2, "a: `a` stands twice"),
        ("7: 1\n007: 2\n", 2, "7: `7` stands twice"),
        ("a: 1\n? [b]\n: 2\n", 2, "a key must be a word"),
        ("{[b]: 2}\n", 1, "a key must be a word"),
        ("a: 1\nb: &x 2\n", 2, "anchors and aliases"),
        ("a: &x {b: 2}\n", 1, "anchors and aliases"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a: 1\nb: !x 2\n", 2, "tags (!) are not used"),
        ("a: 1\nb: !x {c: 2}\n", 2, "tags (!) are not used"),
        ("a: 1\nb: !!set {c: 2}\n", 2, "tags (!) are not used"),
        ("a: 1\nb: !!map [2]\n", 2, "tags (!) are not used"),
        ("a: 1\nb: !<x> 2\n", 2, "tags (!) are not used"),
        ("a: 1\nb: !!binary eHg=\n", 2, "tags (!) are not used"),
        ("a: 1\n!x b: 2\n", 2, "tags (!) are not used"),
        ("%YAML 1.2\n---\na: 1\n", None, "directives"),
        ("a: 1\n---\nb: 2\n", 2, "one document"),
        ("a: 1\n...\n%YAML 1.2\n---\nb: 2\n", None, "directives"),
        ("a: 1\n b: 2\n", 2, "is not valid YAML"),
        ("a:\n  b: 1\n c: 2\n", 3, "is not valid YAML"),
        ("a: 1\nb\n", 3, "is not valid YAML"),
        ("a: b: 1\n", 1, "is not valid YAML"),
        ("a: [1, 2\nb: 3\n", 2, "is not valid YAML"),
        ("a: 1\nb: 'x\n", 3, "is not valid YAML"),
        ("a: 1\nb: @x\n", 2, "is not valid YAML"),
        ("a: 1\nb: `x`\n", 2, "is not valid YAML"),
        ('a: "\\q"\n', 1, "is not valid YAML"),
        ("a: %x\n", 1, "is not valid YAML"),
        ("- a\nb: 1\n", 2, "is not valid YAML"),
        ("a: >x\n  y\n", 1, "is not valid YAML"),
        ("a:\n\tb: 1\n", 2, "a tab"),
        ("a:\t1\n", 1, "a tab"),
        ("a: 1\nb:\n  - 1\n\t- 2\n", 4, "a tab"),
        ('a: 1\nb: "\\ud800"\n', 2, "invisible or control character"),
        ('a: 1\nb: "\\u202e"\n', 2, "b: holds an invisible or control character"),
        ("a: 1\nb: x\u200by\n", 2, "invisible or control character"),
        ("a: " + "[" * 45 + "]" * 45 + "\n", 1, "nested deeper than 40 levels"),
        ("a: [" + "\n1," * 50_001 + "]\n", None, "too many entries"),
        ("a: " + "x" * 10_001 + "\n", 1, "longer than 10000 characters"),
    ],
)
def test_what_is_refused_is_told_with_its_line(text: str, line: int | None, words: str):
    told = refusal_of(text)
    assert words in told
    assert "\n" not in told
    if line is not None:
        assert told.startswith(f"p.yaml:{line}:")


def test_a_tab_inside_words_and_remarks_is_no_mistake():
    assert value_of("a: \"x\ty\"\nb: 'x\ty' #\tremark\nc: |\n  x\ty\n") == {
        "a": "x\ty",
        "b": "x\ty",
        "c": "x\ty\n",
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", "---\n", "--- {}\n...\n"])
def test_an_empty_text_is_an_empty_plan(text: str):
    assert value_of(text) in ({}, None)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_bundled_plans_mean_the_same_to_another_reader(path: Path):
    """PyYAML's own constructor, every word as text; numbers and words are compared as text."""
    text = path.read_text(encoding="utf-8")
    assert words_of(value_of(text)) == words_of(yaml.load(text, Loader=yaml.BaseLoader))


def words_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): words_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [words_of(inner) for inner in value]
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return {"": None, "true": True, "false": False}.get(value, value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_pyyaml_without_libyaml_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(yaml, "CSafeLoader")
    with pytest.raises(UsageError, match="without libyaml") as caught:
        value_of("a: 1\n")
    assert "\n" not in str(caught.value)

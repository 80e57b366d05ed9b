"""Text that every document can hold: no control characters, no hidden direction marks."""

import unicodedata

_SHOWN = "\ufffd"
_KEPT = {"\n", "\t"}


def clean_text(text: str) -> str:
    """Replace what XML cannot hold or a reader cannot see by a visible mark.

    Control characters, lone surrogates, private and unassigned code points and bidirectional
    overrides become U+FFFD; soft hyphens and zero-width joiners go. Everything else stays.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_clean_character(character) for character in text)


def _clean_character(character: str) -> str:
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Cf":
        is_override = unicodedata.bidirectional(character) in _OVERRIDES
        return _SHOWN if is_override else ""
    return _SHOWN if category in {"Cc", "Cs", "Co", "Cn"} else character


_OVERRIDES = {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI", "FSI", "PDI"}

"""What a name looks like to the eye: letters of other scripts folded onto the Latin ones.

Two column names with the same `skeleton` cannot be told apart on a screen or differ only by case
and spaces. Compatibility forms (full-width, ligatures) fold by Unicode's NFKC; Cyrillic, Greek and
a few other letters by the table below, capitals before case folding (a capital eta looks like H,
a small one like n).
"""

import re
import unicodedata

_CAPITALS = dict(
    zip("АВЕКМНОРСТУХЅІЈԚԜҮӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEKMHOPCTYXSIJQWYIABEZHIKMNOPTYXCJ", strict=True)
)
_SMALL = dict(
    zip(
        "асеорхуѕіјһԁԛԝкмтвнгпӏαοορνικυγηχτωβεϲϳıɑɡɩօոսհց",
        "aceopxysijhdqwkmtbhrnlaoopvikuynxtwbecjiagionuhg",
        strict=True,
    )
)
LOOKALIKE = str.maketrans(_CAPITALS | _SMALL)
"""Translation table: letter of another script -> the Latin letter that it looks like."""

HOSTILE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, the C1 block with them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # invisible letters and joiners
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, separators, direction overrides
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"  # lone surrogates, tags
)
"""Characters that no table of data needs and that hide, reorder or break text."""


_OVERRIDES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Unicode's classes of characters that change the direction of a text."""


def skeleton(name: str) -> str:
    """Fold a name to what the eye sees: case, white space and look-alike letters gone."""
    folded = unicodedata.normalize("NFKC", name).translate(LOOKALIKE).casefold()
    return "".join(unicodedata.normalize("NFKC", folded).translate(LOOKALIKE).split())


def name_hostile_character(text: str) -> str | None:
    """Say in words which hidden or control character `text` holds; None when it holds none."""
    found = HOSTILE.search(text)
    if found is None:
        return None
    return describe_character(found.group())


def describe_character(character: str) -> str:
    """Name a character by kind and code point, never by showing it."""
    code = ord(character)
    if code == 0:
        return "a NUL byte"
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "a lone surrogate"
    if unicodedata.bidirectional(character) in _OVERRIDES:
        return f"a text-direction override (U+{code:04X})"
    if kind == "Cc":
        return f"a control character (U+{code:04X})"
    return f"an invisible character (U+{code:04X})"

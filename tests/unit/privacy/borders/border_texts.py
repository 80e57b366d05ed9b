"""Borders of free text, of headings, of ids under a person's heading, of k-anonymity."""

import pandas as pd
from border_frame import FILLER, Border, fill, make_words, repeat, with_detector

from evalpipe.privacy.anonymity import check_k_anonymity
from evalpipe.privacy.detectors.free_text import find_free_text
from evalpipe.privacy.distinct import distinct_of
from evalpipe.privacy.findings import DeclaredColumns
from evalpipe.privacy.hints import find_hints
from evalpipe.privacy.identifiers import judge_cells

TEXTS = with_detector(find_free_text)
ONES = ["1"] * 100
PHRASES = [f"{letter}B CD EF" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
"""Three words in capitals: no sentence, but several together are text."""
SHORT = ["Kon niet slapen", "Was weer boos", "Ging naar huis"]
COUNTED = [f"went to see {n} of them" for n in range(2, 9)]
NOBODY = make_words(-1, 1, 20)
long_texts = [
    Border(
        "TEXT_LONG_WORDS", TEXTS, [*ONES[:10], "AB " * 11 + "AB"], [*ONES[:10], "AB " * 10 + "AB"]
    ),
    Border(
        "TEXT_LONG_LENGTH",
        TEXTS,
        [*ONES[:10], "A" * 40 + " BC " + "D" * 36],
        [*ONES[:10], "A" * 40 + " BC " + "D" * 35],
    ),
    Border(
        "TEXT_WORDS",
        TEXTS,
        [*ONES[:10], "A" * 40 + " BC " + "D" * 40],
        [*ONES[:10], "A" * 40 + " " + "D" * 40],
    ),
    Border(
        "TEXT_LONG_CELLS",
        TEXTS,
        [*ONES[:10], *["AB " * 11 + "AB"] * 2],
        [*ONES[:10], *["AB " * 11 + "AB"] * 3],
    ),
]
phrases = [
    Border(
        "TEXT_VARIED", TEXTS, [*PHRASES[:10], *PHRASES[:1] * 10], [*PHRASES[:9], *PHRASES[:1] * 11]
    ),
    Border("TEXT_VALUES", TEXTS, PHRASES[:4], PHRASES[:3]),
    Border("TEXT_SHARE", TEXTS, fill(PHRASES[:4], 40), fill(PHRASES[:4], 60)),
    Border("TEXT_MANY_VALUES", TEXTS, repeat(PHRASES[:12], 3), repeat(PHRASES[:11], 3)),
    Border("TEXT_LABEL_CELLS", TEXTS, repeat(PHRASES[:12], 7), repeat(PHRASES[:12], 8)),
    Border(
        "TEXT_TOLD_WORDS",
        TEXTS,
        [*ONES[:9], "Went to see them later"],
        [*ONES[:9], "Went to see them"],
    ),
    Border(
        "TEXT_TOLD_WORDS_SMALL", TEXTS, [*ONES[:9], "went to see them"], [*ONES[:9], "went to see"]
    ),
    Border(
        "TEXT_TOLD_CELLS", TEXTS, [*ONES[:9], "went to see them"], [*ONES[:8], "went to see them"]
    ),
    Border("TEXT_TOLD_VALUES", TEXTS, [*ONES, *COUNTED[:5]], [*ONES, *COUNTED[:6]]),
    Border("TEXT_ODD_CELLS", TEXTS, [*ONES[:10], *SHORT[:2]], [*ONES[:9], *SHORT[:2]]),
    Border("TEXT_ODD_VALUES", TEXTS, [*ONES[:11], *SHORT[:2]], [*ONES[:11], *SHORT[:1]]),
    Border("TEXT_ODD_VALUES_FEW", TEXTS, SHORT, SHORT[:2]),
]
ORDINARY = [
    "better",
    "worse",
    "same",
    "happy",
    "angry",
    "afraid",
    "calm",
    "always",
    "never",
    "often",
    "weekly",
    "daily",
]
unlisted = [
    Border("TEXT_UNLISTED_VALUES", TEXTS, NOBODY[:5], NOBODY[:4]),
    Border(
        "TEXT_UNLISTED_VARIED",
        TEXTS,
        [*NOBODY[:16], *NOBODY[:1] * 4],
        [*NOBODY[:15], *NOBODY[:1] * 5],
    ),
    Border("TEXT_UNLISTED_SHARE", TEXTS, fill(NOBODY[:10], 20), fill(NOBODY[:9], 20)),
    Border(
        "TEXT_UNLISTED_KNOWN", TEXTS, [*NOBODY[:12], *ORDINARY[:8]], [*NOBODY[:11], *ORDINARY[:9]]
    ),
]


def under(heading: str, rule: str):
    """Whether a heading's own rule sees a column."""
    (hint,) = [hint for hint in find_hints(heading) if hint.rule == rule][:1]
    return lambda cells: bool(hint.find_cells(distinct_of(cells)).any())


ZIP, REMARKS = under("postcode", "postcode"), under("opmerkingen", "free_text")
REFERRER = under("verwijzer", "person_name")
WEAK = make_words(-0.9, 0.3, 12)
headings = [
    Border("HINT_PARTED", ZIP, ["12345"] * 11 + ["3.5"] * 9, ["12345"] * 10 + ["3.5"] * 10),
    Border(
        "HINT_CATEGORY_CELLS",
        REMARKS,
        ["home visit"] * 3 + ["at school"] * 2,
        ["home visit"] * 3 + ["at school"] * 3,
    ),
    Border(
        "HINT_CATEGORY_LEAST",
        REMARKS,
        ["home visit"] * 10 + ["at school"],
        ["home visit"] * 10 + ["at school"] * 2,
    ),
    Border("HINT_VARIED", REFERRER, [*WEAK[:7], *WEAK[:1] * 3], [*WEAK[:11], *WEAK[:1] * 5]),
    Border("HINT_VARIED_VALUES", REFERRER, repeat(WEAK[:12], 2), repeat(WEAK[:11], 2)),
    Border(
        "HINT_NAME",  # (2 + 7 x 0.3) / 8 = 0.51; (2 + 8 x 0.3) / 9 = 0.49
        REFERRER,
        ["sanne" + " hope" * 7] * 20,
        ["sanne" + " hope" * 8] * 20,
    ),
]


def is_told_of_names(cells: list[str]) -> bool:
    declared = DeclaredColumns(kept=frozenset({"naam"}), ids=frozenset({"naam"}))
    return "person_name" in judge_cells("naam", distinct_of(cells), declared)


CODES = [f"AB{n}" for n in range(16)]
columns = [
    Border(
        "ID_CODES",
        is_told_of_names,
        [*CODES[:15], *["XQABZ", "XQACZ", "XQADZ", "XQAEZ", "XQAFZ"]],
        [*CODES[:16], *["XQABZ", "XQACZ", "XQADZ", "XQAEZ"]],
    ),
    Border(
        "MOSTLY",
        lambda cells: distinct_of(cells).is_mostly_words,
        ["better"] * 10 + [FILLER] * 10,
        ["better"] * 9 + [FILLER] * 11,
    ),
    Border(
        "MOSTLY",
        lambda cells: distinct_of(cells).is_mostly_plain,
        ["12"] * 10 + [FILLER] * 10,
        ["12"] * 9 + [FILLER] * 11,
    ),
]


def suggests(word: str):
    """Whether a suggestion for a column below k says the word."""

    def sees(cells: list[str]) -> bool:
        series = pd.Series(cells)
        numbers = pd.to_numeric(series, errors="coerce")
        frame = pd.DataFrame({"x": numbers if numbers.notna().all() else series})
        return any(word in item.how for item in check_k_anonymity(frame, ["x"], 2).suggestions)

    return sees


def is_caused(cells: list[str]) -> bool:
    """Whether the last of columns `1` (all alike) and `2` (all different) is named as a cause."""
    n = 4
    frame = pd.DataFrame(
        {f"c{place}": [0] * n if kind == "1" else range(n) for place, kind in enumerate(cells)}
    )
    return bool(check_k_anonymity(frame, list(frame), 2).causes)


anonymity = [
    Border("ANONYMITY_FEW_NUMBERS", suggests("bands"), ["1", "2", "3", "4"], ["1", "2", "3", "3"]),
    Border(
        "ANONYMITY_RARE",
        suggests("joining"),
        ["a"] * 36 + ["b"] * 3 + ["c"],
        ["a"] * 35 + ["b"] * 4 + ["c"],
    ),
    Border(
        "ANONYMITY_MOST_BANDS",
        lambda cells: suggests("4 bands")(cells) and not suggests("5 bands")(cells),
        [str(n) for n in range(40)],
        ["1", "2"],
    ),
    Border("ANONYMITY_CAUSES", is_caused, ["1"] * 11 + ["2"], ["1"] * 12 + ["2"]),
]

BORDERS = [*long_texts, *phrases, *unlisted, *headings, *columns, *anonymity]

"""Borders of names of people.

Weights: a known name 2, a name that is an ordinary word 0.3, an ordinary word -2; words of nobody
weigh what their letters say. Means are worked out beside the columns.
"""

from itertools import product

import numpy as np
from border_frame import (
    ENDINGS,
    SYLLABLES,
    Border,
    fill,
    make_words,
    repeat,
    with_detector,
)

from evalpipe.privacy import letter_patterns
from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors import person_names
from evalpipe.privacy.distinct import distinct_of
from evalpipe.privacy.name_weights import holds_unlisted_word, weigh_name
from evalpipe.privacy.word_lists import AMBIGUOUS, is_ordinary

NAMES = with_detector(person_names.find_person_names)
KNOWN = [
    "sanne",
    "bram",
    "fatima",
    "piet",
    "henk",
    "emma",
    "daan",
    "lotte",
    "thijs",
    "femke",
    "jeroen",
    "maaike",
]
BOTH = sorted(name for name in AMBIGUOUS if len(name) > 3)
PLAIN = [
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
    "mild",
    "moderate",
    "severe",
    "none",
]
PLAIN = [word for word in PLAIN if weigh_name(word) == -2]
LOW = make_words(-0.95, -0.85, 20)
LOWEST = [
    word
    for first, second in product(SYLLABLES, repeat=2)
    if (word := first + second + "xt") and letter_patterns.weigh_letters(word) < -0.8
][:20]
"""Words so unlike a name that their weight is cut off."""


def word_of(low: float, high: float) -> str:
    return make_words(low, high, 1)[0]


def is_name_column(cells: list[str]) -> bool:
    weights = np.array([weigh_name(text) for text in cells])
    return person_names._is_name_column(distinct_of(cells), weights)


def sees_last(cells: list[str]) -> bool:
    return bool(person_names.find_person_names(distinct_of(cells))[-1])


NEAR_ABOVE, NEAR_BELOW = make_words(0.3015, 0.309, 5), make_words(0.291, 0.2985, 5)
weights = [
    # (11 x 2 - 8 x 2) / 19 = 0.316 and (4 x 2 - 3 x 2) / 7 = 0.286
    Border("NAME_KNOWN", is_name_column, [*KNOWN[:11], *PLAIN[:8]], [*KNOWN[:4], *PLAIN[:3]]),
    Border("NAME_ORDINARY", is_name_column, [*KNOWN[:11], *PLAIN[:8]], [*KNOWN[:4], *PLAIN[:3]]),
    # (38 x 0.3 + 2) / 39 = 0.344 and (38 x 0.3 - 0.9) / 39 = 0.269
    Border("NAME_BOTH", is_name_column, [*BOTH[:38], KNOWN[0]], [*BOTH[:38], LOW[0]]),
    Border("NAME_LETTERS", is_name_column, NEAR_ABOVE, NEAR_BELOW),
    # (10 x 2 - 13) / 23 = 0.304 and (3 x 2 - 4) / 7 = 0.286
    Border(
        "NAME_LETTERS_MOST",
        is_name_column,
        [*KNOWN[:10], *LOWEST[:13]],
        [*KNOWN[:3], *LOWEST[:4]],
    ),
    Border("NAME_SHORTEST", lambda cells: holds_unlisted_word(cells[0]), ["xqz"], ["xq"]),
    Border("ORDINARY_LONG", lambda cells: is_ordinary(cells[0]), ["xqzxheid"], ["xqzheid"]),
]

ABOUT_ZERO = (word_of(0.01, 0.09), word_of(-0.09, -0.01))
"""Words that make a value with a known name weigh just above 1 and just below."""
forms = [
    Border(
        "NAME_FORM",  # 0.7 more than the letters say
        NAMES,
        [f"{word} p" for word in make_words(-0.395, -0.355, 6)],
        [f"{word} p" for word in make_words(-0.445, -0.405, 6)],
    ),
    Border(
        "NAME_UNLISTED",  # 4 x 0.3 + 1.15 - 0.98 + 0.7, or without the 0.7; of 6 values
        NAMES,
        [*BOTH[:4], "sanne hope", f"better-{ABOUT_ZERO[0]} p"],
        [*BOTH[:4], "sanne hope", f"better-{ABOUT_ZERO[1]} p"],
    ),
    Border(
        "NAME_CAPITALS",
        NAMES,
        [f"Sanne {ABOUT_ZERO[0].title()}"],
        [f"Sanne {ABOUT_ZERO[1].title()}"],
    ),
    Border(
        "NAME_PREFIXED",  # (2 - 0.35) / 2 + 0.7 = 1.53 and (2 - 0.45) / 2 + 0.7 = 1.48
        NAMES,
        [f"Sanne van {word_of(-0.39, -0.31).title()}"],
        [f"Sanne van {word_of(-0.49, -0.41).title()}"],
    ),
    Border(
        "NAME_COLUMN_TAKEN",
        sees_last,
        [*KNOWN[:6], f"better {ABOUT_ZERO[0]}"],
        [*KNOWN[:6], f"better {ABOUT_ZERO[1]}"],
    ),
    Border(
        "NAME_COLUMN_SHARE",
        NAMES,
        fill(["hope"] * 3 + ["sanne hope", "bram hope", "piet hope"], 20),
        fill(["hope"] * 3 + ["sanne hope", "bram hope"], 20),
    ),
]


def skipped(n_values: int, n_judged: int) -> int:
    taken = set(np.linspace(0, n_values - 1, n_judged).astype(int).tolist())
    return min(set(range(n_values)) - taken)


def long_column(n_values: int, place: int) -> list[str]:
    """Ordinary words, all different, with one name."""
    words = [" ".join(some) for some in product(PLAIN, PLAIN, PLAIN, PLAIN)][:n_values]
    words[place] = "Sanne Jansen"
    return words


MOST = limits.NAME_MOST_JUDGED
numbered = [
    Border(
        "NAME_MOST_JUDGED",
        NAMES,
        long_column(MOST, skipped(MOST, MOST - 1)),
        long_column(MOST + 1, skipped(MOST + 1, MOST)),
    ),
    Border(
        "NAME_NUMBERED_RARE",
        NAMES,
        ["1"] * 10 + ["P040 Sanne"] * 2,
        ["1"] * 10 + ["P040 Sanne"] * 3,
    ),
    Border(
        "NAME_NUMBERED_WEIGHT",
        NAMES,
        ["1"] * 10 + [f"P040 Sanne {ABOUT_ZERO[0].title()}"],
        ["1"] * 10 + [f"P040 Sanne {ABOUT_ZERO[1].title()}"],
    ),
    Border(
        "NAME_NUMBERED_VALUES",
        NAMES,
        fill(["P040 Sanne", "P041 Bram", "P042 Piet"], 6),
        fill(["P040 Sanne", "P041 Bram"], 4),
    ),
    Border(
        "NAME_NUMBERED_SHARE",
        NAMES,
        fill([f"P0{n} Sanne" for n in range(10)], 20),
        fill([f"P0{n} Sanne" for n in range(9)], 20),
    ),
]

ANSWERS = repeat(PLAIN[:5], 4)
GOOD = make_words(0.36, 0.5, 3)
BEST = word_of(0.56, 0.95)
strays = [
    Border("NAME_RARE_CELLS", NAMES, ANSWERS + ["sanne"] * 2, ANSWERS + ["sanne"] * 3),
    Border(
        "NAME_RARE_CELLS_LONG",
        NAMES,
        fill(["sanne"] * 3, 220, "better"),
        fill(["sanne"] * 4, 220, "better"),
    ),
    Border(
        "NAME_LONG_COLUMN",
        NAMES,
        fill(["sanne"] * 3, 200, "better"),
        fill(["sanne"] * 3, 199, "better"),
    ),
    Border("NAME_STRAY_CELLS", NAMES, fill(["sanne"], 8, "better"), fill(["sanne"], 7, "better")),
    Border(
        "NAME_UNLISTED_VALUES", NAMES, fill(GOOD[:3], 15, "better"), fill(GOOD[:2], 15, "better")
    ),
    Border(
        "NAME_UNLISTED_MEAN",
        NAMES,
        fill(make_words(0.355, 0.395, 3), 15, "better"),
        fill(make_words(0.305, 0.345, 3), 15, "better"),
    ),
    Border("NAME_CLEAR_CELLS", NAMES, fill([BEST], 20, "better"), fill([BEST], 19, "better")),
    Border(
        "NAME_CLEAR_OTHERS",  # (3 x 0.3 - 11 x 2) / 14 = -1.51 and (3 x 0.3 - 10 x 2) / 13 = -1.47
        NAMES,
        [BEST, *repeat([*PLAIN[:11], *BOTH[:3]], 3)],
        [BEST, *repeat([*PLAIN[:10], *BOTH[:3]], 3)],
    ),
    Border("NAME_CLEAR_VALUES", NAMES, [*ANSWERS, BEST, LOW[0]], [*ANSWERS, BEST, *LOW[:2]]),
    Border(
        "NAME_CLEAR_WEIGHT",
        NAMES,
        [*ANSWERS, word_of(0.505, 0.545)],
        [*ANSWERS, word_of(0.455, 0.495)],
    ),
]
FOUR = [f"{name} hope rose grace mark" for name in KNOWN[:3]]  # (2 + 4 x 0.3) / 5 = 0.64
FIVE = [f"{name} hope" for name in FOUR]  # (2 + 5 x 0.3) / 6 = 0.58
among_words = [
    Border(
        "NAME_WORDS_SHARE",
        NAMES,
        ["sanne", *PLAIN[:6], *LOW[:13]],
        ["sanne", *PLAIN[:5], *LOW[:14]],
    ),
    Border("NAME_AMONG_VALUES", NAMES, [*FOUR, *PLAIN[:6]], [*FOUR[:2], *PLAIN[:6]]),
    Border("NAME_AMONG_MEAN", NAMES, [*FOUR, *PLAIN[:6]], [*FIVE, *PLAIN[:6]]),
    Border("NAME_ALONE_CELLS", NAMES, ["Sanne", *LOW[:9]], ["Sanne", *LOW[:8]]),
]

TWO, FOURTH = "sanne hope hope", "sanne hope rose grace mark"  # 0.87 and 0.64
columns = [
    Border("NAME_FEW_VALUES", is_name_column, ["sanne", "hope", "rose"], ["sanne", "hope"]),
    Border("NAME_VARIED", NAMES, [*BOTH[:9], *["sanne"] * 11], [*BOTH[:8], *["sanne"] * 12]),
    # (38 x 0.3 + 2) / 39 = 0.344 and (38 x 0.3 - 0.9) / 39 = 0.269
    Border("NAME_MEAN", is_name_column, [*BOTH[:38], KNOWN[0]], [*BOTH[:38], LOW[0]]),
    # (3 x 0.3 + 0.87) / 4 = 0.44 and (3 x 0.3 + 0.64) / 4 = 0.385
    Border("NAME_MEAN_FEW", is_name_column, [*BOTH[:3], TWO], [*BOTH[:3], FOURTH]),
    Border("NAME_ENOUGH_VALUES", is_name_column, [*BOTH[:4], FOURTH], [*BOTH[:3], FOURTH]),
    Border(
        "NAME_REPEATED_VALUES",
        NAMES,
        repeat(["sanne", "bram", "hope"], 3),
        repeat(["sanne", "hope", "rose"], 3),
    ),
    Border(
        "NAME_REPEATED_SHARE",
        NAMES,
        repeat([*KNOWN[:6], *BOTH[:14]], 3),
        repeat([*KNOWN[:5], *BOTH[:15]], 3),
    ),
    Border(
        "NAME_REPEATED_MEAN",  # (16 + 2.4 - 8) / 20 = 0.52 and (16 + 3.9 - 8) / 25 = 0.48
        NAMES,
        repeat([*KNOWN[:8], *BOTH[:8], *PLAIN[:4]], 3),
        repeat([*KNOWN[:8], *BOTH[:13], *PLAIN[:4]], 3),
    ),
]


def find_neighbours() -> tuple[str, str]:
    """Words whose letters weigh just above nothing and just below, by how much is added."""

    def weigh_all(added: float) -> dict[str, float]:
        kept, limits.LETTERS_SMOOTHING = limits.LETTERS_SMOOTHING, added
        try:
            words = [a + b + end for end in ENDINGS[:2] for a, b in product(SYLLABLES, repeat=2)]
            return {word: letter_patterns.weigh_letters.__wrapped__(word) for word in words}
        finally:
            limits.LETTERS_SMOOTHING = kept

    now, more, less = (weigh_all(limits.LETTERS_SMOOTHING + step) for step in (0, 0.05, -0.05))
    told = next(word for word in now if now[word] > 0 >= more[word])
    untold = next(word for word in now if now[word] <= 0 < less[word])
    return told, untold


JUST = find_neighbours()
letters = [
    Border(
        "LETTERS_SMOOTHING",
        lambda cells: letter_patterns.weigh_letters(cells[0]) > 0,
        [JUST[0]],
        [JUST[1]],
    ),
]

BORDERS = [*weights, *forms, *numbered, *strays, *among_words, *columns, *letters]

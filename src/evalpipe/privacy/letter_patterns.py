"""How much a word reads like a name: letters in threes, learned from the lists of names and words.

A ratio of likelihoods (naive Bayes over letter trigrams, add-one smoothing): above 0 a word reads
more like a name, below like an ordinary word. One word says little, a column of them much.
"""

import math
from collections import Counter
from collections.abc import Iterable
from functools import cache

from evalpipe.privacy.known_names import FIRST_NAMES, SURNAMES
from evalpipe.privacy.known_places import PLACES
from evalpipe.privacy.ordinary_words import WORDS

_SMOOTHING = 0.5
_KINDS = 27**3


def _trigrams(word: str) -> list[str]:
    framed = f"^{word}$"
    return [framed[i : i + 3] for i in range(len(framed) - 2)]


def _learn(words: Iterable[str]) -> tuple[Counter[str], int]:
    counted: Counter[str] = Counter()
    for word in words:
        if len(word) >= 3:
            counted.update(_trigrams(word))
    return counted, counted.total()


@cache
def _models() -> tuple[Counter[str], int, Counter[str], int]:
    return (*_learn(FIRST_NAMES | SURNAMES | PLACES), *_learn(WORDS))


@cache
def weigh_letters(word: str) -> float:
    """Log-likelihood ratio per trigram that a folded word is a name and not an ordinary word."""
    names, n_names, words, n_words = _models()
    total = 0.0
    grams = _trigrams(word)
    for gram in grams:
        as_name = (names[gram] + _SMOOTHING) / (n_names + _SMOOTHING * _KINDS)
        as_word = (words[gram] + _SMOOTHING) / (n_words + _SMOOTHING * _KINDS)
        total += math.log(as_name / as_word)
    return total / len(grams)

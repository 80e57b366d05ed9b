"""How much a word reads like a name: letters in threes, learned from the lists of names and words.

A ratio of likelihoods (naive Bayes over letter trigrams, add-one smoothing): above 0 a word reads
more like a name, below like an ordinary word. One word says little, a column of them much.
"""

import math
from collections import Counter
from collections.abc import Iterable
from functools import cache

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.word_lists import NAMES, ORDINARY, PLACES

_KINDS = 27**3


def _trigrams(word: str) -> list[str]:
    framed = f"^{word}$"
    return [framed[i : i + 3] for i in range(len(framed) - 2)]


def _learn(words: Iterable[str]) -> tuple[Counter[str], int]:
    counted: Counter[str] = Counter()
    for word in words:
        counted.update(_trigrams(word))
    return counted, counted.total()


@cache
def _models() -> tuple[Counter[str], int, Counter[str], int]:
    return (*_learn(NAMES | PLACES), *_learn(ORDINARY))


@cache
def weigh_letters(word: str) -> float:
    """Log-likelihood ratio per trigram that a folded word is a name and not an ordinary word."""
    names, n_names, words, n_words = _models()
    added = limits.LETTERS_SMOOTHING
    total = 0.0
    grams = _trigrams(word)
    for gram in grams:
        as_name = (names[gram] + added) / (n_names + added * _KINDS)
        as_word = (words[gram] + added) / (n_words + added * _KINDS)
        total += math.log(as_name / as_word)
    return total / len(grams)

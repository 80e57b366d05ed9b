"""k-anonymity and l-diversity against counts made by hand and by brute force."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from evalpipe.privacy.anonymity import (
    check_k_anonymity,
    check_l_diversity,
    describe_anonymity,
    describe_diversity,
)

SWEENEY = pd.DataFrame(  # Sweeney (2002), figure 3: k = 2 over race, birth, gender and zip
    {
        "race": ["Black"] * 4 + ["White"] * 7,
        "birth": [1965, 1965, 1964, 1964, 1964, 1964, 1964, 1967, 1967, 1967, 1967],
        "gender": list("mmfffffmmmm"),
        "zip": ["0214*"] * 2 + ["0213*"] * 7 + ["0213*"] * 2,
        "problem": ["short breath", "chest pain", "hypertension", "hypertension", "obesity",
                    "chest pain", "obesity", "short breath", "chest pain", "chest pain", "short"],
    }
)  # fmt: skip
QUASI = ["race", "birth", "gender", "zip"]


def test_published_example_is_two_anonymous():
    result = check_k_anonymity(SWEENEY, QUASI, 2)
    assert (result.smallest_class, result.n_below_k, result.n_classes) == (2, 0, 4)
    assert result.is_met
    assert result.causes == ()


def test_published_example_falls_short_of_three():
    result = check_k_anonymity(SWEENEY, QUASI, 3)
    assert (result.smallest_class, result.n_below_k, result.is_met) == (2, 4, False)
    assert ("zip",) in [cause.columns for cause in result.causes]


def test_diversity_counts_distinct_values_of_each_class():
    result = check_l_diversity(SWEENEY, QUASI, "problem", 2)
    assert result.fewest_values == 1
    assert result.n_below_l == 2
    assert result.most_certain == 1.0


def test_missing_sensitive_values_are_no_value_and_missing_levels_are_a_level():
    frame = pd.DataFrame({"site": ["a", "a", None, None], "outcome": ["x", None, "x", "y"]})
    assert check_k_anonymity(frame, ["site"], 2).smallest_class == 2
    result = check_l_diversity(frame, ["site"], "outcome", 2)
    assert (result.fewest_values, result.n_below_l, result.most_certain) == (1, 2, 0.5)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_counting_by_hand(seed: int):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({name: rng.integers(0, 4, 120) for name in "abc"})
    counts = Counter(zip(*(frame[name] for name in "abc"), strict=True))
    result = check_k_anonymity(frame, list("abc"), 4)
    assert result.n_classes == len(counts)
    assert result.smallest_class == min(counts.values())
    assert result.n_below_k == sum(n for n in counts.values() if n < 4)


def test_cause_is_the_smallest_combination():
    frame = pd.DataFrame({"sex": list("mf") * 20, "site": (["x"] * 2 + ["y"] * 2) * 10})
    frame.loc[40] = ["m", "z"]
    frame = pd.concat([frame, pd.DataFrame({"sex": ["m"] * 9 + ["f"], "site": ["z"] * 10})])
    result = check_k_anonymity(frame.reset_index(drop=True), ["sex", "site"], 5)
    assert [(cause.columns, cause.n_records) for cause in result.causes] == [(("sex", "site"), 1)]


def test_coarser_bands_are_suggested_and_do_what_they_promise():
    ages = pd.DataFrame({"age": np.arange(40), "sex": list("mf") * 20})
    result = check_k_anonymity(ages, ["age", "sex"], 5)
    best = {item.how: item for item in result.suggestions}["4 bands of age"]
    assert (best.n_below_k, best.smallest_class) == (0, 5)
    banded = ages.assign(age=ages["age"] // 10)
    assert check_k_anonymity(banded, ["age", "sex"], 5).smallest_class == best.smallest_class


def test_the_sentence_holds_no_value():
    frame = pd.DataFrame({"site": ["Canary-Kliniek"] + ["Other"] * 9})
    text = describe_anonymity(check_k_anonymity(frame, ["site"], 5))
    assert "Canary" not in text
    assert "Other" not in text
    assert "1 of 10 participants" in text


def test_no_columns_and_no_rows():
    frame = pd.DataFrame({"a": [1, 2, 3]})
    assert check_k_anonymity(frame, [], 3).smallest_class == 3
    empty = check_k_anonymity(frame.head(0), ["a"], 3)
    assert (empty.smallest_class, empty.n_classes, empty.n_below_k) == (0, 0, 0)
    with pytest.raises(ValueError, match="no such column"):
        check_k_anonymity(frame, ["b"], 3)


def test_the_sentence_of_diversity_counts_participants():
    result = check_l_diversity(SWEENEY, QUASI, "problem", 2)
    assert "2 participants" in describe_diversity(result)
    assert "hypertension" not in describe_diversity(result)

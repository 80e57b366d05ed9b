"""Random tables of people: k-anonymity and l-diversity against counting by hand."""

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evalpipe.privacy.anonymity import check_k_anonymity, check_l_diversity, describe_anonymity

COLUMNS = ("site", "sex", "age_years")
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["north", "south", None, float("nan"), pd.NA]),
        st.sampled_from(["girl", "boy", None]),
        st.sampled_from([6.0, 7.0, 8.5, 9.0, 12.0, float("nan")]),
        st.sampled_from(["secure", "avoidant", None]),
    ),
    max_size=25,
)


def plain(value):
    """A missing value is a level of its own, however it is written."""
    return "missing" if pd.isna(value) else value


def classes(people, columns):
    keys = [tuple(plain(person[COLUMNS.index(c)]) for c in columns) for person in people]
    return keys, Counter(keys)


def below(people, columns, k):
    keys, sizes = classes(people, columns)
    return sum(sizes[key] < k for key in keys)


@given(people=PEOPLE, k=st.integers(1, 6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_k_anonymity_is_what_counting_gives(people, k):
    frame = pd.DataFrame(people, columns=[*COLUMNS, "class"])
    found = check_k_anonymity(frame, COLUMNS, k)
    _, sizes = classes(people, COLUMNS)
    assert found.smallest_class == min(sizes.values(), default=0)
    assert found.n_classes == len(sizes)
    assert found.n_below_k == below(people, COLUMNS, k)
    sets = [s for n in (1, 2, 3) for s in combinations(COLUMNS, n)]
    minimal = {
        s
        for s in sets
        if below(people, s, k)
        and not any(below(people, part, k) for part in sets if set(part) < set(s))
    }
    assert {cause.columns for cause in found.causes} == minimal
    assert all(cause.n_records == below(people, cause.columns, k) for cause in found.causes)
    for item in found.suggestions:
        assert item.n_below_k < found.n_below_k
        if item.how.startswith("leaving out"):
            rest = tuple(c for c in COLUMNS if c != item.column)
            assert item.n_below_k == below(people, rest, k)


@given(people=PEOPLE, distinct=st.integers(1, 3))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_l_diversity_is_what_counting_gives(people, distinct):
    frame = pd.DataFrame(people, columns=[*COLUMNS, "class"])
    found = check_l_diversity(frame, COLUMNS[:2], "class", distinct)
    keys, sizes = classes(people, COLUMNS[:2])
    values = {key: set() for key in sizes}
    for key, person in zip(keys, people, strict=True):
        if not pd.isna(person[3]):
            values[key].add(person[3])
    assert found.fewest_values == min(map(len, values.values()), default=0)
    assert found.n_below_l == sum(sizes[key] for key in sizes if len(values[key]) < distinct)


@given(people=PEOPLE)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_the_message_names_no_value(people):
    frame = pd.DataFrame(people, columns=[*COLUMNS, "class"])
    text = describe_anonymity(check_k_anonymity(frame, COLUMNS, 5))
    assert not any(word in text for word in ("north", "south", "girl", "boy", "8.5", "12.0"))


def test_people_are_many_and_columns_wide():
    """Codes of many levels are combined without running over."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"q{i}": rng.integers(0, 3_000, 4_000) for i in range(12)})
    found = check_k_anonymity(frame, list(frame.columns), 2)
    assert found.n_classes == 4_000

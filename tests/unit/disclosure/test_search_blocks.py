"""Tables of many therapists: blocks that are alike share one search and its result."""

import numpy as np
import pytest

from evalpipe.disclosure import search
from evalpipe.disclosure.ledger import Ledger, Place


def therapists(counts, threshold=5):
    """A ledger of (n, yes) for each therapist; nothing ties one to another."""
    ledger = Ledger(threshold)
    for i, (n, yes) in enumerate(counts):
        places = [Place("statistics", 3 * i + k, "value") for k in range(3)]
        whole = ledger.add(("n", i), float(n), "other", places[0])
        one = ledger.add(("yes", i), float(yes), "other", places[1])
        other = ledger.add(("no", i), float(n - yes), "other", places[2])
        ledger.tie([one, other], whole)
    return ledger.to_counts()[0]


@pytest.fixture
def counts():
    generator = np.random.default_rng(0)
    sizes = generator.integers(1, 13, 120)
    return [(int(n), int(generator.integers(0, n + 1))) for n in sizes]


def test_each_block_is_withheld_as_if_it_were_alone(counts):
    together = search.find_pattern(therapists(counts), 5).withheld.reshape(-1, 3)
    alone = [search.find_pattern(therapists([pair]), 5).withheld for pair in counts[:30]]
    assert np.array_equal(together[:30], np.array(alone))


def test_blocks_that_are_alike_are_searched_once(counts, monkeypatch):
    searched = []
    protect = search._Part.protect
    monkeypatch.setattr(
        search._Part, "protect", lambda part: (searched.append(1), protect(part))[1]
    )
    search.find_pattern(therapists(counts * 5), 5)
    assert 0 < len(searched) <= 2 * len(set(counts)) < len(counts) * 5

"""Random small tables: nobody who lists every possible world learns a withheld count.

The attacker here needs no program: it lists all ways to fill two arms of known size with three
levels and a rest of missing values, and keeps those that agree with everything released.
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, share_rows, statistic_frame
from evalpipe.disclosure.protect import protect
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[2]
LEVELS = ("low", "middle", "high")
ARMS = ("tau", "btheb")


@pytest.fixture(scope="module")
def plan():
    found = load_plan(ROOT / "config" / "studies" / "btheb.yaml")
    return found.model_copy(update={"privacy": found.privacy.model_copy(update={"allow": ()})})


def with_threshold(plan, threshold):
    privacy = plan.privacy.model_copy(update={"disclosure_threshold": threshold})
    return plan.model_copy(update={"privacy": privacy})


def table_of(plan, cells):
    """Rows of a baseline table; cells: arm -> counts of three levels and of the missing."""
    rows = []
    arms = {
        **dict(zip(ARMS, cells, strict=True)),
        None: [sum(pair) for pair in zip(*cells, strict=True)],
    }
    for arm, counts in arms.items():
        rows.append(
            StatisticRow(
                StatisticTable.BASELINE, "participants", Statistic.COUNT, sum(counts),
                n=sum(counts), arm=arm,
            )
        )  # fmt: skip
    for arm, (*counts, missing) in arms.items():
        for level, count in zip(LEVELS, counts, strict=True):
            rows += share_rows(
                count,
                sum(counts),
                table=StatisticTable.BASELINE,
                variable="drug",
                level=level,
                arm=arm,
            )
        if missing:
            rows.append(
                StatisticRow(
                    StatisticTable.BASELINE, "drug", Statistic.COUNT, missing,
                    n=sum(counts) + missing, level="missing", arm=arm,
                )
            )  # fmt: skip
    return statistic_frame(plan, rows)


def fillings(size):
    """All ways to divide `size` people over four cells: shape (ways, 4)."""
    bars = np.array(list(combinations(range(size + 3), 3)))
    edges = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), size + 3)])
    return np.diff(edges, axis=1) - 1


def numbers_of(worlds):
    """Every number of the table in every world: (arm, what) -> array."""
    found = {}
    for arm, cells in {**dict(zip(ARMS, worlds, strict=True)), None: worlds[0] + worlds[1]}.items():
        for place, level in enumerate(LEVELS):
            found[arm, level] = cells[:, place]
        found[arm, "missing"] = cells[:, 3]
        found[arm, "n"] = cells[:, :3].sum(axis=1)
    return found


def what_is_known(frame):
    """(arm, what) -> released number, None where withheld; and whether sizes are all released."""
    known, sizes = {}, True
    for row in frame.to_dict("records"):
        arm = row["group_arm"] if isinstance(row["group_arm"], str) else None
        value = row["value"] if row["value"] == row["value"] else None
        if row["variable"] == "participants":
            sizes &= value is not None
        elif row["statistic"] == "count":
            known[arm, row["level"]] = value
            if row["level"] != "missing":
                known[arm, "n"] = row["n"] if row["n"] == row["n"] else None
    return known, sizes


@given(
    cells=st.tuples(*[st.tuples(*[st.integers(0, 9)] * 4)] * 2),
    threshold=st.integers(1, 5),
)
@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_every_withheld_count_has_two_worlds_far_apart(plan, cells, threshold):
    if min(sum(arm) for arm in cells) <= 2 * threshold or max(sum(arm) for arm in cells) > 20:
        return
    frame = table_of(plan, cells)
    released = protect(with_threshold(plan, threshold), {"statistics": frame}).tables["statistics"]
    known, has_sizes = what_is_known(released)
    if not has_sizes:
        return
    first, second = fillings(sum(cells[0])), fillings(sum(cells[1]))
    both = np.repeat(first, len(second), axis=0), np.tile(second, (len(first), 1))
    worlds = numbers_of(both)
    fits = np.ones(len(both[0]), dtype=bool)
    for name, values in worlds.items():
        if name[1] == "missing" and name not in known:
            fits &= values == 0
        elif known.get(name) is not None:
            fits &= values == known[name]
    assert fits.any()
    for name, value in known.items():
        if value is None:
            left = worlds[name][fits]
            assert left.max() - left.min() > threshold, name
        elif name[1] != "n":
            assert value == 0 or value > threshold, name

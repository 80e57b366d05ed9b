"""Tables made to be hard: what is small hides in totals, visits, cohorts, flows and means."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows, statistic_frame
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[2]
THRESHOLD = 5
ARMS = ("tau", "btheb")


@pytest.fixture(scope="module")
def plan():
    found = load_plan(ROOT / "config" / "studies" / "btheb.yaml")
    return found.model_copy(update={"privacy": found.privacy.model_copy(update={"allow": ()})})


def over_arms(values):
    """Counts in two arms and over both."""
    return {**dict(zip(ARMS, values, strict=True)), None: sum(values)}


def sizes(*values):
    rows = []
    for arm, n in over_arms(values).items():
        place = (StatisticTable.BASELINE, "participants", Statistic.COUNT, n)
        rows.append(StatisticRow(*place, n=n, arm=arm))
        step = "randomised" if arm is None else "allocated"
        rows.append(StatisticRow(StatisticTable.FLOW, step, Statistic.COUNT, n, arm=arm))
    return rows


def levels(table, **counts):
    """Counts of levels, given as (first arm, second arm)."""
    rows = []
    totals = over_arms([sum(pair[arm] for pair in counts.values()) for arm in (0, 1)])
    for level, pair in counts.items():
        for arm, count in over_arms(pair).items():
            where = {"table": table, "variable": "drug", "level": level, "arm": arm}
            rows += share_rows(count, totals[arm], **where)
    return rows


def visits(seen, n):
    """Seen and missing at visits, and the mean of those seen."""
    rows = []
    for visit, pair in seen.items():
        for arm, count in over_arms(pair).items():
            size = over_arms(n)[arm]
            where = {"variable": "bdi", "arm": arm, "visit": visit}
            missing = {"table": StatisticTable.MISSINGNESS, **where}
            rows += share_rows(count, size, level="observed", **missing)
            rows += share_rows(size - count, size, level="missing", **missing)
            scores = pd.Series(range(count), dtype=float) + (20 if arm == "tau" else 0)
            rows += mean_rows(scores, table=StatisticTable.OBSERVED_MEANS, **where)
    return rows


def flow(step, value, arm=None, level=None, **groups):
    return StatisticRow(
        StatisticTable.FLOW, step, Statistic.COUNT, value, arm=arm, level=level, groups=groups
    )


def cohort_flow():
    """Two cohorts; in the second three were lost in one arm, which the whole would give back."""
    rows = []
    for cohort, sizes_, lost in (
        (None, (60, 60), (13, 12)),
        ("a", (40, 41), (10, 12)),
        ("b", (20, 19), (3, 0)),
    ):
        groups = {"cohort": cohort}
        rows.append(flow("randomised", sum(sizes_), **groups))
        for arm, size, out in zip(ARMS, sizes_, lost, strict=True):
            rows += [
                flow("allocated", size, arm, **groups),
                flow("ended", size - out, arm, "completed", **groups),
                flow("ended", out, arm, "lost_to_follow_up", **groups),
            ]
    return rows


def flow_with_reasons():
    return [
        flow("randomised", 60),
        flow("allocated", 60, "tau"),
        flow("ended", 44, "tau", "completed"),
        flow("ended", 16, "tau", "lost_to_follow_up"),
        flow("ended", 9, "tau", "lost_to_follow_up", reason="moved"),
        flow("ended", 4, "tau", "lost_to_follow_up", reason="no_time"),
        flow("ended", 3, "tau", "lost_to_follow_up", reason="unwell"),
        flow("analysed", 58, "tau", analysis="primary"),
        flow("not_analysed", 2, "tau", analysis="primary"),
        flow("not_analysed", 2, "tau", "outcome_missing", analysis="primary"),
    ]


BASELINE = StatisticTable.BASELINE
NASTY = {
    "every count is small": [*sizes(9, 8), *levels(BASELINE, a=(3, 2), b=(4, 1), c=(2, 5))],
    "one small count in a corner": [*sizes(50, 50), *levels(BASELINE, a=(1, 20), b=(49, 30))],
    "small in both arms": [*sizes(50, 50), *levels(BASELINE, a=(3, 4), b=(47, 46))],
    "small over all": [*sizes(50, 50), *levels(BASELINE, a=(2, 1), b=(20, 25), c=(28, 24))],
    "ones everywhere": [*sizes(50, 50), *levels(BASELINE, a=(1, 1), b=(1, 1), c=(48, 48))],
    "all but few": [*sizes(30, 6), *levels(BASELINE, a=(27, 6), b=(3, 0))],
    "a size that is small": [*sizes(40, 4), *levels(BASELINE, a=(20, 2), b=(20, 2))],
    "one more is missing at each visit": visits(
        {"month_2": (48, 52), "month_3": (47, 52), "month_5": (46, 51), "month_8": (45, 51)},
        (48, 52),
    )
    + sizes(48, 52),
    "few missing in both arms": [*sizes(48, 52), *visits({"month_2": (46, 49)}, (48, 52))],
    "cohorts that give the whole back": cohort_flow(),
    "reasons of loss": flow_with_reasons(),
}


@pytest.mark.parametrize("name", NASTY)
def test_no_withheld_count_comes_out(name, plan, attack_tables):
    frame = statistic_frame(plan, NASTY[name])
    attack, released = attack_tables(plan, {"statistics": frame})
    truth = {row["statistic_id"]: row for row in frame.to_dict("records")}
    assert attack.withheld
    for (row, column), number in attack.withheld.items():
        least, most = attack.bounds(number)
        assert most - least > THRESHOLD, (row, column)
        assert least <= truth[row][column] <= most
    shown = released.tables["statistics"]
    counts = shown[shown["statistic"] == "count"]
    assert not counts["value"].between(1, THRESHOLD).any()
    assert not shown["n"].astype("Float64").between(1, THRESHOLD).any()

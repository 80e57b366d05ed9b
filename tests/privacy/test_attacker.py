"""Nobody can work out a withheld count from what a report shows.

For each withheld count an integer program looks for the least and the most that it can be, given
every released number and every sum that a reader knows. The two must lie farther apart than the
threshold. The truth must lie between them, or the attacker knows nothing of how tables are made.
"""

import math

import pandas as pd
import pytest

from evalpipe.report.release import Release

STUDIES = ["reattach_cohort", "eft_couples"]
SLOW = [
    "attachment_classes",
    "coregulation_diary",
    "handholding",
    "pmt_attachment",
    "reattach_rct",
]
KEYS = {"statistics": "statistic_id", "estimates": "estimate_id"}


def truth_of(tables):
    """(id of the row, column) -> the count that was there."""
    found = {}
    for name, key in KEYS.items():
        frame = tables.get(name)
        for record in frame.to_dict("records") if frame is not None else []:
            for column in ("value", "n", "n_participants", "n_observations"):
                if column in record and not pd.isna(record[column]):
                    found[record[key], column] = float(record[column])
    return found


def assert_safe(attack, tables, threshold):
    truth = truth_of(tables)
    narrow, outside = [], []
    for (row, column), name in attack.withheld.items():
        least, most = attack.bounds(name)
        if not most - least > threshold:
            narrow.append((row, column))
        value = truth.get((row, column))
        if value is not None and not least <= value <= most:
            outside.append((row, column))
    assert not narrow, f"{len(narrow)} withheld counts come out, the first: {narrow[:3]}"
    assert not outside, f"the attacker is wrong about {len(outside)}, the first: {outside[:3]}"


def small_shown(released, tables, threshold):
    """Rows that show a count of people from 1 to the threshold."""
    frame = released.tables["statistics"]
    small = frame["statistic"].isin(["count", "members"]) & frame["value"].between(1, threshold)
    return frame[small & (frame["table"] != "clustering")]


@pytest.mark.parametrize(
    "study", [*STUDIES, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]
)
def test_no_withheld_count_of_a_described_study_comes_out(study, study_tables, attack_tables):
    plan, tables = study_tables(study)
    threshold = 5  # as for real people, whatever the plan of made-up ones says
    changes = {"allow": (), "disclosure_threshold": threshold}
    strict = plan.model_copy(update={"privacy": plan.privacy.model_copy(update=changes)})
    attack, released = attack_tables(strict, tables)
    assert attack.withheld
    assert small_shown(released, tables, threshold).empty
    assert_safe(attack, tables, threshold)


@pytest.mark.parametrize("is_strict", [False, True])
def test_no_withheld_count_of_the_public_trial_comes_out(is_strict, study_tables, attack_tables):
    """With the plan's own decisions, and as if it had taken none."""
    plan, tables = study_tables("btheb", True)
    if is_strict:
        privacy = plan.privacy.model_copy(update={"allow": ()})
        plan = plan.model_copy(update={"privacy": privacy})
    attack, released = attack_tables(plan, tables)
    assert attack.withheld
    assert_safe(attack, tables, plan.privacy.disclosure_threshold)
    shown = small_shown(released, tables, plan.privacy.disclosure_threshold)
    assert shown.empty if is_strict else set(shown["table"]) <= {"flow", "missingness"}


def test_the_attacker_succeeds_where_only_small_counts_are_withheld(
    study_tables, attack_folder, tmp_path
):
    """Without secondary suppression the same attacker gets them back: the test can fail."""
    _, tables = study_tables("btheb", True)
    frame = tables["statistics"].copy()
    small = frame["statistic"].isin(["count", "members"]) & frame["value"].between(1, 5)
    frame["withheld"] = small.map({True: "value", False: None})
    frame.loc[small, "value"] = math.nan
    Release(tmp_path).write_table("tables/statistics.csv", frame)
    attack = attack_folder(tmp_path)
    widths = [most - least for least, most in map(attack.bounds, attack.withheld.values())]
    assert min(widths) == 0

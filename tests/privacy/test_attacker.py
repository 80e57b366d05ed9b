"""Nobody can work out a withheld count from what a report shows.

For each withheld count an integer program looks for the least and the most that it can be, given
every released number and every sum that a reader of the plan knows. The two must lie farther apart
than the threshold. The truth must lie between them, or the attacker knows nothing of how tables
are made.
"""

import math

import pytest

from evalpipe.disclosure.release import Release

THRESHOLD = 5
DESCRIBED = ["reattach_cohort", "eft_couples"]
ANALYSED = [
    "attachment_classes",
    "coregulation_diary",
    "eft_couples",
    "handholding",
    "pmt_attachment",
    "reattach_cohort",
    "reattach_rct",
]


def assert_safe(verdict):
    assert verdict.withheld
    assert not verdict.narrow, f"{len(verdict.narrow)} come out: {verdict.narrow[:3]}"
    assert not verdict.told, f"{len(verdict.told)} differences come out: {verdict.told[:3]}"
    assert not verdict.outside, f"the attacker is wrong about {verdict.outside[:3]}"


def small_shown(released, tables, threshold):
    """Rows that show a count of people from 1 to the threshold."""
    frame = released.tables["statistics"]
    small = frame["statistic"].isin(["count", "members"]) & frame["value"].between(1, threshold)
    return frame[small & (frame["table"] != "clustering")]


def strict(plan):
    """As for real people, whatever the plan of made-up ones says."""
    changes = {"allow": (), "disclosure_threshold": THRESHOLD}
    return plan.model_copy(update={"privacy": plan.privacy.model_copy(update=changes)})


@pytest.mark.parametrize("study", DESCRIBED)
def test_no_withheld_count_of_a_described_study_comes_out(
    study, study_tables, attack_tables, judge
):
    plan, tables = study_tables(study)
    attack, released = attack_tables(strict(plan), tables)
    assert small_shown(released, tables, THRESHOLD).empty
    assert_safe(judge(attack, tables, THRESHOLD))


@pytest.mark.slow
@pytest.mark.parametrize("study", ANALYSED)
def test_no_withheld_count_of_an_analysed_study_comes_out(
    study, study_tables, attack_tables, judge
):
    plan, tables = study_tables(study, True)
    attack, released = attack_tables(strict(plan), tables)
    assert small_shown(released, tables, THRESHOLD).empty
    assert_safe(judge(attack, tables, THRESHOLD))


def test_no_withheld_count_of_the_public_trial_comes_out(study_tables, attack_tables, judge):
    """As if its plan had taken no decision: those analysed, seen and lost are people, too."""
    plan, tables = study_tables("btheb", True)
    attack, released = attack_tables(strict(plan), tables)
    verdict = judge(attack, tables, THRESHOLD)
    assert_safe(verdict)
    assert verdict.secrets
    assert small_shown(released, tables, THRESHOLD).empty


def test_the_decisions_of_the_public_trial_show_no_other_count(study_tables, attack_tables, judge):
    plan, tables = study_tables("btheb", True)
    attack, released = attack_tables(plan, tables)
    verdict = judge(attack, tables, plan.privacy.disclosure_threshold)
    assert verdict.withheld
    assert not verdict.narrow
    shown = small_shown(released, tables, plan.privacy.disclosure_threshold)
    assert set(shown["table"]) <= {"flow", "missingness"}


def test_the_attacker_succeeds_where_only_observations_are_told(study_tables, attack_tables):
    """280 observations, less those of three visits, are the 97 seen at the first: it can fail."""
    plan, tables = study_tables("btheb", True)
    attack, _ = attack_tables(strict(plan), tables)
    for visit, seen in (("month_3", 73), ("month_5", 58), ("month_8", 52)):
        for name in list(attack.system.place):
            if name[:2] == ("value", "missingness") and name[4:7] == ("observed", "", visit):
                attack.system.know(name, seen, seen)
    first = [n for n in attack.withheld.values() if n[4:7] == ("observed", "", "month_2")]
    before = [most - least for least, most in map(attack.bounds, first)]
    attack.system.know(("observations", "published_comparison"), 280, 280)
    assert min(before) > THRESHOLD
    assert [attack.bounds(name) for name in first] == [(97, 97)]


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

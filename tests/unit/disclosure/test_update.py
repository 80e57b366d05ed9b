"""N against N + 1: what may be released beside an earlier report."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evalpipe.config.data import Override
from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, statistic_frame
from evalpipe.disclosure.release import Release, Released
from evalpipe.disclosure.update import (
    RULE,
    SAME_DATA,
    check_update,
    released_numbers,
)
from evalpipe.errors import ExitCode, PrivacyError
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def plan():
    return load_plan(ROOT / "config" / "studies" / "btheb.yaml")


def tables(plan, tau, btheb, drug=20):
    rows = [
        StatisticRow(StatisticTable.FLOW, "randomised", Statistic.COUNT, tau + btheb),
        StatisticRow(StatisticTable.FLOW, "allocated", Statistic.COUNT, tau, arm="tau"),
        StatisticRow(StatisticTable.FLOW, "allocated", Statistic.COUNT, btheb, arm="btheb"),
        StatisticRow(
            StatisticTable.BASELINE, "drug", Statistic.COUNT, drug, n=tau + btheb, level="yes"
        ),
    ]
    return {"statistics": statistic_frame(plan, rows)}


def numbers(plan, *sizes, **counts):
    return released_numbers(plan, tables(plan, *sizes, **counts))


@pytest.mark.parametrize("added", [1, 5])
def test_few_added_are_refused_with_what_to_do(plan, added):
    with pytest.raises(PrivacyError) as caught:
        check_update(plan, numbers(plan, 48, 52), numbers(plan, 48 + added, 52))
    message = str(caught.value)
    assert "evalpipe forget btheb" in message
    assert RULE in message
    assert "\n" not in message
    assert caught.value.exit_code == ExitCode.PRIVACY


def test_a_withdrawal_is_refused_too(plan):
    with pytest.raises(PrivacyError, match="number of participants"):
        check_update(plan, numbers(plan, 48, 52), numbers(plan, 47, 52))


def test_more_than_the_threshold_may_be_added_when_every_count_changes_as_much(plan):
    check_update(plan, numbers(plan, 48, 52), numbers(plan, 54, 58, drug=30))
    check_update(plan, numbers(plan, 48, 52), numbers(plan, 54, 58, drug=20))


def test_a_cohort_in_which_few_have_a_level_is_refused(plan):
    """20 before and 22 after: two of those who came have it."""
    with pytest.raises(PrivacyError, match="1 released counts"):
        check_update(plan, numbers(plan, 48, 52), numbers(plan, 60, 64, drug=22))


def test_the_same_people_are_not_refused(plan):
    check_update(plan, numbers(plan, 48, 52), numbers(plan, 48, 52))
    check_update(plan, numbers(plan, 48, 52), numbers(plan, 48, 52, drug=21))
    check_update(plan, None, numbers(plan, 48, 52))


def test_a_plan_can_accept_it_with_a_reason(plan):
    override = Override(rule=RULE, reason="The first report was never given to anybody.")
    privacy = plan.privacy.model_copy(update={"overrides": (override,)})
    own = plan.model_copy(update={"privacy": privacy})
    check_update(own, numbers(plan, 48, 52), numbers(plan, 49, 52))


def test_only_public_numbers_are_remembered(plan):
    strict = plan.model_copy(update={"privacy": plan.privacy.model_copy(update={"allow": ()})})
    released = Released.of(strict, tables(strict, 48, 52, drug=97))
    remembered = released_numbers(strict, released.tables)
    assert 97 not in remembered["counts"].values()  # 3 of 100 have no drug
    assert 48 in remembered["sizes"].values()


def test_the_last_release_decides_on_writing_and_changes_nothing_written(plan, tmp_path):
    released = Released.of(plan, tables(plan, 48, 52))
    release = Release(tmp_path)
    for _ in range(2):
        release.check_update(plan, released)
        release.write_decisions(plan, released)
        files = {path.name: path.read_bytes() for path in sorted(tmp_path.rglob("*.*"))}
    assert sorted(files) == ["disclosure.csv", "released.json"]
    assert json.loads(files["released.json"])["study"] == "btheb"
    more = Released.of(plan, tables(plan, 49, 52))
    with pytest.raises(PrivacyError):
        release.check_update(plan, more)
    assert {path.name: path.read_bytes() for path in sorted(tmp_path.rglob("*.*"))} == files


def test_published_numbers_that_are_withheld_are_left_out_of_the_comparison(plan):
    released = Released.of(plan, tables(plan, 48, 52))
    record = {"estimate_id": "a", "field": "estimate"}
    assert released.published([record]) == [record]
    assert isinstance(released.tables["statistics"], pd.DataFrame)


def second_plan(plan, threshold=5, overrides=()):
    privacy = plan.privacy.model_copy(
        update={"disclosure_threshold": threshold, "overrides": tuple(overrides)}
    )
    study = plan.study.model_copy(update={"id": "again"})
    return plan.model_copy(update={"privacy": privacy, "study": study})


def release_beside(plan, second, root, raw_files):
    """A report of one plan, and then one of another in the folder beside it."""
    first = Release(root / "btheb")
    own = Released.of(plan, tables(plan, 48, 52))
    first.check_update(plan, own, {"trial.csv": "ab12"})
    first.write_decisions(plan, own, {"trial.csv": "ab12"})
    Release(root / "again").check_update(
        second, Released.of(second, tables(second, 48, 52)), raw_files
    )


@pytest.mark.parametrize("threshold", [5, 10, 0])
def test_a_second_plan_on_the_same_raw_files_is_refused(plan, tmp_path, threshold):
    with pytest.raises(PrivacyError) as caught:
        release_beside(plan, second_plan(plan, threshold), tmp_path, {"copy.csv": "ab12"})
    message = str(caught.value)
    assert "the report of btheb" in message
    assert SAME_DATA in message
    assert "\n" not in message
    assert caught.value.exit_code == ExitCode.PRIVACY


def test_other_raw_files_made_up_people_and_a_reason_are_no_hindrance(plan, tmp_path):
    release_beside(plan, second_plan(plan), tmp_path / "a", {"other.csv": "cd34"})
    accepted = Override(rule=SAME_DATA, reason="Both reports go to the same two people only.")
    release_beside(
        plan, second_plan(plan, overrides=[accepted]), tmp_path / "b", {"trial.csv": "ab12"}
    )
    made_up = second_plan(plan, 0)
    free = made_up.model_copy(update={"study": plan.study})
    release_beside(free, made_up, tmp_path / "c", {"trial.csv": "ab12"})

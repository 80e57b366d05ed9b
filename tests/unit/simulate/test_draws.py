"""The generator keeps what the truth block says: moments, correlations, dropout, phases."""

import numpy as np
import pytest

from evalpipe.config.truth import TrueDropout
from evalpipe.simulate.items import items_of_totals
from evalpipe.simulate.missing import _stages_of_loss
from evalpipe.simulate.study import draw_study
from evalpipe.simulate.true_values import with_units


def cronbach(answers):
    k = answers.shape[1]
    return k / (k - 1) * (1 - answers.var(axis=0, ddof=1).sum() / answers.sum(axis=1).var(ddof=1))


def test_items_add_up_to_the_score_with_the_alpha_wanted():
    rng = np.random.default_rng(1)
    totals = np.clip(np.rint(rng.normal(58, 11, 4000)), 20, 100)
    answers = items_of_totals(totals, 20, (1, 5), 0.88, rng)
    assert (answers.sum(axis=1) == totals).all()
    assert answers.min() >= 1
    assert answers.max() <= 5
    assert cronbach(answers) == pytest.approx(0.88, abs=0.03)


def test_items_reach_the_ends_of_the_range():
    totals = np.array([10.0, 50.0])
    answers = items_of_totals(totals, 10, (1, 5), 0.8, np.random.default_rng(2))
    assert (answers == np.array([[1] * 10, [5] * 10])).all()


@pytest.mark.parametrize("mechanism", ["completely_at_random", "at_random", "not_at_random"])
def test_the_planned_share_leaves(mechanism):
    rng = np.random.default_rng(3)
    worse = rng.standard_normal((20_000, 4))
    spec = TrueDropout(rate=0.2, mechanism=mechanism, strength=0.8)
    lost = _stages_of_loss(spec, worse, rng)
    assert (lost > 0).mean() == pytest.approx(0.2, abs=0.01)
    before = worse[np.arange(len(worse)), np.maximum(lost - 1, 0)]
    here = worse[np.arange(len(worse)), lost]
    gap = {"at_random": before, "not_at_random": here, "completely_at_random": here}[mechanism]
    shift = gap[lost > 0].mean() - 0.0
    assert (abs(shift) < 0.05) == (mechanism == "completely_at_random")


def test_visit_moments_are_those_of_the_truth(plans):
    plan = with_units(plans["reattach_rct"], 6000)
    rows = draw_study(plan, 5, outcomes=["regulation.total"], is_complete=True, with_ledger=False)
    table = rows.outcomes["regulation.total"]
    wide = table.pivot(index="participant_id", columns="visit", values="score")
    arm = table.drop_duplicates("participant_id").set_index("participant_id")["arm"]
    control, treated = wide[arm == "waiting_list"], wide[arm == "reattach"]
    site = 1.5 / 4  # one of four sites is 1.5 higher
    error = 11 / np.sqrt(3000)
    assert control["post"].mean() == pytest.approx(57 + site, abs=4 * error)
    assert (treated["post"].mean() - control["post"].mean()) == pytest.approx(6, abs=6 * error)
    assert (treated["baseline"].mean() - control["baseline"].mean()) == pytest.approx(
        0, abs=6 * error
    )
    within = control[["baseline", "post"]].corr().iloc[0, 1]
    assert within == pytest.approx((64 + 0.3) / (64 + 6.5**2 + 0.3), abs=0.03)


def test_therapists_exist_in_one_arm_only(plans):
    people = draw_study(plans["reattach_rct"], 7, outcomes=[]).people
    entered = people[people["entered"]]
    assert entered.loc[entered["arm"] == "waiting_list", "coach_id"].isna().all()
    assert entered.loc[entered["arm"] == "reattach", "coach_id"].nunique() == 12
    sizes = entered.groupby(["site_id", "arm"]).size().unstack()
    assert (sizes["reattach"] - sizes["waiting_list"]).abs().max() <= 1


def test_ineligible_are_randomised_by_mistake_and_only_those(plans):
    from evalpipe.design.eligibility import judge_eligibility

    plan = plans["pmt_attachment"]
    people = draw_study(plan, plan.truth.seed, outcomes=[]).people
    judged = judge_eligibility(plan, people)["eligible"].fillna(True).to_numpy(dtype=bool)
    assert (~judged & people["entered"].to_numpy()).sum() == 2 * 3
    assert (~judged[(people["disposition"] == "not_eligible").to_numpy()]).all()


def test_a_phase_has_its_sessions_and_may_have_more(plans):
    plan = plans["pmt_attachment"]
    sessions = draw_study(plan, plan.truth.seed, outcomes=[]).sessions
    held = sessions[sessions["held"]]
    counts = held.groupby(["unit", "phase"]).size().unstack()
    assert counts["basic_safety"].max() > 10
    complete = counts[counts["closing"] == 5]
    assert (complete["basic_safety"] >= 10).all()
    assert counts["observation"].between(1, 5).all()
    order = list(plan.protocol.phases)
    place = held["phase"].map({name: k for k, name in enumerate(order)})
    assert place.groupby(held["unit"]).apply(lambda p: p.is_monotonic_increasing).all()


def test_no_session_after_the_participant_was_lost(plans):
    study = draw_study(plans["pmt_attachment"], 11)
    lost = study.people[study.people["disposition"] == "lost_to_follow_up"]
    last = lost.drop_duplicates("unit").set_index("unit")["disposition_day"]
    days = study.sessions.groupby("unit")["day"].max()
    both = days.index.intersection(last.index)
    assert len(last) > 0
    assert (days[both] < last[both]).all()


def test_yesterday_influences_today_as_the_truth_says(plans):
    plan = with_units(plans["coregulation_diary"], 1500)
    study = draw_study(plan, 13, outcomes=["valence"], is_complete=True)
    rows = study.outcomes["valence"]
    rows = rows[(rows["arm"] == "waiting_list") & (rows["period"] == "during")]
    wide = rows.pivot(index=["unit", "day"], columns="role", values="latent")
    centred = wide - wide.groupby("unit").transform("mean")
    yesterday = centred.groupby("unit").shift(1)
    known = yesterday["child"].notna()
    design = yesterday.loc[known, ["child", "parent"]].to_numpy()
    child, *_ = np.linalg.lstsq(design, centred.loc[known, "child"].to_numpy(), rcond=None)
    # 28 days and a mean taken from them: the own effect is about (1 + 0.25) / 27 too low
    assert child[0] == pytest.approx(0.25 - 1.25 / 27, abs=0.02)
    assert child[1] == pytest.approx(0.20, abs=0.03)


def test_classes_follow_the_transition_table(plans):
    plan = with_units(plans["attachment_classes"], 8000)
    rows = draw_study(plan, 17, outcomes=["attachment"], is_complete=True).outcomes["attachment"]
    first = plans["attachment_classes"].truth.outcomes["attachment"].classes.change
    agree = 0.9
    rows = rows[(rows["rater"] == "rater_a") & (rows["arm"] == "care_as_usual")]
    wide = rows.pivot(index="participant_id", columns="visit", values="level").dropna()
    share = (wide["after"] == "secure").mean()
    start = 0.27 * first["care_as_usual"]["secure"][0] + 0.73 * 0.2
    expected = start * agree + (1 - start) * (1 - agree) / 3
    assert share == pytest.approx(expected, abs=0.015)


def test_orders_are_balanced(plans):
    people = draw_study(plans["handholding"], 19, outcomes=[]).people
    assert set(people.loc[people["entered"], "order"].value_counts()) == {10}

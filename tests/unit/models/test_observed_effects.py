"""Hedges' g stands beside what it is of: the change, the visit, the period; couples count."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalpipe.models.dispatch import run_analysis
from evalpipe.models.effects import standardise_clustered, standardise_difference

ANCOVA = {"kind": "ancova", "fixed": ["baseline", "arm"], "standard_errors": "classical"}


def effects(make_plan, entry, frame, **parts):
    rows = run_analysis(make_plan({"primary": entry}, **parts), "primary", frame).estimates
    return rows[rows["term"] == "hedges_g"]


def by_hand(first, second):
    """Cohen's d with the usual approximation of the correction, without the engine."""
    n, m = len(first), len(second)
    sd = np.sqrt(((n - 1) * first.var(ddof=1) + (m - 1) * second.var(ddof=1)) / (n + m - 2))
    return (first.mean() - second.mean()) / sd * (1 - 3 / (4 * (n + m - 2) - 1))


def test_beside_a_difference_of_change_it_is_of_the_change(make_plan, make_analysis, trial):
    asked = {"visits": ["v3"], "headline_visit": "v3"}
    trial = trial.drop(columns="site_id")  # its sites are each in one arm
    change = make_analysis({**ANCOVA, "outcome_as": "change"}, **asked)
    found = effects(make_plan, change, trial)
    here = trial[trial["visit"] == "v3"]
    grown = here["outcome"] - here["baseline"]
    assert found["estimate"].tolist() == pytest.approx(
        [by_hand(grown[here["arm"] == "new"], grown[here["arm"] == "control"])], rel=1e-4
    )
    assert "difference in the change from baseline at the visit" in found["note"].iloc[0]
    score = effects(make_plan, make_analysis(ANCOVA, **asked), trial)
    assert score["estimate"].tolist() == pytest.approx(
        [by_hand(*(here[here["arm"] == arm]["outcome"] for arm in ("new", "control")))], rel=1e-4
    )
    assert "difference in the outcome at the visit" in score["note"].iloc[0]


def test_change_from_baseline_of_a_mixed_model_has_none(make_plan, make_analysis, trial, mmrm):
    entry = make_analysis(mmrm, summary="change_from_baseline")
    assert effects(make_plan, entry, trial).empty


@pytest.fixture(scope="module")
def diary():
    """A diary in two periods; the training works in the second one only."""
    generator = np.random.default_rng(11)
    rows = []
    for number in range(30):
        arm = ("control", "new")[number % 2]
        own = generator.normal(0, 2)
        for day in range(20):
            period = "during" if day < 10 else "after"
            effect = 4 * (arm == "new" and period == "after")
            rows.append(
                {
                    "participant_id": f"p{number:02d}",
                    "arm": arm,
                    "day": float(day),
                    "period": period,
                    "outcome": 20 + own + effect + generator.normal(),
                }
            )
    return pd.DataFrame(rows)


PERIODS = {
    "periods": {
        "during": {"label": "During", "days": [0, 9]},
        "after": {"label": "After", "days": [10, 19]},
    }
}
DIARY = {
    "kind": "mixed",
    "fixed": ["arm", "period", "arm:period"],
    "random": [{"within": "participant"}],
}


def test_each_period_has_its_own(make_plan, make_analysis, diary):
    found = {}
    for period in ("during", "after"):
        entry = make_analysis(DIARY, visits="all", headline_visit=None, at={"period": period})
        rows = effects(make_plan, entry, diary, **PERIODS)
        part = diary[diary["period"] == period]
        means = part.groupby(["participant_id", "arm"])["outcome"].mean().reset_index()
        expected = by_hand(*(means[means["arm"] == arm]["outcome"] for arm in ("new", "control")))
        assert rows["estimate"].tolist() == pytest.approx([expected], rel=1e-3)
        assert f"mean of the outcome over the occasions at period={period}" in rows["note"].iloc[0]
        found[period] = rows["estimate"].iloc[0]
    assert found["after"] > found["during"] + 0.5


@pytest.mark.parametrize(
    ("estimand", "fixed"),
    [
        ({"summary": "difference_in_slopes", "terms": ["day"]}, ["arm", "day", "arm:day"]),
        ({"at": {"day": 15.0}}, ["arm", "day", "arm:day"]),
        ({"summary": "difference_of_differences"}, ["arm", "period", "arm:period"]),
    ],
)
def test_there_is_none_of_something_else(make_plan, make_analysis, diary, estimand, fixed):
    model = {**DIARY, "fixed": fixed}
    entry = make_analysis(model, visits="all", headline_visit=None, **estimand)
    assert effects(make_plan, entry, diary, **PERIODS).empty


def test_only_visits_of_the_contrast_have_one(make_plan, make_analysis, trial, mmrm):
    entry = make_analysis(mmrm, visits=["v2", "v3"])
    assert effects(make_plan, entry, trial)["visit"].tolist() == ["v2", "v3"]


def pairs(likeness, n=40, seed=8):
    """Couples in two arms whose members are alike: 1 identical, 0 strangers."""
    generator = np.random.default_rng(seed)
    rows = []
    for pair in range(n):
        arm = ("control", "new")[pair % 2]
        shared = generator.standard_normal()
        for role in ("a", "b"):
            own = generator.standard_normal()
            noise = np.sqrt(likeness) * shared + np.sqrt(1 - likeness) * own
            rows.append(
                {
                    "participant_id": f"{role}{pair:02d}",
                    "dyad_id": f"d{pair:02d}",
                    "role": role,
                    "arm": arm,
                    "visit": "v1",
                    "baseline": generator.standard_normal(),
                    "outcome": (arm == "new") * 0.8 + noise,
                }
            )
    return pd.DataFrame(rows)


ROLES = {
    "unit": "dyad",
    "roles": {"a": {"label": "Partner A"}, "b": {"label": "Partner B"}},
    "clusters": {},
}


def test_identical_partners_count_as_one(make_plan, make_analysis):
    frame = pairs(1.0)
    entry = make_analysis(ANCOVA, visits=["v1"], headline_visit="v1")
    together = effects(make_plan, entry, frame, **ROLES).iloc[0]
    one = effects(make_plan, entry, frame[frame["role"] == "a"], **ROLES).iloc[0]
    for number in ("estimate", "df", "conf_low", "conf_high"):
        assert together[number] == pytest.approx(one[number], rel=1e-6)
    assert together["n_participants"] == 80
    assert "members of one dyad being alike" in together["note"]
    assert "dyad" not in one["note"]


def test_df_of_couples_lie_between_couples_and_people(make_plan, make_analysis):
    entry = make_analysis(ANCOVA, visits=["v1"], headline_visit="v1")
    row = effects(make_plan, entry, pairs(0.6, n=60), **ROLES).iloc[0]
    assert 58 < row["df"] < 118


def test_the_interval_of_couples_covers():
    """Mean 0.8 SD, partners correlated 0.6: 95 % of 1,500 intervals, Monte Carlo error 0.6 %."""
    generator = np.random.default_rng(4)
    units = [np.repeat(np.arange(12), 2)] * 2
    hits, plain = 0, 0
    for _ in range(1500):
        groups = []
        for mean in (0.8, 0.0):
            shared = np.repeat(generator.standard_normal(12), 2)
            own = generator.standard_normal(24)
            groups.append(mean + np.sqrt(0.6) * shared + np.sqrt(0.4) * own)
        low, high = standardise_clustered(groups, units).d_interval
        hits += low < 0.8 < high
        low, high = standardise_difference(*groups).d_interval
        plain += low < 0.8 < high
    assert 0.93 < hits / 1500 < 0.97
    assert plain / 1500 < 0.92


def test_partners_against_each_other_have_none(make_plan, make_analysis):
    model = {"kind": "ancova", "fixed": ["baseline", "role"], "standard_errors": "classical"}
    contrast = {"factor": "role", "level": "a", "versus": "b"}
    entry = make_analysis(model, visits=["v1"], headline_visit="v1", contrast=contrast)
    assert effects(make_plan, entry, pairs(0.5), **ROLES).empty


def test_unequal_units_by_hand():
    """Two and three units of sizes 1 to 3: equations of Hedges (2007) written out."""
    groups = [np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0, 1.0, 3.0, 2.5])]
    units = [np.array([0, 0, 1]), np.array([0, 0, 1, 2, 2])]
    found = standardise_clustered(groups, units)
    n, total = (4 + 1 + 4 + 1 + 4) / 8, 8
    between = 2 * (1.5 - 7 / 3) ** 2 + (4 - 7 / 3) ** 2
    between += 2 * (0.5 - 1.5) ** 2 + (1 - 1.5) ** 2 + 2 * (2.75 - 1.5) ** 2
    within = 0.5 + 0.5 + 0.125
    size = (8 - 5 / 3 - 9 / 5) / 3
    likeness = (between / 3 - within / 3) / (between / 3 + (size - 1) * within / 3)
    left = total - 2 - 2 * (n - 1) * likeness
    df = left**2 / (
        (total - 2) * (1 - likeness) ** 2
        + n * (total - 2 * n) * likeness**2
        + 2 * (total - 2 * n) * likeness * (1 - likeness)
    )
    assert found.alike == pytest.approx(likeness)
    assert found.df == pytest.approx(df)
    sd = np.sqrt((groups[0].var() * 3 + groups[1].var() * 5) / 6)
    d = (groups[0].mean() - groups[1].mean()) / sd * np.sqrt(left / 6)
    assert found.d == pytest.approx(d)
    low, high = found.d_interval
    root = np.sqrt(15 / 8 / (1 + (n - 1) * likeness))
    assert stats.nct.cdf(d * root, df, low * root) == pytest.approx(0.975, abs=1e-8)
    assert stats.nct.cdf(d * root, df, high * root) == pytest.approx(0.025, abs=1e-8)

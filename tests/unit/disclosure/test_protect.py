"""Borders and rules of disclosure control, on tables made by hand."""

import math
from pathlib import Path

import pandas as pd
import pytest

from evalpipe.config.data import Allowed
from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows, statistic_frame
from evalpipe.disclosure.decisions import decision_sentences, decision_table
from evalpipe.disclosure.protect import protect
from evalpipe.disclosure.record import protect_record, protect_words
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[3]
THRESHOLD = 5
REASON = "A reason that is long enough to be one."


@pytest.fixture(scope="module")
def plan():
    found = load_plan(ROOT / "config" / "studies" / "btheb.yaml")
    return found.model_copy(update={"privacy": found.privacy.model_copy(update={"allow": ()})})


def allowing(plan, *names):
    allow = tuple(Allowed(what=name, reason=REASON) for name in names)
    return plan.model_copy(update={"privacy": plan.privacy.model_copy(update={"allow": allow})})


def sizes(tau=48, btheb=52):
    arms = [("tau", tau), ("btheb", btheb), (None, tau + btheb)]
    return [
        StatisticRow(
            StatisticTable.BASELINE, "participants", Statistic.COUNT, size, n=size, arm=arm
        )
        for arm, size in arms
    ]


def levels(tau, btheb, variable="drug", table=StatisticTable.BASELINE):
    """Counts and shares of levels in two arms and over both."""
    rows = []
    both = {level: tau[level] + btheb[level] for level in tau}
    for arm, counts in (("tau", tau), ("btheb", btheb), (None, both)):
        total = sum(counts.values())
        for level, count in counts.items():
            rows += share_rows(count, total, table=table, variable=variable, level=level, arm=arm)
    return rows


def released(plan, rows):
    return protect(plan, {"statistics": statistic_frame(plan, rows)})


def shown(protected, **wanted):
    frame = protected.tables["statistics"]
    for name, value in wanted.items():
        frame = frame[frame[name].isna() if value is None else frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


@pytest.mark.parametrize(("count", "is_shown"), [(0, True), (1, False), (5, False), (6, True)])
def test_borders_of_the_threshold(plan, count, is_shown):
    rows = [*sizes(), *levels({"no": 48 - count, "yes": count}, {"no": 26, "yes": 26})]
    row = shown(
        released(plan, rows), variable="drug", level="yes", group_arm="tau", statistic="count"
    )
    assert (row["value"] == count) if is_shown else math.isnan(row["value"])
    assert row["withheld"] == (None if is_shown else "value")


def test_a_small_count_takes_its_complement_and_the_totals_that_give_it_back(plan):
    rows = [*sizes(), *levels({"no": 45, "yes": 3}, {"no": 26, "yes": 26})]
    frame = released(plan, rows).tables["statistics"]
    drug = frame[frame["variable"].eq("drug") & frame["statistic"].eq("count")]
    hidden = drug[drug["value"].isna()]
    assert set(zip(hidden["group_arm"].fillna("all"), hidden["level"], strict=True)) == {
        ("tau", "yes"),
        ("tau", "no"),
        ("all", "yes"),
        ("all", "no"),
    }
    shares = frame[frame["variable"].eq("drug") & frame["statistic"].eq("proportion")]
    assert shares["value"].isna().tolist() == drug["value"].isna().tolist()


def test_sizes_stay_when_anything_else_helps(plan):
    rows = [*sizes(), *levels({"no": 45, "yes": 3}, {"no": 26, "yes": 26})]
    frame = released(plan, rows).tables["statistics"]
    assert frame.loc[frame["variable"] == "participants", "value"].tolist() == [48, 52, 100]


def test_a_size_of_few_is_withheld_with_another(plan):
    rows = sizes(tau=4, btheb=52)
    frame = released(plan, rows).tables["statistics"]
    assert frame["value"].isna().sum() >= 2
    assert math.isnan(frame.loc[frame["group_arm"] == "tau", "value"].iloc[0])


def test_two_small_counts_can_protect_each_other(plan):
    """4 and 4 of 60: each may be 0 to 8, so the third level may stay."""
    rows = [
        row
        for level, count in {"a": 4, "b": 4, "c": 52}.items()
        for row in share_rows(
            count, 60, table=StatisticTable.BASELINE, variable="drug", level=level
        )
    ]
    frame = released(plan, rows).tables["statistics"]
    counts = frame[frame["statistic"] == "count"].set_index("level")["value"]
    assert counts.isna().tolist() == [True, True, False]


def test_one_and_two_cannot_protect_each_other(plan):
    """1 and 2 of 60 can be 0 to 3 only: a third level goes too."""
    rows = [StatisticRow(StatisticTable.BASELINE, "participants", Statistic.COUNT, 60, n=60)] + [
        row
        for level, count in {"a": 1, "b": 2, "c": 57}.items()
        for row in share_rows(
            count, 60, table=StatisticTable.BASELINE, variable="drug", level=level
        )
    ]
    frame = released(plan, rows).tables["statistics"]
    counts = frame[frame["variable"].eq("drug") & frame["statistic"].eq("count")]
    assert counts["value"].isna().all()


def test_n_of_a_mean_does_not_give_the_missing_back(plan):
    place = {"table": StatisticTable.BASELINE, "variable": "age"}
    rows = sizes()
    for arm, n in (("tau", 45), ("btheb", 52), (None, 97)):
        values = pd.Series(range(n), dtype=float)
        rows += mean_rows(values, arm=arm, **place)
    frame = released(plan, rows).tables["statistics"]
    own = frame[(frame["variable"] == "age") & (frame["statistic"] == "mean")]
    assert own["n"].isna().tolist() == [True, False, True]
    assert own["value"].isna().tolist() == [False, False, True]  # all with arms gives the n of both


@pytest.mark.parametrize(("n", "is_shown"), [(5, False), (6, True)])
def test_a_mean_of_few_is_withheld(plan, n, is_shown):
    rows = mean_rows(
        pd.Series(range(n), dtype=float), table=StatisticTable.ITEMS, variable="bdi", level="1"
    )
    frame = released(plan, rows).tables["statistics"]
    assert frame["value"].notna().tolist() == [is_shown, is_shown]


@pytest.mark.parametrize(
    ("n", "wanted"), [(9, [False, False]), (10, [True, False]), (20, [True] * 2)]
)
def test_quantiles_need_people_beyond_them(plan, n, wanted):
    rows = mean_rows(
        pd.Series(range(n), dtype=float),
        spread=True,
        table=StatisticTable.ITEMS,
        variable="bdi",
        level="1",
    )
    frame = released(plan, rows).tables["statistics"].set_index("statistic")
    assert frame.loc[["median", "lower_quartile"], "value"].notna().tolist() == wanted


def test_influence_of_one_person_is_withheld_and_a_plan_can_show_it(plan):
    rows = [
        StatisticRow(StatisticTable.INFLUENCE, "bdi", name, value, n=97)
        for name, value in (("largest_fall", -0.3), ("root_mean_square", 0.1))
    ]
    assert released(plan, rows).tables["statistics"]["value"].isna().tolist() == [True, False]
    own = allowing(plan, "individual_points")
    assert released(own, rows).tables["statistics"]["value"].notna().all()


def flow(step, value, level=None, **groups):
    return StatisticRow(
        StatisticTable.FLOW, step, Statistic.COUNT, value, level=level, arm="tau", groups=groups
    )


def losses():
    return [
        flow("allocated", 48),
        flow("ended", 38, "completed"),
        flow("ended", 10, "lost_to_follow_up"),
        flow("ended", 2, "lost_to_follow_up", reason="moved"),
        flow("ended", 8, "lost_to_follow_up", reason="no_time"),
    ]


def test_reasons_of_loss_are_withheld_and_told_as_a_decision(plan):
    protected = released(plan, losses())
    reasons = [d for d in protected.decisions if d.rule == "reason_of_loss"]
    assert {d.row.split("/")[2] for d in reasons} == {"lost_to_follow_up"}
    assert len(reasons) == 2
    assert protected.tables["statistics"]["value"].isna().tolist() == [False] * 3 + [True] * 2


def test_a_plan_can_show_reasons_of_loss_with_its_reason(plan):
    protected = released(allowing(plan, "small_reasons_of_loss"), losses())
    assert protected.tables["statistics"]["value"].notna().all()
    (decision,) = protected.decisions
    assert decision.rule == "allowed_by_plan"
    assert REASON in decision.reason


def test_no_decision_holds_a_value(plan):
    rows = [*sizes(), *levels({"no": 45, "yes": 3}, {"no": 26, "yes": 26})]
    protected = released(plan, rows)
    table = decision_table(protected.decisions)
    assert list(table.columns) == ["table", "of_row", "number", "rule", "reason"]
    assert len(table) == len(set(map(tuple, table.to_numpy().tolist())))
    sentences = decision_sentences(plan, protected.decisions)
    assert any("counts that would give one back" in sentence for sentence in sentences)


def test_a_decision_does_not_tell_a_small_count_from_its_complement(plan):
    rows = [*sizes(), *levels({"no": 45, "yes": 3}, {"no": 26, "yes": 26})]
    rules = {d.rule for d in released(plan, rows).decisions if d.column == "value"}
    assert rules == {"small_count", "gives_count_back"}  # the second: shares


def test_a_homogeneous_group_says_what_is_sensitive_of_everybody(plan):
    privacy = plan.privacy.model_copy(update={"sensitive": "drug"})
    own = plan.model_copy(update={"privacy": privacy})
    rows = [*sizes(), *levels({"no": 48, "yes": 0}, {"no": 26, "yes": 26})]
    row = shown(
        released(own, rows), variable="drug", level="yes", group_arm="tau", statistic="count"
    )
    assert math.isnan(row["value"])
    row = shown(
        released(plan, rows), variable="drug", level="yes", group_arm="tau", statistic="count"
    )
    assert row["value"] == 0


def test_the_last_weeks_of_few_are_left_out(plan):
    rows = []
    for week, inside in enumerate((20, 12, 6, 5, 1, 0)):
        for level, count in (("phase_1", inside), ("finished", 40 - inside)):
            rows.append(
                StatisticRow(
                    StatisticTable.PHASES,
                    "occupancy",
                    Statistic.COUNT,
                    count,
                    n=40,
                    level=level,
                    arm="btheb",
                    groups={"week": f"{week:03d}"},
                )
            )
    protected = released(plan, rows)
    weeks = set(protected.tables["statistics"]["group_other"])
    assert weeks == {"week=000", "week=001", "week=002"}
    assert [d.rule for d in protected.decisions].count("single_person") == 1


def test_same_tables_same_decisions(plan):
    rows = [*sizes(), *levels({"no": 45, "yes": 3}, {"no": 24, "yes": 28}), *losses()]
    one, other = released(plan, rows), released(plan, rows)
    assert one.decisions == other.decisions
    pd.testing.assert_frame_equal(one.tables["statistics"], other.tables["statistics"])


def test_nothing_to_protect_leaves_the_tables_as_they_are(plan):
    rows = [*sizes(), *levels({"no": 24, "yes": 24}, {"no": 26, "yes": 26})]
    frame = statistic_frame(plan, rows)
    protected = protect(plan, {"statistics": frame})
    assert protected.decisions == ()
    pd.testing.assert_frame_equal(
        protected.tables["statistics"].drop(columns=["withheld", "coarse"]), frame
    )


def test_tables_of_people_do_not_pass(plan):
    sessions = pd.DataFrame({"participant_id": ["p1"], "minutes": [45.0]})
    frame = statistic_frame(plan, sizes())
    assert set(protect(plan, {"statistics": frame, "sessions": sessions}).tables) == {"statistics"}


def test_notes_hold_no_count():
    """All or none: a mask of small counts alone would say that they are small."""
    told = "12 outcomes imputed; 1 participant never measured"
    assert protect_words(told, hide_counts=True) == (
        "some outcomes imputed; some participants never measured"
    )
    assert protect_words("12 outcomes imputed", hide_counts=False) == "12 outcomes imputed"
    assert protect_words("1 person, 0 participants", hide_counts=True) == (
        "some people, 0 participants"
    )
    assert protect_words("y is missing in 2 row(s) (4, 17); leave", hide_counts=True) == (
        "y is missing in some row(s); leave"
    )
    assert protect_words("a and b use other rows (97 and 95): a", hide_counts=True) == (
        "a and b use other rows: a"
    )
    assert protect_words("Kaplan-Meier; restricted to 213 days", hide_counts=False) == (
        "Kaplan-Meier; restricted to the follow-up that every arm has"
    )
    assert protect_words("20 imputations, at 3 visits", hide_counts=True) == (
        "20 imputations, at 3 visits"
    )


def test_notes_of_real_people_hold_no_count(plan):
    rows = [
        *sizes(),
        StatisticRow(StatisticTable.BASELINE, "iq", Statistic.MEAN, 100.0, n=48, arm="tau",
                     note="1 participant left out"),
        StatisticRow(StatisticTable.BASELINE, "iq", Statistic.MEAN, 100.0, n=52, arm="btheb",
                     note="20 participants left out"),
    ]  # fmt: skip
    released = protect(plan, {"statistics": statistic_frame(plan, rows)}).tables["statistics"]
    notes = set(released["note"].dropna())
    assert notes == {"some participants left out"}


def test_the_record_of_a_run_tells_no_small_count(plan):
    check = {
        "rule": "k_anonymity",
        "finding": "over drug: 4 of 174 participants stand in classes smaller than 5",
        "decision": "overridden",
        "reason": REASON,
    }
    findings = [{"rule": "late", "count": 3}, {"rule": "early", "count": 12}]
    record = {"ingest": {"findings": findings, "gate": {"anonymity": [check], "decisions": []}}}
    ingest = protect_record(plan, record)["ingest"]
    assert [finding["count"] for finding in ingest["findings"]] == [None, None]
    (told,) = ingest["gate"]["anonymity"]
    assert "at least 5 participants in each class does not hold" in told["finding"]
    assert "4" not in told["finding"]
    assert protect_record(plan, {}) == {}


def estimate(quantity, *, n=97, method="kenward_roger", term="btheb", scale="outcome", **fields):
    record = {
        "estimate_id": f"primary/{quantity}/bdi/{term}",
        "study_id": "btheb",
        "analysis_id": "primary",
        "role": "primary",
        "outcome": "bdi",
        "quantity": quantity,
        "term": term,
        "estimate": -0.2,
        "std_error": 2.2,
        "df": 68.3,
        "df_method": method,
        "statistic": -0.09,
        "p_value": 0.93,
        "conf_low": -4.6,
        "conf_high": 4.3,
        "scale": scale,
        "n_participants": n,
        "status": "ok",
    }
    return {**record, **fields}


def protect_estimates(plan, *records):
    frame = pd.DataFrame(records).astype({"n_participants": "Int64"})
    tables = {"statistics": statistic_frame(plan, sizes()), "estimates": frame}
    return protect(plan, tables).tables["estimates"]


@pytest.mark.parametrize(("n", "is_shown"), [(100, True), (99, False), (95, False), (94, True)])
def test_the_number_analysed_counts_those_who_were_not(plan, n, is_shown):
    frame = protect_estimates(plan, estimate("contrast", n=n))
    assert frame["n_participants"].notna().tolist() == [is_shown]
    assert frame["estimate"].notna().all()
    assert frame["p_value"].notna().all()
    is_bound = frame["coarse"].fillna("").str.contains("df").tolist()
    assert is_bound == [not is_shown]


@pytest.mark.parametrize(
    ("fields", "hidden"),
    [
        ({"quantity": "contrast"}, set()),
        ({"quantity": "contrast", "method": "normal"}, set()),
        (
            {"quantity": "effect_size", "term": "hedges_g", "method": "exact"},
            {"std_error", "df", "statistic", "p_value", "conf_low", "conf_high"},
        ),
        ({"quantity": "fit_statistic", "term": "bic", "method": None}, {"estimate"}),
        ({"quantity": "fit_statistic", "term": "aic", "method": None}, {"estimate"}),
    ],
)
def test_what_gives_a_withheld_number_of_people_back_goes_too(plan, fields, hidden):
    frame = protect_estimates(plan, estimate(**fields))
    assert set(frame["withheld"].iloc[0].split()) == hidden | {"n_participants"}


@pytest.mark.parametrize(("events", "is_shown"), [(0, True), (3, False), (45, False), (20, True)])
def test_a_proportion_is_a_count(plan, events, is_shown):
    """3 of 48 and, as its complement, 45 of 48; the contrast of both arms gives it back."""
    rows = [
        estimate(
            "proportion", n=n, method=None, term="responders", scale="probability", arm=arm,
            estimate_id=f"p/{arm}", estimate=count / n, visit="month_8",
        )
        for arm, n, count in (("tau", 48, events), ("btheb", 52, 26))
    ]  # fmt: skip
    rows.append(
        estimate(
            "contrast", n=100, method="exact", scale="risk_difference", arm="btheb",
            reference_arm="tau", visit="month_8",
        )
    )  # fmt: skip
    frame = protect_estimates(plan, *rows)
    assert frame["estimate"].notna().tolist() == [is_shown, True, is_shown]
    assert frame["conf_low"].notna().tolist() == [is_shown, True, is_shown]


def test_an_estimate_for_few_people_is_withheld_whole(plan):
    frame = protect_estimates(plan, estimate("coefficient", n=1, note="quartiles 1 and 2"))
    numbers = ["estimate", "std_error", "df", "p_value", "conf_low", "n_participants", "note"]
    assert frame[numbers].isna().all().all()


def test_a_withheld_mean_does_not_say_which_n_is_small(plan):
    """4 of one arm and 44 of the other: both n are withheld, so both means go."""
    rows = sizes(tau=48, btheb=52)
    for arm, n in (("tau", 4), ("btheb", 44), (None, 48)):
        rows += [
            StatisticRow(
                StatisticTable.OBSERVED_MEANS, "bdi", Statistic.MEAN, 14.2, n=n, arm=arm,
                visit="month_8",
            )
        ]  # fmt: skip
    frame = released(plan, rows).tables["statistics"]
    own = frame[frame["table"] == "observed_means"]
    hidden = own["n"].isna()
    assert hidden.sum() >= 2
    assert own.loc[hidden, "value"].isna().all()

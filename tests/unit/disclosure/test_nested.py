"""Analyses of part of the people of another: their sizes side by side count the others."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.config.data import Allowed
from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, share_rows, statistic_frame
from evalpipe.disclosure.nested import is_part_of
from evalpipe.disclosure.protect import protect
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[3]


def plan_of(study, allow=()):
    plan = load_plan(ROOT / "config" / "studies" / f"{study}.yaml")
    changes = {"allow": tuple(allow), "disclosure_threshold": 5}
    return plan.model_copy(update={"privacy": plan.privacy.model_copy(update=changes)})


@pytest.fixture(scope="module")
def plan():
    return plan_of("btheb")


def size(count, arm=None):
    return StatisticRow(
        StatisticTable.BASELINE, "participants", Statistic.COUNT, count, n=count, arm=arm
    )


def analysed(plan, numbers, rows=(), column="n_participants"):
    """Whether the number of each analysis (or fit) is shown."""
    records = [
        {"analysis_id": name, "fit": "main", "status": "ok", column: n}
        for name, n in numbers.items()
    ]
    frame = pd.DataFrame(records).astype({column: "Int64"})
    sizes = [size(100), size(48, "tau"), size(52, "btheb")]
    tables = {"statistics": statistic_frame(plan, [*sizes, *rows]), "diagnostics": frame}
    shown = protect(plan, tables).tables["diagnostics"]
    return dict(zip(shown["analysis_id"], shown[column].notna(), strict=True))


def test_two_analyses_do_not_count_those_who_are_in_one_only(plan):
    """90 analysed and 87 seen at every visit: three came now and then."""
    assert sum(analysed(plan, {"primary": 90, "complete_cases": 87}).values()) < 2
    assert sum(analysed(plan, {"primary": 90, "complete_cases": 84}).values()) == 2


def test_the_decision_on_the_flow_holds_for_its_differences():
    reason = "A reason that is long enough to be one."
    plan = plan_of("btheb", [Allowed(what="small_counts_in_flow", reason=reason)])
    assert all(analysed(plan, {"primary": 90, "complete_cases": 87}).values())


def test_analyses_of_the_same_people_have_one_number(plan):
    """What one withholds the other does not tell: 97 of 100, and its comparison of models."""
    numbers = {"primary": 97, "published_random_intercept": 97, "published_comparison": 97}
    assert not any(analysed(plan, numbers).values())


@pytest.mark.parametrize("name", ["primary", "published_random_intercept", "published_comparison"])
def test_observations_over_all_visits_tell_of_no_single_visit(plan, name):
    """280 observations less those of the other visits are those seen at the first: 97 of 100."""
    rows = []
    for visit, seen in (("month_2", 97), ("month_3", 73), ("month_5", 58), ("month_8", 52)):
        place = {"table": StatisticTable.MISSINGNESS, "variable": "bdi", "visit": visit}
        rows += share_rows(seen, 100, level="observed", **place)
        rows += share_rows(100 - seen, 100, level="missing", **place)
        rows.append(
            StatisticRow(
                StatisticTable.OBSERVED_MEANS, "bdi", Statistic.MEAN, 14.2, n=seen, visit=visit
            )
        )
    assert analysed(plan, {name: 280}, rows, "n_observations") == {name: False}


def test_which_analyses_lie_in_others():
    """By populations, visits, members and outcomes of the plan alone."""
    btheb, children = plan_of("btheb"), plan_of("reattach_rct")
    assert is_part_of(btheb, "complete_cases", "primary")
    assert not is_part_of(btheb, "primary", "complete_cases")
    assert is_part_of(btheb, "last_visit", "primary")
    assert is_part_of(children, "per_protocol", "primary")
    assert not is_part_of(children, "primary", "per_protocol")
    assert not is_part_of(children, "communication", "primary")
    couples = plan_of("eft_couples")
    assert is_part_of(couples, "women_and_men", "primary")
    assert not is_part_of(couples, "women_and_men", "same_gender_couples")


def test_analyses_of_each_level_make_the_analysis_of_all():
    """114 women and men and 32 of the same gender are 146: one withheld, the sum tells it."""
    plan = plan_of("eft_couples")
    numbers = {"primary": 118, "women_and_men": 114, "same_gender_couples": 4}
    frame = pd.DataFrame(
        [
            {"analysis_id": name, "fit": "main", "status": "ok", "n_participants": n}
            for name, n in numbers.items()
        ]
    ).astype({"n_participants": "Int64"})
    tables = {"statistics": statistic_frame(plan, [size(160)]), "diagnostics": frame}
    shown = protect(plan, tables).tables["diagnostics"]["n_participants"].notna()
    assert shown.sum() < 2
    assert not shown.iloc[2]


def weeks(plan, seen):
    """The counts seen at five visits where nobody comes back."""
    rows = [size(60)]
    place = {"table": StatisticTable.MISSINGNESS, "variable": "bdi"}
    for visit, count in zip(plan.visits, seen, strict=True):
        rows += share_rows(count, 60, level="observed", visit=visit, **place)
        rows += share_rows(60 - count, 60, level="missing", visit=visit, **place)
    for level, count in (
        ("complete", seen[-1]),
        ("monotone", 60 - seen[-1]),
        ("intermittent", 0),
        ("never", 0),
    ):
        rows += share_rows(count, 60, level=level, **place)
    frame = protect(plan, {"statistics": statistic_frame(plan, rows)}).tables["statistics"]
    own = frame[(frame["level"] == "observed") & (frame["statistic"] == "count")]
    return dict(zip(own["group_visit"], own["value"], strict=True))


def test_those_lost_between_two_visits_are_not_counted(plan):
    """Seen by 40 and then by 37, and nobody comes back: three left in between."""
    shown = weeks(plan, [60, 50, 40, 37, 20])
    assert not {"month_3", "month_5"} <= {v for v, count in shown.items() if count == count}
    assert all(count == count for count in weeks(plan, [60, 50, 40, 30, 20]).values())


def timeline(not_started):
    """Forty people over the weeks: those who have not started, the others in a first phase."""
    rows = [size(40)]
    for week, count in enumerate(not_started):
        for level, number in (("not_started", count), ("in_treatment", 40 - count)):
            rows += share_rows(
                number, 40, table=StatisticTable.PHASES, variable="occupancy", level=level,
                arm="btheb", groups={"week": f"{week:02d}"},
            )  # fmt: skip
    return rows


def test_those_who_start_in_one_week_are_not_counted(plan):
    """Nobody goes back: 30 and then 27 who have not started are three who started."""
    frame = protect(plan, {"statistics": statistic_frame(plan, timeline([40, 30, 27, 10]))})
    own = frame.tables["statistics"]
    waiting = own[(own["level"] == "not_started") & (own["statistic"] == "count")]["value"]
    assert waiting.tolist()[0] == 40
    assert waiting.iloc[1:3].isna().any()
    frame = protect(plan, {"statistics": statistic_frame(plan, timeline([40, 30, 20, 10]))})
    assert frame.tables["statistics"]["value"].notna().all()


def fitted(plan, n, **fields):
    """One fit and its estimates as released; 97 of 100 is withheld, 90 is shown."""
    own = {"analysis_id": "last_visit", "status": "ok", "n_participants": n}
    fit = {**own, "fit": "main", "log_likelihood": -179.95, "aic": 371.9, "bic": 383.6}
    estimate = {
        **own, "estimate_id": "a", "quantity": "coefficient", "term": "arm[btheb]",
        "estimate": -1.2, "std_error": 0.61, "df": n - 5.0, "df_method": "residual",
        "p_value": 0.0521, "conf_low": -2.4, "conf_high": 0.0, **fields,
    }  # fmt: skip
    numbers = {"n_participants": "Int64"}
    tables = {
        "statistics": statistic_frame(plan, [size(100), size(48, "tau"), size(52, "btheb")]),
        "diagnostics": pd.DataFrame([fit]).astype(numbers),
        "estimates": pd.DataFrame([estimate]).astype(numbers),
    }
    shown = protect(plan, tables).tables
    return shown["diagnostics"].iloc[0], shown["estimates"].iloc[0]


@pytest.mark.parametrize(("n", "is_shown"), [(97, False), (90, True)])
def test_what_a_fit_tells_of_its_n_goes_with_it(plan, n, is_shown):
    """Likelihood and residual variance give n; a t-test tells a bound of its df only."""
    fit, estimate = fitted(plan, n)
    assert fit[["log_likelihood", "aic", "bic"]].notna().tolist() == [is_shown] * 3
    assert pd.isna(estimate["coarse"]) == is_shown
    assert is_shown or estimate["df"] < n - 5 - 5
    assert estimate[["estimate", "conf_low", "conf_high"]].notna().all()


@pytest.mark.parametrize("term", ["log_likelihood", "aic", "bic"])
def test_fit_statistics_among_the_estimates_go_as_well(plan, term):
    _, estimate = fitted(plan, 97, quantity="fit_statistic", term=term)
    assert pd.isna(estimate["estimate"])

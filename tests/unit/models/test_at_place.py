"""What is derived from a variable that `at` holds follows it: means, contrasts, slopes, curves."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.models.dispatch import run_analysis

DAYS = (10.0, 40.0, 70.0, 100.0, 130.0)
HELD = 70.0
KNOT = 50.0


@pytest.fixture(scope="module")
def days():
    """48 children at five days, one row each; first and last session on days of their own."""
    generator = np.random.default_rng(17)
    rows = []
    for number in range(48):
        arm = ("control", "new")[number % 2]
        own, covariate = generator.normal(0, 2), generator.normal(10, 2)
        start, stop = 20.0 + number % 7 * 9, 80.0 + number % 5 * 10
        for place, day in enumerate(DAYS):
            if number % 6 == 0 and place == 4:
                continue
            effect = 0.03 * day + 0.0005 * day**2 + (0.02 * (day > KNOT) if arm == "new" else 0)
            rows.append(
                {
                    "participant_id": f"p{number:02d}",
                    "arm": arm,
                    "day": day,
                    "covariate": covariate,
                    "start": start,
                    "stop": stop,
                    "outcome": 10 + own + effect * (1 + (arm == "new")) + generator.normal(),
                }
            )
    return pd.DataFrame(rows)


def first_rows(frame):
    return frame.drop_duplicates("participant_id")


def own_growth(day, frame):
    """The mean over children of a hinge with knots of their own, by hand."""
    people = first_rows(frame)
    return float(np.mean(np.maximum(np.minimum(day, people["stop"]) - people["start"], 0.0)))


# derived variables, the number whose effect differs between arms, its value on day x
KINDS = {
    "square": ({"d": {"kind": "square", "of": "day"}}, lambda x, f: x**2),
    "hinge": (
        {"d": {"kind": "hinge", "of": "day", "knot": KNOT}},
        lambda x, f: np.maximum(x - KNOT, 0),
    ),
    "hinge_until": (
        {"d": {"kind": "hinge", "of": "day", "knot": 20, "until": 90}},
        lambda x, f: np.maximum(np.minimum(x, 90) - 20, 0),
    ),
    "log": ({"d": {"kind": "log", "of": "day"}}, lambda x, f: np.log(x)),
    "square_of_centre": (
        {"c": {"kind": "centre", "of": "day"}, "d": {"kind": "square", "of": "c"}},
        lambda x, f: (x - f.groupby("participant_id")["day"].mean().mean()) ** 2,
    ),
    "square_of_centre_at": (
        {"c": {"kind": "centre", "of": "day", "at": 60}, "d": {"kind": "square", "of": "c"}},
        lambda x, f: (x - 60) ** 2,
    ),
    "square_of_standardised": (
        {"c": {"kind": "standardise", "of": "day"}, "d": {"kind": "square", "of": "c"}},
        lambda x, f: ((x - f.groupby("participant_id")["day"].mean().mean()) / f["day"].std()) ** 2,
    ),
    "log_of_weeks": (
        {
            "c": {"kind": "unit_change", "of": "day", "divide_by": 7},
            "d": {"kind": "log", "of": "c"},
        },
        lambda x, f: np.log(x / 7),
    ),
    "square_of_hinge": (
        {"c": {"kind": "hinge", "of": "day", "knot": KNOT}, "d": {"kind": "square", "of": "c"}},
        lambda x, f: np.maximum(x - KNOT, 0) ** 2,
    ),
    "square_of_difference": (
        {
            "c": {"kind": "difference", "of": "day", "minus": "covariate"},
            "d": {"kind": "square", "of": "c"},
        },
        lambda x, f: (x - f["covariate"].mean()) ** 2,
    ),
}
COLUMNS = {  # the columns by hand, as the analysis set has them
    "square": lambda f: {"d": f["day"] ** 2},
    "hinge": lambda f: {"d": np.maximum(f["day"] - KNOT, 0)},
    "hinge_until": lambda f: {"d": np.maximum(np.minimum(f["day"], 90) - 20, 0)},
    "log": lambda f: {"d": np.log(f["day"])},
    "square_of_centre": lambda f: _centred(f, f.groupby("participant_id")["day"].mean().mean(), 1),
    "square_of_centre_at": lambda f: _centred(f, 60, 1),
    "square_of_standardised": lambda f: _centred(
        f, f.groupby("participant_id")["day"].mean().mean(), f["day"].std()
    ),
    "log_of_weeks": lambda f: {"c": f["day"] / 7, "d": np.log(f["day"] / 7)},
    "square_of_hinge": lambda f: {
        "c": np.maximum(f["day"] - KNOT, 0),
        "d": np.maximum(f["day"] - KNOT, 0) ** 2,
    },
    "square_of_difference": lambda f: {
        "c": f["day"] - f["covariate"],
        "d": (f["day"] - f["covariate"]) ** 2,
    },
}


def _centred(frame, centre, scale):
    c = (frame["day"] - centre) / scale
    return {"c": c, "d": c**2}


def model(*fixed):
    return {
        "kind": "mixed",
        "fixed": list(fixed),
        "random": [{"within": "participant"}],
        "inference": "satterthwaite",
    }


FIXED = ("arm", "day", "d", "arm:day", "arm:d")


def run(make_plan, make_analysis, frame, derived, fixed, **estimand):
    entry = make_analysis(model(*fixed), visits="all", headline_visit=None, **estimand)
    variables = {"covariate": {"label": "Covariate", "type": "number"}}
    plan = make_plan({"primary": entry}, derived=derived, variables=variables)
    return run_analysis(plan, "primary", frame).estimates


def named(rows):
    found = rows[(rows["quantity"] == "coefficient") & (rows["scale"] != "odds_ratio")]
    return dict(zip(found["term"], found["estimate"], strict=True))


def only(rows, quantity, **where):
    found = rows[rows["quantity"] == quantity]
    for column, value in where.items():
        found = found[found[column] == value]
    assert len(found) == 1, found
    return found.iloc[0]


@pytest.mark.parametrize("kind", KINDS)
def test_contrast_means_and_curve_agree_with_the_coefficients(make_plan, make_analysis, days, kind):
    derived, value = KINDS[kind]
    frame = days.assign(**COLUMNS[kind](days))
    rows = run(make_plan, make_analysis, frame, derived, FIXED, at={"day": HELD})
    beta = named(rows)
    by_hand = beta["arm[new]"] + beta["arm[new]:day"] * HELD
    by_hand += beta["arm[new]:d"] * value(HELD, frame)
    contrast = only(rows, "contrast")
    assert contrast["estimate"] == pytest.approx(by_hand, rel=1e-9)
    assert contrast["p_value"] < 1
    usual = only(rows, "marginal_mean", arm="control")["estimate"]
    assert usual == pytest.approx(
        beta["intercept"] + beta["day"] * HELD + beta["d"] * value(HELD, frame), rel=1e-9
    )
    assert only(rows, "marginal_mean", arm="new")["estimate"] - usual == pytest.approx(
        by_hand, rel=1e-9
    )
    for arm in ("new", "control"):
        mean = only(rows, "marginal_mean", arm=arm)
        point = only(rows, "trajectory", arm=arm, term=f"day={HELD:g}")
        for number in ("estimate", "std_error", "df", "conf_low", "conf_high"):
            assert point[number] == pytest.approx(mean[number], rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", [30.0, 100.0])
def test_slopes_are_the_change_of_means_and_contrasts(make_plan, make_analysis, days, kind, day):
    derived, _ = KINDS[kind]
    frame = days.assign(**COLUMNS[kind](days))

    def at(place, summary="difference_in_means", **more):
        return run(
            make_plan,
            make_analysis,
            frame,
            derived,
            FIXED,
            at={"day": place},
            summary=summary,
            **more,
        )

    step = 0.5
    steep = at(day, "difference_in_slopes", terms=["day"])
    before, after = at(day - step), at(day + step)
    rise = only(after, "contrast")["estimate"] - only(before, "contrast")["estimate"]
    slope = only(steep, "slope_contrast")
    tolerance = 2e-3 if "log" in kind else 1e-7  # a log is bent between the two places
    assert slope["estimate"] == pytest.approx(rise / (2 * step), rel=tolerance, abs=1e-9)
    for arm in ("new", "control"):
        means = [only(rows, "marginal_mean", arm=arm)["estimate"] for rows in (before, after)]
        assert only(steep, "slope", arm=arm)["estimate"] == pytest.approx(
            (means[1] - means[0]) / (2 * step), rel=tolerance
        )


def test_a_slope_at_a_knot_is_the_one_after_it(make_plan, make_analysis, days):
    derived, _ = KINDS["hinge"]
    frame = days.assign(**COLUMNS["hinge"](days))
    asked = {"summary": "difference_in_slopes", "terms": ["day"]}
    rows = run(make_plan, make_analysis, frame, derived, FIXED, at={"day": KNOT}, **asked)
    beta = named(rows)
    assert only(rows, "slope_contrast")["estimate"] == pytest.approx(
        beta["arm[new]:day"] + beta["arm[new]:d"]
    )


def test_a_slope_without_a_place_is_read_off_at_the_mean_and_says_so(
    make_plan, make_analysis, days
):
    derived, _ = KINDS["square"]
    frame = days.assign(**COLUMNS["square"](days))
    asked = {"summary": "difference_in_slopes", "terms": ["day"]}
    rows = run(make_plan, make_analysis, frame, derived, FIXED, **asked)
    beta = named(rows)
    mean = frame["day"].mean()
    slope = only(rows, "slope_contrast")
    assert slope["estimate"] == pytest.approx(beta["arm[new]:day"] + 2 * mean * beta["arm[new]:d"])
    assert f"slope at day={mean:g}, the mean of the rows used" in slope["note"]


def test_knots_of_their_own_are_averaged_over_the_children(make_plan, make_analysis, days):
    derived = {
        "d": {"kind": "hinge", "of": "day", "knot": "first_session", "until": "last_session"}
    }
    grown = np.maximum(np.minimum(days["day"], days["stop"]) - days["start"], 0)
    frame = days.assign(**{"d": grown, "knot:d": days["start"], "until:d": days["stop"]})
    rows = run(make_plan, make_analysis, frame, derived, FIXED, at={"day": HELD})
    beta = named(rows)
    assert only(rows, "contrast")["estimate"] == pytest.approx(
        beta["arm[new]"]
        + beta["arm[new]:day"] * HELD
        + beta["arm[new]:d"] * own_growth(HELD, frame)
    )
    asked = {"summary": "difference_in_slopes", "terms": ["day"]}
    steep = run(make_plan, make_analysis, frame, derived, FIXED, at={"day": HELD}, **asked)
    people = first_rows(frame)
    share = np.mean((people["start"] <= HELD) & (people["stop"] > HELD))
    assert only(steep, "slope_contrast")["estimate"] == pytest.approx(
        beta["arm[new]:day"] + share * beta["arm[new]:d"]
    )


def test_a_product_of_two_hinges_of_their_own_is_averaged_after_multiplying(
    make_plan, make_analysis, days
):
    derived = {
        "d": {"kind": "hinge", "of": "day", "knot": "first_session", "until": "last_session"},
        "e": {"kind": "hinge", "of": "day", "knot": "last_session"},
    }
    grown = np.maximum(np.minimum(days["day"], days["stop"]) - days["start"], 0)
    later = np.maximum(days["day"] - days["stop"], 0)
    frame = days.assign(
        **{
            "d": grown,
            "e": later,
            "knot:d": days["start"],
            "until:d": days["stop"],
            "knot:e": days["stop"],
            "until:e": np.inf,
        }
    )
    fixed = ("arm", "d", "e", "d:e")
    rows = run(make_plan, make_analysis, frame, derived, fixed, at={"day": 115.0})
    beta = named(rows)
    people = first_rows(frame)
    d = np.minimum(115.0, people["stop"]) - people["start"]
    e = np.maximum(115.0 - people["stop"], 0)
    by_hand = beta["intercept"] + np.mean(beta["d"] * d + beta["e"] * e + beta["d:e"] * d * e)
    assert only(rows, "marginal_mean", arm="control")["estimate"] == pytest.approx(by_hand)


def test_a_place_is_found_back_through_what_can_be_turned_round(make_plan, make_analysis, days):
    """`at: weeks` fixes the day, and through it the months and their square."""
    derived = {
        "weeks": {"kind": "unit_change", "of": "day", "divide_by": 7},
        "months": {"kind": "unit_change", "of": "day", "divide_by": 30},
        "d": {"kind": "square", "of": "months"},
    }
    months = days["day"] / 30
    frame = days.assign(weeks=days["day"] / 7, months=months, d=months**2)
    fixed = ("arm", "weeks", "d", "arm:weeks", "arm:d")
    rows = run(make_plan, make_analysis, frame, derived, fixed, at={"weeks": 9.0})
    beta = named(rows)
    assert only(rows, "contrast")["estimate"] == pytest.approx(
        beta["arm[new]"] + beta["arm[new]:weeks"] * 9 + beta["arm[new]:d"] * (63 / 30) ** 2
    )
    asked = {"summary": "difference_in_slopes", "terms": ["weeks"]}
    steep = run(make_plan, make_analysis, frame, derived, fixed, at={"weeks": 9.0}, **asked)
    assert only(steep, "slope_contrast")["estimate"] == pytest.approx(
        beta["arm[new]:weeks"] + beta["arm[new]:d"] * 2 * (63 / 30) * (7 / 30)
    )


def test_a_category_that_follows_is_not_averaged(make_plan, make_analysis, days):
    derived = {
        "age_group": {
            "kind": "band",
            "of": "covariate",
            "borders": [9, 11],
            "names": ["young", "middle", "old"],
        }
    }
    group = np.select([days["covariate"] < 9, days["covariate"] < 11], ["young", "middle"], "old")
    frame = days.assign(age_group=group)
    fixed = ("arm", "age_group", "arm:age_group", "covariate")
    rows = run(make_plan, make_analysis, frame, derived, fixed, at={"covariate": 12.0})
    beta = named(rows)
    assert only(rows, "contrast")["estimate"] == pytest.approx(
        beta["arm[new]"] + beta["arm[new]:age_group[old]"]
    )
    averaged = run(make_plan, make_analysis, frame, derived, fixed)
    assert only(averaged, "contrast")["estimate"] == pytest.approx(
        beta["arm[new]"]
        + (beta["arm[new]:age_group[middle]"] + beta["arm[new]:age_group[old]"]) / 3
    )


@pytest.mark.parametrize(
    ("at", "dose"), [({"visit": "v1"}, 1), ({"visit": "v3"}, 5), ({"months": 2}, 2)]
)
def test_a_number_for_each_visit_follows_the_visit(make_plan, make_analysis, trial, at, dose):
    months = {"v1": 1, "v2": 2, "v3": 5}
    derived = {
        "months": {"kind": "per_visit", "values": months},
        "d": {"kind": "square", "of": "months"},
    }
    time = trial["visit"].map(months).astype("float64")
    frame = trial.assign(months=time, d=time**2)
    fixed = ("arm", "months", "d", "arm:months", "arm:d")
    rows = run(make_plan, make_analysis, frame, derived, fixed, at=at)
    beta = named(rows)
    contrast = only(rows, "contrast")
    assert contrast["estimate"] == pytest.approx(
        beta["arm[new]"] + dose * beta["arm[new]:months"] + dose**2 * beta["arm[new]:d"]
    )
    if "visit" in at:
        assert contrast["visit"] == at["visit"]


def test_a_number_for_each_level_follows_the_level(make_plan, make_analysis, trial):
    derived = {"weight": {"kind": "per_level", "of": "sex", "values": {"girl": 1, "boy": 4}}}
    frame = trial.assign(weight=trial["sex"].map({"girl": 1.0, "boy": 4.0}))
    fixed = ("arm", "weight", "arm:weight")
    entry = make_analysis(model(*fixed), at={"sex": "boy"}, visits="all", headline_visit=None)
    rows = run_analysis(make_plan({"primary": entry}, derived=derived), "primary", frame).estimates
    beta = named(rows)
    assert only(rows, "contrast")["estimate"] == pytest.approx(
        beta["arm[new]"] + 4 * beta["arm[new]:weight"]
    )


def test_absolute_risks_follow_too(make_plan, make_analysis, days):
    """Standardised risks of a logistic GEE, by hand from its coefficients."""
    derived = {"d": {"kind": "square", "of": "day"}}
    limit = days.groupby("day")["outcome"].transform("median")
    frame = days.assign(d=days["day"] ** 2, outcome=(days["outcome"] > limit).astype(float))
    gee = {"kind": "gee", "fixed": ["arm", "day", "d", "arm:d", "covariate"], "family": "binomial"}
    entry = make_analysis(
        gee, visits="all", headline_visit=None, at={"day": 100.0}, summary="risk_difference"
    )
    variables = {"covariate": {"label": "Covariate", "type": "number"}}
    plan = make_plan({"primary": entry}, derived=derived, variables=variables)
    rows = run_analysis(plan, "primary", frame).estimates
    beta = named(rows)
    people = first_rows(frame)["covariate"]
    linear = beta["intercept"] + beta["day"] * 100 + beta["d"] * 100**2
    linear += beta["covariate"] * people
    risk = {
        "control": np.mean(1 / (1 + np.exp(-linear))),
        "new": np.mean(
            1 / (1 + np.exp(-(linear + beta["arm[new]"] + beta["arm[new]:d"] * 100**2)))
        ),
    }
    for arm, share in risk.items():
        assert only(rows, "proportion", arm=arm)["estimate"] == pytest.approx(share, rel=1e-9)
    found = only(rows, "contrast", scale="risk_difference")
    assert found["estimate"] == pytest.approx(risk["new"] - risk["control"], rel=1e-9)

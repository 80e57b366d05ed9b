"""T tests, equivalence, standardised changes and repeated-measures ANOVA against R (`r/`)."""

import json
from typing import Any

import numpy as np
import pytest
from cases.folder import HERE

from evalpipe.models.equivalence import judge_equivalence
from evalpipe.models.estimate_rows import EstimateRow
from evalpipe.models.rm_anova import analyse_variance
from evalpipe.models.t_tests import TTest, compare_groups, compare_pairs
from evalpipe.stats.paired_effects import hedges_correction, standardise_pairs
from evalpipe.vocabulary import Quantity

pytestmark = pytest.mark.reference
FOLDER = HERE / "golden_r" / "field"
GOLDEN: dict[str, Any] = json.loads((FOLDER / "before_and_after.json").read_text())
ANOVAS: dict[str, Any] = json.loads((FOLDER / "rm_anova.json").read_text())
ARMS = ("CBT", "Cont", "FT")


def check_test(found: TTest, golden: dict[str, float]) -> None:
    assert found.difference == pytest.approx(golden["estimate"], rel=1e-11)
    assert found.std_error == pytest.approx(golden["se"], rel=1e-11)
    assert found.df == pytest.approx(golden["df"], rel=1e-11)
    assert found.statistic == pytest.approx(golden["t"], rel=1e-11)
    assert found.p_value == pytest.approx(golden["p"], rel=1e-10)
    assert (found.low, found.high) == pytest.approx((golden["low"], golden["high"]), rel=1e-10)
    assert found.second.difference < 1e-9


def check_equivalence(found: TTest, golden: dict[str, Any]) -> None:
    row = EstimateRow(
        Quantity.CONTRAST, estimate=found.difference, std_error=found.std_error, df=found.df
    )
    whole, above, below = judge_equivalence(row, (-5.0, 5.0), 0.95)
    assert above.p_value == pytest.approx(golden["above_lower"], rel=1e-10)
    assert below.p_value == pytest.approx(golden["below_upper"], rel=1e-10)
    assert whole.p_value == max(above.p_value or 0.0, below.p_value or 0.0)
    interval = golden["test_90"]
    assert whole.conf_level == pytest.approx(0.9)
    assert (whole.conf_low, whole.conf_high) == pytest.approx(
        (interval["low"], interval["high"]), rel=1e-10
    )


@pytest.mark.parametrize("arm", ARMS)
def test_paired_t_test(arm: str) -> None:
    golden = GOLDEN["paired"][arm]
    before, after = np.array(golden["before"]), np.array(golden["after"])
    found = compare_pairs(before, after, 0.95)
    check_test(found, golden["test"])
    check_test(compare_pairs(before, after, 0.9), golden["test_90"])
    check_equivalence(found, golden)


@pytest.mark.parametrize("name", ["change", "after"])
def test_welch_t_test(name: str) -> None:
    golden = GOLDEN[name]
    first, second = np.array(golden["first"]), np.array(golden["second"])
    found = compare_groups(first, second, 0.95)
    check_test(found, golden["test"])
    check_test(compare_groups(first, second, 0.9), golden["test_90"])
    check_equivalence(found, golden)


@pytest.mark.parametrize("arm", ARMS)
def test_standardised_changes(arm: str) -> None:
    golden = GOLDEN["paired"][arm]
    effects = standardise_pairs(np.array(golden["before"]), np.array(golden["after"]))
    assert effects.d_z.estimate == pytest.approx(golden["effectsize_d_z"], rel=1e-11)
    # R's own noncentral t has an error of about 1e-6 (it says so).
    assert (effects.d_z.low, effects.d_z.high) == pytest.approx(golden["d_z_limits"], abs=2e-6)
    assert effects.d_av.estimate == pytest.approx(golden["d_av"], rel=1e-11)
    assert effects.d_av.std_error == pytest.approx(golden["d_av_se"], rel=1e-11)
    assert effects.d_rm.estimate == pytest.approx(golden["d_rm"], rel=1e-11)
    # R takes the derivatives of the delta method numerically.
    assert effects.d_rm.std_error == pytest.approx(golden["d_rm_se"], rel=1e-7)
    correction = hedges_correction(golden["n"] - 1)
    assert correction == pytest.approx(golden["correction"], rel=1e-11)
    assert effects.hedges_g.estimate == pytest.approx(golden["d_av"] * correction, rel=1e-11)
    assert (effects.hedges_g.low, effects.hedges_g.high) == (effects.d_av.low, effects.d_av.high)


@pytest.mark.parametrize("name", sorted(ANOVAS))
def test_repeated_measures_analysis_of_variance(name: str) -> None:
    golden = ANOVAS[name]
    found = analyse_variance(np.array(golden["wide"], dtype=float))
    assert found.statistic == pytest.approx(golden["F"], rel=1e-10)
    assert found.p["none"] == pytest.approx(golden["p"], rel=1e-9)
    assert found.p["greenhouse_geisser"] == pytest.approx(golden["p_gg"], rel=1e-9)
    assert found.p["huynh_feldt"] == pytest.approx(golden["p_hf"], rel=1e-9)
    assert found.mauchly is not None
    assert found.mauchly[0] == pytest.approx(golden["W"], rel=1e-9)
    assert found.mauchly[3] == pytest.approx(golden["p_W"], rel=1e-8)
    for key, correction in (("gg", "greenhouse_geisser"), ("hf", "huynh_feldt")):
        epsilon = found.epsilon[correction]
        assert epsilon == pytest.approx(golden[f"epsilon_{key}"], rel=1e-9)
        df = [epsilon * value for value in found.df]
        assert df == pytest.approx(golden[f"df_{key}"], rel=1e-9)

"""Power and recovery: failures count, seeds repeat, summaries are those of the literature."""

import numpy as np
import pandas as pd
import pytest

from evalpipe.errors import UsageError
from evalpipe.simulate.power import PowerGrid, power_by_simulation, power_figure, units_for_power
from evalpipe.simulate.recovery import primary_analyses, recover, recovery_markdown
from evalpipe.simulate.replicates import run_replicates
from evalpipe.simulate.summaries import summarise_replicates
from evalpipe.simulate.write import write_study


def made_up(n_failed=0):
    rng = np.random.default_rng(1)
    estimate = rng.normal(2.0, 1.0, 400)
    rows = pd.DataFrame(
        {
            "estimate_id": "a/contrast",
            "estimate": estimate,
            "std_error": 1.0,
            "p_value": np.where(np.abs(estimate) > 1.96, 0.01, 0.5),
            "conf_low": estimate - 1.96,
            "conf_high": estimate + 1.96,
            "replicate": range(400),
        }
    )
    rows.loc[rows.index[:n_failed], "estimate_id"] = None
    return rows


def test_summary_of_a_known_normal_estimator():
    row = summarise_replicates(made_up(), {"a/contrast": 2.0}, 400).iloc[0]
    assert row["bias"] == pytest.approx(0.0, abs=3 * row["bias_error"])
    assert row["bias_error"] == pytest.approx(1 / 20, rel=0.1)
    assert row["coverage"] == pytest.approx(0.95, abs=0.03)
    assert row["power"] == pytest.approx(0.516, abs=0.07)
    assert row["half_width"] == pytest.approx(1.96)


def test_failed_fits_detect_nothing_and_cover_nothing():
    whole = summarise_replicates(made_up(), {"a/contrast": 2.0}, 400).iloc[0]
    part = summarise_replicates(made_up(200), {"a/contrast": 2.0}, 400).iloc[0]
    assert part["n_failed"] == 200
    assert part["coverage"] < 0.55 < whole["coverage"]
    assert part["power"] < whole["power"]


def test_when_every_fit_fails_the_table_says_so():
    table = summarise_replicates(made_up(400), {"a/contrast": 2.0}, 400)
    assert table["n_failed"].tolist() == [400]
    assert table["power"].tolist() == [0.0]


def test_power_over_a_grid_with_progress(plans):
    seen = []
    grid = PowerGrid(units=(20, 60), effects=(0.0, 1.5), replicates=3)
    table = power_by_simulation(
        plans["eft_couples"], "primary", grid, progress=lambda d, t: seen.append((d, t))
    )
    assert seen[-1] == (12, 12)
    assert list(table["units"]) == [20, 20, 60, 60]
    half = table.set_index(["units", "effect"])["half_width"]
    assert half[60, 1.5] < half[20, 1.5]
    assert table.loc[table["effect"] == 0, "truth"].tolist() == [0.0, 0.0]
    assert set(units_for_power(table)) == {0.0, 1.5}
    assert power_figure(table, plans["eft_couples"]) == power_figure(table, plans["eft_couples"])


def test_replicates_are_the_same_with_any_number_of_workers(plans):
    one = run_replicates(plans["eft_couples"], "primary", 4)
    two = run_replicates(plans["eft_couples"], "primary", 4, workers=2)
    pd.testing.assert_frame_equal(one, two)


def test_recovery_holds_estimates_against_the_truth_file(plans):
    plan = plans["eft_couples"]
    name = "primary/contrast/satisfaction.total/arm/eft-vs-waiting_list/post"
    truth = {"estimands": [{"estimate_id": name, "truth": 8.0}]}
    table = recover(plan, primary_analyses(plan)[0], truth, 3)
    assert table["estimate_id"].tolist() == [name]
    assert table["n_replicates"].tolist() == [3]
    assert name.split("/", 1)[1] in recovery_markdown(table, "make simulation")


def test_real_data_are_never_written_over(plans, tmp_path):
    (tmp_path / "real.csv").write_text("id\n1\n")
    with pytest.raises(UsageError, match="not labelled synthetic"):
        write_study(plans["handholding"], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["real.csv"]

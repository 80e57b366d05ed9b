"""The tipping point found without trying is where the interval of the whole procedure turns."""

import numpy as np
import pytest

from evalpipe.stats.missing.assumptions import Assumption, Scenario, shift_after_event
from evalpipe.stats.missing.conditional_mean import (
    estimate_conditional_means,
    estimate_shift,
    jackknife_refits,
)
from evalpipe.stats.missing.imputation_model import fit_imputation_model
from evalpipe.stats.missing.tipping import (
    DeltaPlane,
    Side,
    cut_plane,
    estimate_at,
    estimate_grid,
    find_tipping,
    find_tipping_by_search,
    hold_first,
)


class Case:
    """A trial whose treated arm is better at the last visit, and unit shifts in either arm."""

    def __init__(self, draw_trial) -> None:
        self.data, self.analysis = draw_trial(60, seed=2)
        self.refits = jackknife_refits(self.data, fit_imputation_model(self.data))
        event, T = self.data.event, self.data.n_visits
        arms = (1.0 - self.data.arm, self.data.arm.astype(float))
        self.units = [shift_after_event(arm, event, T) for arm in arms]
        self.base = self.estimate(0.0, 0.0)
        shifts = [self.shift(unit) for unit in self.units]
        self.plane = cut_plane(self.base, tuple(shifts), 0, T - 1)
        self.line = cut_plane(self.base, (shifts[1],), 0, T - 1)

    def shift(self, unit):
        return estimate_shift(self.data, self.refits, unit, self.analysis)

    def estimate(self, control: float, treated: float):
        shift = control * self.units[0] + treated * self.units[1]
        scenario = Scenario(Assumption.MISSING_AT_RANDOM, shift)
        return estimate_conditional_means(self.data, self.refits, scenario, self.analysis)


@pytest.fixture
def case(draw_trial) -> Case:
    return Case(draw_trial)


@pytest.mark.parametrize("null", [0.0, 1.0, 3.0])
def test_at_the_tipping_point_the_interval_touches_the_null(case: Case, null: float) -> None:
    found = find_tipping(case.line, null=null)
    for delta in (found.negative, found.positive):
        if np.isfinite(delta):
            at = case.estimate(0.0, delta)
            borders = (at.conf_low[0, -1], at.conf_high[0, -1])
            assert min(abs(border - null) for border in borders) < 1e-9
    assert np.isfinite(found.negative)
    expected = Side.ABOVE if case.base.conf_low[0, -1] > null else Side.ACROSS
    assert found.side is expected


def test_nothing_turns_between_zero_and_the_tipping_point(case: Case) -> None:
    found = find_tipping(case.line)
    deltas = np.linspace(found.negative + 1e-9, 0, 50)[:, None]
    assert np.all(estimate_at(case.line, deltas).conf_low > 0)
    beyond = estimate_at(case.line, np.array([[found.negative - 1e-6]]))
    assert beyond.conf_low[0] < 0


def test_search_finds_the_same(case: Case) -> None:
    found = find_tipping(case.line)

    def evaluate(delta: float):
        return estimate_at(case.line, np.array([delta]))

    assert find_tipping_by_search(evaluate, 0, -50) == pytest.approx(found.negative, abs=1e-8)
    assert np.isnan(find_tipping_by_search(evaluate, 0, found.negative / 2))


def test_the_grid_is_the_whole_procedure_at_every_pair(case: Case) -> None:
    first, second = np.array([-1.0, 0.0, 2.0]), np.array([-3.0, 1.0])
    grid = estimate_grid(case.plane, first, second)
    for i, control in enumerate(first):
        for j, treated in enumerate(second):
            whole = case.estimate(control, treated)
            assert grid.estimate[i, j] == pytest.approx(whole.estimate[0, -1], abs=1e-10)
            assert grid.std_error[i, j] == pytest.approx(whole.std_error[0, -1], abs=1e-10)
    row = find_tipping(hold_first(case.plane, 2.0))
    touched = case.estimate(2.0, row.negative)
    assert touched.conf_low[0, -1] == pytest.approx(0, abs=1e-9)


def test_a_delta_that_moves_nothing_never_turns_the_answer() -> None:
    samples = np.linspace(0.9, 1.1, 20)
    plane = DeltaPlane(1.0, samples, np.zeros(1), np.zeros((20, 1)), is_jackknife=True)
    found = find_tipping(plane, confidence_level=0.5)
    assert np.isnan(found.negative)
    assert np.isnan(found.positive)

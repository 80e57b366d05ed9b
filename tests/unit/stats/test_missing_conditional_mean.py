"""Conditional means under an assumption, and their jackknife, against the same done slowly."""

from dataclasses import replace

import numpy as np
import pytest

from evalpipe.errors import ModelError, NotEstimableError
from evalpipe.stats.missing import leave_one_out
from evalpipe.stats.missing.assumptions import (
    Assumption,
    ImputationData,
    Scenario,
    event_after_last_seen,
    factor_after_event,
    mix_covariance,
    shift_after_event,
)
from evalpipe.stats.missing.conditional_mean import (
    Analysis,
    bootstrap_refits,
    estimate_conditional_means,
    estimate_shift,
    jackknife_refits,
)
from evalpipe.stats.missing.imputation_model import fit_imputation_model, fit_people
from evalpipe.stats.problem import FloatArray, Method, Structure

A = Assumption


def complete_slowly(
    data: ImputationData, assume: Assumption, beta: FloatArray, covariance: list[FloatArray]
) -> FloatArray:
    """Fill one participant after the other, each assumption as its definition reads."""
    done = data.y.copy()
    for i in range(data.n_people):
        own, reference = data.own[i] @ beta, data.reference[i] @ beta
        event, mean = int(data.event[i]), data.own[i] @ beta
        groups = int(data.group[i]), int(data.reference_group[i])
        matrix = covariance[groups[0]]
        if event < data.n_visits:
            mixed = _mix(covariance[groups[0]], covariance[groups[1]], event)
            if assume is A.JUMP_TO_REFERENCE:
                mean, matrix = np.r_[own[:event], reference[event:]], mixed
            elif assume is A.COPY_REFERENCE:
                mean, matrix = reference, covariance[groups[1]]
            elif assume is A.COPY_INCREMENTS:
                step = own[event - 1] - reference[event - 1] if event else 0.0
                mean, matrix = np.r_[own[:event], reference[event:] + step], mixed
            elif assume is A.LAST_MEAN_CARRIED_FORWARD and event:
                mean = np.r_[own[:event], np.full(data.n_visits - event, own[event - 1])]
        gap = np.isnan(done[i])
        slope = matrix[np.ix_(gap, ~gap)] @ np.linalg.inv(matrix[np.ix_(~gap, ~gap)])
        done[i, gap] = mean[gap] + slope @ (done[i, ~gap] - mean[~gap])
    return done


def _mix(own: FloatArray, reference: FloatArray, e: int) -> FloatArray:
    """The regression after the event is the reference's; before it the own covariance."""
    if e == 0:
        return reference
    slope = reference[e:, :e] @ np.linalg.inv(reference[:e, :e])
    left = reference[e:, e:] - slope @ reference[:e, e:]
    below = slope @ own[:e, :e]
    return np.block([[own[:e, :e], below.T], [below, left + below @ slope.T]])


def contrasts_slowly(design: FloatArray, y: FloatArray) -> FloatArray:
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    mean = design[:, 2].mean()
    return np.array([[0, 1, 0], [1, 0, mean], [1, 1, mean]]) @ coefficients


@pytest.mark.parametrize("is_by_arm", [False, True])
def test_jackknife_is_the_whole_procedure_without_each_participant(draw_trial, is_by_arm) -> None:
    data, analysis = draw_trial(is_by_arm=is_by_arm)
    refits = jackknife_refits(data, fit_imputation_model(data))
    everyone = np.arange(data.n_people)
    samples = [everyone, *(np.delete(everyone, i) for i in everyone)]
    fits = [fit_people(data, who, Method.REML, Structure.UNSTRUCTURED) for who in samples]
    for assume in Assumption:
        found = estimate_conditional_means(data, refits, Scenario(assume), analysis)
        slow = []
        for people, fit in zip(samples, fits, strict=True):
            done = complete_slowly(data, assume, fit.beta, list(fit.residual_covariance))
            slow.append(contrasts_slowly(analysis.design[people], done[people]))
        again = np.array(slow[1:])
        n = len(again)
        error = np.sqrt((n - 1) / n * ((again - again.mean(axis=0)) ** 2).sum(axis=0))
        assert np.allclose(found.estimate, slow[0], rtol=0, atol=1e-8)
        assert np.allclose(found.in_samples, again, rtol=0, atol=1e-6)
        assert np.allclose(found.std_error, error, rtol=1e-6)


def test_each_participant_has_an_assumption_shift_and_factor_of_his_own(draw_trial) -> None:
    data, analysis = draw_trial()
    fit = fit_imputation_model(data)
    who = [list(Assumption)[i % 5] for i in range(data.n_people)]
    shift = np.arange(data.y.size, dtype=float).reshape(data.y.shape) / 50
    factor = 1 + (np.arange(data.n_people) % 3)[:, None] * np.array([0.1, 0.2, 0.3])
    refits = jackknife_refits(data, fit)
    found = estimate_conditional_means(data, refits, Scenario(who, shift, factor), analysis)
    done = data.y.copy()
    for assume in Assumption:
        chosen = np.array([a is assume for a in who])
        filled = complete_slowly(data, assume, fit.beta, list(fit.residual_covariance))
        done[chosen] = filled[chosen]
    gaps = data.is_missing
    done[gaps] = done[gaps] * factor[gaps] + shift[gaps]
    assert np.allclose(found.estimate, contrasts_slowly(analysis.design, done), atol=1e-9)


def test_five_assumptions_differ(draw_trial) -> None:
    data, analysis = draw_trial()
    refits = jackknife_refits(data, fit_imputation_model(data))
    found = [estimate_conditional_means(data, refits, Scenario(a), analysis) for a in Assumption]
    assert len({round(float(f.estimate[0, -1]), 6) for f in found}) == 5


def test_estimates_are_linear_in_an_added_shift(draw_trial) -> None:
    data, analysis = draw_trial()
    refits = jackknife_refits(data, fit_imputation_model(data))
    unit = shift_after_event(data.arm.astype(float), data.event, data.n_visits, is_growing=True)
    base = estimate_conditional_means(data, refits, Scenario(), analysis)
    slope, slopes = estimate_shift(data, refits, unit, analysis)
    shifted = estimate_conditional_means(data, refits, Scenario(shift=3 * unit), analysis)
    assert np.allclose(shifted.estimate, base.estimate + 3 * slope)
    assert np.allclose(shifted.in_samples, base.in_samples + 3 * slopes)
    assert not np.allclose(slope[0], 0)


def test_a_growing_shift_accumulates_from_the_event_on() -> None:
    event = np.array([1, 3, 0])
    fixed = shift_after_event(np.array([2.0, 2.0, 1.0]), event, 3)
    growing = shift_after_event(np.array([2.0, 2.0, 1.0]), event, 3, is_growing=True)
    assert fixed.tolist() == [[0, 2, 2], [0, 0, 0], [1, 1, 1]]
    assert growing.tolist() == [[0, 2, 4], [0, 0, 0], [1, 2, 3]]


def test_factors_multiply_from_the_event_on() -> None:
    event = np.array([1, 3])
    half = np.array([0.5, 0.5])
    assert factor_after_event(half, event, 3).tolist() == [[1, 0.5, 0.5], [1, 1, 1]]
    growing = factor_after_event(half, event, 3, is_growing=True)
    assert growing.tolist() == [[1, 0.5, 0.25], [1, 1, 1]]


def test_who_does_not_arrive_is_refitted_by_the_engine(draw_trial, monkeypatch) -> None:
    data, _ = draw_trial()
    fit = fit_imputation_model(data)
    together = jackknife_refits(data, fit).parameters
    monkeypatch.setattr(leave_one_out, "MOST_STEPS", 1)
    alone = jackknife_refits(data, fit).parameters
    assert np.allclose(together.beta, alone.beta, rtol=0, atol=1e-5)
    assert np.allclose(together.covariance, alone.covariance, rtol=0, atol=1e-5)
    assert not np.array_equal(together.beta, alone.beta)


def test_a_model_that_hangs_on_one_participant_is_refused_in_words(draw_trial) -> None:
    data, _ = draw_trial(24, seed=2, is_by_arm=True)
    with pytest.raises(NotEstimableError, match="without one of the participants"):
        jackknife_refits(data, fit_imputation_model(data))


def test_the_event_follows_the_last_outcome_seen() -> None:
    nan = np.nan
    y = np.array([[1.0, nan, 2], [1, nan, nan], [nan, nan, nan], [nan, 1, nan]])
    assert event_after_last_seen(y).tolist() == [3, 1, 0, 2]


def test_a_mixed_covariance_of_equal_matrices_is_that_matrix() -> None:
    matrix = np.array([[2.0, 1, 0.5], [1, 3, 1], [0.5, 1, 1]])
    both = np.stack([matrix, matrix])[None]
    assert np.allclose(mix_covariance(both, 0, 1, 2)[0], matrix)


def test_outcomes_out_of_the_model_are_kept_in_the_analysis(draw_trial) -> None:
    data, analysis = draw_trial()
    kept = data.is_modelled.copy()
    kept[:4, -1] = False
    fewer = replace(data, modelled=kept)
    assert (
        fit_imputation_model(fewer).n_observations
        == fit_imputation_model(data).n_observations - (data.is_modelled & ~kept).sum()
    )
    refits = jackknife_refits(fewer, fit_imputation_model(fewer))
    found = estimate_conditional_means(fewer, refits, Scenario(), analysis)
    fit = fit_imputation_model(fewer)
    done = complete_slowly(fewer, A.MISSING_AT_RANDOM, fit.beta, list(fit.residual_covariance))
    assert np.allclose(found.estimate, contrasts_slowly(analysis.design, done), atol=1e-9)


def test_bootstrap_repeats_with_its_generator_and_agrees_with_the_jackknife(draw_trial) -> None:
    data, analysis = draw_trial(40)
    fit = fit_imputation_model(data)
    by_chance = [
        estimate_conditional_means(
            data,
            bootstrap_refits(data, fit, 60, np.random.default_rng(seed)),
            Scenario(),
            analysis,
        )
        for seed in (1, 1, 2)
    ]
    sure = estimate_conditional_means(data, jackknife_refits(data, fit), Scenario(), analysis)
    assert np.array_equal(by_chance[0].std_error, by_chance[1].std_error)
    assert not np.array_equal(by_chance[0].std_error, by_chance[2].std_error)
    assert np.array_equal(by_chance[0].estimate, sure.estimate)
    assert np.allclose(by_chance[0].std_error[0] / sure.std_error[0], 1, atol=0.3)


def test_a_term_known_from_one_participant_is_refused(draw_trial) -> None:
    data, analysis = draw_trial()
    only = (np.arange(data.n_people) == 3).astype(float)
    fit = fit_imputation_model(data)
    refits = jackknife_refits(data, fit)
    design = np.column_stack([analysis.design, only])
    alone = Analysis(design, ("one", "arm", "x", "alone"), np.eye(4))
    with pytest.raises(NotEstimableError, match="known from one participant only"):
        estimate_conditional_means(data, refits, Scenario(), alone)
    wide = np.broadcast_to(only[:, None, None], (*data.y.shape, 1))
    more = replace(
        data,
        own=np.concatenate([data.own, wide], axis=2),
        reference=np.concatenate([data.reference, wide], axis=2),
        columns=(*data.columns, "alone"),
    )
    with pytest.raises(NotEstimableError, match="known from one participant only"):
        jackknife_refits(more, fit_imputation_model(more))


def test_a_drawn_sample_that_misses_a_term_is_refused_in_words(draw_trial) -> None:
    data, analysis = draw_trial()
    fit = fit_imputation_model(data)
    refits = bootstrap_refits(data, fit, 40, np.random.default_rng(1))
    pair = np.isin(np.arange(data.n_people), (3, 7)).astype(float)
    design = np.column_stack([analysis.design, pair])
    rare = Analysis(design, ("one", "arm", "x", "pair"), np.eye(4))
    with pytest.raises(NotEstimableError, match="missing in one of the samples"):
        estimate_conditional_means(data, refits, Scenario(), rare)


def test_shapes_and_missing_covariates_are_refused(draw_trial) -> None:
    data, analysis = draw_trial()
    refits = jackknife_refits(data, fit_imputation_model(data))
    short = replace(analysis, design=analysis.design[1:])
    with pytest.raises(ModelError, match="a row for each participant"):
        estimate_conditional_means(data, refits, Scenario(), short)
    holes = analysis.design.copy()
    holes[0, 2] = np.nan
    with pytest.raises(ModelError, match="missing values"):
        estimate_conditional_means(data, refits, Scenario(), replace(analysis, design=holes))
    few = Scenario([A.JUMP_TO_REFERENCE])
    with pytest.raises(ModelError, match="one assumption for each"):
        estimate_conditional_means(data, refits, few, analysis)


def test_a_declared_structure_is_refitted_by_the_engine(draw_trial) -> None:
    data, analysis = draw_trial()
    fit = fit_imputation_model(data, structure=Structure.COMPOUND_SYMMETRY)
    refits = jackknife_refits(data, fit)
    without = fit_people(
        data, np.arange(1, data.n_people), Method.REML, Structure.COMPOUND_SYMMETRY
    )
    assert np.allclose(refits.parameters.beta[0], without.beta)
    found = estimate_conditional_means(data, refits, Scenario(), analysis)
    assert np.all(found.std_error > 0)

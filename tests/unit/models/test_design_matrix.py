"""Aliased columns are named in the plan's words, and nothing else is refused."""

import numpy as np
import pytest

from evalpipe.errors import NotEstimableError
from evalpipe.models.design_matrix import require_full_rank


def test_a_full_rank_design_passes_with_time_far_from_zero():
    days = 20_000.0 + np.arange(50)
    require_full_rank(np.column_stack([np.ones(50), days, days % 7]), ("intercept", "day", "week"))


def test_scales_do_not_count():
    x = np.linspace(0, 1, 30)
    X = np.column_stack([np.ones(30), 1e-9 * x, 1e9 * x**2])
    require_full_rank(X, ("intercept", "a", "b"))


def test_an_aliased_column_and_its_causes_are_named():
    x = np.arange(10.0)
    X = np.column_stack([np.ones(10), x, 2 * x + 1])
    with pytest.raises(NotEstimableError, match=r"double is determined by intercept, age"):
        require_full_rank(X, ("intercept", "age", "double"))


def test_an_empty_cell_is_named():
    X = np.column_stack([np.ones(10), np.arange(10.0), np.zeros(10)])
    with pytest.raises(NotEstimableError, match=r"no observation has arm\[new\]:visit\[v3\]"):
        require_full_rank(X, ("intercept", "age", "arm[new]:visit[v3]"))


def test_chunks_of_rows_give_the_same_answer(monkeypatch):
    monkeypatch.setattr("evalpipe.models.design_matrix.CHUNK_ROWS", 7)
    x = np.arange(40.0)
    require_full_rank(np.column_stack([np.ones(40), x, x**2]), ("intercept", "x", "xx"))
    with pytest.raises(NotEstimableError, match="copy"):
        require_full_rank(np.column_stack([np.ones(40), x, x]), ("intercept", "x", "copy"))

"""A small trial with dropout and gaps, for tests of missing data by assumption."""

from collections.abc import Callable

import numpy as np
import pytest

from evalpipe.stats.missing.assumptions import ImputationData, event_after_last_seen
from evalpipe.stats.missing.conditional_mean import Analysis


@pytest.fixture
def draw_trial() -> Callable[..., tuple[ImputationData, Analysis]]:
    return build_trial


def build_trial(
    n: int = 40, T: int = 3, *, seed: int = 7, is_by_arm: bool = False
) -> tuple[ImputationData, Analysis]:
    """Return a two-arm trial with a baseline covariate, dropout from 30 % and gaps."""
    generator = np.random.default_rng(seed)
    arm = np.arange(n) % 2
    x = generator.normal(size=n)
    spread = 2 * (0.5 + 0.5 * np.eye(T))
    y = generator.multivariate_normal(np.zeros(T), spread, size=n) * (1 + 0.5 * arm[:, None])
    y += x[:, None] + arm[:, None] * np.arange(1, T + 1)
    dropout = np.where(generator.random(n) < 0.3, generator.integers(0, T, size=n), T)
    y[np.arange(T) >= dropout[:, None]] = np.nan
    y[generator.random((n, T)) < 0.05] = np.nan
    group = arm.astype(np.int64) if is_by_arm else np.zeros(n, dtype=np.int64)
    data = ImputationData(
        y=y,
        own=_design(arm, x, T),
        reference=_design(0 * arm, x, T),
        columns=tuple(f"c{i}" for i in range(2 * T + 1)),
        arm=arm.astype(np.int64),
        event=event_after_last_seen(y),
        group=group,
        reference_group=np.zeros(n, dtype=np.int64),
        n_groups=1 + is_by_arm,
    )
    contrasts = np.array([[0, 1, 0], [1, 0, np.nan], [1, 1, np.nan]])
    design = np.column_stack([np.ones(n), arm, x])
    return data, Analysis(design, ("one", "arm", "x"), contrasts)


def _design(arm: np.ndarray, x: np.ndarray, T: int) -> np.ndarray:
    eye = np.eye(T)
    parts = [np.broadcast_to(eye, (len(x), T, T)), arm[:, None, None] * eye]
    return np.concatenate([*parts, np.broadcast_to(x[:, None, None], (len(x), T, 1))], axis=2)

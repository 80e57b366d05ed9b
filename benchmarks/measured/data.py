"""Long tables of a trial with dropout, of any size."""

import numpy as np
import pandas as pd

SEED = 20_261_123
N_VISITS = 4
DAYS = np.array([0.0, 30.0, 90.0, 180.0])
SD = np.array([1.0, 1.15, 1.3, 1.25])
CORRELATION = 0.75
STAYS = 0.89
"""Chance of staying after each visit: 30 % are gone by the fourth."""
CLASS_SIZE, SCHOOL_SIZE = 10, 50
"""Participants of one class, and of one school."""


def make_frame(case: str, n_participants: int) -> pd.DataFrame:
    """Return the table of a case: `mmrm`, `random_intercept`, `random_slope`, `nested` or
    `many_visits`.
    """
    rng = np.random.default_rng([SEED, n_participants])
    if case == "many_visits":
        return make_many_visits(rng, n_participants)
    return make_trial(rng, n_participants)


def make_trial(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return four visits at irregular days, with dropout, in classes of schools."""
    person = np.arange(n)
    arm = person % 2
    baseline = rng.standard_normal(n)
    own = rng.standard_normal((n, 2)) * [0.8, 0.004]
    room = 0.4 * rng.standard_normal(n // CLASS_SIZE + 1)[person // CLASS_SIZE]
    school = 0.3 * rng.standard_normal(n // SCHOOL_SIZE + 1)[person // SCHOOL_SIZE]
    days = DAYS + rng.integers(-6, 7, size=(n, N_VISITS)) * (DAYS > 0)
    lags = np.abs(np.subtract.outer(np.arange(N_VISITS), np.arange(N_VISITS)))
    factor = np.linalg.cholesky(np.outer(SD, SD) * CORRELATION**lags)
    noise = rng.standard_normal((n, N_VISITS)) @ factor.T
    trend = -0.002 * days - 0.001 * days * arm[:, None]
    outcome = 0.5 * baseline[:, None] + own[:, :1] + own[:, 1:] * days + trend + noise
    outcome += (room + school)[:, None]
    stays = rng.uniform(size=(n, N_VISITS - 1)) < STAYS
    seen = np.concatenate([np.ones((n, 1), bool), np.cumprod(stays, axis=1).astype(bool)], axis=1)
    return arrange(seen, outcome, days, baseline, arm)


def make_many_visits(rng: np.random.Generator, n: int, n_visits: int = 12) -> pd.DataFrame:
    """Return twelve visits of which any may be missing: hundreds of patterns."""
    arm = np.arange(n) % 2
    baseline = rng.standard_normal(n)
    lags = np.abs(np.subtract.outer(np.arange(n_visits), np.arange(n_visits)))
    noise = rng.standard_normal((n, n_visits)) @ np.linalg.cholesky(CORRELATION**lags).T
    outcome = 0.5 * baseline[:, None] + noise
    seen = rng.uniform(size=(n, n_visits)) < 0.85
    seen[:, 0] |= ~seen.any(axis=1)
    days = np.broadcast_to(30.0 * np.arange(n_visits), (n, n_visits))
    return arrange(seen, outcome, days, baseline, arm)


def arrange(
    seen: np.ndarray, outcome: np.ndarray, days: np.ndarray, baseline: np.ndarray, arm: np.ndarray
) -> pd.DataFrame:
    """Return the long table of what was seen, the text columns as categories."""
    person, visit = np.nonzero(seen)
    names = [f"v{t + 1:02d}" for t in range(seen.shape[1])]
    return pd.DataFrame(
        {
            "participant_id": person,
            "class_id": person // CLASS_SIZE,
            "school_id": person // SCHOOL_SIZE,
            "arm": pd.Categorical.from_codes(arm[person], ["control", "treated"]),
            "visit": pd.Categorical.from_codes(visit, names, ordered=True),
            "day": days[seen],
            "baseline": baseline[person],
            "score": outcome[seen],
        }
    )

"""What a Gaussian model needs, in arrays: outcome, fixed design, random effects, residual
covariance.

The model is y = X beta + Z u + e for independent top-level units, u ~ N(0, G), e ~ N(0, R).
Rows may come in any order; integer codes say which rows belong together.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evalpipe.vocabulary.structures import Structure

__all__ = [
    "ABSENT",
    "EffectCovariance",
    "FloatArray",
    "GaussianProblem",
    "IntArray",
    "Members",
    "Method",
    "RandomEffect",
    "Residual",
    "Structure",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ABSENT = -1
"""Code of a random-effect level that does not exist for a row (a therapist in the control arm)."""


class Members(StrEnum):
    """How the members of a dyad (or couple) in one block are related."""

    DISTINGUISHABLE = "distinguishable"
    """Unstructured 2 x 2 over the roles, times (Kronecker) the structure over visits."""
    EXCHANGEABLE = "exchangeable"
    """Equal variances and one correlation of free sign, times the structure over visits."""


class Method(StrEnum):
    """Restricted (default) or full maximum likelihood."""

    REML = "reml"
    ML = "ml"


class EffectCovariance(StrEnum):
    """Covariance of the random effects of one level."""

    UNSTRUCTURED = "unstructured"
    DIAGONAL = "diagonal"
    UNBOUNDED = "unbounded"
    """One variance that may be negative, as long as V is positive definite (SAS `nobound`)."""


@dataclass(frozen=True)
class RandomEffect:
    """Random intercept and slopes of one level.

    level: (n,) codes 0..L-1 of the unit at this level, `ABSENT` where the level does not exist.
    design: (n, q) columns that vary over the level's units (a column of ones is the intercept).
    Levels of several effects must be nested or equal; crossed levels are refused.
    """

    name: str
    level: IntArray
    design: FloatArray
    terms: tuple[str, ...]
    covariance: EffectCovariance = EffectCovariance.UNSTRUCTURED


@dataclass(frozen=True)
class Residual:
    """Residual covariance within blocks.

    block: (n,) codes; rows of one block are correlated through R, rows of different blocks are not.
    position: (n,) ordered visit index 0..n_positions-1; needed by every structure but
        those that read none (`needs_position`). One row per (block, member, position).
    time: (n,) days, for a structure in time.
    group: (n,) codes 0..; each group (arm, role, condition) has covariance parameters of its own.
        Constant within a block, except for `IDENTITY` and `DIAGONAL`, where it may vary by row.
    member: (n,) codes 0 or 1 of the dyad member; `members` says how they are related.
    """

    block: IntArray
    structure: Structure = Structure.IDENTITY
    position: IntArray | None = None
    n_positions: int = 1
    time: FloatArray | None = None
    group: IntArray | None = None
    n_groups: int = 1
    member: IntArray | None = None
    members: Members | None = None
    position_names: tuple[str, ...] = ()
    group_names: tuple[str, ...] = ()
    member_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class GaussianProblem:
    """One Gaussian mixed model as arrays.

    y: (n,) outcome, finite. X: (n, p) fixed design, full column rank. `columns`: p names, used in
    messages. Missing outcomes have no row: the likelihood uses what was observed.
    """

    y: FloatArray
    X: FloatArray
    columns: tuple[str, ...]
    residual: Residual
    random: tuple[RandomEffect, ...] = ()
    method: Method = Method.REML

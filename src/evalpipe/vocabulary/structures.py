"""Residual covariance structures: name, words and properties of each, once.

A structure says itself what it needs and what it lets vary, so that nothing else has to know its
name. Only its formula stands elsewhere: in `stats/visit_covariance.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


@dataclass(frozen=True)
class _Facts:
    """Words and properties of a structure.

    words: how residuals are, after "Residuals are".
    is_plain: independent with one variance; reads nothing but the rows.
    is_diagonal: residuals of one block are independent of each other.
    is_timed: reads the time of a row in days, not its position.
    is_linear: the matrix is a sum of parameters times fixed matrices.
    is_heterogeneous: scaled, with a variance of its own at each position.
    is_signed_chain: correlations of neighbours whose signs may change one by one.
    is_stationary: the same parameters at all positions, so that a position without rows is no gap.
    keeps_gaps: the distance between positions counts, so that those between are positions, too.
    is_free: every pair of positions has a covariance of its own.
    """

    words: str
    is_plain: bool = False
    is_diagonal: bool = False
    is_timed: bool = False
    is_linear: bool = False
    is_heterogeneous: bool = False
    is_signed_chain: bool = False
    is_stationary: bool = False
    keeps_gaps: bool = False
    is_free: bool = False


class Structure(StrEnum):
    """Residual covariance over the positions (visits) of one block (participant).

    Its properties are told at `_Facts`.
    """

    _value_: str
    words: str
    is_plain: bool
    is_diagonal: bool
    is_timed: bool
    is_linear: bool
    is_heterogeneous: bool
    is_signed_chain: bool
    is_stationary: bool
    keeps_gaps: bool
    is_free: bool

    IDENTITY = (
        "identity",
        _Facts(
            "independent with equal variances",
            is_plain=True,
            is_diagonal=True,
            is_linear=True,
        ),
    )
    DIAGONAL = (
        "diagonal",
        _Facts(
            "independent with a variance of its own at each occasion",
            is_diagonal=True,
            is_linear=True,
        ),
    )
    COMPOUND_SYMMETRY = (
        "compound_symmetry",
        _Facts("equally correlated (compound symmetry)", is_linear=True, is_stationary=True),
    )
    HETEROGENEOUS_COMPOUND_SYMMETRY = (
        "heterogeneous_compound_symmetry",
        _Facts("equally correlated with unequal variances", is_heterogeneous=True),
    )
    AR1 = (
        "ar1",
        _Facts(
            "correlated with first-order autocorrelation",
            is_signed_chain=True,
            is_stationary=True,
            keeps_gaps=True,
        ),
    )
    HETEROGENEOUS_AR1 = (
        "heterogeneous_ar1",
        _Facts(
            "correlated with first-order autocorrelation and unequal variances",
            is_heterogeneous=True,
            is_signed_chain=True,
            keeps_gaps=True,
        ),
    )
    TOEPLITZ = (
        "toeplitz",
        _Facts("correlated by their distance (Toeplitz)", is_linear=True, keeps_gaps=True),
    )
    HETEROGENEOUS_TOEPLITZ = (
        "heterogeneous_toeplitz",
        _Facts(
            "correlated by their distance with unequal variances (Toeplitz)",
            is_heterogeneous=True,
        ),
    )
    ANTE_DEPENDENCE = (
        "ante_dependence",
        _Facts("correlated with neighbours (ante-dependence)", is_signed_chain=True),
    )
    HETEROGENEOUS_ANTE_DEPENDENCE = (
        "heterogeneous_ante_dependence",
        _Facts(
            "correlated with neighbours with unequal variances (ante-dependence)",
            is_heterogeneous=True,
            is_signed_chain=True,
        ),
    )
    UNSTRUCTURED = (
        "unstructured",
        _Facts("freely correlated (unstructured covariance)", is_linear=True, is_free=True),
    )
    EXPONENTIAL = (
        "exponential",
        _Facts("correlated less the further apart in days (exponential)", is_timed=True),
    )
    """sigma^2 exp(-|t - s| / range) in real time (days)."""

    def __new__(cls, value: str, facts: _Facts) -> Self:
        """Keep the facts beside the name."""
        member = str.__new__(cls, value)
        member._value_ = value
        vars(member).update(vars(facts))
        return member

    @property
    def needs_position(self) -> bool:
        """Whether it reads at which position (visit, step) a row stands."""
        return not (self.is_plain or self.is_timed)

    @property
    def needs_every_position(self) -> bool:
        """Whether a position without rows leaves a parameter undetermined."""
        return self.needs_position and not self.is_stationary

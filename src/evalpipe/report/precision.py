"""How many decimals the numbers of one outcome get, the same wherever they stand."""

from evalpipe.answers.rows import Estimate
from evalpipe.report.numbers import decimals_for_half_width
from evalpipe.report.source import Source
from evalpipe.report.words import RATIO_SCALES
from evalpipe.vocabulary import Quantity, Scale

_GROUPED = (
    Quantity.CONTRAST,
    Quantity.EQUIVALENCE,
    Quantity.ONE_SIDED_TEST,
    Quantity.MARGINAL_MEAN,
    Quantity.TRAJECTORY,
)
_FIXED = {
    Scale.STANDARDISED: 2,
    Scale.CORRELATION: 2,
    Scale.PROBABILITY: 2,
    Scale.RISK_DIFFERENCE: 2,
}
BOUNDED = (Scale.CORRELATION, Scale.PROBABILITY)


def decimals_of(source: Source, row: Estimate) -> int:
    """Decimals for the estimate, interval and standard error of a row.

    Means and contrasts of one outcome share theirs; ratios, standardised effects and
    correlations have two; everything else follows its own interval.
    """
    if row.scale in RATIO_SCALES or row.scale in _FIXED:
        return 2
    if row.quantity in _GROUPED:
        return source.outcome_decimals.get((row.outcome, row.scale), 2)
    if row.has_interval and row.conf_high - row.conf_low < 1e4 * max(abs(row.estimate), 1e-9):
        return decimals_for_half_width((row.conf_high - row.conf_low) / 2, most=5)
    return 2 if abs(row.estimate) < 100 else 1


def is_bounded(row: Estimate) -> bool:
    """Whether the estimate cannot exceed one in size and is printed without a leading zero."""
    return row.scale in BOUNDED

"""Cut-offs, norms and SDs that reliable and clinically significant change are judged by."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalpipe.config.analyses import ReliableChange
from evalpipe.config.instruments import Cutoff, Norm
from evalpipe.config.scale_facts import ScaleFacts
from evalpipe.errors import NotEstimableError
from evalpipe.models.variables import text_of
from evalpipe.stats.problem import FloatArray

BoolArray = NDArray[np.bool_]


def sd_of(
    known: pd.DataFrame, model: ReliableChange, facts: ScaleFacts, whole: pd.DataFrame
) -> FloatArray:
    """Return the SD (n,) that the reliable change index of each participant is in.

    whole: all rows, whose baselines give the SD where the plan takes it from the study.
    """
    if model.sd == "norm":
        values = _values_of(known, facts.norms, [norm.sd for norm in facts.norms])
        assert values is not None
        return values
    baseline = whole.drop_duplicates("participant_id")["baseline"].dropna()
    sd = float(baseline.std(ddof=1))
    if not sd > 0:
        raise NotEstimableError("the baseline scores do not vary: no reliable change index")
    return np.full(len(known), sd)


def uses_criterion_c(model: ReliableChange, facts: ScaleFacts) -> bool:
    """Whether the cut-off is computed from norms, since the plan names none."""
    clinical = model.criterion == "reliable_and_clinical"
    return clinical and not facts.cutoffs and bool(facts.norms)


def cutoffs_of(
    known: pd.DataFrame, model: ReliableChange, facts: ScaleFacts, whole: pd.DataFrame
) -> FloatArray | None:
    """Return the cut-off of each participant (n,): the plan's, else criterion c.

    Criterion c (Jacobson and Truax 1991) lies between the norm group and the baseline of the study
    where a score is as likely in one as in the other, both normal: each mean weighs by the other's
    SD.
    """
    if not uses_criterion_c(model, facts):
        return _values_of(known, facts.cutoffs, [c.value for c in facts.cutoffs])
    mean = _values_of(known, facts.norms, [norm.mean for norm in facts.norms])
    spread = _values_of(known, facts.norms, [norm.sd for norm in facts.norms])
    assert mean is not None
    assert spread is not None
    baseline = whole.drop_duplicates("participant_id")["baseline"].dropna()
    sd = float(baseline.std(ddof=1))
    return (spread * float(baseline.mean()) + sd * mean) / (spread + sd)


def _values_of(
    frame: pd.DataFrame, entries: Sequence[Cutoff | Norm], values: Sequence[float]
) -> FloatArray | None:
    """Return (n,) the value of the first entry whose `when` fits each participant; NaN for none."""
    if not entries:
        return None
    chosen = np.full(len(frame), np.nan)
    for entry, value in zip(entries, values, strict=True):
        chosen[np.isnan(chosen) & fits_condition(frame, entry.when)] = value
    return chosen


def fits_condition(frame: pd.DataFrame, when: Mapping[str, str | tuple[float, float]]) -> BoolArray:
    """Return (n,) whether a participant has the level, or lies in the range, of every variable."""
    fits = np.ones(len(frame), dtype=bool)
    for name, wanted in when.items():
        if name not in frame.columns:
            raise NotEstimableError(
                f"a cut-off or norm depends on {name}, which the rows do not have"
            )
        if isinstance(wanted, str):
            fits &= (text_of(frame[name]) == wanted).to_numpy(dtype=bool)
        else:
            fits &= frame[name].between(*wanted).to_numpy(dtype=bool)
    return fits

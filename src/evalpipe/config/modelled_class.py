"""Which class of an outcome is counted, one meaning for every kind of analysis."""

from dataclasses import dataclass

from evalpipe.config.instruments import Instrument, OutcomeKind
from evalpipe.config.plan import Plan


@dataclass(frozen=True)
class ModelledClass:
    """The class whose odds, risk or share an analysis tells.

    name: as the plan writes it; of an ordinal outcome the end of the scale that the odds of a
    higher class move towards. code: its number in the analysis set. is_better: whether more of it
    is better; None where the plan does not say.
    """

    name: str
    label: str
    code: int
    is_better: bool | None


def modelled_class(plan: Plan, outcome: str) -> ModelledClass | None:
    """Return the class that an outcome's numbers are about; None where none is named.

    Of two classes it is the second, which is 1 in the data: `better_class` says which is better,
    not what is counted. Of more classes it is the better one against all others; of an ordinal
    outcome the last.
    """
    instrument = plan.instruments.get(outcome.split(".")[0])
    if outcome in plan.derived or instrument is None or len(instrument.classes) < 2:
        return None
    if instrument.kind is OutcomeKind.ORDINAL or len(instrument.classes) == 2:
        return _name(instrument, instrument.classes[-1])
    better = instrument.better_class
    return None if better is None else _name(instrument, better)


def _name(instrument: Instrument, name: str) -> ModelledClass:
    classes, better = instrument.classes, instrument.better_class
    label = instrument.class_labels.get(name, name)
    # A better class in the middle of an ordinal scale says nothing about its ends.
    ends = (classes[0], classes[-1])
    is_better = (better == name) if better in (*ends, name) else None
    return ModelledClass(name, label, classes.index(name), is_better)

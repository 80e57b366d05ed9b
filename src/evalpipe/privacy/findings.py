"""What the gate says about a raw column, and what a plan may answer; never a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import pandas as pd

from evalpipe.errors import PrivacyError


class Decision(StrEnum):
    """What happens with a finding."""

    REFUSED = "refused"
    DROPPED = "dropped"
    """The plan declares that the column is thrown away, with a reason."""
    CONVERTED = "converted"
    """A declared date: becomes days from the participant's own baseline at ingest."""
    OVERRIDDEN = "overridden"
    """The plan accepts the finding, with a reason that the report prints."""


class JudgedTable(Protocol):
    """What the gate needs of a raw table: text columns in file order and their value labels."""

    @property
    def name(self) -> str:
        """File name inside the raw folder."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Headings."""

    @property
    def frame(self) -> pd.DataFrame:
        """Cells, `pd.NA` where empty."""

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Column -> code -> label."""

    @property
    def user_missing(self) -> "Mapping[str, pd.Series[str]]":
        """Column -> cells that SPSS declares missing; they stay out of `frame`, not of the gate."""


@dataclass(frozen=True)
class AcceptedFinding:
    """An override of the plan. file, column: None covers every file or column."""

    rule: str
    reason: str
    file: str | None = None
    column: str | None = None


@dataclass(frozen=True)
class DeclaredColumns:
    """What the plan says about the columns of one raw file; all names are raw headings.

    kept: columns that go on. ids: those of them that become `participant_id` or another `_id` and
    must be pseudonyms. dates: those that become days from baseline. dropped: column -> reason.
    levels: column -> the codes that the plan lists for it; a column that holds nothing else cannot
    be free text or names. accepted: the plan's overrides.
    """

    kept: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    dropped: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    accepted: tuple[AcceptedFinding, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Columns whose heading stands in the plan and may be repeated in a message."""
        return self.kept | self.ids | self.dates | frozenset(self.dropped)


@dataclass(frozen=True)
class Finding:
    """One rule that a column meets.

    column: the heading when the plan names it, else `column 7` (a heading may be a name itself).
    count: cells that meet the rule; share: of the filled cells, 0 to 1. reason: the plan's own,
    for dropped and overridden findings. is_heading: it is the heading that meets the rule.
    """

    file: str
    column: str
    position: int
    rule: str
    count: int
    share: float
    decision: Decision
    reason: str = ""
    is_heading: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.column}: {DESCRIPTIONS[self.rule]} ({self.rule}) " + (
            "in its heading" if self.is_heading else f"in {self.count} cells"
        )


DESCRIPTIONS = {
    "person_name": "looks like names of people",
    "email": "looks like e-mail addresses",
    "phone": "looks like telephone numbers",
    "street_address": "looks like addresses or places of residence",
    "postcode": "looks like postcodes",
    "birth_date": "looks like dates of birth",
    "date": "holds calendar dates",
    "citizen_number": "looks like national numbers of people (citizen, tax or insurance numbers)",
    "iban": "looks like bank account numbers",
    "ip_address": "looks like network addresses",
    "url": "looks like web addresses",
    "record_number": "looks like record or membership numbers",
    "professional_number": "looks like registration numbers of professionals",
    "licence_plate": "looks like licence plates",
    "organisation": "looks like employers or congregations of people",
    "coordinates": "looks like geographic coordinates",
    "file_name": "looks like names of files, which may name people",
    "device_number": "looks like numbers of devices",
    "free_text": "holds free text",
    "not_a_pseudonym": "is an id that is no pseudonym (a name or a date is part of it)",
}
"""Rule -> what to say of a column that meets it."""

_ADVICE = (
    "remove it from the file, declare it under `drop` with a reason, "
    "or accept it under `privacy: overrides` with a reason"
)
_DATE_ADVICE = "map it to `date` so that it becomes days from baseline, or declare it under `drop`"


def refuse(findings: Sequence[Finding], advice: str | None = None) -> None:
    """Raise PrivacyError, one line for each refused finding; do nothing when there is none.

    advice: what to do, where it is not about a column of the plan.
    """
    refused = [finding for finding in findings if finding.decision is Decision.REFUSED]
    if not refused:
        return
    lines = [
        f"{finding}; {advice or (_DATE_ADVICE if finding.rule == 'date' else _ADVICE)}"
        for finding in refused
    ]
    raise PrivacyError("\n".join(lines))


def find_unused(
    accepted: Sequence[AcceptedFinding], findings: Sequence[Finding]
) -> tuple[AcceptedFinding, ...]:
    """Overrides of the plan that no finding met: they promise what the data do not need."""
    return tuple(
        override
        for override in accepted
        if not any(matches(override, finding) for finding in findings)
    )


def matches(override: AcceptedFinding, finding: Finding) -> bool:
    """Say whether an override is about this finding."""
    return (
        override.rule == finding.rule
        and override.column in (None, finding.column)
        and override.file in (None, finding.file, finding.file.split(" [")[0])
    )

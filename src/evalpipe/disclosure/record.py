"""What stands in words: notes of fits, findings about the data, checks of anonymity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evalpipe.config.plan import Plan

_COUNTED = (
    r"(?:row\(s\)|participants?|people|persons?|outcomes?|observations?|rows?|records?|dyads?"
    r"|pairs?|units?)"
)
_COUNT = re.compile(rf"(?<![\w.,])(\d+) ({_COUNTED})(?!\w)")
_ROWS = re.compile(r"(?<=row\(s\)) \([\d, .]+\)|(?<=rows) \(\d+ and \d+\)")
_FOLLOW_UP = re.compile(r"restricted to [\d.]+ days")


def protect_words(text: str, *, hide_counts: bool) -> str:
    """A note as it may leave.

    With `hide_counts` every count of people becomes `some`: were small ones alone masked, the
    mask would say that they are small. Rows of the data go, and the day until which a mean is
    restricted, which is one person's last. Zeros stay.
    """
    masked = _FOLLOW_UP.sub("restricted to the follow-up that every arm has", text)
    if not hide_counts:
        return masked
    return _COUNT.sub(_mask, _ROWS.sub("", masked))


def _mask(found: re.Match[str]) -> str:
    """Some of them, in the plural whatever the count was."""
    if int(found[1]) == 0:
        return found[0]
    noun = {"person": "people"}.get(found[2], found[2])
    return f"some {noun if noun.endswith(('s', 'people', ')')) else noun + 's'}"


def protect_record(plan: Plan, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a run as it may leave: counts of findings and of anonymity go."""
    ingest = record.get("ingest")
    if not ingest:
        return dict(record)
    threshold = plan.privacy.disclosure_threshold
    gate = dict(ingest.get("gate") or {})
    if "anonymity" in gate:
        gate["anonymity"] = [_anonymity(plan, check) for check in gate["anonymity"]]
    findings = [
        {**finding, "count": None if threshold else finding.get("count")}
        for finding in ingest.get("findings", [])
    ]
    return {**record, "ingest": {**ingest, "findings": findings, "gate": gate}}


def _anonymity(plan: Plan, check: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a check is met, against what the plan asks; not how small the smallest class is."""
    privacy = plan.privacy
    names = ", ".join(privacy.quasi_identifiers)
    if check["rule"] == "l_diversity":
        asked = f"at least {privacy.distinct_sensitive} values of {privacy.sensitive} in each class"
    else:
        asked = f"at least {privacy.smallest_group} participants in each class"
    verdict = "holds" if check["decision"] == "met" else "does not hold and is accepted"
    return {**check, "finding": f"over {names}: {asked} {verdict}"}

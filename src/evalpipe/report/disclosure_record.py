"""What stands in words: notes of fits, findings about the data, checks of anonymity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evalpipe.config.plan import Plan

_COUNTED = (
    r"(?:participants?|people|persons?|outcomes?|observations?|rows?|records?|dyads?|pairs?|units?)"
)
_COUNT = re.compile(rf"(?<![\w.,])(\d+)(?= {_COUNTED}\b)")
_FOLLOW_UP = re.compile(r"restricted to [\d.]+ days")


def protect_words(text: str, threshold: int, *, hide_all: bool = False) -> str:
    """A note in which no small count of people stands.

    Counts from 1 to the threshold become `few` (with `hide_all` every count of people becomes
    `some`); the day until which a mean is restricted, which is one person's last, goes.
    """

    def hide(found: re.Match[str]) -> str:
        count = int(found[1])
        if 1 <= count <= threshold:
            return "few"
        return "some" if hide_all and count else found[1]

    masked = _COUNT.sub(hide, text)
    return _FOLLOW_UP.sub("restricted to the follow-up that every arm has", masked)


def protect_finding(finding: Mapping[str, Any], threshold: int) -> dict[str, Any]:
    """A finding about the data without its count when that is small."""
    count = finding.get("count")
    is_small = isinstance(count, int) and 1 <= count <= threshold
    return {**finding, "count": None if is_small else count}


def protect_record(plan: Plan, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a run as it may leave: small counts of findings and of anonymity go."""
    ingest = record.get("ingest")
    if not ingest:
        return dict(record)
    threshold = plan.privacy.disclosure_threshold
    gate = dict(ingest.get("gate") or {})
    if "anonymity" in gate:
        gate["anonymity"] = [_anonymity(plan, check) for check in gate["anonymity"]]
    findings = [protect_finding(finding, threshold) for finding in ingest.get("findings", [])]
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

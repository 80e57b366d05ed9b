"""Tables and plan to a report: one document, written as HTML, PDF and Word, and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from evalpipe.answers.software import packages_at_work
from evalpipe.config.plan import Plan
from evalpipe.disclosure.release import Release
from evalpipe.provenance import (
    ALWAYS_AT_WORK,
    digest_json,
    package_digest,
    package_versions,
    python_version,
    short,
)
from evalpipe.report.documents.html import write_html
from evalpipe.report.documents.model import (
    Code,
    Document,
    Inlines,
    Section,
    inlines,
    plain_text,
    row_codes_of,
)
from evalpipe.report.documents.pdf import write_pdf
from evalpipe.report.documents.word import write_word
from evalpipe.report.headline import summary_sentence
from evalpipe.report.labels import DESIGNS, in_sentence
from evalpipe.report.sections.analyses import build_analyses
from evalpipe.report.sections.answer import build_answer
from evalpipe.report.sections.cohorts import build_cohorts
from evalpipe.report.sections.concerns import build_concerns
from evalpipe.report.sections.delivery import build_delivery
from evalpipe.report.sections.measurement import build_measurement
from evalpipe.report.sections.methods import build_methods
from evalpipe.report.sections.participants import build_participants
from evalpipe.report.sections.reproduction import build_reproduction
from evalpipe.report.sections.truth import build_truth
from evalpipe.report.source import RunRecord, Source
from evalpipe.report.words import list_words
from evalpipe.vocabulary import Status


def build_report(
    plan: Plan, released: Mapping[str, pd.DataFrame], record: Mapping[str, Any], folder: Path
) -> None:
    """Write report.html, .pdf, .docx and headline.json into `folder`.

    Parameters
    ----------
    released : the tables that `release` let through (`disclosure/study_release.py`); nothing else
        of a study is known here.
    record : `ingest` (digests and findings), `published` (comparisons with published numbers) and
        `disclosure` (what was decided, in sentences), as `release` let them through.
    folder : the study's report folder; files are replaced one by one, each atomically.
    """
    software = packages_at_work(Source(plan, released))
    source = Source(plan, released, run_record(plan, record, software))
    document = build_document(source, record)
    release = Release(folder)
    release.write("report.html", write_html(document))
    release.write("report.pdf", write_pdf(document))
    release.write("report.docx", write_word(document))
    release.write_json("headline.json", headline_record(source))


def run_record(
    plan: Plan, record: Mapping[str, Any], software: Iterable[str] = ALWAYS_AT_WORK
) -> RunRecord:
    """Digests from the ingest record, and versions of the software that was at work."""
    ingest = record.get("ingest") or {}
    return RunRecord(
        plan_digest=digest_json(plan.model_dump(mode="json")),
        data_digest=str(ingest.get("data_digest", "")),
        code_digest=package_digest(),
        python=python_version(),
        newest_raw=str(ingest.get("newest_raw") or ""),
        versions=package_versions(software),
        raw_files=dict(ingest.get("raw_files") or {}),
    )


def build_document(source: Source, record: Mapping[str, Any]) -> Document:
    """The report as one document; sections that the study does not have are left out."""
    sections: list[Section | None] = [
        build_answer(source),
        build_participants(source),
        build_delivery(source),
        build_measurement(source),
        build_analyses(source),
        build_cohorts(source),
        build_truth(source),
        build_concerns(source, record),
        build_reproduction(source, record.get("published") or ()),
        build_methods(source),
    ]
    study = source.plan.study
    shown = tuple(section for section in sections if section is not None)
    words = source.row_words()
    return Document(
        title=study.title,
        subtitle=design_line(source),
        sections=shown,
        facts=tuple(_head_facts(source)),
        is_synthetic=source.is_synthetic,
        rows={code: words[code] for code in sorted(set(row_codes_of(shown)), key=_row_order)},
    )


def _row_order(code: str) -> tuple[str, int]:
    table, _, number = code.rpartition(" ")
    return table, int(number)


def design_line(source: Source) -> str:
    """The design in one line: kind, arms, visits."""
    plan = source.plan
    words = DESIGNS[str(plan.study.design)]
    if len(plan.arms) > 1:
        labels = [in_sentence(arm.label) for arm in reversed(plan.arms.values())]
        words += f": {list_words(labels, 'against')}"
    if len(plan.visits) > 1:
        words += f"; {len(plan.visits)} visits"
    if plan.periods:
        words += f"; {len(plan.periods)} diary periods"
    return words


def _head_facts(source: Source) -> list[tuple[str, Inlines]]:
    study, run = source.plan.study, source.run
    facts: list[tuple[str, Inlines]] = []
    if not study.registration.lower().startswith(("not registered", "unknown")):
        facts.append(("Registration", inlines(study.registration)))
    if run.plan_digest:
        facts.append(("Plan", inlines(Code(short(run.plan_digest)))))
    if run.data_digest:
        facts.append(("Data", inlines(Code(short(run.data_digest)))))
    if run.newest_raw:
        facts.append(("Newest raw data", inlines(run.newest_raw)))
    return facts


def failed_primaries(source: Source) -> dict[str, str]:
    """Primary analyses that cannot be computed as declared, each with the reason."""
    return {
        row.analysis_id: row.note
        for row in source.estimates
        if row.status == Status.NOT_AVAILABLE and row.role == "primary"
    }


def headline_record(source: Source) -> dict[str, Any]:
    """What the index of all studies shows."""
    study = source.plan.study
    return {
        "study": study.id,
        "title": study.title,
        "design": design_line(source),
        "synthetic": study.synthetic,
        "headline": plain_text(summary_sentence(source)),
        "failed": failed_primaries(source),
    }

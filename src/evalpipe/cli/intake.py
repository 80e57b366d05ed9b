"""The intake of a study, shared by `check` and `ingest`: gate, tables, findings, anonymity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from evalpipe.cli.project import Project
from evalpipe.cli.tables import canonical_schemas
from evalpipe.config.plan import Plan
from evalpipe.errors import PrivacyError
from evalpipe.findings import Finding, Level, errors_in
from evalpipe.provenance import digest_json
from evalpipe.schemas.columns import kind_of
from evalpipe.schemas.table import empty_frame
from evalpipe.vocabulary import ColumnKind, Table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from pandera.pandas import DataFrameSchema

    from evalpipe.privacy.gate import Gate


@dataclass(frozen=True)
class Intake:
    """Canonical tables in the shape of their schemas, and the record of how they came in.

    findings: of files and single cells; none of them is an error. record: digests of the raw
    files, the findings so far, decisions of the gate.
    """

    plan: Plan
    tables: Mapping[Table, pd.DataFrame]
    findings: tuple[Finding, ...]
    record: Mapping[str, Any]


def take_in(
    project: Project, study: str, show: Callable[[Mapping[str, Any]], None] | None = None
) -> Intake:
    """Read a study's raw files through the gate, and judge their cells.

    show: is given the account of ids, also where an error stops the intake.

    Raises PrivacyError, and DataError with the number of findings when cells do not fit the plan;
    then `validation.html` and `.csv` in the study's report folder list all, with what the tables
    show beside them.
    """
    from evalpipe.design.eligibility import with_eligibility
    from evalpipe.ingest.raw_content import digest_raw, refuse_changed_raw
    from evalpipe.ingest.study import ingest_study
    from evalpipe.privacy.gate import Gate

    plan = project.plan(study)
    gate = Gate()
    left = tuple(plan.privacy.leave_unread)
    raw_digest = digest_raw(project.raw(study), left)
    unread = _judge_unread(gate, plan, project.raw(study))
    ingested = ingest_study(plan, project.raw(study), gate)
    tables = dict(ingested.tables)
    tables[Table.PARTICIPANTS] = with_eligibility(plan, tables[Table.PARTICIPANTS])
    not_needed = [
        Finding(Level.NOTICE, f"the override of {rule} meets no column", "plan", None, 0)
        for rule in gate.unused_overrides(plan)
    ]
    findings = (*not_needed, *unread, *ingested.findings)
    refuse_changed_raw(project.raw(study), left, raw_digest, study)
    account = ingested.account.to_record()
    if show is not None:
        show(account)
    if errors_in(findings):
        _tell_all(project, plan, tables, findings, account)
    anonymity = gate.check_anonymity(plan, tables[Table.PARTICIPANTS])
    record = {
        "study": study,
        "data_digest": digest_json(dict(ingested.digests)),
        "raw_digest": raw_digest,
        "raw_files": dict(ingested.digests),
        "raw_columns": {name: list(columns) for name, columns in ingested.columns.items()},
        "account": account,
        "findings": [finding.to_record() for finding in findings],
        "gate": {"decisions": gate.decisions, "anonymity": anonymity},
    }
    return Intake(plan, _complete(tables, canonical_schemas(plan)), findings, record)


def _tell_all(
    project: Project,
    plan: Plan,
    tables: Mapping[Table, pd.DataFrame],
    findings: tuple[Finding, ...],
    account: Mapping[str, Any],
) -> NoReturn:
    """Stop on wrong cells, with what is wrong between the tables, so that it is mended at once.

    Where an id is missing or a day is no number, a rule about several tables may have nothing to
    stand on; then the cells are told alone.
    """
    from evalpipe.cli.validation import stop_on_errors, write_validation
    from evalpipe.design.consistency import check_consistency
    from evalpipe.schemas.findings import SchemaFaultError

    named = {table.value: frame for table, frame in tables.items()}
    try:
        between = check_consistency(plan, named)
    except (LookupError, TypeError, ValueError, AttributeError, SchemaFaultError):
        between = []
    found = (*findings, *between)
    write_validation(project, plan, found, account=account)
    stop_on_errors(plan.study.id, found)
    raise AssertionError("an error among the findings stops the intake")


def _judge_unread(gate: Gate, plan: Plan, folder: Path) -> tuple[Finding, ...]:
    """Judge the files that the plan does not read; a notice for each that is clean.

    Raises PrivacyError, a line for each refused file up to `MOST_TOLD`.
    """
    from evalpipe.ingest.unread import MOST_TOLD, find_needless, find_unread, read_unread

    found = find_unread(plan, folder)
    rule = "stands under `privacy: leave_unread` and is not there"
    notices = [Finding(Level.NOTICE, rule, name, None, 0) for name in find_needless(plan, found)]
    refused: list[str] = []
    for unread in found:
        if unread.reason is not None:
            gate.note_unread(unread.file, unread.reason)
            continue
        name = unread.shown
        try:
            gate.judge_unread(plan, read_unread(folder, unread), name)
        except PrivacyError as error:
            refused.append(str(error))
            continue
        rule = "lies in the raw folder and is not read"
        notices.append(Finding(Level.NOTICE, rule, name, None, 0))
    if len(refused) > MOST_TOLD:
        refused[MOST_TOLD:] = [f"... and {len(refused) - MOST_TOLD} more such files"]
    if refused:
        raise PrivacyError("\n".join(refused))
    return tuple(notices)


def _complete(
    tables: Mapping[Table, pd.DataFrame], schemas: Mapping[Table, DataFrameSchema]
) -> dict[Table, pd.DataFrame]:
    """Add the tables that this study does not have, empty; keep the schema's columns only."""
    found: dict[Table, pd.DataFrame] = {}
    for table, schema in schemas.items():
        frame = tables.get(table)
        if frame is None:
            found[table] = empty_frame(schema)
            continue
        kinds = {str(n): kind_of(c) for n, c in schema.columns.items() if n in frame}
        text = (ColumnKind.TEXT, ColumnKind.CATEGORY)
        blank = [n for n, kind in kinds.items() if kind in text and frame[n].isna().all()]
        found[table] = frame[list(kinds)].astype(dict.fromkeys(blank, "object"))
    return found

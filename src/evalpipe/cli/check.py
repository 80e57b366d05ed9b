"""Check a study's plan and data in seconds; nothing is fitted.

Reads the plan, takes the raw files through the privacy gate, applies every rule of the plan, and
lists all findings together in reports/STUDY/validation.html. No message holds a value.
"""

import argparse
from collections.abc import Mapping
from typing import Any

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.config.plan import Plan
from evalpipe.errors import ExitCode
from evalpipe.findings import Level
from evalpipe.vocabulary import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)
    parser.add_argument("--plan-only", action="store_true", help="check the plan, not the data")


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    project, study = project_and_study(options)
    plan = project.plan(study)
    print(f"config/studies/{study}.yaml: the plan is well-formed: {_counted(plan)}")
    if options.plan_only:
        return ExitCode.OK
    from evalpipe.cli.intake import take_in
    from evalpipe.cli.tables import canonical_schemas
    from evalpipe.cli.validation import stop_on_errors, write_validation
    from evalpipe.design.judgement import judge_tables
    from evalpipe.schemas.table import conform_frame

    intake = take_in(project, study, show=_print_account)
    tables = {t: conform_frame(intake.tables[t], s) for t, s in canonical_schemas(plan).items()}
    judgement = judge_tables(plan, tables)
    findings = (*intake.findings, *judgement.findings)
    write_validation(project, plan, findings, judgement.checked, intake.record["account"])
    stop_on_errors(study, findings)
    people = len(tables[Table.PARTICIPANTS])
    notices = [f for f in findings if f.level is Level.NOTICE]
    print(f"data/raw/{study}: {people} participants; every rule of the plan holds")
    for finding in notices:
        print(f"notice: {finding}")
    print(f"next: evalpipe run {study}")
    return ExitCode.OK


def _print_account(account: Mapping[str, Any]) -> None:
    from evalpipe.cli.account_page import account_lines

    for line in account_lines(account):
        print(f"ids: {line}")


def _counted(plan: Plan) -> str:
    parts = [
        (len(plan.arms), "arm"),
        (len(plan.visits), "visit"),
        (len(plan.instruments), "instrument"),
        (len(plan.analyses), "analysis"),
    ]
    return ", ".join(f"{n} {_plural(word, n)}" for n, word in parts if n)


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return "analyses" if word == "analysis" else f"{word}s"

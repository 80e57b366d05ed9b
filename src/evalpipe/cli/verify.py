"""Compare each published number in the plan with what the pipeline computed.

Runs what is needed first. A number is identical at the printed digits, off by rounding (one unit of
the last printed digit), different, or not computed. Exit code 7 when one differs or is missing,
also when the plan explains why: an explanation is shown, it does not make a number come out.
"""

import argparse

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.errors import ExitCode
from evalpipe.io import read_json

HEADINGS = ("published as", "printed", "computed", "decimals", "verdict")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)
    parser.add_argument(
        "--no-run", action="store_true", help="use the tables as they are; do not run the pipeline"
    )


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    from evalpipe.cli.running import run_pipeline
    from evalpipe.verification import add_words

    project, study = project_and_study(options)
    plan = project.plan(study)
    if not plan.published:
        print(f"The plan of {study} names no published numbers (`published:`).")
        return ExitCode.OK
    path = project.processed(study) / "published.json"
    if not options.no_run:
        run_pipeline(project, [study], targets=[str(path.relative_to(project.root))], quiet=True)
    records = add_words(plan, read_json(path))
    _print_table(records)
    return _conclude(records)


def _print_table(records: list[dict[str, object]]) -> None:
    lines = [HEADINGS] + [_line(record) for record in records]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    publication = None
    for record, line in zip([None, *records], lines, strict=True):
        if record is not None and record["publication"] != publication:
            publication = record["publication"]
            print(f"\n{record['source']}")
        print(
            "  "
            + "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            ).rstrip()
        )
        if record is not None and record["explained"]:
            print(f"      explained in the plan: {record['explained']}")


def _line(record: dict[str, object]) -> tuple[str, ...]:
    name = " ".join(str(record[key]) for key in ("quantity", "term", "field") if record[key])
    decimals = "" if record["decimals"] is None else str(record["decimals"])
    verdict = str(record["verdict"]).replace("_", " ")
    return (name, str(record["printed"]), str(record["shown"]), decimals, verdict)


def _conclude(records: list[dict[str, object]]) -> ExitCode:
    verdicts = [str(record["verdict"]) for record in records]
    right = sum(verdict in ("identical", "rounding") for verdict in verdicts)
    wrong = [r for r in records if r["verdict"] in ("differs", "not_computed")]
    explained = sum(bool(record["explained"]) for record in wrong)
    print(f"\n{right} of {len(records)} published numbers come out.")
    if not wrong:
        return ExitCode.OK
    verb = "does" if len(wrong) == 1 else "do"
    be = "is" if explained == 1 else "are"
    print(f"{len(wrong)} {verb} not; {explained} of these {be} explained in the plan.")
    return ExitCode.REPRODUCTION

"""Take studies from raw files to reports; only what is affected by a change runs again.

Drives Snakemake (`snakemake` called directly does the same). A second run with nothing changed
says so within seconds. After an interruption, run the same command again.
"""

import argparse

from evalpipe.cli.project import checked_name, find_project
from evalpipe.errors import ExitCode, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("studies", metavar="STUDY", nargs="*", help="default: every study")
    parser.add_argument("--cores", type=int, default=None, help="cores to use (default: all)")


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    from evalpipe.cli.running import run_pipeline

    project = find_project(options.project)
    studies = [checked_name(name) for name in options.studies] or project.studies()
    if not studies:
        raise UsageError("there is no study yet; begin one with: evalpipe init mystudy")
    for study in studies:
        project.plan(study)
    if options.cores is not None and options.cores < 1:
        raise UsageError("--cores takes a whole number from 1 on")
    done = run_pipeline(project, studies, cores=options.cores)
    if done == 0:
        print("Nothing to do: every report is up to date.")
    for study in studies:
        print(f"reports/{study}/report.html  .pdf  .docx")
    print("reports/index.html lists the studies.")
    return ExitCode.OK

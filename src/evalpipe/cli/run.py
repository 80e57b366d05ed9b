"""Take studies from raw files to reports; only what is affected by a change runs again.

Drives Snakemake (`snakemake` called directly does the same). A second run with nothing changed
says so within seconds. After an interruption, run the same command again. When a primary analysis
cannot be computed as declared, everything else and the report are made all the same, and the exit
code is 6.
"""

import argparse
import sys

from evalpipe.cli.project import Project, checked_name, find_project
from evalpipe.errors import ExitCode, UsageError
from evalpipe.io import read_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("studies", metavar="STUDY", nargs="*", help="default: every study")
    parser.add_argument("--cores", type=int, default=None, help="cores to use (default: all)")
    parser.add_argument(
        "--profile",
        metavar="FOLDER",
        default=None,
        help="Snakemake profile instead of profiles/default, say profiles/slurm for a cluster",
    )


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
    profile = _profile(project, options.profile)
    done = run_pipeline(project, studies, cores=options.cores, profile=profile)
    if done == 0:
        print("Nothing to do: every report is up to date.")
    for study in studies:
        print(f"reports/{study}/report.html  .pdf  .docx")
    print("reports/index.html lists the studies.")
    failed = [line for study in studies for line in _failed(project, study)]
    for line in failed:
        print(line, file=sys.stderr)
    return ExitCode.MODEL if failed else ExitCode.OK


def _failed(project: Project, study: str) -> list[str]:
    """A line for each primary analysis of a study that could not be computed as declared."""
    record = read_json(project.report(study) / "headline.json")
    return [
        f"{study}: the primary analysis `{name}` cannot be computed as the plan declares it: {why}"
        for name, why in record.get("failed", {}).items()
    ]


def _profile(project: Project, folder: str | None) -> str | None:
    """Return the profile's folder as Snakemake finds it; raises UsageError when it is none."""
    from evalpipe.cli.cluster import refuse_silent_cluster

    if folder is None:
        return None
    path = (project.root / folder).resolve()
    if not (path / "config.yaml").is_file():
        raise UsageError(f"{folder}: is no profile; it needs to be a folder with a config.yaml")
    refuse_silent_cluster(path)
    return str(path)

"""Write reports/index.html: every study with its headline."""

import argparse

from evalpipe.cli.project import Project, find_project
from evalpipe.errors import ExitCode
from evalpipe.io import read_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    write_index(find_project(options.project))
    return ExitCode.OK


def write_index(project: Project) -> None:
    """Write the page over all studies that have a report."""
    from evalpipe.report.index import build_index

    folders = [project.report(study) for study in project.studies()]
    headlines = [read_json(f / "headline.json") for f in folders if (f / "headline.json").is_file()]
    build_index(headlines, project.root / "reports")

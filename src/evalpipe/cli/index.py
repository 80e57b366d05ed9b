"""Write reports/index.html: every study with its headline."""

import argparse

from evalpipe.cli.project import find_project
from evalpipe.errors import ExitCode
from evalpipe.io import read_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.report.index import build_index

    project = find_project(options.project)
    folders = [project.report(study) for study in project.studies()]
    headlines = [read_json(f / "headline.json") for f in folders if (f / "headline.json").is_file()]
    build_index(headlines, project.root / "reports")
    return ExitCode.OK

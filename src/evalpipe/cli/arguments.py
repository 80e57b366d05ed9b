"""Arguments that several commands share."""

import argparse

from evalpipe.cli.project import Project, checked_name, find_project


def add_study(parser: argparse.ArgumentParser) -> None:
    """Add the one positional argument STUDY."""
    parser.add_argument("study", metavar="STUDY", help="name of a plan: config/studies/STUDY.yaml")


def project_and_study(options: argparse.Namespace) -> tuple[Project, str]:
    """Return the project and the checked name of the study."""
    return find_project(options.project), checked_name(options.study)

"""Write a notebook for a study: released tables, the first answer, its figure, the model by hand.

reports/STUDY/notebook.ipynb opens in Jupyter. It is written from the plan; --execute runs it, after
`evalpipe run STUDY`, and keeps what its cells show: released numbers only.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.errors import ExitCode, UsageError

NAME = "notebook.ipynb"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)
    parser.add_argument(
        "--execute", action="store_true", help="run the cells and keep what they show"
    )


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command."""
    project, study = project_and_study(options)
    plan, path = project.plan(study), project.report(study) / NAME
    _refuse_own_work(path)

    import nbformat

    from evalpipe.disclosure.release import Release
    from evalpipe.notebook.write import write_notebook

    notebook = write_notebook(plan)
    if options.execute:
        from evalpipe.notebook.execute import execute

        notebook = execute(notebook, project.root)
    Release(project.report(study)).write(NAME, (nbformat.writes(notebook) + "\n").encode("utf-8"))
    print(f"{path}" + ("" if options.execute else "  opens in Jupyter; nothing was run"))
    return ExitCode.OK


def _refuse_own_work(path: Path) -> None:
    """Raise UsageError where a notebook stands that somebody wrote in."""
    if not path.exists():
        return
    import nbformat

    from evalpipe.notebook.write import was_edited

    try:
        is_own = was_edited(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))
    except Exception:  # whatever it is, evalpipe did not write it
        is_own = True
    if is_own:
        raise UsageError(
            f"{path}: somebody wrote in this notebook, and it would be lost; "
            "give it another name (or delete it), then run this again"
        )

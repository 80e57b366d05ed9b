"""The one door of the command line: parses, runs one command, tells mistakes in one plain line."""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TextIO

from evalpipe import __version__
from evalpipe.cli.light import light_imports
from evalpipe.cli.trouble import tell_trouble
from evalpipe.errors import EvalpipeError, ExitCode, StageError, UsageError

EPILOGUE = """\
the way of a study
  evalpipe init mystudy       a commented plan and example data to edit
  evalpipe check mystudy      is the plan right, do the data fit it? (seconds, nothing is fitted)
  evalpipe run mystudy        from raw files to reports/mystudy/report.html, .pdf and .docx
  evalpipe verify mystudy     do the published numbers come out?

exit codes
  0 all is well         3 the plan is wrong      6 a model cannot be fitted as declared
  1 a bug in evalpipe   4 the data do not fit    7 a published number does not come out
  2 wrong command line  5 the privacy gate       8 another run is at work   9 a stage failed
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "make a commented plan and example data to edit"),
    "check": ("check", "check plan and data in seconds; nothing is fitted"),
    "run": ("run", "take studies from raw files to reports"),
    "verify": ("verify", "compare published numbers with what was computed"),
    "simulate": ("simulate", "make synthetic data with a known truth; power by simulation"),
    "notebook": ("notebook", "write a notebook for a study; with --execute, run it"),
    "forget": ("forget", "remove every file derived from a study's data"),
    "ingest": ("ingest", "stage: raw files to tables, through the privacy gate"),
    "validate": ("validate", "stage: the tables against the plan and each other"),
    "score": ("score", "stage: items to scores, baseline and change"),
    "describe": ("describe", "stage: flow, baseline, missingness, delivery"),
    "analyse": ("analyse", "stage: the analyses of the plan; multiplicity; published numbers"),
    "release": ("release", "stage: what may leave, as tables and as decisions"),
    "report": ("report", "stage: the report in HTML, PDF and Word"),
    "index": ("index", "stage: the page that lists all studies"),
}
"""Command -> (module, help). Modules are imported only when they run: start-up stays short."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    with warnings.catch_warnings(), light_imports():
        warnings.showwarning = _show_warning
        return _run_command(arguments)


def _run_command(arguments: Sequence[str] | None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words)
    _dump_no_memory()
    try:
        options = parser.parse_args(words)
        if options.command is None:
            parser.print_help()
            return int(ExitCode.OK)
        return int(_module(options.command).run(options))
    except EvalpipeError as error:
        return _told(error)
    except KeyboardInterrupt:
        print("evalpipe: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return int(ExitCode.OK)
    except MemoryError:
        print(
            "usage: the memory of this computer is used up; close other programs, or leave out "
            "columns that the plan does not need",
            file=sys.stderr,
        )
        return int(ExitCode.USAGE)
    except OSError as error:
        told = tell_trouble(error)
        if told is None:
            return _bug()
        print(f"usage: {told}", file=sys.stderr)
        return int(ExitCode.USAGE)
    except Exception:
        return _bug()


def _bug() -> int:
    """Say that the program is wrong, and where."""
    print(
        "evalpipe: this is a bug in evalpipe, not a mistake of yours. Please report the lines "
        "below; they name places in the program and hold no data.",
        file=sys.stderr,
    )
    _print_traceback()
    return int(ExitCode.BUG)


def _show_warning(
    message: Warning | str,  # noqa: ARG001  # as `warnings` calls it
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    """Print kind and place of a library's warning; never its text, which may hold a value."""
    print(f"warning: {category.__name__}, {_shown(filename)}, line {lineno}", file=sys.stderr)


def _shown(filename: str) -> str:
    return "/".join(Path(filename).parts[-3:])


def _dump_no_memory() -> None:
    """A crash of a library leaves no `core` file: it would hold the data that were in memory."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _told(error: EvalpipeError) -> int:
    kind = type(error).__name__.removesuffix("Error").lower()
    if isinstance(error, StageError):
        print(error, file=sys.stderr)
        return int(error.exit_code)
    for line in str(error).splitlines():
        print(f"{kind}: {line}", file=sys.stderr)
    return int(error.exit_code)


def _print_traceback() -> None:
    """Print where a bug happened; never its message, which may hold a value."""
    import traceback

    kind, error, trace = sys.exc_info()
    if error is None or kind is None:
        return
    for frame in traceback.extract_tb(trace):
        print(f"  {_shown(frame.filename)}, line {frame.lineno}, in {frame.name}", file=sys.stderr)
    print(f"  {kind.__name__}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """Tells a wrong command line in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}. See: {self.prog} --help")


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="evalpipe",
        description="From a study's de-identified data to a reproducible report. One YAML file per "
        "study, config/studies/<study>.yaml, is the statistical analysis plan and the program.",
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"evalpipe {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    named = next((word for word in words if word in COMMANDS), None)
    for name, (_, text) in COMMANDS.items():
        command = commands.add_parser(
            name, help=text, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        command.add_argument(
            "--project", type=Path, default=None, help="the project's folder (default: this one)"
        )
        if name == named:
            module = _module(name)
            command.description = module.__doc__
            module.add_arguments(command)
    return parser


def _module(command: str) -> ModuleType:
    return importlib.import_module(f"evalpipe.cli.{COMMANDS[command][0]}")

"""One exception tree for what a user can mend; each kind ends the program with its own exit code.

A message says what is wrong, where, and what to do. It never holds a value from participant data.
Anything that is not an `EvalpipeError` is a bug and keeps its traceback.
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command; documented in `evalpipe --help`."""

    OK = 0
    BUG = 1
    USAGE = 2
    CONFIG = 3
    DATA = 4
    PRIVACY = 5
    MODEL = 6
    REPRODUCTION = 7
    BUSY = 8
    PIPELINE = 9


def make_printable(text: str) -> str:
    """Replace line breaks, control and invisible characters: a message echoes what a plan holds."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class EvalpipeError(Exception):
    """A mistake that the user can mend."""

    exit_code = ExitCode.BUG


class UsageError(EvalpipeError):
    """The command line does not fit: an unknown study, a folder that is missing."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True)
class Problem:
    """One finding in a plan: where it is and what to do.

    path: dotted path of the field (`arms.tau.role`). line: 1-based, None if unknown.
    """

    file: str
    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        told = f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"
        return make_printable(told)


class ConfigError(EvalpipeError):
    """The plan is wrong; carries every problem found, one line each."""

    exit_code = ExitCode.CONFIG

    def __init__(self, problems: list[Problem] | str) -> None:
        self.problems = (
            [Problem("plan", "", None, problems)] if isinstance(problems, str) else problems
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataError(EvalpipeError):
    """A data file does not fit the plan or the table's schema."""

    exit_code = ExitCode.DATA


class PrivacyError(EvalpipeError):
    """Data that may identify a person, or a file that tries to do more than hold data."""

    exit_code = ExitCode.PRIVACY


class ModelError(EvalpipeError):
    """An analysis cannot be computed as declared."""

    exit_code = ExitCode.MODEL


class NotEstimableError(ModelError):
    """The data do not carry what the model asks for; becomes a `not_estimable` row."""


class ReproductionError(EvalpipeError):
    """A published number does not come out."""

    exit_code = ExitCode.REPRODUCTION


class BusyError(EvalpipeError):
    """Another run holds the lock."""

    exit_code = ExitCode.BUSY


class PipelineError(EvalpipeError):
    """A stage of the pipeline failed; its own message has been shown."""

    exit_code = ExitCode.PIPELINE


class StageError(PipelineError):
    """A stage told a mistake; carries that stage's exit code."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = code

"""Drive Snakemake as a process of its own, with progress in plain words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evalpipe.cli.lock import BUSY, one_run_at_a_time
from evalpipe.cli.project import Project
from evalpipe.errors import BusyError, ExitCode, PipelineError, StageError

_RULE = re.compile(r"^(?:local)?(?:rule|checkpoint) (\w+):")
_MEMBER = re.compile(r"^ {4}(?:rule|checkpoint) (\w+):")
_JOB = re.compile(r"^ {8}jobid: (\d+)$")
_STUDY = re.compile(r"^\s+wildcards: (.+)$")
_DONE = re.compile(r"^(\d+) of (\d+) steps \(\d+%\) done")
_LOG = re.compile(r"^\s+log: (\S+?)(?:,| \(|$)")
_KINDS = {
    "config": ExitCode.CONFIG,
    "data": ExitCode.DATA,
    "privacy": ExitCode.PRIVACY,
    "model": ExitCode.MODEL,
    "notestimable": ExitCode.MODEL,
    "usage": ExitCode.USAGE,
}


def run_pipeline(
    project: Project,
    studies: Sequence[str],
    *,
    cores: int | None = None,
    profile: str | None = None,
    targets: Sequence[str] = (),
    quiet: bool = False,
) -> int:
    """Run Snakemake for the studies; returns how many steps were run.

    profile: a folder of the project with Snakemake's settings, instead of profiles/default; where
    the jobs run and how many at a time is then its to say, unless `cores` says it.
    Raises BusyError when another run is at work here, PipelineError with the stage's own message
    when one fails.
    """
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        "Snakefile",
        *_where(cores, profile),
        "--keep-going",
        "--nocolor",
        "--config",
        f"only={','.join(studies)}",
        *(["--", *targets] if targets else []),
    ]
    log = project.root / "logs" / "run.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), environment.get("PATH", "")]
    )
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        environment.setdefault(name, "1")
    with one_run_at_a_time(project.root) as descriptor:
        lines, done, code = _drive(command, project.root, environment, descriptor, quiet=quiet)
    _keep(log, lines, busy=_is_locked(lines))
    if code != 0:
        _fail(project.root, lines)
    return done


def _where(cores: int | None, profile: str | None) -> list[str]:
    """Words for Snakemake: where jobs run and how many at a time."""
    if profile is None:
        return ["--cores", str(cores or os.cpu_count() or 1)]
    return ["--workflow-profile", profile, *(["--cores", str(cores)] if cores else [])]


def _drive(
    command: Sequence[str], root: Path, environment: dict[str, str], descriptor: int, *, quiet: bool
) -> tuple[list[str], int, int]:
    """Run Snakemake; returns its lines, the number of steps done and its exit code."""
    process = subprocess.Popen(  # noqa: S603  # this Python, words made here
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=(descriptor,),
    )
    assert process.stdout is not None
    watcher = _Watcher(quiet=quiet)
    try:
        lines = list(watcher.watch(process.stdout))
        return lines, watcher.done, process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise


def _keep(log: Path, lines: Iterable[str], *, busy: bool) -> None:
    if not busy:
        from evalpipe.io import write_text

        write_text("".join(lines), log)


class _Watcher:
    """Reads Snakemake's lines and prints one short line for each step that begins."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.done = 0
        self.total = 0
        self.rule = ""
        self.member = ""
        self.group: dict[str, str] | None = None

    def watch(self, stream: Iterable[str]) -> Iterator[str]:
        for line in stream:
            self._read(line)
            yield line

    def _read(self, line: str) -> None:
        if line.startswith(("[", "Group job")) and "Group job " in line:
            self.group = {}
        elif self.group is not None:
            self._read_group(line)
        elif found := _RULE.match(line):
            self.rule = found[1]
            if self.rule == "index":
                self._say("index")
        elif (found := _STUDY.match(line)) and self.rule:
            values = dict(part.split("=", 1) for part in found[1].split(", ") if "=" in part)
            self._say(f"{values.get('study', '')} {self.rule}".strip())
        elif found := _DONE.match(line):
            self.done, self.total = int(found[1]), int(found[2])

    def _read_group(self, line: str) -> None:
        """Read the list of jobs that are handed to a cluster together; tells of it at its end.

        A job that waits for a checkpoint of its own group is listed twice: its number tells.
        """
        assert self.group is not None
        if _MEMBER.match(line):
            self.rule = line
        elif found := _JOB.match(line):
            self.member = found[1]
        elif (found := _STUDY.match(line)) and self.rule:
            self.group[self.member] = found[1].removeprefix("study=")
            self.rule = ""
        elif line.strip() and not line.startswith((" ", "DAG of jobs will be updated")):
            named, count = " ".join(dict.fromkeys(self.group.values())), len(self.group)
            self.group = None
            self._say(f"{named}: {count} step{'s' * (count != 1)} handed over together")
            self._read(line)

    def _say(self, text: str) -> None:
        if not self.quiet:
            counter = f"[{self.done:>3}/{self.total}]" if self.total else "[  0]"
            print(f"{counter} {text}", flush=True)
        self.rule = ""


def _is_locked(lines: Sequence[str]) -> bool:
    return any("cannot be locked" in line or "LockException" in line for line in lines)


def _fail(root: Path, lines: Sequence[str]) -> None:
    if _is_locked(lines):
        raise BusyError(BUSY)
    told = list(_told_by_stages(root, lines))
    if told:
        kinds = [line.split(":", 1)[0] for line in told]
        code = next((_KINDS[kind] for kind in kinds if kind in _KINDS), ExitCode.PIPELINE)
        if "evalpipe" in kinds:
            code = ExitCode.BUG
        raise StageError("\n".join(told), code)
    raise PipelineError(
        "Snakemake stopped before a stage could say why; the end of logs/run.log tells more"
    )


def _lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []


def _told_by_stages(root: Path, lines: Sequence[str]) -> Iterator[str]:
    """Yield what failed stages wrote into their logs, each line once.

    Of a group of jobs that a cluster ran, the log that Snakemake kept there says which job failed.
    """
    seen: set[str] = set()
    failed = in_group = False
    for line in lines:
        if in_group and (found := _LOG.match(line)):
            in_group = False
            yield from _told_by_stages(root, _lines_of(root / found[1]))
        elif line.strip().startswith("message: Error in group"):
            in_group = True
        elif line.startswith(("Error in rule", "Error in checkpoint")):
            failed = True
        elif failed and (found := _LOG.match(line)):
            failed = False
            for told in _lines_of(root / found[1]):
                if told.strip() and not told.startswith("computing ") and told not in seen:
                    seen.add(told)
                    yield told

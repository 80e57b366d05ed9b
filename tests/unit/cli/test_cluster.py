"""A profile that cannot work is refused before anything starts."""

from pathlib import Path

import pytest

from evalpipe.cli.cluster import refuse_silent_cluster
from evalpipe.cli.running import _Watcher
from evalpipe.errors import UsageError


def profile(folder: Path, text: str) -> Path:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("text", ["", "cores: 2\n", "executor: local\n", "[a list]\n"])
def test_other_executors_are_left_alone(tmp_path: Path, text: str):
    refuse_silent_cluster(profile(tmp_path, text))


def test_slurm_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="Slurm's commands are not on this machine"):
        refuse_silent_cluster(profile(tmp_path, "executor: slurm\n"))


def test_slurm_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "sinfo").write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    (tmp_path / "sinfo").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(UsageError, match="does not answer"):
        refuse_silent_cluster(profile(tmp_path, "executor: slurm\n"))


def test_a_profile_that_is_no_yaml_is_told(tmp_path: Path):
    with pytest.raises(UsageError, match=r"no YAML that can be read"):
        refuse_silent_cluster(profile(tmp_path, "executor: [slurm\n"))


GROUP = """\
[Wed Nov 25 14:43:30 2026] Group job out (jobs in lexicogr. order):

    [Wed Nov 25 14:43:30 2026]
    checkpoint release:
        jobid: 3
        wildcards: study=example
DAG of jobs will be updated after completion.

    [Wed Nov 25 14:43:30 2026]
    rule report:
        jobid: 2
        wildcards: study=example
    [Wed Nov 25 14:43:30 2026]
    rule report:
        jobid: 2
        wildcards: study=example
Job 42cc3e9b has been submitted with SLURM jobid 2
"""


def test_a_job_that_snakemake_lists_twice_is_one_step(capsys: pytest.CaptureFixture[str]):
    lines = GROUP.splitlines(keepends=True)
    assert list(_Watcher(quiet=False).watch(lines)) == lines
    assert capsys.readouterr().out == "[  0] example: 2 steps handed over together\n"

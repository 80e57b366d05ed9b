"""A study on a real cluster: the bytes of a local run, the same lock, progress and exit codes."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workflow.conftest import STUDY, Folder, make_folder
from tests.workflow.slurm_cluster import Cluster, why_not

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PROFILE = ("--profile", "profiles/slurm")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of one node; skips with the reason where none can be started."""
    if reason := why_not():
        pytest.skip(reason)
    started = Cluster()
    try:
        started.start()
        yield started
    finally:
        started.stop()


class ClusterFolder(Folder):
    """A project folder on the cluster's login node; talking to the cluster is allowed there."""

    def __init__(self, root: Path, cluster: Cluster) -> None:
        super().__init__(root)
        self.cluster = cluster

    @property
    def environment(self) -> dict[str, str]:
        """As elsewhere, with the way to the cluster and without the ban on networks."""
        mine = super().environment
        del mine["PYTHONPATH"]
        here = str(Path(sys.executable).parent)
        path = self.cluster.environment["PATH"]
        return {**mine, **self.cluster.environment, "PATH": f"{here}:{path}"}


@pytest.fixture
def remote(cluster: Cluster, tmp_path: Path) -> ClusterFolder:
    return ClusterFolder(make_folder(tmp_path).root, cluster)


def test_a_study_through_slurm_equals_a_local_run_byte_for_byte(
    finished: Folder, remote: ClusterFolder
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "evalpipe", "run", STUDY, *PROFILE],
        cwd=remote.root,
        env=remote.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for_a_job(remote.cluster)
        second = remote.type("run", STUDY, *PROFILE, check=False)
        assert second.returncode == 8
        told, _ = process.communicate(timeout=800)
    finally:
        process.kill()
    assert process.returncode == 0
    assert f"{STUDY}: 5 steps handed over together" in told
    assert f"{STUDY} release" in told
    assert f"{STUDY} report" in told
    log = (remote.root / "logs" / "run.log").read_text(encoding="utf-8")
    assert log.count("has been submitted with SLURM jobid") == 3
    assert remote.digests() == finished.digests()
    assert "Nothing to do" in remote.type("run", STUDY, *PROFILE).stdout


def wait_for_a_job(cluster: Cluster) -> None:
    deadline = time.monotonic() + 120
    while not cluster.ask("squeue", "--noheader").strip():
        assert time.monotonic() < deadline, "no job was submitted"
        time.sleep(0.5)


def test_what_a_stage_says_on_the_cluster_ends_the_run_as_it_does_here(
    remote: ClusterFolder,
) -> None:
    raw = remote.root / "data" / "raw" / STUDY / "questionnaires.csv"
    lines = raw.read_text(encoding="utf-8").splitlines()
    cells = lines[3].split(",")
    lines[3] = ",".join([*cells[:3], "7777", *cells[4:]])
    raw.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = remote.type("run", STUDY, *PROFILE, check=False)
    assert done.returncode == 4
    assert "item out of range" in done.stderr
    assert "7777" not in done.stdout + done.stderr
    assert (remote.root / "reports" / STUDY / "validation.html").is_file()


def test_a_cluster_that_does_not_answer_is_told_at_once(remote: ClusterFolder) -> None:
    environment = {**remote.environment, "SLURM_CONF": str(remote.root / "absent.conf")}
    done = subprocess.run(
        [sys.executable, "-m", "evalpipe", "run", STUDY, *PROFILE],
        cwd=remote.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "Slurm does not answer" in done.stderr

"""A Slurm cluster of one node, in a folder of its own: three daemons, nothing below /etc."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
PACKAGES = ("munge", "slurm-client", "slurmctld", "slurmd")
INSTALL = "EVALPIPE_INSTALL_SLURM"
"""Set by `make test-slurm`: only then packages of the system are installed."""

CONFIG = """\
ClusterName=evalpipe
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdSpoolDir={folder}/spool
StateSaveLocation={folder}/state
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP
"""


def why_not() -> str:
    """Why no cluster can be started here; empty when one can."""
    if _missing() and os.environ.get(INSTALL):
        _install()
    if missing := _missing():
        return f"Slurm is not installed here ({', '.join(missing)}); make test-slurm installs it"
    if os.geteuid() != 0:
        return "slurmd starts jobs as root only"
    return ""


def _missing() -> list[str]:
    return [name for name in DAEMONS if shutil.which(name, path=_path()) is None]


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", *words], env=environment, check=False, **quiet)


class Cluster:
    """The daemons and what a job needs to reach them; `stop` ends each by its process."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start authentication, controller and node; raises TimeoutError when none is idle."""
        for name in ("spool", "state", "bin"):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        host, (controller, node) = socket.gethostname().split(".")[0], _free_ports(2)
        text = CONFIG.format(
            host=host, folder=self.folder, controller=controller, node=node,
            cpus=os.cpu_count() or 1, user="root",
        )  # fmt: skip
        self.config.write_text(text, encoding="ascii")
        self._write_srun()
        self._start(
            "munged", "--force", "--foreground", f"--key-file={key}",
            *(f"--{kind}-file={self.folder}/munged.{kind}" for kind in ("pid", "log", "seed")),
            f"--socket={self.folder}/munge.socket",
        )  # fmt: skip
        self._wait((self.folder / "munge.socket").exists, "munged")
        self._start("slurmctld", "-D", "-f", str(self.config))
        self._start("slurmd", "-D", "-f", str(self.config), "-N", host)
        self._wait(lambda: "idle" in self.ask("sinfo", "--noheader"), "slurmctld and slurmd")

    @property
    def config(self) -> Path:
        """The configuration, which every command of Slurm is told."""
        return self.folder / "slurm.conf"

    @property
    def environment(self) -> dict[str, str]:
        """What must stand in the environment of whoever submits jobs."""
        path = os.pathsep.join([str(self.folder / "bin"), _path()])
        return {"SLURM_CONF": str(self.config), "PATH": path}

    def ask(self, *words: str) -> str:
        """What a command of Slurm prints; empty when it fails."""
        environment = {**os.environ, **self.environment}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        return done.stdout

    def stop(self) -> None:
        """End the jobs and the daemons that this cluster started, the last first."""
        if self.processes:
            self.ask("scancel", "--me", "--full")
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_srun(self) -> None:
        """Inside a job Snakemake takes SLURM_* away; a cluster below /etc would be found again."""
        path = self.folder / "bin" / "srun"
        real = shutil.which("srun")
        path.write_text(f'#!/bin/sh\nSLURM_CONF={self.config} exec {real} "$@"\n', encoding="ascii")
        path.chmod(0o755)

    def _start(self, *words: str) -> None:
        environment = {**os.environ, **self.environment}
        with (self.folder / f"{words[0]}.out").open("wb") as log:
            started = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        self.processes.append(started)

    def _wait(self, done, what: str) -> None:
        deadline = time.monotonic() + 60
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not come up within a minute")
            time.sleep(0.5)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports

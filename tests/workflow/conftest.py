"""A project folder with the example study, made by `evalpipe init` as a newcomer would."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

STUDY = "example"


class Folder:
    """A project folder and what can be typed in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def type(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `evalpipe ...` here and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "evalpipe", *words],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    @property
    def environment(self) -> dict[str, str]:
        """The environment: this Python first on the path, one thread, no network."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return {
            **os.environ,
            "PATH": path,
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(Path(__file__).with_name("no_network")),
            "NETWORK_CALLS": str(self.calls),
        }

    @property
    def calls(self) -> Path:
        """Where attempts to reach a network are written, beside the folder."""
        return self.root.with_name(f"{self.root.name}.network-calls")

    @property
    def plan(self) -> Path:
        """The study's plan."""
        return self.root / "config" / "studies" / f"{STUDY}.yaml"

    def digests(self) -> dict[str, str]:
        """Digest of every processed table and report, by name."""
        files = [
            path
            for folder in ("data/processed", "reports")
            for path in sorted((self.root / folder).rglob("*"))
            if path.is_file()
        ]
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }

    def steps(self, done: subprocess.CompletedProcess[str]) -> list[str]:
        """The steps that a run printed, without their counters, sorted."""
        lines = [line for line in done.stdout.splitlines() if line.startswith("[")]
        return sorted(line.split("]", 1)[1].strip() for line in lines)


def make_folder(root: Path) -> Folder:
    """Begin the example study in an empty folder."""
    folder = Folder(root)
    folder.type("init", STUDY)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The example study, run once; tests that use it leave it as it was."""
    folder = make_folder(tmp_path_factory.mktemp("finished"))
    folder.type("run", STUDY, "--cores", "2")
    return folder

"""A profile that hands jobs to Slurm is refused at once where Slurm does not answer.

Snakemake's plugin would wait for ever: it asks in a thread whose failure nobody hears.
"""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

from evalpipe.errors import UsageError

PLUGIN = "snakemake_executor_plugin_slurm"
PATIENCE = 60
"""Seconds that a busy controller may take to answer."""


def refuse_silent_cluster(profile: Path) -> None:
    """Raise UsageError when the profile's jobs go to Slurm and Slurm is not there or is silent."""
    if _executor(profile / "config.yaml") != "slurm":
        return
    if importlib.util.find_spec(PLUGIN) is None:
        raise UsageError(
            "this profile needs Snakemake's Slurm plugin; install it with: "
            'pip install "evalpipe[slurm]"'
        )
    command = ["sinfo", "--noheader"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603
    except FileNotFoundError:
        raise UsageError(
            "this profile hands jobs to Slurm, and Slurm's commands are not on this machine; "
            "log in to the cluster's login node, or run without --profile"
        ) from None
    except (subprocess.SubprocessError, OSError):
        raise UsageError(
            "this profile hands jobs to Slurm, and Slurm does not answer (`sinfo` failed); "
            "try again later, or run without --profile"
        ) from None


def _executor(path: Path) -> str:
    import yaml

    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError):
        raise UsageError(f"{path}: is no YAML that can be read") from None
    return str(settings.get("executor", "")) if isinstance(settings, dict) else ""

"""Writing a synthetic study where its raw files belong, never over files that are not synthetic."""

from __future__ import annotations

from pathlib import Path

from evalpipe.config.plan import Plan
from evalpipe.errors import UsageError
from evalpipe.io import write_bytes, write_json
from evalpipe.simulate.raw_files import LABEL_FILE, TRUTH_FILE, simulate_study
from evalpipe.simulate.true_values import true_values


def write_study(
    plan: Plan, folder: Path, seed: int | None = None, *, with_truth: bool = True
) -> list[Path]:
    """Write raw files, SYNTHETIC.md and (with_truth) truth.json; return the paths written.

    folder: the study's raw folder. Raises UsageError when it holds files but no SYNTHETIC.md:
    those may be real data. The truth belongs to the plan's own seed and is the same for others,
    but for numbers that depend on the people drawn.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LABEL_FILE).is_file():
        raise UsageError(
            f"{folder}: holds files that are not labelled synthetic; simulate does not write over "
            "them. Choose another folder with --out"
        )
    if not plan.study.synthetic:
        raise UsageError("study.synthetic is not true in this plan; synthetic data must say so")
    written = []
    for name, data in simulate_study(plan, seed).items():
        write_bytes(data, folder / name)
        written.append(folder / name)
    if with_truth:
        write_json(true_values(plan), folder / TRUTH_FILE)
        written.append(folder / TRUTH_FILE)
    return written

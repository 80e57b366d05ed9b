"""Recovery of known truths: 200 synthetic studies of each plan through its primary analysis.

Writes docs/recovery.csv and docs/recovery.md. `python benchmarks/simulation_recovery.py STUDY ...`
does some studies only and keeps the rows of the others; REPLICATES and WORKERS come from the
environment.
"""

import os
import sys
from pathlib import Path

import pandas as pd

from evalpipe.config.load import load_plan
from evalpipe.io import read_json, write_text
from evalpipe.simulate.recovery import primary_analyses, recover, recovery_markdown

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "recovery.csv"
COMMAND = "python benchmarks/simulation_recovery.py"
NOTE = """
The last number in the column `failed` is the number of replicates. `coregulation_diary` and
`handholding` were extended to 500 (`REPLICATES=500`) after 200 replicates gave a coverage of
92.5 and, for one of its three contrasts, 92.0 %. Each study's rows were made on their own; they
are not all from one run.
"""


def main(names: list[str]) -> None:
    """Run the studies named, or all synthetic ones, and rewrite the tables."""
    replicates = int(os.environ.get("REPLICATES", "200"))
    workers = int(os.environ.get("WORKERS", "1"))
    plans = [load_plan(path) for path in sorted((ROOT / "config" / "studies").glob("*.yaml"))]
    synthetic = [plan for plan in plans if plan.study.synthetic]
    for plan in synthetic:
        study = plan.study.id
        if names and study not in names:
            continue
        truth = read_json(ROOT / "data" / "raw" / study / "truth.json")
        for analysis in primary_analyses(plan):
            done = recover(
                plan, analysis, truth, replicates, workers=workers, progress=_tell(study)
            )
            _save(study, done, [p.study.id for p in synthetic])


def _tell(study: str):  # noqa: ANN202
    def tell(done: int, total: int) -> None:
        if done % 20 == 0:
            print(f"{study}: {done} of {total}", flush=True)

    return tell


def _save(study: str, done: pd.DataFrame, order: list[str]) -> None:
    before = pd.read_csv(TABLE) if TABLE.is_file() else done.iloc[0:0]
    parts = [part for part in (before[before["study_id"] != study], done) if len(part)]
    table = pd.concat(parts, ignore_index=True)
    place = {name: number for number, name in enumerate(order)}
    table = table.sort_values("study_id", key=lambda s: s.map(place), kind="stable")
    write_text(table.to_csv(index=False, lineterminator="\n", float_format="%.8g"), TABLE)
    write_text(recovery_markdown(table, COMMAND) + NOTE, TABLE.with_suffix(".md"))


if __name__ == "__main__":
    main(sys.argv[1:])

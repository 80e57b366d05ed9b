"""Put all analyses together: adjust for multiplicity, compare with published numbers and truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.errors import ExitCode
from evalpipe.io import read_json, read_table, write_json, write_table
from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES
from evalpipe.schemas.spec import TableSpec
from evalpipe.schemas.statistics import STATISTICS

if TYPE_CHECKING:
    import pandas as pd


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.models.multiplicity import adjust
    from evalpipe.verification import compare_published, to_records

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    names = tuple(plan.analyses)
    estimates = adjust(plan, _together(folder, names, "estimates", ESTIMATES))
    statistics = _together(folder, names, "statistics", STATISTICS, folder / "description.parquet")
    statistics = _with_truth(
        project.raw(study) / "truth.json", plan.study.id, statistics, estimates
    )
    write_table(estimates, folder / "estimates.parquet", ESTIMATES)
    diagnostics = _together(folder, names, "diagnostics", DIAGNOSTICS)
    write_table(diagnostics, folder / "diagnostics.parquet", DIAGNOSTICS)
    write_table(statistics, folder / "statistics.parquet", STATISTICS)
    write_json(to_records(compare_published(plan, estimates)), folder / "published.json")
    return ExitCode.OK


def _together(
    folder: Path, analyses: tuple[str, ...], name: str, schema: TableSpec, first: Path | None = None
) -> pd.DataFrame:
    import pandas as pd

    paths = [folder / "analyses" / analysis / f"{name}.parquet" for analysis in analyses]
    frames = [read_table(path, schema) for path in ([first] if first else []) + paths]
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _with_truth(
    path: Path, study: str, statistics: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Add how far each estimate of a synthetic study fell from its truth."""
    import pandas as pd

    if not path.is_file():
        return statistics
    from evalpipe.verification import compare_truth

    rows = compare_truth(read_json(path), study, estimates)
    return pd.concat([statistics, rows], ignore_index=True) if not rows.empty else statistics

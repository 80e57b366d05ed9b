"""Fit the analyses of the plan, adjust for multiplicity, compare with published numbers and truth.

Computes the analyses that changed since they were last computed, in part of the plan, code or data;
the others are remembered. The log says which were computed. An analysis that cannot be computed as
declared leaves the others alone: a row says why, and `evalpipe run` ends with 6 when it is primary.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from evalpipe.cli.arguments import add_study, project_and_study
from evalpipe.cli.memory import Memory
from evalpipe.cli.project import Project
from evalpipe.cli.tables import FILES, RESULTS, read_described, read_tables, result_schemas
from evalpipe.config.plan import Plan
from evalpipe.errors import DataError, ExitCode, ModelError
from evalpipe.io import write_json, write_table
from evalpipe.provenance import digest_file, digest_json
from evalpipe.schemas.answers import answers_schema
from evalpipe.schemas.table import shape_of
from evalpipe.vocabulary import Table

if TYPE_CHECKING:
    import pandas as pd

READ = (Table.PARTICIPANTS, Table.SCORES, Table.SESSIONS, Table.GOALS)

RELIABILITY = "reliability of scales"
"""Stands beside the analyses of the plan, whose names have no blanks."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_study(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the stage."""
    from evalpipe.answers.table import with_answers
    from evalpipe.models.multiplicity import adjust
    from evalpipe.verification import compare_published, to_records

    project, study = project_and_study(options)
    plan, folder = project.plan(study), project.processed(study)
    results = analyse_all(project, plan)
    tables = {name: _stack([result[name] for result in results]) for name in RESULTS}
    estimates = adjust(plan, tables["estimates"])
    raw = project.raw(study)
    tables["statistics"] = _with_truth(raw, study, tables["statistics"], estimates)
    tables["estimates"] = estimates
    for name, schema in result_schemas(plan).items():
        write_table(tables[name], folder / f"{name}.parquet", schema)
    described = _stack([read_described(plan, folder), tables["statistics"]])
    told = with_answers(plan, {**tables, "statistics": described})
    write_table(told[Table.ANSWERS.value], folder / "answers.parquet", answers_schema(plan))
    write_json(to_records(compare_published(plan, told)), folder / "published.json")
    return ExitCode.OK


def analyse_all(project: Project, plan: Plan) -> list[dict[str, pd.DataFrame]]:
    """Return the tables of every analysis in the plan's order, then those of the reliability of
    its scales; remembered or computed.
    """
    folder = project.processed(plan.study.id)
    keys = _keys(project, plan)
    # what is remembered is held against the rules when the whole is written
    shapes = {name: shape_of(schema) for name, schema in result_schemas(plan).items()}
    memory = Memory(folder / "remembered", shapes)
    known = {name: memory.recall(key) for name, key in keys.items()}
    new = [name for name, result in known.items() if result is None]
    results = {name: result for name, result in known.items() if result is not None}
    tables: dict[str, pd.DataFrame] = {}
    for number, name in enumerate(new, start=1):
        print(f"computing {name} ({number} of {len(new)})", file=sys.stderr, flush=True)
        tables = _with_tables(plan, folder, name, tables)
        results[name] = _compute(project, plan, name, tables)
        memory.remember(keys[name], results[name])
    memory.keep_only(keys.values())
    return [results[name] for name in keys]


def _keys(project: Project, plan: Plan) -> dict[str, str]:
    """Return what is to be computed, each with the digest of all that it depends on."""
    from evalpipe.models.reliability_rows import has_reliability
    from evalpipe.workflow import analysis_slice, digest_source

    folder = project.processed(plan.study.id)
    settings = project.settings.model_dump(mode="json", exclude={"studies"})
    common = {"settings": settings, "source": digest_source(("models", "design", "schemas"))}
    data = _digests(folder, READ)
    keys = {
        name: digest_json({**common, "data": data, "plan": analysis_slice(plan, name)})
        for name in plan.analyses
    }
    if has_reliability(plan):
        answers = _digests(folder, _read_by(RELIABILITY))
        parts = plan.cut("study", "visits", "instruments")
        keys[RELIABILITY] = digest_json({**common, "data": answers, "plan": parts})
    return keys


def _with_tables(
    plan: Plan, folder: Path, name: str, tables: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the tables with those that `name` reads; delivery is made once for all analyses."""
    from evalpipe.models.dispatch import with_delivery

    wanted = [table for table in _read_by(name) if table not in tables]
    read = {str(table): frame for table, frame in read_tables(plan, folder, *wanted).items()}
    return dict(with_delivery(plan, {**tables, **read}))


def _read_by(name: str) -> tuple[Table, ...]:
    return (Table.RESPONSES,) if name == RELIABILITY else READ


def _digests(folder: Path, tables: tuple[Table, ...]) -> dict[str, str]:
    return {t.value: _digest_table(folder / f"{FILES[t]}.parquet") for t in tables}


def _digest_table(path: Path) -> str:
    try:
        return digest_file(path)
    except FileNotFoundError:
        raise DataError(
            f"{path}: is not there; run the stage that makes it (evalpipe run)"
        ) from None


def _compute(
    project: Project, plan: Plan, analysis: str, tables: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    if analysis == RELIABILITY:
        from evalpipe.models.reliability_rows import analyse_reliability

        result = analyse_reliability(plan, tables[Table.RESPONSES])
        return {name: getattr(result, name) for name in RESULTS}
    from evalpipe.models.dispatch import failed_analysis, run_analysis

    settings = project.settings
    try:
        result = run_analysis(
            plan,
            analysis,
            tables,
            confidence_level=settings.confidence_level,
            seed=settings.seed,
        )
    except ModelError as error:
        print(f"{analysis}: cannot be computed as declared: {error}", file=sys.stderr, flush=True)
        result = failed_analysis(plan, analysis, str(error))
    return {name: getattr(result, name) for name in RESULTS}


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _with_truth(
    raw: Path, study: str, statistics: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Add how far each estimate of a synthetic study fell from its truth."""
    if not (raw / "truth.json").is_file():
        return statistics
    from evalpipe.ingest.raw import read_truth
    from evalpipe.verification import compare_truth

    return _stack([statistics, compare_truth(read_truth(raw), study, estimates)])

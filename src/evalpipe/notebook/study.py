"""A study as a notebook sees it: its plan, what was released of it, and its tables of people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from evalpipe.cli.project import Project, find_project
from evalpipe.cli.tables import FILES, RELEASED_FOLDER, read_tables
from evalpipe.config.plan import Plan
from evalpipe.disclosure.precision import round_released
from evalpipe.errors import UsageError
from evalpipe.io import read_table
from evalpipe.report.documents.model import plain_text
from evalpipe.report.headline import write_headline
from evalpipe.report.source import Source
from evalpipe.schemas.released import released_schemas
from evalpipe.vocabulary import Table

RELEASED = (Table.ESTIMATES, Table.STATISTICS, Table.DIAGNOSTICS, Table.ANSWERS)
"""Tables that hold numbers of groups; `sessions`, which a plan can allow in figures, is none."""


def open_study(name: str, project: Path | None = None) -> Study:
    """Return a study of this project.

    Parameters
    ----------
    name : the study's name: the plan is `config/studies/<name>.yaml`.
    project : the project's folder; default: the nearest one above the current folder.

    Raises UsageError when there is no such project or study, ConfigError when the plan is wrong.
    """
    place = find_project(project)
    return Study(place, place.plan(name))


@dataclass(frozen=True)
class Study:
    """One study of a project.

    What `released` and `told` give is what reports show. What `people` and `rows_of` give was
    recorded of single participants and stays where it is.
    """

    project: Project
    plan: Plan

    @property
    def name(self) -> str:
        """The study's name."""
        return self.plan.study.id

    def released(self, table: str) -> pd.DataFrame:
        """Return a released table with the digits that it carries; what is withheld is missing.

        table: `estimates`, `statistics`, `diagnostics` or `answers`. Raises DataError where the
        study has not been run.
        """
        if table not in {str(name) for name in RELEASED}:
            raise UsageError(f"there is no released table `{table}`; there are {_listed(RELEASED)}")
        return round_released(table, self._released_in_full[table])

    def told(self, analysis: str) -> str:
        """Return the sentence by which the report answers an analysis; empty without one."""
        return plain_text(write_headline(self.source, self._checked(analysis)).sentence)

    @cached_property
    def source(self) -> Source:
        """Plan and released tables as the report reads them, with the digits they carry."""
        return Source(self.plan, {str(name): self.released(name) for name in RELEASED})

    def people(self) -> dict[str, pd.DataFrame]:
        """Return the processed tables of participants, by name: these stay where they are.

        `participants`, `responses` (items), `scores`, `sessions` and `goals`.
        """
        return {str(name): frame for name, frame in self._people.items()}

    def rows_of(self, analysis: str) -> pd.DataFrame:
        """Return the rows that an analysis uses: these stay where they are.

        One row an occasion of a participant: `outcome`, `baseline` and every variable of the model,
        none missing. Categories have the plan's levels in order, the one that others are compared
        with first. The outcome of a lognormal measure is its logarithm.
        """
        from evalpipe.design.analysis_set import build_analysis_set
        from evalpipe.models.dispatch import with_delivery

        name = self._checked(analysis)
        frame = build_analysis_set(self.plan, name, with_delivery(self.plan, self.people())).frame
        levels = _levels_of(self.plan, name)
        kept = {column: order for column, order in levels.items() if column in frame.columns}
        return frame.assign(**{c: pd.Categorical(frame[c], order) for c, order in kept.items()})

    def compute(self, analysis: str) -> pd.DataFrame:
        """Compute an analysis anew as the pipeline does, in full precision: not released."""
        from evalpipe.models.dispatch import run_analysis

        name, settings = self._checked(analysis), self.project.settings
        level, seed = settings.confidence_level, settings.seed
        return run_analysis(
            self.plan, name, self.people(), confidence_level=level, seed=seed
        ).estimates

    @cached_property
    def _people(self) -> dict[Table, pd.DataFrame]:
        return read_tables(self.plan, self.project.processed(self.name), *FILES)

    @cached_property
    def _released_in_full(self) -> dict[str, pd.DataFrame]:
        place = self.project.processed(self.name) / RELEASED_FOLDER
        schemas = released_schemas(self.plan)
        return {
            str(name): read_table(place / f"{name}.parquet", schemas[str(name)])
            for name in RELEASED
        }

    def _checked(self, analysis: str) -> str:
        if analysis not in self.plan.analyses:
            raise UsageError(
                f"the plan has no analysis `{analysis}`; it has {_listed(self.plan.analyses)}"
            )
        return analysis


def _levels_of(plan: Plan, analysis: str) -> dict[str, tuple[str, ...]]:
    """Levels of each category, the reference of the analysis first."""
    from evalpipe.models.variables import declare_variables

    first = getattr(plan.analyses[analysis].model, "reference_levels", {})
    declared = declare_variables(plan).levels
    return {name: _with_first(levels, first.get(name)) for name, levels in declared.items()}


def _with_first(levels: tuple[str, ...], first: str | None) -> tuple[str, ...]:
    if first not in levels:
        return levels
    return (first, *(level for level in levels if level != first))


def _listed(names: object) -> str:
    return ", ".join(str(name) for name in names)  # type: ignore[attr-defined]

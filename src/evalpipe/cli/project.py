"""Where things lie in a project folder."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from evalpipe.cli.links import refuse_links
from evalpipe.config.base import IDENTIFIER_PATTERN
from evalpipe.config.load import load_plan
from evalpipe.config.plan import Plan
from evalpipe.config.settings import Settings, load_settings
from evalpipe.errors import ConfigError, Problem, UsageError, make_printable


@dataclass(frozen=True)
class Project:
    """A folder with `config/`, `data/` and `reports/`."""

    root: Path

    @property
    def settings(self) -> Settings:
        """The global choices."""
        return load_settings(self.settings_path)

    @property
    def settings_path(self) -> Path:
        """The file of global choices; it may be absent."""
        return self.root / "config" / "config.yaml"

    def plan_path(self, study: str) -> Path:
        """The study's plan; raises UsageError for a name that is none of the studies."""
        path = self.root / "config" / "studies" / f"{checked_name(study)}.yaml"
        if not path.is_file():
            known = ", ".join(filter(_is_name, self.declared())) or "none"
            raise UsageError(
                f"there is no study `{study}`: config/studies/{study}.yaml does not exist. "
                f"Known studies: {known}. Begin one with: evalpipe init {study}"
            )
        return path

    def plan(self, study: str) -> Plan:
        """Read and check the study's plan; its id must be its file's name.

        The settings are checked with it: every stage's result depends on them.
        """
        name = f"config/studies/{study}.yaml"
        load_settings(self.settings_path)
        plan = load_plan(self.plan_path(study), name)
        if plan.study.id != study:
            message = f"must be the file's name, `{study}`"
            raise ConfigError([Problem(name, "study.id", None, message)])
        return plan

    def raw(self, study: str) -> Path:
        """The study's raw folder."""
        return self.root / "data" / "raw" / study

    def processed(self, study: str) -> Path:
        """The study's folder of processed tables."""
        return self.root / "data" / "processed" / study

    def report(self, study: str) -> Path:
        """The study's report folder."""
        return self.root / "reports" / study

    def declared(self) -> list[str]:
        """Return the studies that have a plan, by name."""
        folder = self.root / "config" / "studies"
        return sorted(p.stem for p in folder.glob("*.yaml")) if folder.is_dir() else []

    def studies(self) -> list[str]:
        """Return the studies that `run` takes: all that have a plan, or those of the settings."""
        chosen = self.settings.studies
        return self.declared() if chosen == "all" else list(chosen)


def find_project(start: Path | None) -> Project:
    """Return the project at `start`, or the nearest one above the current folder.

    Raises UsageError when there is none, or when links would lead what it writes elsewhere.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents) if start is None else (here,):
        if (folder / "config" / "studies").is_dir():
            refuse_links(folder)
            return Project(Path(os.path.relpath(folder)))
    raise UsageError(
        "this is not an evalpipe project: there is no folder config/studies here. "
        "Go to the project's folder, or name it with --project"
    )


def checked_name(name: str) -> str:
    """Return a study's or analysis' name; raises UsageError when it is not a plain identifier."""
    if not _is_name(name):
        shown = make_printable(name[:80])
        raise UsageError(
            f"`{shown}` cannot be a study's name: a name has lower-case letters, digits and "
            "_ only, and begins with a letter"
        )
    return name


def _is_name(name: str) -> bool:
    return re.fullmatch(IDENTIFIER_PATTERN, name) is not None

"""A small study taken the whole way in this process; the words of its report as plain lines."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from evalpipe.cli.main import main
from evalpipe.config.load import load_plan
from evalpipe.io import read_json, read_table
from evalpipe.report.build import build_document, run_record
from evalpipe.report.documents.model import (
    Bullets,
    Callout,
    Document,
    Facts,
    Figure,
    Paragraph,
    Section,
    Table,
    plain_text,
)
from evalpipe.report.source import Source
from evalpipe.schemas.released import released_schemas

STAGES = ("ingest", "validate", "score", "describe", "analyse", "release")


@dataclass(frozen=True)
class Told:
    """What came of a study: the exit code of the stage that ended it, or a source and document."""

    study: str
    root: Path
    code: int
    source: Source | None = None
    document: Document | None = None

    def section(self, *keys: str) -> list[str]:
        """The lines of some sections of the report."""
        assert self.document is not None
        return [
            line for s in self.document.sections if s.key in keys for line in lines_of(s.blocks)
        ]


def tell(plan: Path, raw: Path, root: Path, *, stages: tuple[str, ...] = STAGES) -> Told:
    """Run the stages of one study in `root`, an empty folder."""
    study = load_plan(plan).study.id
    (root / "config" / "studies").mkdir(parents=True)
    shutil.copyfile(plan, root / "config" / "studies" / f"{study}.yaml")
    shutil.copytree(raw, root / "data" / "raw" / study, ignore=shutil.ignore_patterns("*.yaml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for stage in stages:
            code = main([stage, study])
            if code != 0:
                return Told(study, root, code)
    return Told(study, root, 0, *read_report(root, study))


def read_report(root: Path, study: str) -> tuple[Source, Document]:
    """The source and the document of what `release` wrote."""
    plan = load_plan(root / "config" / "studies" / f"{study}.yaml")
    place = root / "data" / "processed" / study / "released"
    schemas = released_schemas(plan)
    tables = {name: read_table(place / f"{name}.parquet", s) for name, s in schemas.items()}
    record = read_json(place / "record.json")
    source = Source(plan, tables, run_record(plan, record))
    return source, build_document(source, record)


def lines_of(blocks: tuple[object, ...]) -> list[str]:
    """Blocks as plain lines: sentences whole, tables a line a row, pictures by their alt text."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(plain_text(block.content))
        elif isinstance(block, Bullets):
            found += [f"- {plain_text(item)}" for item in block.items]
        elif isinstance(block, Facts):
            found += [f"{term}: {plain_text(words)}" for term, words in block.pairs]
        elif isinstance(block, Section):
            found += [f"# {block.title}", *lines_of(block.blocks)]
        elif isinstance(block, Callout):
            found += [f"# {block.title}", *lines_of(block.content)]
        elif isinstance(block, Figure):
            found.append(f"[figure] {plain_text(block.title)} | {block.picture.alt}")
        elif isinstance(block, Table):
            found.append(f"[table] {plain_text(block.title)}")
            found += [" | ".join(plain_text(cell) for cell in row.cells) for row in block.rows]
    return found

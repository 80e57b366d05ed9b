"""Every free text of a plan at once is hostile; it stands whole, as text, wherever it is shown."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from evalpipe.cli.main import main
from evalpipe.config.load import load_plan

ROOT = Path(__file__).resolve().parents[2]
STAGES = (
    "check", "ingest", "validate", "score", "describe", "analyse", "release", "report", "index",
)  # fmt: skip
STUDIES = ("btheb", "reattach_rct", "reattach_cohort", "pmt_attachment", "coregulation_diary",
           "attachment_classes", "handholding", "eft_couples")  # fmt: skip
ELEMENTS = {
    "a", "article", "aside", "body", "caption", "code", "dd", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "head", "header", "html", "img", "li", "main",
    "meta", "nav", "ol", "p", "pre", "section", "span", "strong", "style", "sub", "summary", "sup",
    "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
ACTIONS = {
    "/AA", "/AF", "/EmbeddedFile", "/EmbeddedFiles", "/Filespec", "/GoToE", "/GoToR",
    "/ImportData", "/JS", "/JavaScript", "/Launch", "/Movie", "/OpenAction", "/Rendition",
    "/RichMedia", "/Sound", "/SubmitForm", "/XFA",
}  # fmt: skip
"""What a PDF may do by itself or carry along."""

RELATIONS = {
    "core-properties", "extended-properties", "footer", "header", "hyperlink", "image", "numbering",
    "officeDocument", "settings", "styles",
}  # fmt: skip
FIELDS = {"PAGE", "TOC", "SEQ", "REF"}


def _load(name: str) -> ModuleType:
    """A module of this folder, which is no package."""
    spec = spec_from_file_location(f"privacy_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


hostile = _load("hostile_labels")
structure = _load("structure_mutants")


@dataclass(frozen=True)
class Run:
    """A project after a whole run: where it lies, its study, and text -> place of the plan."""

    root: Path
    study: str
    used: dict[str, tuple[Any, ...]]

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    def released(self, suffix: str) -> list[Path]:
        return sorted(self.reports.rglob(f"*{suffix}"))


def run_hostile(root: Path, study: str, *, is_short: bool) -> Run:
    """All stages on a hostile plan. is_short: the first analysis alone."""
    source = ROOT / "config" / "studies" / f"{study}.yaml"
    tree = structure.load_plan_tree(source.read_text(encoding="utf-8"))
    if is_short:
        structure.keep_analysis(tree, next(iter(tree["analyses"])))
    plan = root / "config" / "studies" / f"{study}.yaml"
    plan.parent.mkdir(parents=True)
    plan.write_bytes(structure.write_plan_tree(tree))
    used = hostile.make_hostile(load_plan(plan), tree)
    plan.write_bytes(structure.write_plan_tree(tree))
    shutil.copytree(ROOT / "data" / "raw" / study, root / "data" / "raw" / study)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for stage in STAGES:
            assert main([stage, *([study] if stage != "index" else [])]) == 0, stage
    return Run(root, study, used)


SHORT, *LONG = [pytest.param((study, False), marks=pytest.mark.slow, id=study) for study in STUDIES]
SHORTEST = pytest.param(("btheb", True), id="btheb, one analysis")


@pytest.fixture(scope="module", params=[SHORTEST, SHORT, *LONG])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    study, is_short = request.param
    root = tmp_path_factory.mktemp(study)
    yield run_hostile(root, study, is_short=is_short)
    shutil.rmtree(root)


def test_every_text_stands_whole(run: Run):
    assert len(run.used) > 20
    text = {"drawing": ""}
    torn = {}
    for path in run.released(""):
        for part, own in hostile.texts_of(path) if path.is_file() else ():
            text[part] = text.get(part, "") + own
            torn[f"{path.name}: {part}"] = hostile.torn_texts(
                run.used, own, hyphens=part == "drawing"
            )
    assert {place: found for place, found in torn.items() if found} == {}
    title = next(iter(run.used))
    for part in ("text", "word/document.xml", "values", "docProps/core.xml"):
        assert title in text[part]
    assert text["drawing"].count("Aq0") > 2


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_every_text_stands_whole_in_pdf(run: Run):
    """No word runs off the page: letters beyond its edge are not found."""
    pages = []
    for path in run.released(".pdf"):
        command = ["pdftotext", "-raw", str(path), "-"]
        done = subprocess.run(command, capture_output=True, check=True)
        pages += done.stdout.decode().split("\f")
    body = "".join("\n".join(page.splitlines()[1:-1]) for page in pages)  # without head and foot
    assert hostile.torn_texts(run.used, body, hyphens=True, allowed=len(pages)) == []
    shown = hostile.squeezed(body)
    long = [whole for whole in run.used if hostile.LONG_WORD in whole]
    times = sum(shown.count(whole[:6]) + shown.count(whole[:6].lower()) for whole in long)
    assert times > 0
    assert shown.count(hostile.LONG_WORD[0]) == times * len(hostile.LONG_WORD)


def test_pages_are_well_formed_and_hold_the_report_s_own_elements_only(run: Run):
    paths = run.released(".html")
    assert {path.name for path in paths} == {"report.html", "validation.html", "index.html"}
    for path in paths:
        page = hostile.Page(path.read_text(encoding="utf-8"))
        assert page.wrong == [], path.name
        assert page.elements <= ELEMENTS, path.name
        own = ("#", "data:image/svg+xml;base64,", "https://doi.org/10.", f"{run.study}/report.")
        assert [link for link in page.links if not link.startswith(own)] == [], path.name


def test_drawings_are_well_formed_and_hold_drawing_only(run: Run):
    page = (run.reports / run.study / "report.html").read_text(encoding="utf-8")
    for svg in hostile.drawings(page):
        names = {node.tag.rpartition("}")[2] for node in ET.fromstring(svg).iter()}
        assert not names & {"script", "image", "foreignObject", "a", "iframe", "b", "text"}


def test_word_holds_its_own_fields_only(run: Run):
    with zipfile.ZipFile(run.reports / run.study / "report.docx") as archive:
        parts = [ET.fromstring(archive.read(n)) for n in archive.namelist() if ".xml" in n]
    codes = [
        node.text or "" for root in parts for node in root.iter() if node.tag.endswith("}instrText")
    ]
    assert {code.split()[0] for code in codes} <= FIELDS
    assert not [code for code in codes if "Aq0" in code]


def test_word_refers_to_its_own_parts_and_to_cited_papers_only(run: Run):
    """No template, no macro, no embedded object, no picture from elsewhere."""
    with zipfile.ZipFile(run.reports / run.study / "report.docx") as archive:
        names = archive.namelist()
        related = {
            name: list(ET.fromstring(archive.read(name)))
            for name in names
            if name.endswith(".rels")
        }
    assert {name.rpartition(".")[2] for name in names} == {"xml", "rels", "png"}
    assert len(related) == 2
    for name, entries in related.items():
        for entry in entries:
            kind, target = entry.get("Type", "").rpartition("/")[2], entry.get("Target", "")
            assert kind in RELATIONS
            if kind == "hyperlink":
                assert target.startswith("https://doi.org/10.")
            else:
                assert entry.get("TargetMode") is None
                assert (Path(name).parent.parent / target).as_posix() in names


def test_pdf_opens_cited_papers_on_request_and_does_nothing_else(run: Run):
    from pypdf import PdfReader

    for path in run.released(".pdf"):
        keys: set[str] = set()
        addresses: list[str] = []
        reader = PdfReader(path)
        for number in range(1, len(reader.xref[0]) + len(reader.xref_objStm) + 2):
            found = reader.get_object(number)
            keys |= _keys_of(found, addresses)
        assert {"/Catalog", "/Page"} <= keys
        assert keys & ACTIONS == set()
        assert addresses
        assert [one for one in addresses if not one.startswith("https://doi.org/10.")] == []


def _keys_of(found: Any, addresses: list[str]) -> set[str]:
    """Keys and names inside an object of a PDF; addresses of links are added to `addresses`."""
    if isinstance(found, dict):
        addresses += [str(found["/URI"])] if "/URI" in found else []
        return set(found).union(*(_keys_of(inner, addresses) for inner in found.values()))
    if isinstance(found, list):
        return set().union(*(_keys_of(inner, addresses) for inner in found))
    return {str(found)} if isinstance(found, str) and found.startswith("/") else set()


def test_nothing_was_run(run: Run):
    assert not list(run.root.rglob("owned"))
    assert sorted(p.name for p in run.root.iterdir()) in (
        ["config", "data", "reports"], ["config", "data", "logs", "reports"],
    )  # fmt: skip


def test_a_torn_text_would_be_seen():
    used = ["Aq0001 <b>x</b> Zq0001"]
    assert hostile.torn_texts(used, "a Aq0001 <b>x</b>\n Zq0001 b") == []
    assert hostile.torn_texts(used, "Aq0001 x Zq0001") == ["Aq0001"]
    assert hostile.torn_texts(used, "Aq0001 <b>x") == ["Aq0001"]
    assert hostile.Page("<p><b>x</p>").wrong
    assert hostile.Page('<p onclick="x">x</p>').wrong

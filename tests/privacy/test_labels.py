"""Labels of a plan are text: what looks like HTML, Markdown, typst, TeX or a shell stays text."""

import base64
import csv
import html
import html.parser
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.load import load_plan
from evalpipe.disclosure.study_release import release_study
from evalpipe.io import write_csv
from evalpipe.report.build import build_report

ROOT = Path(__file__).resolve().parents[2]
LABELS = {
    "Treatment as usual": "<script>fetch('//x')</script><b>usual</b> & \"co\" <!-- x -->",
    "Beat the Blues": "#set text(red) \\textbf{x} $x^2$ @ref #{1+1} <label>",
    "2 months": "**2** _m_ [x](y) ![i](j) `c`",
    "3 months": "חודשים 🙂 3 عربي",
    "5 months": "$(touch owned) `id` ; rm -rf * | cat",
    "8 months": "=HYPERLINK(1) {{x}} ${y} %s \\n",
    "Antidepressant drugs": "W" * 120,
}
INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufe0f]+")


def squeezed(text):
    return INVISIBLE.sub("", text)


@pytest.fixture(scope="module")
def hostile_plan(tmp_path_factory):
    text = (ROOT / "config" / "studies" / "btheb.yaml").read_text(encoding="utf-8")
    for label, hostile in LABELS.items():
        if label == "Antidepressant drugs":
            text, count = re.subn(
                r"(drug: *\{? *(?:\n *)?label: )[^,\n}]+", r"\g<1>" + hostile, text
            )
            assert count == 1
            continue
        quoted = '"' + hostile.replace("\\", "\\\\").replace('"', '\\"') + '"'
        assert f"label: {label}" in text
        text = text.replace(f"label: {label}", f"label: {quoted}", 1)
    path = tmp_path_factory.mktemp("plan") / "btheb.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plan(path)


@pytest.fixture(scope="module")
def folder(hostile_plan, study_tables, tmp_path_factory):
    _, tables = study_tables("btheb", True)
    found = tmp_path_factory.mktemp("reports") / "btheb"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(found.parent)
        released = release_study(hostile_plan, tables, {}, found)
        build_report(hostile_plan, released.tables, released.record, found)
    return found


class Page(html.parser.HTMLParser):
    """Elements and texts of a page."""

    def __init__(self):
        super().__init__()
        self.elements, self.text, self.inside = [], [], []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "br", "img", "col", "hr", "wbr"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self.inside):
            self.text.append(data)


@pytest.fixture(scope="module")
def page(folder):
    found = Page()
    found.feed((folder / "report.html").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("label", LABELS.values())
def test_labels_are_text_in_html(page, label):
    assert squeezed(label) in squeezed("".join(page.text))


@pytest.fixture(scope="module")
def pictures(folder):
    """The drawings of the page; each text of a drawing stands in a comment beside its outlines."""
    text = (folder / "report.html").read_text(encoding="utf-8")
    return [
        base64.b64decode(data).decode() for data in re.findall(r"svg\+xml;base64,([^\"]+)", text)
    ]


@pytest.mark.parametrize("label", [LABELS["Treatment as usual"], LABELS["Beat the Blues"]])
def test_labels_are_text_in_figures(pictures, label):
    comments = [part for svg in pictures for part in re.findall(r"<!--(.*?)-->", svg, re.DOTALL)]
    drawn = squeezed(html.unescape("".join(comments))).replace("-", "")
    assert [word for word in label.split() if squeezed(word).replace("-", "") not in drawn] == []


def test_dollar_signs_in_figures_are_drawn_and_start_no_formula(pictures):
    dollar = f"-{ord('$'):x}"
    assert any(re.search(rf'href="#[^"]*{dollar}"', svg) for svg in pictures)


def test_figures_hold_drawing_only(pictures):
    assert pictures
    for svg in pictures:
        root = ET.fromstring(svg)
        names = {node.tag.rpartition("}")[2] for node in root.iter()}
        assert not names & {"script", "image", "foreignObject", "a", "iframe", "b"}
        links = [v for node in root.iter() for k, v in node.attrib.items() if k.endswith("href")]
        assert all(link.startswith("#") for link in links)


def test_no_element_and_no_handler_comes_from_a_label(page):
    scripts = [tag for tag, _ in page.elements if tag == "script"]
    assert len(scripts) <= 1
    assert not [tag for tag, _ in page.elements if tag in ("label", "iframe", "object", "embed")]
    handlers = [name for _, own in page.elements for name in own if name.startswith("on")]
    assert not handlers


@pytest.mark.parametrize("label", LABELS.values())
def test_labels_are_text_in_word(folder, label):
    with zipfile.ZipFile(folder / "report.docx") as archive:
        root = ET.fromstring(archive.read("word/document.xml"))
    text = "".join(node.text or "" for node in root.iter() if node.tag.endswith("}t"))
    assert squeezed(label) in squeezed(text)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
@pytest.mark.parametrize(
    "label", [label for label in LABELS.values() if label.isascii() and "W" * 9 not in label]
)
def test_labels_are_text_in_pdf(folder, label):
    done = subprocess.run(
        ["pdftotext", "-raw", str(folder / "report.pdf"), "-"], capture_output=True, check=True
    )
    text = squeezed(done.stdout.decode()).replace("-", "")
    assert squeezed(label).replace("-", "") in text


def test_nothing_was_run(folder):
    assert not list(folder.parent.rglob("owned"))
    assert sorted(path.name for path in folder.parent.iterdir()) == ["btheb"]


def test_no_released_cell_starts_a_formula(folder):
    for path in sorted(folder.rglob("*.csv")):
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        for row in rows:
            for cell in row:
                assert not cell.startswith(("=", "@", "\t", "\r")), path.name
                if cell.startswith(("+", "-")):
                    float(cell)


@pytest.mark.parametrize(
    "start",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "=cmd|' /C x'!A0",
        " =1",
        "\n=1",
        '"=1',
        "\u00a0=1",
        "\u3000@x",
        "\uff1d1",
        " \uff0bx",
        "\u200b=1",
        "\x0b=1",
        ";=1",
        "'=1",
        '"" -x',
    ],
)
def test_text_that_starts_a_formula_gets_an_apostrophe(tmp_path, start):
    write_csv(pd.DataFrame({start: [start]}), tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [[f"'{start}"], [f"'{start}"]]


def test_negative_numbers_stay_numbers_and_plain_text_stays(tmp_path):
    numbers = [-1.5, np.float32(-0.5), np.int64(-2), -3, np.float64(-4)]
    texts = ["(-0.3 to 0.2)", "a-b", "well-being (-)", "20-30", "<5", "(a) = b", "é"]
    write_csv(pd.DataFrame({"n": pd.Series(numbers, dtype=object)}), tmp_path / "n.csv")
    write_csv(pd.DataFrame({"t": texts}), tmp_path / "t.csv")
    read = [
        (tmp_path / f).read_text(encoding="utf-8-sig").splitlines()[1:] for f in ("n.csv", "t.csv")
    ]
    assert read == [["-1.5", "-0.5", "-2", "-3", "-4.0"], texts]

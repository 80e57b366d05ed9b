"""One source, three documents: the same numbers, text as it was written, the same bytes twice."""

import io
import itertools
import re
import zipfile
from html.parser import HTMLParser

import pytest

from evalpipe.report.documents.html import content_policy, stylesheet, write_html
from evalpipe.report.documents.model import Section, inlines
from evalpipe.report.documents.numbering import describe_row_codes, number_labels
from evalpipe.report.documents.pdf import write_pdf
from evalpipe.report.documents.text import clean_text
from evalpipe.report.documents.word import write_word
from evalpipe.report.documents.word_inline import bookmark

pypdf = pytest.importorskip("pypdf")
docx = pytest.importorskip("docx")


class Page(HTMLParser):
    """Text, tags and attributes of an HTML page."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def words_of_html(data):
    return "".join(Page(data.decode()).text)


def words_of_pdf(data):
    reader = pypdf.PdfReader(io.BytesIO(data))
    return "\n".join(page.extract_text() for page in reader.pages)


def words_of_word(data):
    document = docx.Document(io.BytesIO(data))
    found = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        found += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(found)


def squeeze(text):
    return re.sub(r"\s+|\xad", "", text)


@pytest.mark.parametrize(
    ("write", "words"),
    [(write_html, words_of_html), (write_pdf, words_of_pdf), (write_word, words_of_word)],
)
def test_markup_in_labels_appears_as_text(make_document, hostile, write, words):
    found = squeeze(words(write(make_document(hostile))))
    # the PDF breaks long words with hyphens: compare piece by piece
    for piece in (
        "<script>alert(1)</script>",
        "**bold**",
        "#settext(red)",
        "$(rm-rf)",
        "&amp;",
        "#{1+1}",
        "{{x}}",
        "<!--c-->",
        "\\textbf{x}",
    ):
        assert squeeze(piece) in found, piece


@pytest.mark.parametrize("write", [write_html, write_pdf, write_word])
def test_the_same_document_gives_the_same_bytes(make_document, write):
    assert write(make_document("plain")) == write(make_document("plain"))


def test_the_three_documents_have_the_same_numbers(make_document):
    document = make_document("plain")
    for write, words in (
        (write_html, words_of_html),
        (write_pdf, words_of_pdf),
        (write_word, words_of_word),
    ):
        text = words(write(document))
        for number in ("97", "100", "−0.2", "2.2"):
            assert number in text, (write.__name__, number)


def test_html_runs_nothing_and_asks_for_nothing(make_document, hostile):
    page = Page(write_html(make_document(hostile)).decode())
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "embed", "link", "form", "base"}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert "style" not in attributes, "the policy forbids style attributes"
        if tag == "img":
            assert attributes["src"].startswith("data:image/svg+xml;base64,")
            assert attributes["alt"]
        if tag == "a":
            assert attributes["href"].startswith(("#", "https://"))
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv"))
    assert policy == content_policy(stylesheet())
    assert "default-src 'none'" in policy
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()


def test_html_can_be_read_without_seeing_it(make_document):
    page = Page(write_html(make_document("plain")).decode())
    tags = page.tags
    assert ("html", {"lang": "en"}) in tags
    assert any(
        tag == "a" and a.get("class") == "skip" and a["href"] == "#content" for tag, a in tags
    )
    assert [a["id"] for tag, a in tags if tag == "main"] == ["content"]
    assert {a.get("scope") for tag, a in tags if tag == "th"} == {
        "col",
        "row",
        "rowgroup",
        "colgroup",
    }
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for tag, a in tags if tag == "a" and a["href"].startswith("#")} - {""}
    assert targets <= set(ids)


def test_every_number_leads_to_its_row(make_document):
    html = write_html(make_document("plain")).decode()
    assert 'href="#row-estimates-3" title="estimates 3: primary plain"' in html
    assert 'id="row-estimates-3"' in html
    for words in (
        words_of_pdf(write_pdf(make_document("plain"))),
        words_of_word(write_word(make_document("plain"))),
    ):
        assert "Rows: estimates 3–4." in words


def test_synthetic_stands_on_every_page(make_document):
    document = make_document("plain", is_synthetic=True)
    assert "SYNTHETIC" in words_of_html(write_html(document))
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(document)))
    assert all("SYNTHETIC" in squeeze(page.extract_text()) for page in reader.pages)
    archive = zipfile.ZipFile(io.BytesIO(write_word(document)))
    assert "SYNTHETIC" in archive.read("word/header1.xml").decode()
    assert "SYNTHETIC" not in words_of_html(write_html(make_document("plain")))


def test_the_pdf_is_tagged_and_has_bookmarks(make_document):
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(make_document("plain"))))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("en")
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "The answer"
    ]


def test_the_word_file_has_styles_captions_and_repeated_heads(make_document):
    data = write_word(make_document("plain"))
    document = docx.Document(io.BytesIO(data))
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Caption Label", "Body Text"} & styles
    assert "Heading 1" in styles
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert "<w:tblHeader/>" in xml
    assert " SEQ Table " in xml
    assert " REF b_table_one " in xml
    assert 'w:name="b_table_one"' in xml
    assert 'descr="New is lower: 12 against 15."' in xml
    assert "w:insideV" not in xml


def test_the_word_file_carries_no_time(make_document):
    archive = zipfile.ZipFile(io.BytesIO(write_word(make_document("plain"))))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "dcterms" not in archive.read("docProps/core.xml").decode()


def test_figures_and_tables_are_numbered_in_the_source(make_document):
    labels = number_labels(make_document("plain"))
    assert labels["table-one"] == "Table 1"
    assert labels["figure-one"] == "Figure 1"


def test_two_blocks_cannot_share_a_key(make_document):
    document = make_document("plain")
    twice = Section("answer", "Again", ())
    broken = type(document)(document.title, "", (*document.sections, twice))
    with pytest.raises(ValueError, match="share the key"):
        number_labels(broken)


def test_row_codes_are_drawn_together():
    codes = ["estimates 12", "estimates 13", "estimates 14", "estimates 20", "statistics 3"]
    assert describe_row_codes(codes) == "estimates 12–14, 20; statistics 3"


def test_what_cannot_be_seen_is_shown():
    assert clean_text("a\u202eb") == "a\ufffdb"
    assert clean_text("a\x00b\ud800") == "a\ufffdb\ufffd"
    assert clean_text("a\u200bb\u00adc") == "abc"
    assert clean_text("é − κ 漢") == "é − κ 漢"


def test_empty_text_is_no_piece():
    assert inlines("", "a", ("", "b")) == inlines("a", "b")


def test_long_keys_get_bookmarks_of_their_own():
    keys = [f"table-answer-a_rather_long_name_of_an_analysis_{n}" for n in range(3)]
    names = {bookmark(key) for key in keys}
    assert len(names) == 3
    assert all(len(name) <= 40 and re.fullmatch("[A-Za-z_0-9]+", name) for name in names)


def test_properties_of_runs_stand_in_the_order_that_word_asks(make_document):
    archive = zipfile.ZipFile(io.BytesIO(write_word(make_document("plain"))))
    order = ["rStyle", "rFonts", "b", "i", "color", "sz", "szCs", "vertAlign", "lang"]
    for part in ("word/document.xml", "word/styles.xml"):
        for run in re.findall(r"<w:rPr>(.*?)</w:rPr>", archive.read(part).decode()):
            names = [order.index(name) for name in re.findall(r"<w:(\w+)[ />]", run)]
            assert names == sorted(names), run

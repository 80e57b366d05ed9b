"""The report in headless Chromium: no request leaves the page, it fits a phone, keys work."""

import shutil

import pandas as pd
import pytest

from evalpipe.report.documents.html import write_html
from evalpipe.report.documents.model import (
    Column,
    Document,
    Figure,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
    inlines,
)
from evalpipe.report.figures.trajectories import TimeAxis, draw_trajectories
from evalpipe.report.index import index_page

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as run:
        found = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    means = pd.DataFrame(
        {
            "series": ["Usual", "New"] * 2,
            "position": [0.0, 0.0, 61.0, 61.0],
            "estimate": [20.0, 20.5, 15.0, 12.0],
            "conf_low": [18.0] * 4,
            "conf_high": [22.0] * 4,
        }
    )
    picture = draw_trajectories(
        means, TimeAxis("", ((0.0, "Before"), (61.0, "2 months"))), outcome="Score", alt="Lower."
    )
    names = (
        "Characteristic",
        "Treatment as usual",
        "Beat the Blues",
        "Standardised difference",
        "One more column",
        "And another one",
    )
    table = Table(
        "table-wide",
        inlines("Wide"),
        tuple(Column(inlines(name)) for name in names),
        tuple(Row(tuple(inlines(f"{name} {row}") for name in names)) for row in range(4)),
    )
    words = inlines("<script>window.pwned = 1</script> ", Number("0.2", "estimates 1"))
    sections = tuple(
        Section(
            f"part-{n}",
            f"Part {n}",
            (
                Paragraph(words),
                table if n == 1 else Paragraph(words),
                *((Figure("figure-means", inlines("Means"), picture),) if n == 1 else ()),
            ),
        )
        for n in range(1, 6)
    )
    document = Document(
        "A study", "A trial", sections, is_synthetic=True, rows={"estimates 1": "primary/contrast"}
    )
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(write_html(document))
    return path


@pytest.fixture
def open_page(browser, report):
    pages = []

    def open_at(width, height=900, scheme="light", path=report):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_at
    for page in pages:
        page.close()


def test_no_request_leaves_the_page_and_nothing_is_refused(open_page, report):
    page = open_page(1280)
    others = [url for url in page.requests if not url.startswith("data:")]
    assert others == [report.as_uri()]
    assert page.complaints == []
    assert page.evaluate("window.pwned") is None


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_never_scrolls_sideways(open_page, width):
    page = open_page(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wide_table_scrolls_inside_on_a_phone(open_page):
    page = open_page(360)
    inside = page.locator(".table .scroll").first
    assert inside.evaluate("e => e.scrollWidth > e.clientWidth")
    assert inside.get_attribute("tabindex") == "0"


def test_the_first_key_leads_past_the_contents(open_page):
    page = open_page(1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_contents_stay_in_view_on_a_wide_screen(open_page):
    page = open_page(1280, 500)
    page.evaluate("window.scrollTo({top: document.body.scrollHeight / 2, behavior: 'instant'})")
    box = page.locator("nav.contents").bounding_box()
    assert box["y"] >= 0
    assert box["y"] < 500


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_both_schemes(open_page, scheme):
    page = open_page(1280, scheme=scheme)
    for selector in ("p.body", "h2", "td", ".note", "nav.contents a", ".ribbon"):
        if page.locator(selector).count():
            colours = page.locator(selector).first.evaluate(
                """e => {let b = e, back;
                   do {back = getComputedStyle(b).backgroundColor; b = b.parentElement}
                   while (b && /, 0\\)$|transparent/.test(back));
                   return [getComputedStyle(e).color, back]}"""
            )
            assert contrast(*colours) >= 4.5, (selector, colours)


def contrast(first, second):
    def luminance(colour):
        parts = [
            int(float(part)) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]
        ]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_print_shows_the_tables_whole(open_page):
    page = open_page(1280)
    page.emulate_media(media="print")
    assert page.locator("nav.contents").evaluate("e => getComputedStyle(e).display") == "none"
    assert (
        page.locator(".table .scroll").first.evaluate("e => getComputedStyle(e).overflowX")
        == "visible"
    )


def test_the_index_lists_studies_without_a_request(open_page, tmp_path):
    record = {
        "study": "btheb",
        "title": "Beat the <b>Blues</b>",
        "design": "A trial",
        "synthetic": True,
        "headline": "One sentence.",
    }
    path = tmp_path / "index.html"
    path.write_text(index_page([record]), encoding="utf-8")
    page = open_page(360, path=path)
    assert page.requests == [path.as_uri()]
    assert page.locator("h2").inner_text().startswith("Beat the <b>Blues</b>")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

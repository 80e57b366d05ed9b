"""Pages opened from a disk ask for nothing but themselves and run no script but their own."""

import re
import shutil
from pathlib import Path

import pytest

from evalpipe.answers.table import with_answers
from evalpipe.cli.project import Project
from evalpipe.cli.validation import write_validation
from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, mean_rows, share_rows, statistic_frame
from evalpipe.disclosure.study_release import release_study
from evalpipe.findings import Finding, Level
from evalpipe.io import read_json
from evalpipe.report.build import build_report
from evalpipe.report.index import build_index
from evalpipe.vocabulary import Statistic, StatisticTable

playwright = pytest.importorskip("playwright.sync_api")
pd = pytest.importorskip("pandas")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("btheb/report.html", "btheb/validation.html", "index.html")
CALLS_OUT = ("http:", "https:", "ws:", "wss:", "//", "*", "'unsafe-eval'", "blob:")


def described(plan):
    """A flow, a baseline table and means: enough for tables and drawings."""
    rows = [StatisticRow(StatisticTable.FLOW, "randomised", Statistic.COUNT, 100)]
    for arm, size in (("tau", 48), ("btheb", 52)):
        own = {"arm": arm}
        rows += [
            StatisticRow(StatisticTable.FLOW, "allocated", Statistic.COUNT, size, **own),
            StatisticRow(
                StatisticTable.FLOW, "ended", Statistic.COUNT, size, level="completed", **own
            ),
        ]
        rows += share_rows(
            20, size, table=StatisticTable.BASELINE, variable="drug", level="yes", **own
        )
        values = pd.Series(range(size), dtype=float)
        rows += mean_rows(values, table=StatisticTable.BASELINE, variable="bdi", **own)
    return statistic_frame(plan, rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    plan = load_plan(ROOT / "config" / "studies" / "btheb.yaml")
    study = root / "reports" / "btheb"
    released = release_study(plan, with_answers(plan, {"statistics": described(plan)}), {}, study)
    build_report(plan, released.tables, released.record, study)
    finding = Finding(Level.NOTICE, "score outside its range", "trial", "bdi", 7, (2, 3), "Look.")
    write_validation(Project(root), plan, [finding])
    build_index([read_json(study / "headline.json")], root / "reports")
    return root / "reports"


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as run:
        found = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def opened(browser, path):
    """Open a page and return it with what it asked for and what it complained about."""
    page = browser.new_page()
    asked, said = [], []

    def intercept(route):
        asked.append(route.request.url)
        is_own = route.request.url.split("#")[0] == path.as_uri()
        if is_own or route.request.url.startswith("data:"):
            route.continue_()
        else:
            route.abort()

    page.route("**/*", intercept)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri(), wait_until="load")
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(150)
    return page, asked, said


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_but_itself(browser, folder, name):
    path = folder / name
    page, asked, said = opened(browser, path)
    others = [url for url in asked if url.split("#")[0] != path.as_uri()]
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    page.close()
    assert [url for url in others if not url.startswith("data:")] == []
    assert [url for url in loaded if not url.startswith("data:")] == []
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_a_strict_policy_stands_before_anything_that_it_governs(folder, name):
    text = (folder / name).read_text(encoding="utf-8")
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert found
    assert not re.search(r"<(style|script|link|img|body)\b", text[: found.start()])
    policy = dict(
        part.strip().split(" ", 1) for part in found[1].replace("&#x27;", "'").split(";") if part
    )
    assert policy["default-src"] == "'none'"
    for directive, sources in policy.items():
        own = sources.split()
        assert not [s for s in own if s.startswith(CALLS_OUT)], directive
    assert "'unsafe-inline'" not in policy.get("script-src", "")


@pytest.mark.parametrize("name", PAGES)
def test_no_script_but_the_report_s_own(browser, folder, name):
    page, _, _ = opened(browser, folder / name)
    scripts = page.evaluate(
        "[...document.scripts].map(s => [s.src, s.integrity, s.textContent.length])"
    )
    handlers = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
        ".filter(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)).length"
    )
    policy = page.evaluate(
        "document.querySelector('meta[http-equiv=Content-Security-Policy]').content"
    )
    page.close()
    assert handlers == 0
    assert len(scripts) <= 1
    for source, _, _ in scripts:
        assert source == ""
    assert not scripts or "script-src 'sha256-" in policy


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_stops_what_somebody_might_plant(browser, folder, name):
    """A script, an image and a style sheet added afterwards do not run and do not load."""
    path = folder / name
    page, asked, _ = opened(browser, path)
    page.evaluate(
        """() => {
          window.planted = 0;
          const script = document.createElement('script');
          script.textContent = 'window.planted = 1';
          document.body.append(script);
          const image = new Image();
          image.src = 'https://example.invalid/x.png';
          document.body.append(image);
          const sheet = document.createElement('link');
          sheet.rel = 'stylesheet';
          sheet.href = 'https://example.invalid/x.css';
          document.head.append(sheet);
          fetch('https://example.invalid/x.json').catch(() => {});
        }"""
    )
    page.wait_for_timeout(150)
    planted = page.evaluate("window.planted")
    page.close()
    assert planted == 0
    assert [url for url in asked if "example.invalid" in url] == []

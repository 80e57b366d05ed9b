"""The house itself: what may be in the repository, and rules of the code that no linter knows."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from evalpipe.config.load import load_plan
from evalpipe.privacy.checksums import pass_bsn, pass_iban

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "evalpipe"
MODULES = sorted(SOURCE.rglob("*.py"))

WRITERS = (
    "src/evalpipe/io.py",
    "src/evalpipe/report/documents/pdf.py",  # the typst compiler reads a folder; a temporary one
    "src/evalpipe/simulate/",  # writes raw files as they leave the field
)

LARGEST_FILE = 2 * 1024 * 1024
PLAIN_SUFFIXES = {
    ".R", ".css", ".lock", ".md", ".py", ".rst", ".toml", ".typ", ".typed", ".yaml", ".yml",
}  # fmt: skip
"""Code and prose. Everything else may hold data and is allowed at named places only."""

PLAIN_FILES = {
    ".ci/run", ".editorconfig", ".gitattributes", ".gitignore", "LICENSE", "Makefile", "Snakefile",
    "config/study.schema.json", "docs/report.png", "evalpipe.def", "scripts/advisories.json",
    "src/evalpipe/notebook/template.txt",
    *(f"notebooks/{name}.ipynb" for name in (
        "01_read_the_tables", "02_redraw_the_figure", "03_refit_by_hand", "04_a_new_cohort",
        "05_a_reviewers_question",
    )),
}  # fmt: skip
GENERATED = {
    "benchmarks/results/engine.csv", "benchmarks/results/engine.svg",
    "benchmarks/results/simulation.csv", "benchmarks/results/simulation.svg", "docs/recovery.csv",
}  # fmt: skip
"""Committed tables that hold results of computations, never participants."""

R_RESULTS = "tests/reference/golden_r/"
"""What R computed from data that are public."""

WORD_LISTS = "src/evalpipe/privacy/lists/"
"""Words by which the gate tells names from labels, beside a file that says where they come from."""

BESIDE_RAW = {"SOURCE.md", "SYNTHETIC.md", "truth.json"}
WRITTEN = ("data/processed/", "logs/", "reports/")
"""What evalpipe writes is derived from people's data; only the empty folders are kept."""

PROVENANCE = ("PROVENANCE.md", "SOURCE.md")
"""Files that say where public data come from and under which licence."""

MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.\-<{}])/(work|farm|root|tmp|home|Users)/[A-Za-z0-9]")
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("anaconda", "org"))
)


def tracked_files() -> list[Path]:
    """Files in git or about to be; without git, nothing to judge."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    names = [name for name in done.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def readable_text(path: Path) -> str | None:
    data = path.read_bytes()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="replace")


def bundled_studies() -> set[str]:
    """Studies whose raw data `.gitignore` lets in: a plan in `config/studies` bundles nothing."""
    text = (ROOT / ".gitignore").read_text(encoding="utf-8")
    return set(re.findall(r"^!/data/raw/([a-z][a-z0-9_]*)/$", text, flags=re.MULTILINE))


@cache
def named_by_the_plan(study: str) -> set[str]:
    """Raw files that a bundled study's plan names, and what may stand beside them."""
    plan = load_plan(ROOT / "config" / "studies" / f"{study}.yaml")
    return {entry.file for entry in plan.data.values()} | BESIDE_RAW


def is_bundled_data(name: str, studies: set[str]) -> bool:
    """`data/raw/<study>/<file>`, with a folder between for a study that has cohorts."""
    parts = name.split("/")
    if parts[:2] != ["data", "raw"] or len(parts) < 4 or parts[2] not in studies:
        return False
    named = named_by_the_plan(parts[2])
    return "/".join(parts[3:]) in named or "/".join(parts[4:]) in named


def has_licence(path: Path) -> bool:
    """Public data in tests lie beside a file that says where they come from."""
    folders = [folder for folder in path.parents if ROOT in folder.parents]
    return any((folder / name).is_file() for folder in folders for name in PROVENANCE)


def may_be_committed(name: str, studies: set[str]) -> bool:
    """Whether a file of this name has a place in the repository."""
    if name.startswith("data/raw/"):
        return is_bundled_data(name, studies)
    if name.startswith(("data/", *WRITTEN)):
        return name in ("data/processed/.gitkeep", "reports/.gitkeep")
    if Path(name).suffix in PLAIN_SUFFIXES or name in PLAIN_FILES | GENERATED:
        return True
    if name.startswith(WORD_LISTS) and name.endswith(".txt"):
        return has_licence(ROOT / name)
    if name.startswith(R_RESULTS) and name.endswith(".json"):
        return True
    return name.startswith("tests/") and has_licence(ROOT / name)


def test_no_data_but_those_of_bundled_studies():
    studies = bundled_studies()
    names = [relative(path) for path in tracked_files()]
    assert [name for name in names if not may_be_committed(name, studies)] == []


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/mystudy/x.csv", "data/raw/btheb/extra.xlsx", "data/raw/btheb/sub/btheb.txt",
        "data/raw/x.csv", "data/x.sav", "data/people.md", "data/processed/x/scores.parquet",
        "data/processed/x/ingest.json", "reports/x/report.html", "reports/x/notes.md",
        "logs/x/ingest.log", "mydata.csv", "mydata.CSV", "mydata.csv.gz", "x.RData", "x.zsav",
        "x.por", "x.xlsm", "x.sqlite", "x.7z", "notebooks/d.pkl", "export.json", "children.txt",
        "notebooks/mine.ipynb", "docs/children.csv", "tests/d.csv", "tests/unit/d.json", "core",
    ],
)  # fmt: skip
def test_data_elsewhere_would_be_seen(name: str):
    assert not may_be_committed(name, bundled_studies())


def test_a_plan_of_one_s_own_lets_no_data_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Not even the files that it names, added by force."""
    plan = (ROOT / "config" / "studies" / "btheb.yaml").read_text(encoding="utf-8")
    own = tmp_path / "config" / "studies" / "mystudy.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(plan.replace("id: btheb", "id: mystudy", 1), encoding="utf-8")
    (tmp_path / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    file = next(iter(load_plan(own).data.values())).file
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    studies = bundled_studies()
    assert not may_be_committed(f"data/raw/mystudy/{file}", studies)
    assert may_be_committed(f"data/raw/mystudy/{file}", {*studies, "mystudy"})


def test_every_bundled_study_has_a_plan():
    studies = bundled_studies()
    assert len(studies) > 5
    for study in studies:
        assert (ROOT / "config" / "studies" / f"{study}.yaml").is_file(), study


def test_git_would_ignore_the_raw_data_of_a_new_study():
    tracked_files()
    for name in (
        "data/raw/our_trial/children.csv", "data/raw/btheb/extra.xlsx", "data/x.sav", "mydata.csv",
        "notebooks/d.RData", "notebooks/mine.ipynb", "data/processed/x.parquet",
        "reports/our_trial/notebook.ipynb",
        "reports/x.html", "reports/our_trial/report.pdf", "logs/x/run.log", ".snakemake/metadata/x",
    ):  # fmt: skip
        command = ["git", "-C", str(ROOT), "check-ignore", "--quiet", name]
        assert subprocess.run(command, check=False).returncode == 0, name


def test_no_path_of_a_machine_and_no_registry_in_a_tracked_file():
    found = []
    for path in tracked_files():
        text = readable_text(path)
        if text is None or relative(path).startswith("data/raw/"):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            hosts = [host for host in REGISTRY_HOSTS if host in line]
            if hosts or MACHINE_PATH.search(line):
                found.append(f"{relative(path)}:{number}")
    assert found == []


def test_no_tracked_file_is_large():
    large = [relative(path) for path in tracked_files() if path.stat().st_size > LARGEST_FILE]
    assert large == []


def test_json_and_yaml_can_be_read():
    for path in tracked_files():
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix in {".yaml", ".yml"} and not {"bad", "template"} & set(path.parts):
            yaml.safe_load(path.read_text(encoding="utf-8"))


def lock_entries() -> list[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="ascii")
    return [entry for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE) if entry]


IN_WORDS = {".md", ".py", ".toml", ".typ", ".yaml", ".yml"}
MADE_UP_NUMBERS = {"111222333", "123456782", "999990019"}
"""Numbers that pass the 11-proof and are published as examples; no other may stand in the text."""
PUBLISHED_ACCOUNT = "NL91ABNA0417164300"
RESERVED = re.compile(r"(.+\.)?(example(\.(com|net|nl|org))?|invalid|localhost|test)")
"""Domains in which nobody can have an address."""


def texts_in_words() -> Iterator[tuple[str, str]]:
    """Name and text of code, plans and pages; tables of numbers hold nine digits by chance."""
    for path in tracked_files():
        name = relative(path)
        generated = name.startswith(("benchmarks/results/", "docs/engine_proof"))
        if path.suffix in IN_WORDS and not generated:
            yield name, path.read_text(encoding="utf-8")


def identifiers_in(text: str) -> list[str]:
    """E-mail addresses, citizen numbers and bank accounts that could belong to somebody."""
    addresses = re.findall(r"[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,})", text, flags=re.IGNORECASE)
    numbers = set(re.findall(r"(?<![\w.])\d{9}(?![\w.])", text)) - MADE_UP_NUMBERS
    accounts = {
        re.sub(r" ", "", found).upper()
        for found in re.findall(r"\bNL\d\d ?[A-Z]{4}(?: ?\d){10}\b", text, flags=re.IGNORECASE)
    }
    return [
        *(domain for domain in addresses if not RESERVED.fullmatch(domain.lower())),
        *(number for number in sorted(numbers) if pass_bsn(number)),
        *(account for account in sorted(accounts - {PUBLISHED_ACCOUNT}) if pass_iban(account)),
    ]


def test_no_identifier_of_a_person_stands_in_code_plans_or_pages():
    found = {name: identifiers_in(text) for name, text in texts_in_words()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "words",
    [
        "jan" + "@umc.nl",
        "J.Jansen" + "@Ziekenhuis.nl",
        "11122" + "2345",
        "NL20 INGB" + " 0001 2345 67",
    ],
)
def test_an_identifier_would_be_found(words: str):
    assert len(identifiers_in(f"name = '{words}'")) == 1


def test_every_locked_package_has_a_version_and_hashes_and_no_address():
    entries = lock_entries()
    assert len(entries) > 100
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^ ]+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="ascii")


def test_the_lock_holds_packages_and_hashes_and_no_option():
    lines = (ROOT / "requirements.lock").read_text(encoding="ascii").splitlines()
    for number, line in enumerate(lines, start=1):
        if not re.fullmatch(r"    (--hash=sha256:[0-9a-f]{64}( \\)?|#.*)", line):
            package = Requirement(line.removesuffix(" \\"))
            assert package.url is None, number
            assert [one.operator for one in package.specifier] == ["=="], number


def test_what_computes_numbers_has_one_version_over_all_pythons():
    names = [re.split(r"[=\[]", entry, maxsplit=1)[0] for entry in lock_entries()]
    for name in ("numpy", "scipy", "pandas", "pyarrow", "statsmodels", "pingouin", "matplotlib",
                 "contourpy", "kiwisolver", "pillow", "typst", "font-source-sans-pro"):  # fmt: skip
        assert names.count(name) == 1, name


def test_the_lock_holds_what_the_project_asks_for():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        asked.extend(extra)
    locked = {re.split(r"[=\[]", entry, maxsplit=1)[0] for entry in lock_entries()}
    for requirement in asked:
        name = re.split(r"[=<>~\[; ]", requirement, maxsplit=1)[0]
        assert re.sub(r"[_.]", "-", name.lower()) in locked, name


def calls_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call in a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def places(forbidden: re.Pattern[str], *, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{relative(path)}:{line}: {name}"
        for path in MODULES
        if not relative(path).startswith(allowed)
        for line, name in calls_of(path)
        if forbidden.fullmatch(name)
    ]


def test_nothing_is_evaluated():
    pattern = (
        r"eval|exec|compile|__import__|.*\.(eval|query|literal_eval)|os\.system"
        r"|(pickle|dill|joblib|cloudpickle|marshal|shelve)\..*|.*\.(read_pickle|unpickle)"
    )
    assert places(re.compile(pattern)) == []


def test_no_clock_and_no_global_randomness():
    pattern = (
        r"(datetime\.)?(datetime|date)\.(now|today|utcnow)|time\.(time|localtime|strftime|gmtime)"
        r"|(np|numpy)\.random\.(seed|rand|randn|randint|normal|uniform|choice|shuffle|permutation)"
        r"|uuid\.uuid[14]"
    )
    assert places(re.compile(pattern)) == []
    text = {path: path.read_text(encoding="utf-8") for path in MODULES}
    line = re.compile(r"^\s*(import random\b|from random import)", flags=re.MULTILINE)
    assert [relative(path) for path in MODULES if line.search(text[path])] == []


def test_only_io_writes_tables_and_documents():
    pattern = r".*\.(to_parquet|to_csv|to_excel|to_json|write_text|write_bytes|to_pickle)"
    found = places(re.compile(pattern), allowed=WRITERS)
    assert [place for place in found if not place.split(": ")[1].startswith("io.")] == []


def test_every_module_says_what_it_is_for():
    silent = [
        relative(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    assert silent == []


def test_there_is_no_junk_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared"}
    found = [relative(path) for path in SOURCE.rglob("*") if path.stem in drawers]
    assert found == []


@pytest.mark.parametrize("layer", ["config", "schemas", "io", "provenance", "stats"])
def test_a_layer_can_be_imported_alone_without_what_stands_above(layer: str):
    above = {"ingest", "scoring", "design", "privacy", "models", "simulate", "report", "cli"}
    code = f"import sys, evalpipe.{layer}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.split(".")[1] for name in done.stdout.split() if name.startswith("evalpipe.")}
    assert loaded.isdisjoint(above | {"workflow"})


def test_the_makefile_explains_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    assert phony
    for target in phony.group(1).split():
        assert re.search(rf"^{target}:.*## \S", text, flags=re.MULTILINE), target


MOST_LINES = 350
LONGEST_FUNCTION = 40
REASON = re.compile(r"\s*# long: \S")


def test_no_file_is_too_long_to_hold_one_idea():
    lengths = {relative(path): len(path.read_bytes().splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def long_functions(source: str) -> list[str]:
    """Functions longer than the bound, docstrings aside, without `# long: why` above them."""
    lines, found = source.splitlines(), []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first, last = node.body[0], node.end_lineno or node.lineno
            told = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
            start = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            is_long = last - node.lineno + 1 - told > LONGEST_FUNCTION
            if is_long and not REASON.match(lines[start - 2] if start > 1 else ""):
                found.append(node.name)
    return found


def test_a_long_function_says_why():
    found = {relative(path): long_functions(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {name: functions for name, functions in found.items() if functions} == {}


@pytest.mark.parametrize(
    ("lines", "above", "is_found"), [(39, "", False), (40, "", True), (40, "# long: a list", False)]
)
def test_a_long_function_would_be_seen(lines: int, above: str, is_found: bool):
    body = "\n".join(["    x = 1"] * lines)
    source = f'{above}\n@cache\ndef f():\n    """Say\n    something.\n    """\n{body}\n'
    assert (long_functions(source) == ["f"]) is is_found


def module_name(path: Path) -> str:
    parts = ("evalpipe", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_among(sources: dict[str, str]) -> dict[str, set[str]]:
    """What each module imports of the others, inside functions too, its own package aside."""
    graph: dict[str, set[str]] = {}
    for name, source in sources.items():
        graph[name] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                graph[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                graph[name] |= {one if one in sources else node.module for one in full}
        graph[name] &= set(sources) - {name}
    return graph


def circle_in(graph: dict[str, set[str]]) -> set[str]:
    """Modules that import each other: what is left when those that import nothing left are gone."""
    left = {name: set(found) for name, found in graph.items()}
    while free := {name for name, found in left.items() if not found & left.keys()}:
        left = {name: found for name, found in left.items() if name not in free}
    return set(left)


def test_files_import_each_other_in_no_circle():
    sources = {module_name(path): path.read_text(encoding="utf-8") for path in MODULES}
    circle = circle_in(imports_among(sources))
    assert circle == set(), "these, or what they import, go round in a circle"


def test_a_circle_would_be_seen():
    sources = {
        "a": "def f():\n    from b import g",
        "b": "import c",
        "c": "from a import f",
        "d": "import a",
    }
    assert {"a", "b", "c"} <= circle_in(imports_among(sources))
    assert circle_in(imports_among(sources | {"c": ""})) == set()

"""Digests: equal for equal content, and a stage's digest follows its imports downward only."""

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from evalpipe import provenance
from evalpipe.provenance import (
    digest_bytes,
    digest_file,
    digest_files,
    digest_json,
    git_commit,
    package_versions,
    python_version,
    short,
    source_digest,
)


def test_digest_of_bytes_and_files_is_sha256(tmp_path: Path):
    path = tmp_path / "raw.csv"
    path.write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_bytes(b"abc") == known
    assert digest_file(path) == known
    assert short(known) == "ba7816bf8f01"


def test_digest_of_json_ignores_key_order_only():
    assert digest_json({"a": 1, "b": [1, 2]}) == digest_json({"b": [1, 2], "a": 1})
    assert digest_json({"a": [1, 2]}) != digest_json({"a": [2, 1]})
    assert digest_json("1") != digest_json(1)
    assert digest_json({"a": "é"}) == hashlib.sha256('{"a":"é"}'.encode()).hexdigest()
    with pytest.raises(TypeError):
        digest_json({"a": {1, 2}})
    with pytest.raises(ValueError, match="JSON"):
        digest_json(float("nan"))


def test_digest_of_files_sees_names_and_bytes_not_order(tmp_path: Path):
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_bytes(b"x")
    two.write_bytes(b"y")
    before = digest_files([one, two], root=tmp_path)
    assert digest_files([two, one], root=tmp_path) == before
    one.write_bytes(b"y")
    two.write_bytes(b"x")
    assert digest_files([one, two], root=tmp_path) != before


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package with the same name: report > models > stats > errors, ingest beside."""
    files = {
        "__init__.py": "",
        "errors.py": "",
        "stats/__init__.py": "from evalpipe.stats.fit import fit",
        "stats/fit.py": "from ..errors import ModelError",
        "models/__init__.py": "",
        "models/mmrm.py": "def f():\n    from evalpipe import stats\n",
        "models/second.py": "",
        "ingest.py": (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import evalpipe.stats\n"
        ),
        "report/__init__.py": "",
        "report/page.py": "import evalpipe.models.second",
        "report/templates/page.html": "<html>",
    }
    folder = tmp_path / "evalpipe"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(provenance, "PACKAGE_FOLDER", folder)
    forget()
    yield folder
    forget()


def forget() -> None:
    provenance._digest_of.cache_clear()
    provenance._data_files.cache_clear()
    provenance._path_of.cache_clear()


STAGES = ("errors", "stats", "models", "ingest", "report", "models.second")


@pytest.mark.parametrize(
    ("edited", "changed"),
    [
        ("errors.py", {"errors", "stats", "models"}),
        ("stats/fit.py", {"stats", "models"}),
        ("models/mmrm.py", {"models"}),
        ("models/second.py", {"models", "models.second", "report"}),
        ("models/__init__.py", {"models", "models.second", "report"}),
        ("ingest.py", {"ingest"}),
        ("report/page.py", {"report"}),
        ("report/templates/page.html", {"report"}),
        ("__init__.py", set(STAGES)),
    ],
)
def test_an_edit_changes_what_imports_it_and_nothing_else(
    package: Path, edited: str, changed: set[str]
):
    before = {stage: source_digest([stage]) for stage in STAGES}
    with (package / edited).open("a") as file:
        file.write("\nedited = 1\n")
    forget()
    after = {stage: source_digest([stage]) for stage in STAGES}
    assert {stage for stage in STAGES if before[stage] != after[stage]} == changed


ORIGINAL = '''"""What it is for."""

LIMIT = 3


class Door:
    """A door."""

    def opens(self, key: str, *, far: bool = False) -> bool:
        return key == "k" and not far or len(key) > LIMIT
'''


@pytest.mark.parametrize(
    "edited",
    [
        ORIGINAL + "# a remark\n",
        ORIGINAL.replace("LIMIT = 3\n", 'LIMIT = 3  # why\n"""Of letters."""\n'),
        ORIGINAL.replace("What it is for", "Another text"),
        ORIGINAL.replace('    """A door."""\n', '    """A door.\n\n    Or a gate.\n    """\n'),
        ORIGINAL.replace("        return", '        """Whether it opens."""\n        return'),
        ORIGINAL.replace("key: str, *, far: bool = False", "key:str,\n *,\n far:bool=False,\n"),
        ORIGINAL.replace('return key == "k" and not far', "return (key=='k' and (not far))"),
        ORIGINAL.replace("\n", "\r\n"),
        "\ufeff" + ORIGINAL,
    ],
)
def test_remarks_docstrings_and_the_form_of_lines_do_not_count(package: Path, edited: str):
    path = package / "models" / "mmrm.py"
    path.write_text(ORIGINAL)
    forget()
    before = source_digest(["models"])
    path.write_bytes(edited.encode())
    forget()
    assert edited != ORIGINAL
    assert source_digest(["models"]) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 3.0"),
        ("LIMIT = 3", "LIMIT = True"),
        ("LIMIT = 3", "LIMIT = None"),
        ("LIMIT = 3", "LIMIT: int = 3"),
        ('"k"', '"K"'),
        ('"k"', 'b"k"'),
        ("*, far", "far"),
        ("False) -> bool", "True) -> bool"),
        ("-> bool", "-> int"),
        (" and ", " or "),
        ("not far or", "(not far or"),
        ("> LIMIT", ">= LIMIT"),
        ("self, key", "self, clef"),
        ("class Door:", "@final\nclass Door:"),
        ("return", "yield"),
    ],
)
def test_whatever_python_does_otherwise_counts(package: Path, old: str, new: str):
    path = package / "models" / "mmrm.py"
    path.write_text(ORIGINAL)
    forget()
    before = source_digest(["models"])
    edited = ORIGINAL.replace(old, new)
    assert edited != ORIGINAL
    path.write_text(edited if new != "(not far or" else edited.replace("> LIMIT", "> LIMIT)"))
    forget()
    assert source_digest(["models"]) != before


def test_other_files_count_by_their_bytes(package: Path):
    before = source_digest(["report"])
    (package / "report" / "templates" / "page.html").write_text("<html><!-- a remark -->")
    forget()
    assert source_digest(["report"]) != before


def test_notes_of_earlier_calls_change_no_digest(package: Path):
    notes: provenance.Notes = {}
    first = source_digest(["models"], notes)
    kept = dict(notes)
    forget()
    assert source_digest(["models"], notes) == first == source_digest(["models"])
    assert notes == kept
    (package / "models" / "second.py").write_text("import evalpipe.ingest")
    forget()
    assert source_digest(["models"], notes) != first
    assert source_digest(["models"], notes) == source_digest(["models"])
    assert len(notes) > len(kept)


def parsed_imports(path: Path) -> set[str]:
    """What Python's own parser says a module imports, type-checking blocks left out."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    return {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


def test_no_import_that_the_parser_finds_is_missed():
    for path in sorted(provenance.PACKAGE_FOLDER.rglob("*.py")):
        found = provenance._import_statements(ast.parse(path.read_bytes()))
        assert parsed_imports(path) == {ast.unparse(statement) for statement in found}, path.name


def test_imports_are_found_in_every_form():
    source = (
        '"""Text in which a line says\nfrom nothing\nto import at all."""\n'
        "from __future__ import annotations\n"
        "import os, evalpipe.io as disk  # why\n"
        "from evalpipe.errors import (\n    DataError,  # (or so)\n    ModelError,\n)\n"
        "if TYPE_CHECKING:\n    import pandas\n\n    from evalpipe.stats import fit\n"
        "else:\n    from evalpipe import models\n"
        "if typing.TYPE_CHECKING:\n    import numpy\n"
        "if not TYPE_CHECKING:\n    import yaml\n"
        "def f():\n    from evalpipe \\\n        import report\n    important = 1\n"
        "try:\n    from . import ingest\nexcept ImportError:\n    import json\n"
        "match x:\n    case 1:\n        import csv\n"
    )
    found = [ast.unparse(one) for one in provenance._import_statements(ast.parse(source))]
    assert found == [
        "from __future__ import annotations",
        "import os, evalpipe.io as disk",
        "from evalpipe.errors import DataError, ModelError",
        "from evalpipe import models",
        "import yaml",
        "from evalpipe import report",
        "from . import ingest",
        "import json",
        "import csv",
    ]


def test_several_subpackages_are_one_digest_in_any_order(package: Path):
    assert source_digest(["ingest", "stats"]) == source_digest(["stats", "ingest"])
    assert source_digest(["ingest", "stats"]) != source_digest(["stats"])


def test_bytecode_does_not_count(package: Path):
    before = source_digest(["stats"])
    cache = package / "stats" / "__pycache__"
    cache.mkdir()
    (cache / "fit.cpython-311.pyc").write_bytes(b"\0")
    forget()
    assert source_digest(["stats"]) == before


def test_an_unknown_subpackage_is_refused(package: Path):
    with pytest.raises(ValueError, match=r"evalpipe\.graphics is not a module"):
        source_digest(["graphics"])


def test_the_real_package_has_digests_that_do_not_depend_on_the_process():
    code = "from evalpipe.provenance import source_digest; print(source_digest(['io', 'schemas']))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == source_digest(["schemas", "io"])
    reached = provenance._reach(("evalpipe.io",), {})
    assert {"evalpipe.errors", "evalpipe.schemas.table", "evalpipe.schemas.findings"} <= reached
    assert not any(name.startswith(("evalpipe.stats", "evalpipe.report")) for name in reached)


def test_versions_are_those_installed():
    versions = package_versions(["numpy", "no-such-package", "pandas"])
    assert list(versions) == ["numpy", "pandas"]
    import numpy as np

    assert versions["numpy"] == np.__version__
    assert python_version() == ".".join(map(str, sys.version_info[:3]))


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    command = ["git", *identity, "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_commit_of_a_checkout_says_when_files_were_edited(tmp_path: Path):
    assert git_commit(tmp_path) is None
    git(tmp_path, "init", "-q")
    assert git_commit(tmp_path) is None
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-qm", "first")
    commit = git(tmp_path, "rev-parse", "HEAD")
    assert git_commit(tmp_path) == commit
    (tmp_path / "untracked").write_text("1")
    assert git_commit(tmp_path) == commit
    (tmp_path / "a").write_text("2")
    assert git_commit(tmp_path) == f"{commit}+changes"

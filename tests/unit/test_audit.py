"""The lock against known vulnerabilities; a planted one must be found."""

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]


def load_audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    return module


audit = load_audit()


def write_lock(folder: Path, *lines: str) -> Path:
    lock = folder / "requirements.lock"
    lock.write_text(
        "".join(f"{line} \\\n    --hash=sha256:0\n" for line in lines), encoding="utf-8"
    )
    return lock


def test_no_locked_version_is_known_to_be_vulnerable(capsys):
    assert audit.run_audit(audit.LOCK, audit.SNAPSHOT, None) == 0
    assert capsys.readouterr().out.endswith("none open\n")


def test_a_vulnerable_version_in_the_lock_is_found(tmp_path, capsys):
    lock = write_lock(tmp_path, "jinja2==3.1.5", "pillow==13.0.0")
    assert audit.run_audit(lock, audit.SNAPSHOT, None) == 1
    out = capsys.readouterr().out
    assert out.startswith("jinja2 3.1.5: CVE-2025-27516 GHSA-cpwx-vrp4-4pq7, affected >=0,<3.1.6\n")
    assert "pillow" not in out


def test_every_advisory_of_the_snapshot_names_a_locked_package_and_its_source():
    text = json.loads(audit.SNAPSHOT.read_text(encoding="utf-8"))
    locked = {name for name, _ in audit.read_lock(audit.LOCK)}
    for record in text["advisories"]:
        assert record["package"] in locked, record["id"]
        assert record["source"] in text["sources"], record["id"]
        assert ("commit" in record) == (record["source"] == "pypa"), record["id"]
        assert re.fullmatch(r"(GHSA(-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d+)", record["id"])
    assert text["licence"].startswith("CC-BY 4.0")


def test_each_advisory_set_aside_still_affects_the_lock_and_stands_in_security_md():
    found = audit.find_affected(audit.read_lock(audit.LOCK), audit.read_snapshot(audit.SNAPSHOT))
    assert {advisory.id for _, _, advisory in found} == set(audit.SET_ASIDE)
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert [one for one in audit.SET_ASIDE if one not in told] == []


def test_the_reasons_for_setting_aside_hold():
    for module in (ROOT / "src").rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        used = re.findall(r"^\s*(?:import|from) (mistune|joblib|sklearn)\b", text, re.MULTILINE)
        assert used == [], module.name
    render = pytest.importorskip("mistune").create_markdown(escape=True, plugins=["math"])
    assert "<script" not in render("$<script>x</script>$ and\n\n$$\n<script>x</script>\n$$\n")


PYPA = """\
id: PYSEC-2030-1
aliases: [CVE-2030-0001]
affected:
- package: {name: Ruamel_YAML, ecosystem: PyPI}
  ranges:
  - type: GIT
    events:
    - introduced: "0"
    - fixed: 87a4927272819f0b1cae1afa4c8c86ee2da002fd
  - type: ECOSYSTEM
    events:
    - fixed: 0.19.2
    - introduced: 0.18.0
  versions: [0.7.1.fix1]
"""
OSV = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "affected": [
        {
            "package": {"ecosystem": "npm", "name": "six"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        },
        {
            "package": {"ecosystem": "PyPI", "name": "six"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "1.0"}, {"last_affected": "1.17.0"}],
                }
            ],
        },
    ],
}


def write_database(folder: Path) -> Path:
    (folder / "vulns" / "ruamel-yaml").mkdir(parents=True)
    (folder / "vulns" / "ruamel-yaml" / "PYSEC-2030-1.yaml").write_text(PYPA, encoding="utf-8")
    (folder / "GHSA-aaaa-bbbb-cccc.json").write_text(json.dumps(OSV), encoding="utf-8")
    gone = OSV | {"id": "GHSA-withdrawn", "withdrawn": "2030-01-01T00:00:00Z"}
    (folder / "GHSA-withdrawn.json").write_text(json.dumps(gone), encoding="utf-8")
    return folder


def test_a_full_database_in_both_layouts_is_compared(tmp_path, capsys):
    lock = write_lock(tmp_path, "ruamel-yaml==0.19.1", "six==1.17.0 ; python_version < '3.12'")
    assert audit.run_audit(lock, audit.SNAPSHOT, write_database(tmp_path / "db")) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "ruamel-yaml 0.19.1: CVE-2030-0001 PYSEC-2030-1, affected >=0.18.0,<0.19.2",
        "six 1.17.0: GHSA-aaaa-bbbb-cccc, affected >=1.0,<=1.17.0",
    ]
    assert "withdrawn" not in "".join(lines)


def test_a_fixed_version_passes(tmp_path):
    lock = write_lock(tmp_path, "ruamel-yaml==0.19.2", "six==1.18.0")
    assert audit.run_audit(lock, audit.SNAPSHOT, write_database(tmp_path / "db")) == 0


def test_what_cannot_be_read_is_counted_and_an_empty_database_is_no_success(tmp_path, capsys):
    lock = write_lock(tmp_path, "six==1.18.0")
    database = write_database(tmp_path / "db")
    (database / "old.yaml").write_text("package:\n  name: six\naffects: {}\n", encoding="utf-8")
    assert audit.run_audit(lock, audit.SNAPSHOT, database) == 0
    assert "1 advisories of the database could not be read" in capsys.readouterr().out
    (tmp_path / "empty").mkdir()
    with pytest.raises(audit.UnreadableError, match="holds no advisory about a locked package"):
        audit.run_audit(lock, audit.SNAPSHOT, tmp_path / "empty")


def test_every_version_of_the_lock_is_read():
    locked = audit.read_lock(audit.LOCK)
    text = audit.LOCK.read_text(encoding="utf-8")
    assert len(locked) == len(re.findall(r"^[a-z0-9]", text, flags=re.MULTILINE))
    assert all(name == canonicalize_name(name) for name, _ in locked)
    assert ("jinja2", Version("3.1.6")) in locked

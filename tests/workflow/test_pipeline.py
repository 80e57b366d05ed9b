"""The whole way, as a user goes it: run, run again, edit, interrupt, run twice at once."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from tests.workflow.conftest import STUDY, Folder, make_folder


def test_one_command_makes_three_documents_and_the_index(finished: Folder) -> None:
    report = finished.root / "reports" / STUDY
    for name in ("report.html", "report.pdf", "report.docx"):
        assert (report / name).stat().st_size > 10_000
    assert STUDY in (finished.root / "reports" / "index.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in (report / "report.html").read_text(encoding="utf-8").upper()


def test_tables_of_participants_are_for_their_owner_only(finished: Folder) -> None:
    assert (finished.root / "data" / "processed" / STUDY).stat().st_mode & 0o777 == 0o700


def test_no_step_of_a_run_looks_for_a_network(finished: Folder) -> None:
    assert not finished.calls.exists()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
    ],
)
def test_a_call_to_the_network_would_have_been_seen(tmp_path: Path, code: str) -> None:
    folder = Folder(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=folder.environment, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert folder.calls.read_text(encoding="utf-8").startswith("socket.")


def test_a_second_run_does_nothing_and_says_so(finished: Folder) -> None:
    before = finished.digests()
    done = finished.type("run", STUDY)
    assert "Nothing to do" in done.stdout
    assert finished.steps(done) == []
    assert finished.digests() == before


def test_one_edited_analysis_reruns_that_analysis_and_what_depends_on_it(finished: Folder) -> None:
    text = finished.plan.read_text(encoding="utf-8")
    edited = text.replace("standard_errors: hc3", "standard_errors: hc2")
    assert edited != text
    try:
        finished.plan.write_text(edited, encoding="utf-8")
        done = finished.type("run", STUDY)
        assert finished.steps(done) == [
            f"{STUDY} analyse",
            f"{STUDY} release",
            f"{STUDY} report",
            "index",
        ]
        log = (finished.root / "logs" / STUDY / "analyse.log").read_text(encoding="utf-8")
        assert log == "computing last_visit (1 of 1)\n"
    finally:
        finished.plan.write_text(text, encoding="utf-8")
        finished.type("run", STUDY)


def test_a_comment_or_a_new_date_of_the_plan_reruns_nothing(finished: Folder) -> None:
    text = finished.plan.read_text(encoding="utf-8")
    finished.plan.write_text(text + "\n# a remark\n", encoding="utf-8")
    try:
        assert "Nothing to do" in finished.type("run", STUDY).stdout
    finally:
        finished.plan.write_text(text, encoding="utf-8")


def test_the_report_comes_from_the_released_tables_alone(finished: Folder, tmp_path: Path) -> None:
    """Everything but the plan, the settings and what `release` wrote is taken away."""
    root = tmp_path / "copy"
    released = Path("data/processed") / STUDY / "released"
    shutil.copytree(finished.root / "config", root / "config")
    shutil.copytree(finished.root / released, root / released)
    Folder(root).type("report", STUDY)
    for name in ("report.html", "report.pdf", "report.docx", "headline.json"):
        made = (root / "reports" / STUDY / name).read_bytes()
        assert made == (finished.root / "reports" / STUDY / name).read_bytes(), name


def test_one_core_and_two_give_the_same_bytes(finished: Folder, tmp_path: Path) -> None:
    other = make_folder(tmp_path)
    other.type("run", STUDY, "--cores", "1")
    assert other.digests() == finished.digests()


def test_killed_in_the_middle_and_run_again_gives_the_same_bytes(
    finished: Folder, tmp_path: Path
) -> None:
    other = make_folder(tmp_path)
    process = start(other)
    wait_for(other.root / "data" / "processed" / STUDY / "scores.parquet")
    kill_tree(process)
    other.type("run", STUDY)
    assert other.digests() == finished.digests()


def test_a_second_run_at_the_same_time_says_so_and_harms_nothing(
    finished: Folder, tmp_path: Path
) -> None:
    other = make_folder(tmp_path)
    process = start(other)
    wait_for(other.root / "data" / "processed" / STUDY / "participants.parquet")
    second = other.type("run", STUDY, check=False)
    assert second.returncode == 8
    assert "another run is at work" in second.stderr
    assert process.wait(timeout=240) == 0
    assert other.digests() == finished.digests()


def test_data_that_do_not_fit_stop_the_run_with_every_finding(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    raw = folder.root / "data" / "raw" / STUDY / "questionnaires.csv"
    lines = raw.read_text(encoding="utf-8").splitlines()
    cells = lines[3].split(",")
    lines[3] = ",".join([*cells[:3], "7777", *cells[4:]])
    raw.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = folder.type("run", STUDY, check=False)
    assert done.returncode == 4
    assert "item out of range" in done.stderr
    assert "7777" not in done.stdout + done.stderr
    page = (folder.root / "reports" / STUDY / "validation.html").read_text(encoding="utf-8")
    assert "item out of range" in page
    assert "7777" not in page
    assert not (folder.root / "data" / "processed" / STUDY / "participants.parquet").exists()


def test_snakemake_called_directly_agrees_that_nothing_is_to_be_done(finished: Folder) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "--nocolor", "-n"],
        cwd=finished.root,
        env=finished.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "Nothing to be done" in done.stdout + done.stderr


def test_forget_leaves_no_trace_of_a_finished_study(finished: Folder, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(finished.root, root)
    Folder(root).type("forget", STUDY)
    left = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    kept = {name for name in left if name.startswith(("config/", "profiles/", "data/raw/"))}
    assert left - kept == {
        "Snakefile",
        ".snakemake/evalpipe.lock",
        "logs/index.log",
        "logs/index.tsv",
    }
    assert (root / "logs" / "index.log").read_bytes() == b""
    raw = sorted(path.name for path in (finished.root / "data" / "raw" / STUDY).iterdir())
    assert sorted(path.name for path in (root / "data" / "raw" / STUDY).iterdir()) == raw


def without_participant(path: Path, name: str) -> None:
    """Remove a participant's rows from a raw file."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith(f"{name},")), encoding="utf-8")


@pytest.mark.slow
def test_a_participant_withdraws_as_the_data_protection_page_says(
    finished: Folder, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "copy")
    shutil.copytree(finished.root, folder.root)
    table = folder.root / "data" / "processed" / STUDY / "participants.parquet"
    before = pd.read_parquet(table)["participant_id"]
    for name in ("children.csv", "questionnaires.csv"):
        without_participant(folder.root / "data" / "raw" / STUDY / name, "P010")
    refused = folder.type("run", STUDY, check=False)
    assert refused.returncode == 5
    assert f"evalpipe forget {STUDY}" in refused.stderr
    folder.type("forget", STUDY)
    folder.type("run", STUDY)
    after = pd.read_parquet(table)["participant_id"]
    assert set(before) - set(after) == {"P010"}
    assert len(after) == len(before) - 1


def start(folder: Folder) -> subprocess.Popen[bytes]:
    """Start a run and go on."""
    return subprocess.Popen(
        [sys.executable, "-m", "evalpipe", "run", STUDY, "--cores", "1"],
        cwd=folder.root,
        env=folder.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for(path: Path) -> None:
    """Wait until a file is there, two minutes at most."""
    deadline = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not appear"
        time.sleep(0.05)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a run and everything it started, as a power cut would."""
    import os

    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)

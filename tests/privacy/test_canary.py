"""Unique strings planted in raw cells must not surface outside `data/`.

The example study is made as a newcomer makes it; then ids, numbers, an undeclared column and a
dropped column of free text get canaries, and the whole pipeline runs. Codes that the plan itself
lists (`1: girl`) cannot be secret and stay as they are. Everything that lies outside `data/`
afterwards is opened (archives, PDF streams, embedded pictures, Snakemake's records) and searched.
"""

import base64
import contextlib
import csv
import io
import os
import re
import shutil
import subprocess
import sys
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evalpipe.cli.main import main

STUDY = "example"
MARK = "qz7x"
_EMBEDDED = re.compile(rb"data:[\w/+.-]+;base64,([A-Za-z0-9+/=\s]+)")


def evalpipe(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "evalpipe", *words],
        cwd=folder,
        env={**os.environ, "PATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def plant(folder: Path) -> list[str]:
    """Plant canaries that the pipeline accepts; returns the exact numbers."""
    canaries: list[str] = []
    raw = folder / "data" / "raw" / STUDY
    for file, numbers in (("children.csv", ("age",)), ("questionnaires.csv", ("day",))):
        heading, *rows = read_csv(raw / file)
        for number, row in enumerate(rows):
            row[0] = f"{row[0]}{MARK}"
            for name in numbers:
                place = heading.index(name)
                if row[place] not in ("", "0"):
                    # the oldest have the highest age of the plan's range
                    whole = "17" if (name, row[place]) == ("age", "18") else row[place]
                    row[place] = f"{whole}.00{731_000 + number}"
                    canaries.append(row[place])
            row += [f"{MARK}u{number}", f"Hij ging naar {MARK}f{number} en kwam weer thuis"]
        write_csv(raw / file, [[*heading, "extra", "remarks"], *rows])
    plan = folder / "config" / "studies" / f"{STUDY}.yaml"
    text = plan.read_text(encoding="utf-8")
    for file in ("children.csv", "questionnaires.csv"):
        drop = f"    file: {file}\n    drop: {{remarks: free text is not used}}\n"
        assert f"    file: {file}\n" in text
        text = text.replace(f"    file: {file}\n", drop)
    plan.write_text(text, encoding="utf-8")
    assert len(canaries) > 100
    return canaries


def open_up(path: Path) -> Iterator[bytes]:
    """The bytes of a file and of everything packed inside it."""
    content = path.read_bytes()
    yield content
    yield str(path).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        for stream in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            yield from _inflate(stream.group(1))
        from pypdf import PdfReader

        reader = PdfReader(path)
        yield "\n".join(page.extract_text() for page in reader.pages).encode()
        yield str(reader.metadata).encode()
    for found in _EMBEDDED.finditer(content):
        picture = base64.b64decode(found.group(1))
        yield picture
        for chunk in re.finditer(rb"(?:zTXt|iTXt)[^\0]*\0+(.*?)(?=....[A-Za-z]{4})", picture, re.S):
            yield from _inflate(chunk.group(1))
    if b"|S|" in content or path.parent.name == "metadata":
        yield base64.b64decode(path.name + "==", altchars=b"-_", validate=False)


def _inflate(packed: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj().decompress(packed)
    except zlib.error:
        return


def search(folder: Path, canaries: list[str], printed: str, since: int = 0) -> list[str]:
    """Files outside `data/` (and the words printed) that hold a canary.

    since: look only at files written after this time (ns).
    """
    pattern = re.compile("|".join(map(re.escape, canaries)).encode(), re.IGNORECASE)
    found = ["standard output or error"] if pattern.search(printed.encode()) else []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or inside.parts[0] == "data" or path.stat().st_mtime_ns < since:
            continue
        if any(pattern.search(content) for content in open_up(path)):
            found.append(str(inside))
    for path in sorted((folder / "data" / "processed").rglob("*.parquet")):
        notes = pq.read_schema(path).metadata or {}
        if any(pattern.search(key + b" " + value) for key, value in notes.items()):
            found.append(f"{path.name}: metadata")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("canary")
    done = evalpipe(made, "init", STUDY)
    assert done.returncode == 0, done.stderr
    return made


@dataclass(frozen=True)
class Run:
    """The folder after a run, the exact numbers planted, and what was printed."""

    folder: Path
    numbers: list[str]
    printed: str


@pytest.fixture(scope="module")
def finished(folder: Path) -> Run:
    numbers = plant(folder)
    done = evalpipe(folder, "run", STUDY, "--cores", "2")
    assert done.returncode == 0, done.stderr
    assert (folder / "reports" / STUDY / "report.pdf").is_file()
    return Run(folder, numbers, done.stdout + done.stderr)


def test_text_stays_inside_data(finished: Run):
    assert search(finished.folder, [MARK], finished.printed) == []
    processed = sorted((finished.folder / "data" / "processed" / STUDY).rglob("*.parquet"))
    kept = [path.name for path in processed if MARK.encode() in path.read_bytes()]
    assert "participants.parquet" in kept, "the canaries must have been in the run at all"


def test_exact_numbers_of_a_participant_stay_inside_data(finished: Run):
    """A median or a quartile is somebody's own number unless it is rounded."""
    assert search(finished.folder, finished.numbers, finished.printed) == []


def test_canaries_in_cells_that_are_refused_are_not_repeated(
    finished: Run, capsys: pytest.CaptureFixture[str]
):
    folder = finished.folder
    raw = folder / "data" / "raw" / STUDY
    kept = {path: path.read_bytes() for path in raw.glob("*.csv")}
    told = []
    since = time.time_ns()
    for path, content in kept.items():
        heading, *rows = read_csv(path)
        for place in range(len(heading)):
            changed = [
                [*row[:place], f"{MARK}v{number}", *row[place + 1 :]]
                for number, row in enumerate(rows)
            ]
            write_csv(path, [heading, *changed])
            told.append(main(["check", STUDY, "--project", str(folder)]))
            words = capsys.readouterr()
            assert search(folder, [MARK], words.out + words.err, since) == [], heading[place]
            path.write_bytes(content)
    assert set(told) <= {0, 4, 5}
    assert told.count(4) >= 8


def fail_with(error: type[Exception]) -> Callable[..., None]:
    """A library that tells a cell in its warning and in its error."""

    def fail(*_: object, **__: object) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"value {MARK}w has a wrong type", FutureWarning, stacklevel=1)
        try:
            int(f"{MARK}e")
        except ValueError as cause:
            raise error(f"cannot convert {MARK}e") from cause

    return fail


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [(ValueError, 1, "  ValueError\n"), (MemoryError, 2, "the memory of this computer is used up")],
)
def test_a_bug_in_a_stage_tells_places_and_no_value(
    finished: Run,
    error: type[Exception],
    code: int,
    words: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    shutil.rmtree(finished.folder / "data" / "processed" / STUDY / "remembered")
    monkeypatch.setattr("evalpipe.models.dispatch.run_analysis", fail_with(error))
    assert main(["analyse", STUDY, "--project", str(finished.folder)]) == code
    monkeypatch.undo()
    told = capfd.readouterr()
    assert MARK not in told.out + told.err
    assert "warning: FutureWarning" in told.err
    assert words in told.err
    assert main(["analyse", STUDY, "--project", str(finished.folder)]) == 0


ANSWERS = {
    "nobody answers": lambda moment: "-99",
    "all answer the same": lambda moment: "3",
    "nobody answers after baseline": lambda moment: "3" if moment == "T0" else "-99",
}


@pytest.mark.slow
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_runs_without_a_result_tell_nothing(tmp_path: Path, answer: Callable[[str], str]):
    """No score, no variance, nothing to compare: what then is told holds no value either."""
    assert evalpipe(tmp_path, "init", STUDY).returncode == 0
    numbers = plant(tmp_path)
    path = tmp_path / "data" / "raw" / STUDY / "questionnaires.csv"
    heading, *rows = read_csv(path)
    moment = heading.index("moment")
    items = [place for place, name in enumerate(heading) if name.startswith("er_")]
    for row in rows:
        for place in items:
            row[place] = answer(row[moment])
    write_csv(path, [heading, *rows])
    done = evalpipe(tmp_path, "run", STUDY)
    assert done.returncode == 0, done.stderr
    assert search(tmp_path, [MARK, *numbers], done.stdout + done.stderr) == []


@pytest.mark.slow
def test_killed_in_the_middle_leaves_no_value_outside_data(finished: Run):
    """`kill -9` at several moments: nothing half-written, no copy elsewhere."""
    folder = finished.folder
    temporary = folder / "temporary"
    temporary.mkdir()
    for seconds in (1.2, 2.0, 3.0, 4.0):
        shutil.rmtree(folder / "data" / "processed" / STUDY, ignore_errors=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "evalpipe", "ingest", STUDY],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        process.kill()
        process.wait()
        assert search(folder, [MARK], "") == []
        for path in (folder / "data" / "processed").rglob("*.parquet"):
            pq.read_table(path)
    assert list(temporary.iterdir()) == []


def test_a_search_that_finds(tmp_path: Path):
    """The search sees packed text; otherwise the tests above would show nothing."""
    with zipfile.ZipFile(tmp_path / "report.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w>{MARK}</w>")
    packed = zlib.compress(f"({MARK}) Tj".encode())
    (tmp_path / "picture.html").write_bytes(
        b'<img src="data:image/svg+xml;base64,' + base64.b64encode(MARK.encode()) + b'">'
    )
    (tmp_path / "plain.log").write_text(MARK.upper())
    found = search(tmp_path, [MARK], "")
    assert found == ["picture.html", "plain.log", "report.docx"]
    assert MARK.encode() in next(_inflate(packed))

"""Runs mutants of bundled plans and raw files through `evalpipe check`, one after the other.

    python fuzz_worker.py REPOSITORY FIRST_SEED COUNT

Prints one JSON object: what each mutant ended in. It runs in a process of its own, so that a crash
of a library is seen as a crash and the peak of memory is that of the mutants.
"""

import contextlib
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SECONDS = 30
ALLOWED = (0, 2, 3, 4, 5)
PREFIX = re.compile(r"(usage|config|data|privacy): |\.\.\. and \d+ more")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
CANARY = "Qz7xCanary"
STUDIES = ("btheb", "handholding", "coregulation_diary", "attachment_classes", "eft_couples",
           "reattach_rct", "pmt_attachment", "reattach_cohort")  # fmt: skip
WEIGHTS = (12, 4, 3, 1, 1, 2, 1, 1)

ODD = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", "\u202e".encode(), "\u200b".encode(), b"\x1b[31m", b"\r",
    b"\n", b"\t", b'"', b"'", b",", b";", b":", b"- ", b"#", b"&a ", b"*a",
    b"!!python/name:os.system ",
    b"!!python/object/apply:os.system ['touch fuzzed']", b"{{7*7}}", b"<script>alert(1)</script>",
    b"$(touch fuzzed)", b"`touch fuzzed`", b"../../../etc/passwd", b"/etc/passwd", b"=1+1",
    b"=cmd|' /C calc'!A0", b"1e309", b"-1e309", b"nan", b"inf", b"-0", b"9" * 400, b"0x10",
    b"null", b"~", b"yes", b"no", b"[]", b"{}", b"[" * 3000, b"{a: " * 500, b"x" * 20_000,
    "é".encode(), "ß".encode("latin-1"), b"2024-01-01", b"%s%n", b"\\x41", b"__import__('os')",
)  # fmt: skip


def mutate_bytes(rng: random.Random, content: bytes) -> bytes:
    """One to five changes anywhere."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 3, 20, 400)))
        match rng.randrange(6):
            case 0:
                data[at:end] = bytes(rng.randrange(256) for _ in range(end - at))
            case 1:
                data[at:at] = rng.choice(ODD)
            case 2:
                del data[at:end]
            case 3:
                data[at:at] = data[at:end] * rng.choice((1, 2, 50))
            case 4:
                data[at:end] = rng.choice(ODD)
            case _:
                del data[at:]
    return bytes(data)


def mutate_lines(rng: random.Random, content: bytes) -> bytes:
    """Lines dropped, doubled, moved, indented; a value replaced."""
    lines = content.split(b"\n")
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(lines))
        match rng.randrange(6):
            case 0:
                del lines[at : at + rng.choice((1, 1, 5, 40))]
                lines = lines or [b""]
            case 1:
                lines.insert(rng.randrange(len(lines)), lines[at])
            case 2:
                lines[at] = b"  " + lines[at]
            case 3:
                lines[at] = lines[at].replace(b"  ", b"", 1)
            case 4:
                head, mark, _ = lines[at].partition(b":")
                lines[at] = head + mark + b" " + rng.choice(ODD)
            case _:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def mutate_cells(rng: random.Random, content: bytes) -> bytes:
    """Cells of a delimited file replaced by canaries and odd values; headings too."""
    lines = content.split(b"\n")
    mark = b";" if lines[0].count(b";") > lines[0].count(b",") else b","
    canary = CANARY.encode()
    values = (canary, canary + b" de Vries", b"5", b"-99", b"", b"2021-02-03", b"1,5", b"999999999",
              canary + b"@example.nl", b"06-12345678", *ODD)  # fmt: skip
    for _ in range(rng.choice((1, 2, 10, 60))):
        at = 0 if rng.random() < 0.1 else rng.randrange(len(lines))
        cells = lines[at].split(mark)
        place = rng.randrange(len(cells))
        if rng.random() < 0.1:
            del cells[place]
        else:
            cells[place] = rng.choice(values)
        lines[at] = mark.join(cells)
    return b"\n".join(lines)


def replace_file(rng: random.Random, path: Path) -> None:
    """Something else under the file's name."""
    content = path.read_bytes()
    path.unlink()
    match rng.randrange(8):
        case 0:
            path.symlink_to("/etc/passwd")
        case 1:
            path.mkdir()
        case 2:
            os.mkfifo(path)
        case 3:
            path.write_bytes(b"\x80\x04\x95" + content)
        case 4:
            path.write_bytes(b"")
        case 5:
            path.write_bytes(b"PK\x03\x04" + content)
        case 6:
            with path.open("wb") as stream:
                stream.write(content)
                stream.truncate(10 * 2**30)
        case _:
            pass


TEXT_MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (mutate_bytes, mutate_lines)


def make_mutant(rng: random.Random, repository: Path, folder: Path) -> tuple[str, str]:
    """A project with one study, one of whose files is a mutant; returns study and what was done."""
    study = rng.choices(STUDIES, WEIGHTS)[0]
    plan = folder / "config" / "studies" / f"{study}.yaml"
    plan.parent.mkdir(parents=True)
    shutil.copy(repository / "config" / "config.yaml", folder / "config" / "config.yaml")
    shutil.copy(repository / "config" / "studies" / plan.name, plan)
    shutil.copytree(repository / "data" / "raw" / study, folder / "data" / "raw" / study)
    raw = sorted(
        path
        for path in (folder / "data" / "raw").rglob("*")
        if path.is_file() and path.suffix != ".md"
    )
    if rng.random() < 0.5:
        mutation = rng.choice(TEXT_MUTATIONS)
        plan.write_bytes(mutation(rng, plan.read_bytes()))
        return study, f"plan {mutation.__name__}"
    path = rng.choice(raw)
    if rng.random() < 0.1:
        replace_file(rng, path)
        return study, "raw replaced"
    chosen = (*TEXT_MUTATIONS, mutate_cells, mutate_cells) if path.suffix == ".csv" else ()
    mutation = rng.choice(chosen or (mutate_bytes,))
    path.write_bytes(mutation(rng, path.read_bytes()))
    return study, f"raw {mutation.__name__}"


class TooSlowError(BaseException):
    """The mutant took longer than it may."""


def _stop(_signal: int, _frame: object) -> None:
    raise TooSlowError


def run_check(study: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `evalpipe check`."""
    from evalpipe.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["check", study, "--project", str(folder)])
    return code, out.getvalue(), err.getvalue()


def judge(code: int, out: str, err: str, folder: Path) -> list[str]:
    """What is wrong with an end; nothing when it is a success or plain lines."""
    wrong = []
    if code not in ALLOWED:
        wrong.append(f"exit code {code}")
    if code == 0 and err:
        wrong.append("success with words on standard error")
    lines = err.splitlines()
    if code != 0 and not lines:
        wrong.append("failure without a line")
    wrong += ["a line without its kind" for line in lines if not PREFIX.match(line)][:1]
    if "Traceback" in out + err:
        wrong.append("traceback")
    if HIDDEN.search(out + err):
        wrong.append("control character in the output")
    if CANARY.lower() in (out + err).lower():
        wrong.append("a value in the output")
    for path in sorted((folder / "reports").rglob("*")):
        if path.is_file() and CANARY.encode().lower() in path.read_bytes().lower():
            wrong.append(f"a value in {path.name}")
    if (folder / "fuzzed").exists() or Path("fuzzed").exists():
        wrong.append("a command ran")
    return wrong


def run_mutant(seed: int, repository: Path) -> dict[str, object]:
    """Make one mutant, check it, judge the end."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        study, what = make_mutant(rng, repository, folder)
        begin = time.perf_counter()
        signal.alarm(SECONDS)
        try:
            code, out, err = run_check(study, folder)
            wrong = judge(code, out, err, folder)
        except TooSlowError:
            code, err, wrong = -1, "", [f"longer than {SECONDS} s"]
        except BaseException as error:  # anything that escapes is a finding
            code, err, wrong = -1, "", [f"escaped: {type(error).__name__}"]
        finally:
            signal.alarm(0)
        seconds = round(time.perf_counter() - begin, 2)
    ended = {"seed": seed, "study": study, "what": what, "code": code, "seconds": seconds}
    return {**ended, "wrong": wrong, "told": err[:400] if wrong else ""}


def main() -> int:
    """Run the mutants and print their ends."""
    import warnings

    repository, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGALRM, _stop)
    warnings.simplefilter("ignore")
    ends = []
    with tempfile.TemporaryDirectory() as made:
        os.chdir(made)
        for seed in range(first, first + count):
            sys.stderr.write(f"{seed}\n")
            sys.stderr.flush()
            ends.append(run_mutant(seed, repository))
        os.chdir("/")
    peaks = [
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    sys.stdout.write(json.dumps({"ends": ends, "peak_kilobytes": max(peaks)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

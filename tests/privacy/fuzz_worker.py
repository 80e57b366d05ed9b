"""Runs mutants of bundled plans and raw files through `evalpipe check`, one after the other.

    python fuzz_worker.py REPOSITORY FIRST_SEED COUNT [bytes|structure|run]

`bytes` changes bytes and lines anywhere; `structure` keeps the form of a file and changes what it
says (`structure_mutants.py`); `run` takes such mutants through every stage, up to the report.
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
from collections.abc import Callable, Iterator
from pathlib import Path

import structure_mutants as structure

SECONDS = 30
"""Of a processor, so that a loaded machine changes nothing; waiting may take four times as long."""
ALLOWED = {"bytes": (0, 2, 3, 4, 5), "structure": (0, 2, 3, 4, 5), "run": (0, 2, 3, 4, 5, 6)}
PREFIX = re.compile(r"(usage|config|data|privacy|model|notestimable): |\.\.\. and \d+ more")
STAGES = ("ingest", "validate", "score", "describe", "analyse", "release", "report")
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


def copy_study(study: str, repository: Path, folder: Path) -> tuple[Path, list[Path]]:
    """A project with one bundled study; returns its plan and its raw files."""
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
    return plan, raw


def make_structured(
    rng: random.Random, repository: Path, folder: Path, kind: str
) -> tuple[str, str]:
    """A mutant that keeps its form; for a whole run one analysis is left."""
    study = rng.choice(STUDIES)
    plan, raw = copy_study(study, repository, folder)
    tree = structure.load_plan_tree(plan.read_text(encoding="utf-8"))
    if kind == "run":
        structure.keep_analysis(tree, rng.choice(list(tree["analyses"])))
    plan.write_bytes(structure.write_plan_tree(tree))
    if rng.random() < 0.3:
        files = [path for path in raw if path.suffix in (".csv", ".sav", ".xlsx")]
        return study, f"raw {structure.mutate_raw(rng, rng.choice(files))}"
    for _ in range(8 if kind == "run" else 1):
        changed = structure.copy_tree(tree)
        structure.mutate_tree(rng, changed)
        plan.write_bytes(structure.write_plan_tree(changed))
        if _is_accepted(plan):
            break
    return study, "plan tree"


def _is_accepted(plan: Path) -> bool:
    """Whether a plan passes its own checks: what breaks a later stage must get that far."""
    from evalpipe.config.load import load_plan
    from evalpipe.errors import ConfigError

    try:
        load_plan(plan)
    except ConfigError:
        return False
    except Exception:
        return True  # the run will show it
    return True


def make_mutant(rng: random.Random, repository: Path, folder: Path) -> tuple[str, str]:
    """A project with one study, one of whose files is a mutant; returns study and what was done."""
    study = rng.choices(STUDIES, WEIGHTS)[0]
    plan, raw = copy_study(study, repository, folder)
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


@contextlib.contextmanager
def limit_time() -> Iterator[None]:
    """Raise TooSlowError inside when the time that a mutant may take is over."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(4 * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def used_seconds() -> float:
    """Processor time of this process and of those that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def run_commands(commands: tuple[str, ...], study: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of commands, up to the first that fails."""
    from evalpipe.cli.main import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for command in commands:
            code = main([command, study, "--project", str(folder)])
            if code:
                break
    return code, out.getvalue(), err.getvalue()


def judge(kind: str, code: int, out: str, err: str, folder: Path) -> list[str]:
    """What is wrong with an end; nothing when it is a success or plain lines."""
    wrong = []
    err = "".join(line for line in err.splitlines(True) if not line.startswith("computing "))
    if code not in ALLOWED[kind]:
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


def run_mutant(seed: int, repository: Path, kind: str) -> dict[str, object]:
    """Make one mutant, check it or run it, judge the end."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if kind == "bytes":
            study, what = make_mutant(rng, repository, folder)
        else:
            study, what = make_structured(rng, repository, folder, kind)
        begin = used_seconds()
        try:
            commands = STAGES if kind == "run" else ("check",)
            with limit_time():
                code, out, err = run_commands(commands, study, folder)
            wrong = judge(kind, code, out, err, folder)
        except TooSlowError:
            code, err, wrong = -1, "", [f"longer than {SECONDS} s"]
        except BaseException as error:  # anything that escapes is a finding
            code, err, wrong = -1, "", [f"escaped: {type(error).__name__}"]
        seconds = round(used_seconds() - begin, 2)
    ended = {"seed": seed, "study": study, "what": what, "code": code, "seconds": seconds}
    return {**ended, "wrong": wrong, "told": err[-900:] if wrong else ""}


def main() -> int:
    """Run the mutants and print their ends."""
    import warnings

    repository, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    kind = sys.argv[4] if len(sys.argv) > 4 else "bytes"
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, _stop)
    warnings.simplefilter("ignore")
    ends = []
    with tempfile.TemporaryDirectory() as made:
        os.chdir(made)
        for seed in range(first, first + count):
            sys.stderr.write(f"{seed}\n")
            sys.stderr.flush()
            ends.append(run_mutant(seed, repository, kind))
        os.chdir("/")
    peaks = [
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    sys.stdout.write(json.dumps({"ends": ends, "peak_kilobytes": max(peaks)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Make the project's environment from nothing but Python and the package registry.

Called by `make`; runs under any Python 3 and uses the standard library only. It finds a Python that
evalpipe supports, makes a virtual environment, installs `uv` at the locked version and hash, and
lets `uv` install everything else from `requirements.lock` with hashes and compiled bytecode (pip
does it where uv cannot). When lock and Python are unchanged it does nothing.

Usage: python3 scripts/set_up.py [--venv FOLDER]
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"

OLDEST, NEWEST = (3, 11), (3, 13)
OTHER_PYTHONS = ("python3.13", "python3.12", "python3.11")

STAMP = "evalpipe-set-up"
"""File in the environment that says what it was made from; written last."""

CAPTURE = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "universal_newlines": True}
QUESTION = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", default=".venv", help="folder of the environment")
    venv = ROOT / parser.parse_args().venv
    version, python = find_python()
    wanted = fingerprint(version)
    if read_stamp(venv) == wanted:
        return
    with Lock(venv):
        if read_stamp(venv) != wanted:
            make_environment(venv, python, version, wanted)


def find_python():
    """Version and path of this Python if it is supported, else of another on the PATH."""
    running = "%d.%d.%d" % sys.version_info[:3]
    if is_supported(running):
        return running, getattr(sys, "_base_executable", sys.executable)
    for name in OTHER_PYTHONS:
        found = ask_python(name)
        if found:
            return found
    return stop(
        "evalpipe needs Python %d.%d to %d.%d and found %s; install one of them, "
        "or say which: make PYTHON=/path/to/python3.12" % (OLDEST + NEWEST + (running,))
    )


def ask_python(name):
    """(version, path) of the Python called `name` if it runs and is supported."""
    try:
        answer = subprocess.run([name, "-c", QUESTION], check=True, **CAPTURE)
    except (OSError, subprocess.CalledProcessError):
        return None
    version, path = answer.stdout.splitlines()[:2]
    return (version, path) if is_supported(version) else None


def is_supported(version):
    return OLDEST <= tuple(int(part) for part in version.split(".")[:2]) <= NEWEST


def fingerprint(version):
    """What the environment depends on: the lock, the project's own metadata, Python, the place."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), PROJECT.read_bytes(), version.encode(), str(ROOT).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def read_stamp(venv):
    """The fingerprint that the environment was made from; None without a complete one."""
    return next(iter(stamp_lines(venv)), None)


def stamp_lines(venv):
    try:
        return (venv / STAMP).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


class Lock:
    """One set-up at a time; a second one waits for the first."""

    def __init__(self, venv):
        self.path = venv.with_name(venv.name + ".lock")

    def __enter__(self):
        self.file = self.path.open("w")
        try:
            import fcntl
        except ImportError:  # Windows: no lock
            return
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        self.file.close()


def make_environment(venv, python, version, wanted):
    say("Setting up evalpipe in %s with Python %s (once; about a minute)" % (venv.name, version))
    stamp = venv / STAMP
    if can_be_updated(venv, version):
        stamp.unlink()
    else:
        make_venv(venv, python)
    inner = python_of(venv)
    install_uv(inner)
    install_locked(inner)
    install_project(inner)
    stamp.write_text(wanted + "\n" + str(ROOT) + "\n", encoding="utf-8")
    say("Ready.")


def can_be_updated(venv, version):
    """Whether the environment is complete, was made in this folder and has this Python."""
    if stamp_lines(venv)[1:] != [str(ROOT)]:
        return False
    found = ask_python(str(python_of(venv)))
    return bool(found) and found[0] == version


def make_venv(venv, python):
    if venv.exists():
        shutil.rmtree(venv)
    done = subprocess.run([python, "-m", "venv", str(venv)], **CAPTURE)
    if done.returncode:
        stop(
            "Python's venv module failed. On Debian and Ubuntu: apt-get install python3-venv\n"
            + (done.stderr or done.stdout)
        )


def python_of(venv):
    windows = venv / "Scripts" / "python.exe"
    return windows if os.name == "nt" else venv / "bin" / "python"


def install_uv(python):
    """uv at the locked version and hash, by pip; without it pip does the whole work."""
    pinned = locked_requirement("uv")
    requirements = python.parent.parent / "uv-requirement.txt"
    requirements.write_text(pinned, encoding="ascii")
    command = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
    run([str(python), *command, "--require-hashes", "-r", str(requirements)])
    requirements.unlink()


def locked_requirement(name):
    """The lines of one package in the lock: version, marker, hashes."""
    pattern = r"^%s==[^\n]*\\\n(?:    --hash=[^\n]*\n)+" % re.escape(name)
    match = re.search(pattern, LOCK.read_text(encoding="ascii"), flags=re.MULTILINE)
    if not match:
        stop("%s is not in requirements.lock; run: make lock" % name)
    return match.group(0)


def install_locked(python):
    uv = ["-m", "uv", "pip", "sync", "--quiet", "--python", str(python)]
    options = ["--require-hashes", "--compile-bytecode", str(LOCK)]
    if subprocess.run([str(python), *uv, *options], env=environment()).returncode == 0:
        return
    say("uv could not install everything; pip tries again (slower)")
    pip = ["-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "-r", str(LOCK)]
    run([str(python), *pip])


def install_project(python):
    """The project itself, editable, with the build backend from the lock."""
    pip = ["-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run([str(python), *pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    run([str(python), "-m", "compileall", "-q", str(ROOT / "src")])


def run(command):
    done = subprocess.run(command, env=environment())
    if done.returncode:
        stop("this step failed, see above: %s" % " ".join(command[1:4]))


def environment():
    """The caller's environment without what would leave bytecode uncompiled or mix in packages."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def say(text):
    print(text, flush=True)


def stop(text):
    sys.exit(text)


if __name__ == "__main__":
    main()

"""Digests of inputs, plans and code, and the versions of what computes; no clock.

Snakemake does not see edits inside an imported package, so a rule takes `source_digest` of the
subpackages that its stage uses as a parameter: an edited module reruns what imports it, directly or
through others, and nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = "evalpipe"
PACKAGE_FOLDER = Path(__file__).resolve().parent

SHORT_LENGTH = 12
"""Characters of a digest that people are shown."""

COMPUTING_PACKAGES = (
    "evalpipe",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "pingouin",
    "pyarrow",
    "pydantic",
    "scipy",
    "snakemake",
    "statsmodels",
    "typst",
)
"""The packages whose versions a report names."""


def digest_bytes(data: bytes) -> str:
    """SHA-256 of `data`, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces; raises FileNotFoundError when it is absent."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_json(value: object) -> str:
    """SHA-256 of JSON data in canonical form: keys sorted, no spaces, UTF-8.

    Equal data have equal digests whatever the order of their keys. Give models as
    `model_dump(mode="json")`; anything that is not JSON data raises TypeError, NaN ValueError.
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return digest_bytes(text.encode("utf-8"))


def digest_files(paths: Iterable[Path], *, root: Path) -> str:
    """One SHA-256 of several files: their names relative to `root` and their bytes, sorted."""
    return digest_json({p.relative_to(root).as_posix(): digest_file(p) for p in paths})


def short(digest: str) -> str:
    """The first characters of a digest, for people."""
    return digest[:SHORT_LENGTH]


def source_digest(subpackages: Iterable[str]) -> str:
    """SHA-256 of the source of some subpackages and of all that they import inside evalpipe.

    subpackages: names below evalpipe, dotted (`models`, `report.documents`, `io`). Imports inside
    functions count; imports for type checking only do not. Files that are not Python (templates,
    styles) count with the package they lie in. Raises ValueError for a name that does not exist.
    """
    modules = _reach(tuple(sorted({_existing(f"{PACKAGE}.{name}") for name in subpackages})))
    return digest_files(_files_of(modules), root=PACKAGE_FOLDER)


def package_digest() -> str:
    """SHA-256 of the whole package's source: what a report names as its code."""
    return digest_files(
        (path for path in PACKAGE_FOLDER.rglob("*") if _is_source(path)), root=PACKAGE_FOLDER
    )


def package_versions(names: Iterable[str] = COMPUTING_PACKAGES) -> dict[str, str]:
    """Installed version of each package, sorted by name; a package that is absent is left out."""
    versions = {}
    for name in sorted(names):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def python_version() -> str:
    """The running Python, as `3.12.1`."""
    return platform.python_version()


def git_commit(folder: Path) -> str | None:
    """The commit checked out in `folder`, with `+changes` when tracked files were edited.

    None without git or outside a repository. It names the checkout for the run record; reports
    carry `package_digest`, which is the same for the same code wherever it lies.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    edited = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}+changes" if edited else commit


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _existing(module: str) -> str:
    if _path_of(module) is None:
        raise ValueError(f"{module} is not a module of this package")
    return module


@cache
def _path_of(module: str) -> Path | None:
    """The file of a module of this package, None when there is none."""
    base = PACKAGE_FOLDER.joinpath(*module.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if module.split(".", maxsplit=1)[0] == PACKAGE and path.is_file():
            return path
    return base if base.is_dir() else None


@cache
def _reach(modules: tuple[str, ...]) -> frozenset[str]:
    """`modules`, every module inside them, and all that these import."""
    waiting = [inner for module in modules for inner in _modules_inside(module)]
    reached: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting.extend(_imports_of(module))
    return frozenset(reached)


def _modules_inside(module: str) -> list[str]:
    path = _path_of(module)
    if path is None or (path.is_file() and path.name != "__init__.py"):
        return [module]
    folder = path.parent if path.is_file() else path
    return [_name_of(inner) for inner in sorted(folder.rglob("*.py"))]


def _name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE_FOLDER).with_suffix("").parts
    named = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join((PACKAGE, *named))


@cache
def _imports_of(module: str) -> tuple[str, ...]:
    """Modules of this package that `module` imports, its own parent packages included."""
    path = _path_of(module)
    if path is None or path.is_dir():
        return ()
    found = set(_parents(module))
    for statement in _import_statements(path.read_text(encoding="utf-8")):
        found.update(_imported(statement, module, is_package=path.name == "__init__.py"))
    found.discard(module)
    return tuple(sorted(found))


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _import_statements(source: str) -> list[ast.stmt]:
    """The import statements of a module except those under `if TYPE_CHECKING`.

    Found by their first word and only then parsed: parsing whole modules takes ten times longer,
    and each start of the pipeline waits for it. Where a find is no statement the whole module is
    parsed, its type-checking imports included, which can only make a digest wider.
    """
    found = [match.group(1) for match in _IMPORT.finditer(_TYPE_CHECKING.sub("", source))]
    try:
        return [statement for text in found for statement in ast.parse(text).body]
    except SyntaxError:
        nodes = ast.walk(ast.parse(source))
        return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


_TYPE_CHECKING = re.compile(
    r"^([ \t]*)if (?:typing\.)?TYPE_CHECKING:[^\n]*\n(?:\1[ \t]+[^\n]*\n|[ \t]*\n)*",
    flags=re.MULTILINE,
)
_IMPORT = re.compile(
    r"^[ \t]*((?:from[ \t]+[\w.]+(?:[ \t]|\\\n)+)?import[ \t]+(?:\([^)]*\)|(?:[^\n\\]|\\\n)*))",
    flags=re.MULTILINE,
)


def _imported(node: ast.stmt, module: str, *, is_package: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, module, is_package=is_package)
        names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
    else:
        return
    for name in names:
        if name.split(".", maxsplit=1)[0] == PACKAGE and _path_of(name) is not None:
            yield name
            yield from _parents(name)


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    up = node.level - 1 if is_package else node.level
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def _files_of(modules: frozenset[str]) -> Iterator[Path]:
    """The files of the modules, and the other files of the packages that they lie in."""
    folders = set()
    for module in modules:
        path = _path_of(module)
        if path is not None and path.is_file():
            yield path
            folders.add(path.parent)
    for folder in folders:
        yield from (path for path in _data_files(folder) if _is_source(path))


def _data_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not (path / "__init__.py").exists() and not any(path.glob("*.py")):
            yield from path.rglob("*")
        elif path.suffix != ".py":
            yield path


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"

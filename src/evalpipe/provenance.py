"""Digests of inputs, plans and code, and the versions of what computes; no clock.

Snakemake does not see edits inside an imported package, so a rule takes `source_digest` of the
subpackages that its stage uses as a parameter: an edited module reruns what imports it, directly or
through others, and nothing else. A module counts by its syntax tree: a comment, a docstring or the
form of a line changes no number and reruns nothing.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Iterator, MutableMapping
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = "evalpipe"
PACKAGE_FOLDER = Path(__file__).resolve().parent

SHORT_LENGTH = 12
"""Characters of a digest that people are shown."""

ALWAYS_AT_WORK = (
    "evalpipe",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "pyarrow",
    "pydantic",
    "scipy",
    "typst",
)
"""The packages that read, check, compute, draw or set in every report; what single analyses use
besides, their results say."""


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


Notes = MutableMapping[str, tuple[str, tuple[str, ...]]]
"""What was found out about modules: name and digest of the file -> digest of the syntax, imports.

Parsing the whole package takes a second of a processor; who keeps these notes parses edited files
only.
"""


def source_digest(subpackages: Iterable[str], notes: Notes | None = None) -> str:
    """SHA-256 of the source of some subpackages and of all that they import inside evalpipe.

    subpackages: names below evalpipe, dotted (`models`, `report.documents`, `io`). Imports inside
    functions count; imports for type checking only do not. Files that are not Python (templates,
    styles) count, by their bytes, with the package they lie in. notes: of earlier calls; new ones
    are added. Raises ValueError for a name that does not exist.
    """
    known: Notes = {} if notes is None else notes
    wanted = sorted({_existing(f"{PACKAGE}.{name}") for name in subpackages})
    modules = _reach(wanted, known)
    digests = {}
    for path in _files_of(modules):
        name = path.relative_to(PACKAGE_FOLDER).as_posix()
        is_module = name.endswith(".py")
        digests[name] = _syntax(_name_of(path), path, known)[0] if is_module else _digest_of(path)
    return digest_json(digests)


def package_digest() -> str:
    """SHA-256 of the whole package's source: what a report names as its code."""
    return digest_files(
        (path for path in PACKAGE_FOLDER.rglob("*") if _is_source(path)), root=PACKAGE_FOLDER
    )


def package_versions(names: Iterable[str] = ALWAYS_AT_WORK) -> dict[str, str]:
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


def _reach(modules: Iterable[str], notes: Notes) -> frozenset[str]:
    """`modules`, every module inside them, and all that these import."""
    waiting = [inner for module in modules for inner in _modules_inside(module)]
    reached: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting.extend(_imports_of(module, notes))
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


def _imports_of(module: str, notes: Notes) -> Iterator[str]:
    """Modules of this package that `module` imports, its own parent packages included."""
    path = _path_of(module)
    if path is None or path.is_dir():
        return
    yield from _parents(module)
    for name in _syntax(module, path, notes)[1]:
        if _path_of(name) is not None:
            yield name
            yield from _parents(name)


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _syntax(module: str, path: Path, notes: Notes) -> tuple[str, tuple[str, ...]]:
    """Digest of a module's syntax tree, and the names inside this package that it imports."""
    key = f"{module} {_digest_of(path)}"
    if key not in notes:
        tree = ast.parse(path.read_bytes())
        names = _imported_names(tree, module, is_package=path.name == "__init__.py")
        words: list[str] = []
        _add_words(tree, words)
        notes[key] = (digest_bytes("\n".join(words).encode("ascii")), tuple(sorted(names)))
    return notes[key]


@cache
def _digest_of(path: Path) -> str:
    return digest_file(path)


def _add_words(node: ast.AST, words: list[str]) -> None:
    """Add a tree as words in order, without positions, remarks and docstrings.

    Fields that are empty are left out, so that a newer Python with more of them gives the same.
    """
    words.append(f"{type(node).__name__}(")
    for name in node._fields:
        value = getattr(node, name, None)
        if name in ("kind", "type_comment") or value == [] or (value is None and name != "value"):
            continue
        words.append(f"{name}=")
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                if not _is_prose(item):
                    _add_words(item, words)
            else:
                words.append(ascii(item))
    words.append(")")


def _is_prose(node: ast.AST) -> bool:
    """Whether a statement is a text alone: a docstring, or words below a constant."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _import_statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements of a module except those under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and _is_for_types(node.test):
            for other in node.orelse:
                yield from _import_statements(ast.Module([other], []))
        else:
            yield from _import_statements(node)


def _is_for_types(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _imported_names(tree: ast.AST, module: str, *, is_package: bool) -> set[str]:
    """Names below this package that a module imports; some may be no modules but things in them."""
    names: set[str] = set()
    for node in _import_statements(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        else:
            base = _absolute(node, module, is_package=is_package)
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return {name for name in names if name.split(".", maxsplit=1)[0] == PACKAGE}


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
        yield from _data_files(folder)


@cache
def _data_files(folder: Path) -> tuple[Path, ...]:
    """Files of a package that are not Python, those in folders without Python included."""
    found: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir():
            if path.name != "__pycache__" and not any(path.glob("*.py")):
                found.extend(path.rglob("*"))
        elif path.suffix != ".py":
            found.append(path)
    return tuple(path for path in found if _is_source(path))


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"

"""Keep notebooks/ without outputs: cells, their numbers by place, and the name of the kernel.

`make format` and the commit hook strip; `make lint` (--check) says which notebook is not stripped.
What a notebook shows may be of participants, and has no place in the repository.
"""

import sys
from pathlib import Path

import nbformat

from evalpipe.io import write_text
from evalpipe.notebook.write import KERNEL

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def stripped(text: str) -> str:
    """Return a notebook without outputs, counts, times and settings of whoever saved it."""
    notebook = nbformat.reads(text, as_version=4)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"], cell["metadata"] = f"cell-{number:02}", {}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"] = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    notebook["nbformat_minor"] = 5
    return nbformat.writes(notebook) + "\n"


def main(words: list[str]) -> int:
    """Strip, or with --check tell what is not stripped; 1 when something is not."""
    found = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        if (clean := stripped(text)) != text:
            found.append(path)
            if "--check" not in words:
                write_text(clean, path)
    for path in found:
        print(f"{path.relative_to(NOTEBOOKS.parent)}: holds outputs; run: make format")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

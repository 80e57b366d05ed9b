"""Draw the way of the data into ARCHITECTURE.md, from the rules of the Snakefile.

`snakemake --rulegraph` says which rule reads what another makes; the picture is text (mermaid),
which repositories show as a picture and people can read as it is.
"""

import re
import subprocess
import sys
from pathlib import Path

from evalpipe.io import write_text

ROOT = Path(__file__).resolve().parents[1]
PAPER = ROOT / "ARCHITECTURE.md"
BEGIN = "<!-- the rules of the Snakefile, written by `make docs` -->\n"
END = "<!-- end of the rules -->\n"
TARGETS = ("all", "reports/btheb/notebook.ipynb")
"""What people ask for: all rules are on the way to one of these."""

Edges = list[tuple[str, str]]


def rule_edges(root: Path = ROOT) -> Edges:
    """Return (rule, rule that reads what it makes), sorted; `all` makes nothing and is left out."""
    words = ("--rulegraph", "--nolock", "--config", "only=btheb", "--", *TARGETS)
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    names = dict(re.findall(r'^\s*(\d+)\[label = "([^"]+)"', done.stdout, flags=re.MULTILINE))
    edges = re.findall(r"^\s*(\d+) -> (\d+)", done.stdout, flags=re.MULTILINE)
    return sorted({(names[a], names[b]) for a, b in edges if names[b] != "all"})


def draw(edges: Edges) -> str:
    """Return the graph as mermaid, in the order of the way."""
    order = _sorted_by_way(edges)
    lines = [f"    {name}" for name in order]
    lines += [
        f"    {first} --> {second}"
        for first, second in sorted(edges, key=lambda e: (order.index(e[0]), order.index(e[1])))
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"]) + "\n"


def _sorted_by_way(edges: Edges) -> list[str]:
    """Rules such that each stands behind those that it reads from."""
    left = {name for edge in edges for name in edge}
    order: list[str] = []
    while left:
        ready = sorted(n for n in left if not any(b == n and a in left for a, b in edges))
        order += ready
        left -= set(ready)
    return order


def with_picture(text: str, picture: str) -> str:
    """Return a paper with the picture between its marks."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + picture + END + rest.split(END)[1]


def main() -> None:
    """Write the picture; a test holds it in step with the Snakefile."""
    text = PAPER.read_text(encoding="utf-8")
    write_text(with_picture(text, draw(rule_edges())), PAPER)


if __name__ == "__main__":
    main()

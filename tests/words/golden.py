"""Studies whose words are committed, and where their files are.

`studies/NAME/` holds a plan (NAME.yaml), raw files (`raw/`, with a line on where they come from)
and the whole text of "The answer" and "What could be wrong" (`words.txt`), read by a person against
the released tables. Run this file to write the words anew (`make words`), all or those named; what
changed is then a diff to be read.
"""

import sys
import tempfile
from pathlib import Path

from words import Told, tell

STUDIES = Path(__file__).parent / "studies"
SECTIONS = ("answer", "concerns")


def study_names() -> list[str]:
    """The folders of studies, sorted."""
    return sorted(folder.name for folder in STUDIES.iterdir() if (folder / "raw").is_dir())


def golden_file(name: str) -> Path:
    """Where the words of a study stand."""
    return STUDIES / name / "words.txt"


def words_of(told: Told) -> str:
    """The two sections as text; of a study that ended early its exit code."""
    if told.document is None:
        return f"exit code {told.code}\n"
    lines: list[str] = []
    for section in told.document.sections:
        if section.key in SECTIONS:
            lines += [f"## {section.title}", *told.section(section.key), ""]
    return "\n".join(lines)


def tell_study(name: str, root: Path) -> str:
    """Run one study in an empty folder and return its words."""
    folder = STUDIES / name
    return words_of(tell(folder / f"{name}.yaml", folder / "raw", root))


def _rewrite(names: list[str]) -> None:
    for name in names or study_names():
        with tempfile.TemporaryDirectory() as root:
            golden_file(name).write_text(tell_study(name, Path(root)), encoding="utf-8")


if __name__ == "__main__":
    _rewrite(sys.argv[1:])

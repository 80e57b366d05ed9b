"""Measure the identifier gate: with data that others made, and with a guard of our own.

For the guard identifiers of many kinds, in the spellings of people and of spreadsheets, are planted
in otherwise clean files, under realistic headings and under neutral ones (`v17`), in whole columns
and in columns that are mostly empty. The files go through the same door as the raw files of a
study. Clean columns measure false alarms. The names, streets and sentences below are written for
this measurement and are not the gate's own lists.

    python scripts/privacy_proof              writes docs/privacy_guard.md
    python scripts/privacy_proof --check      fails when that document is not what comes out
    python scripts/privacy_proof --outside    writes docs/privacy_proof.md (needs packages that
                                              the document names)
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from privacy_proof import outside_measure  # noqa: E402
from privacy_proof.document import DOCUMENT, REFERENCE, write_document  # noqa: E402


def main() -> int:
    """Write or check the document."""
    parser = argparse.ArgumentParser(description="Measure the identifier gate.")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    parser.add_argument("--outside", action="store_true", help="data that others made")
    options = parser.parse_args()
    if options.outside:
        outside_measure.DOCUMENT.write_text(outside_measure.write_document(), encoding="utf-8")
        return 0
    text = write_document(REFERENCE)
    if options.check:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == text else 1
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

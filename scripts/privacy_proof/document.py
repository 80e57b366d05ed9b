"""The document that says what was measured."""

import os
import tempfile
from pathlib import Path

from privacy_proof.kinds import KINDS
from privacy_proof.measure import (
    STRAYS,
    measure_clean,
    measure_folder,
    measure_planted,
    measure_strays,
    measure_studies,
)

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = REPOSITORY / "docs" / "privacy_guard.md"
REFERENCE = Path(os.environ.get("EVALPIPE_REFERENCE", REPOSITORY.parent / "shared" / "reference"))


def write_document(reference: Path) -> str:
    """Measure everything and write the document."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        named, _ = measure_planted(folder, named=True, fewest=1)
        neutral, missed = measure_planted(folder, named=False, fewest=3)
        strays = measure_strays(folder)
        n_clean, clean_alarms = measure_clean(folder)
    n_public, public_alarms = measure_folder(reference / "data")
    n_bundled, bundled_alarms = measure_studies(REPOSITORY)
    lines = [
        "# The guard of the identifier gate",
        "",
        "Made-up data of the project itself: no proof (that is",
        "[privacy_proof.md](privacy_proof.md)), but a guard that runs with every test.",
        "",
        "Made by `python scripts/privacy_proof`; `make test` holds the thresholds. One planting",
        "is one column of one kind and one way of writing it in an otherwise clean file; every",
        "second one is mostly empty (under realistic headings down to a single filled cell, under",
        "neutral ones such as `v17` down to three).",
        "",
        "The last column is no promise but a limit: a single identifier strayed into a neutral",
        "column of 79 clean one-word answers. A bare name that is not among the common ones is not",
        "seen there.",
        "",
        "| kind | realistic heading: found / planted | neutral heading | cells | one stray cell |",
        "|---|---|---|---|---|",
    ]
    for kind in KINDS:
        name = kind.name
        cells = named.cells[name] + neutral.cells[name]
        lines.append(
            f"| {name} | {named.found[name]} / {named.planted[name]} "
            f"| {neutral.found[name]} / {neutral.planted[name]} | {cells} "
            f"| {strays[name]} / {STRAYS} |"
        )
    n_named, n_neutral = sum(named.planted.values()), sum(neutral.planted.values())
    lines += [
        (
            f"| **all** | **{n_named - named.missed} / {n_named}** "
            f"| **{n_neutral - neutral.missed} / {n_neutral}** "
            f"| {sum(named.cells.values()) + sum(neutral.cells.values())} "
            f"| {sum(strays.values())} / {STRAYS * len(KINDS)} |"
        ),
        "",
        (
            f"Missed under a realistic heading: {named.missed}. Missed under a neutral one: "
            f"{neutral.missed} ({100 * neutral.missed / n_neutral:.1f} %)"
            + (f": {'; '.join(missed)}." if missed else ".")
        ),
        "",
        "## False alarms",
        "",
        "| columns | judged | alarms |",
        "|---|---|---|",
        f"| generated clean clinical columns | {n_clean} | {len(clean_alarms)} |",
        f"| public data sets, as they are | {n_public} | {len(public_alarms)} |",
        f"| bundled studies, under their plans | {n_bundled} | {len(bundled_alarms)} |",
        "",
        *(f"- {alarm}" for alarm in clean_alarms + public_alarms + bundled_alarms),
        "",
        "The column `author` holds the surnames of the authors of published studies: names of",
        "people indeed, counted as a false alarm all the same because they are public.",
        "",
    ]
    return "\n".join(lines)

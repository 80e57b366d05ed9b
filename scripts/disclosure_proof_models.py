"""Attack the released numbers of models and write docs/disclosure_proof_models.md.

Random small studies are analysed and released; see `tests/privacy/test_attack_on_models.py` and
`tests/unit/disclosure/test_sizes.py`, which are the attacks.

    python scripts/disclosure_proof_models.py            writes the document
    python scripts/disclosure_proof_models.py --check    fails when it is not what comes out
"""

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np

from evalpipe.disclosure.sizes import coarsen_sizes

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "docs" / "disclosure_proof_models.md"
STUDIES = 100
ROWS = 60
THRESHOLDS = (5, 10)

HEAD = """# What an attacker learns from the numbers of models

Written by `python scripts/disclosure_proof_models.py`; do not edit.

## Sums of coefficients, means and contrasts

{studies} random studies of 24 to 59 people are analysed by least squares with a diagnosis, sex and
arm, some with a product or a baseline. The attacker knows who is where, every released number and
how each is made; unknown are the outcomes alone. Groups of few: people at a level or a cell, 1 to
the threshold, whose mean the others do not determine. A group *comes out* when its mean is a
weighted sum of released numbers.

| threshold | groups of few | come out of the full tables | come out of the released |
| ---: | ---: | ---: | ---: |
"""

SIZES = """
## Sizes of groups from standard errors

The attacker knows the residual spread to every digit and reads a marginal mean with its standard
error and interval, of a group of 12 to 79 people of whom 1 to 5 were lost, n withheld ({rows} drawn
for each threshold). Sizes *fit* when with them the row would be told as it is; a size comes out
when no more than the threshold of sizes fit.

| threshold | rows | come out with two digits | as released | fewest that fit | no interval |
| ---: | ---: | ---: | ---: | ---: | ---: |
"""

FOOT = """
Contrasts keep their digits, because they are what a study asks; what would tell the spread (the
residual variance, and standard errors of groups of known size) is told in steps instead. A spread
that is known from elsewhere tells the sizes of the groups compared.
"""


def load(path: Path) -> Any:
    """A module of the tests, which are no package."""
    spec = importlib.util.spec_from_file_location(f"attack_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def attack_models() -> tuple[str, bool]:
    """The lines of the first table, and whether nobody comes out."""
    attacks = load(REPOSITORY / "tests" / "privacy" / "test_attack_on_models.py")
    found = {threshold: np.zeros(3, dtype=int) for threshold in THRESHOLDS}
    for seed in range(STUDIES):
        threshold = attacks.random_study(seed)[0].privacy.disclosure_threshold
        found[threshold] += attacks.attack(seed)
    lines = [
        f"| {threshold} | {few} | {before} | {after} |\n"
        for threshold, (few, before, after) in found.items()
    ]
    return "".join(lines), all(counts[2] == 0 for counts in found.values())


def attack_sizes() -> tuple[str, bool]:
    """The lines of the second table, and whether no size comes out."""
    attacks = load(REPOSITORY / "tests" / "unit" / "disclosure" / "test_sizes.py")
    lines, is_safe = [], True
    for threshold in THRESHOLDS:
        generator = np.random.default_rng(threshold)
        plain, released, bare = [], [], 0
        for _ in range(ROWS):
            lost, size = int(generator.integers(1, 6)), int(generator.integers(12, 80))
            sigma, mean = float(generator.uniform(1, 12)), float(generator.normal(20, 6))
            row = attacks.mean_row(size, 2 * size, sigma, mean)
            told = coarsen_sizes(row, {}, lost, threshold, size)
            fit = attacks.sizes_that_fit
            plain.append(len(fit(row, {}, sigma, 2 * size, lost)))
            released.append(len(fit(row, told, sigma, 2 * size, lost)))
            bare += bool(np.isnan(told.get("conf_low", 0.0)))
        before, after = (sum(n <= threshold for n in counts) for counts in (plain, released))
        is_safe &= after == 0
        cells = (threshold, ROWS, before, after, min(released), bare)
        lines.append("| " + " | ".join(map(str, cells)) + " |\n")
    return "".join(lines), is_safe


def main() -> int:
    """Write the document or compare it with the one that is there."""
    parser = argparse.ArgumentParser(description="Attack the released numbers of models.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    sizes, hides_sizes = attack_sizes()
    models, hides_means = attack_models()
    text = HEAD.format(studies=STUDIES) + models + SIZES.format(rows=ROWS) + sizes + FOOT
    is_safe = hides_sizes and hides_means
    if options.check:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == text and is_safe else 1
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0 if is_safe else 1


if __name__ == "__main__":
    sys.exit(main())

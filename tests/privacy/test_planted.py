"""Planted identifiers must be found, clean columns must pass: the thresholds of the gate.

The files, identifiers and counts come from scripts/privacy_proof, which also writes
docs/privacy_guard.md. The names there are not the gate's own lists.
"""

import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = Path(os.environ.get("EVALPIPE_REFERENCE", REPOSITORY.parent / "shared" / "reference"))


sys.path.insert(0, str(REPOSITORY / "scripts"))
from privacy_proof import measure, outside_measure  # noqa: E402  # a folder of scripts is no package of ours
from privacy_proof.authorities import write_citizen_number  # noqa: E402
from privacy_proof.document import DOCUMENT  # noqa: E402
from privacy_proof.kinds import KINDS  # noqa: E402


def test_none_is_missed_under_a_realistic_heading(tmp_path: Path):
    tally, missed = measure.measure_planted(tmp_path, named=True, fewest=1)
    assert len(tally.planted) >= 15
    assert sum(tally.planted.values()) >= 1000
    assert missed == []


def test_at_least_99_percent_are_found_under_a_neutral_one(tmp_path: Path):
    tally, missed = measure.measure_planted(tmp_path, named=False, fewest=3)
    planted = sum(tally.planted.values())
    assert planted >= 1000
    assert tally.missed <= 0.01 * planted, missed


def test_at_most_1_percent_false_alarms_over_clean_columns(tmp_path: Path):
    judged, alarms = measure.measure_clean(tmp_path)
    assert judged >= 400
    assert len(alarms) <= 0.01 * judged, alarms


@pytest.mark.reference
@pytest.mark.skipif(not (REFERENCE / "data").is_dir(), reason="no reference folder")
def test_at_most_1_percent_false_alarms_over_public_data():
    judged, alarms = measure.measure_folder(REFERENCE / "data")
    assert judged >= 150
    assert len(alarms) <= 0.01 * judged, alarms


def test_at_most_1_percent_false_alarms_over_the_bundled_studies():
    judged, alarms = measure.measure_studies(REPOSITORY)
    assert judged >= 9
    assert len(alarms) <= 0.01 * judged, alarms


def test_the_document_tells_what_was_measured():
    """The committed table has the planted numbers of this generator and misses none by name."""
    text = DOCUMENT.read_text(encoding="utf-8")
    planted = len(KINDS) * measure.PLANTED_OF_EACH_KIND
    assert f"**{planted} / {planted}**" in text
    assert "Missed under a realistic heading: 0." in text


@pytest.mark.parametrize("seed", range(20))
def test_random_nine_digit_numbers_are_no_citizen_numbers(seed: int):
    """One in eleven passes the 11-proof; a column of 300 must not raise an alarm."""
    from evalpipe.privacy.detectors.citizen_numbers import find_citizen_numbers
    from evalpipe.privacy.distinct import distinct_of

    rng = np.random.default_rng(seed)
    cells = distinct_of([str(n) for n in rng.integers(10**8, 10**9, 300)])
    assert not find_citizen_numbers(cells).any()
    real = [write_citizen_number(rng, 0) for _ in range(12)]
    mixed = distinct_of([*cells.texts()[:20], *real])
    assert find_citizen_numbers(mixed).any()


def test_the_proof_rests_on_data_of_others_and_tells_each_bar_as_a_number():
    """Rates of docs/privacy_proof.md: enough columns, and `met` says what the numbers say."""
    text = outside_measure.DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (\d+) \| (\d+) \| .+? \| ([\d.]+) % \| (.+?) \|$", text, re.M)
    assert len(rows) == len(outside_measure.BARS)
    for _, columns, count, bar, met in rows:
        assert int(columns) >= 2000
        assert (int(count) <= float(bar) / 100 * int(columns)) == (met == "yes")
    for name in outside_measure.PACKAGES:
        assert f"{name}==" in text


def test_wilson_interval():
    """Newcombe (1998), table I: 81 of 263, and 0 of 20."""
    assert outside_measure.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert outside_measure.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)

"""Each partner's value against the partner columns of published couples (Acitelli 1997)."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalpipe.design.derived import partner

FOLDER = Path(
    os.environ.get("EVALPIPE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no reference folder at {FOLDER.name}"),
]


@pytest.mark.parametrize("name", ["self_pos", "other_pos", "satisfaction", "tension"])
def test_partner_of_every_spouse(name: str):
    data = pd.read_csv(FOLDER / "data" / "acitelli_couples.csv")
    frame = pd.DataFrame(
        {
            "participant_id": data["couple"].astype(str) + data["gender"],
            "dyad_id": data["couple"].astype(str),
            "visit": "once",
            "day": 0.0,
            "occasion": 0,
            name: data[f"{name}_a"],
        }
    ).sample(frac=1, random_state=8)
    found = partner(frame, name).sort_index()
    assert len(found) == 296
    np.testing.assert_array_equal(found, data[f"{name}_p"])

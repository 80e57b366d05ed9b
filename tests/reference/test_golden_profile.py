"""Profile-likelihood limits against lme4 (`r/lme4_profile.R`), which interpolates its profiles."""

import json

import numpy as np
import pytest
from cases.folder import HERE
from cases.lmm import fit

from evalpipe.stats.problem import Method
from evalpipe.stats.profile import profile_intervals

pytestmark = pytest.mark.reference
GOLDEN = HERE / "golden_r" / "profile"
NAMES = {
    "sleepstudy_ri": (
        "sleepstudy__lmm_ri",
        {"sd_(Intercept)|Subject": "Subject: variance((Intercept))"},
    ),
    "sleepstudy_ris": (
        "sleepstudy__lmm_ris",
        {
            "sd_(Intercept)|Subject": "Subject: variance((Intercept))",
            "sd_Days|Subject": "Subject: variance(Days)",
        },
    ),
    "btheb_ri": ("btheb__lmm_ri", {"sd_(Intercept)|id": "id: variance((Intercept))"}),
}


@pytest.mark.parametrize("file", NAMES)
def test_limits_of_standard_deviations(file: str):
    case, names = NAMES[file]
    theirs = json.loads((GOLDEN / f"{file}.json").read_text())
    assert set(theirs) == {*names, "sigma"}
    ours = {interval.name: interval for interval in profile_intervals(fit(case, Method.ML))}
    for name, limits in theirs.items():
        interval = ours[names.get(name, "residual: variance")]
        found = np.sqrt([interval.conf_low, interval.conf_high])
        np.testing.assert_allclose(found, limits, rtol=1e-5)

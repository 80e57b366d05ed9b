"""Profile-likelihood limits against lme4 (`r/lme4_profile.R`), which interpolates its profiles."""

import json
from collections.abc import Iterator

import numpy as np

from cases.comparison import Comparison, compare
from cases.folder import HERE
from cases.lmm import fit
from evalpipe.stats.problem import Method
from evalpipe.stats.profile import profile_intervals

GOLDEN = HERE / "golden_r" / "profile"
RESIDUAL = {"sigma": "residual: variance"}
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


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare the limits of every standard deviation."""
    case, levels = NAMES[name]
    names = levels | RESIDUAL
    theirs = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    if set(theirs) != set(names):
        raise KeyError(f"{name}: the standard deviations are not the same")
    ours = {interval.name: interval for interval in profile_intervals(fit(case, Method.ML))}
    for place, limits in theirs.items():
        interval = ours[names[place]]
        found = np.sqrt([interval.conf_low, interval.conf_high])
        yield from compare("ML: profile limits", [place, place], found, limits, 1e-5)

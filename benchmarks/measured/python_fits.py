"""One fit in Python, from DataFrame to contrasts; run as a process of its own by `engine.py`."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from measured.data import make_frame

Fit = Callable[[pd.DataFrame], float]
STATUS = Path("/proc/self/status")
FIXED = ["baseline", "arm", "day", "arm:day"]
RANDOM = {
    "random_intercept": [{"within": "participant_id", "terms": ["intercept"]}],
    "random_slope": [{"within": "participant_id", "terms": ["intercept", "day"]}],
    "nested": [
        {"within": level, "terms": ["intercept"]}
        for level in ("participant_id", "class_id", "school_id")
    ],
}
DAYS_PER_UNIT = 30.0
"""statsmodels and lme4 meet time in months: in days their optimisers struggle."""


def read_memory(name: str) -> float:
    """Return VmRSS or VmHWM in megabytes; NaN where the system does not tell."""
    if not STATUS.exists():
        return float("nan")
    line = next(x for x in STATUS.read_text().splitlines() if x.startswith(name))
    return int(line.split()[1]) / 1024


def forget_peak() -> None:
    """Start the peak of memory anew."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def fit_evalpipe(case: str) -> Fit:
    from evalpipe.models.api import fit_model

    mmrm = {"kind": "mmrm", "fixed": ["baseline", "arm", "visit", "arm:visit"]}
    mixed = {"kind": "mixed", "fixed": FIXED, "random": RANDOM.get(case)}
    model: dict[str, Any] = {
        **(mixed if case in RANDOM else mmrm),
        "inference": "kenward_roger",
    }

    def fit(frame: pd.DataFrame) -> float:
        fitted = fit_model(frame, outcome="score", model=model)
        if case in RANDOM:
            slopes = fitted.slopes("day", by="arm")["estimate"]
            return float(slopes.iloc[1] - slopes.iloc[0])
        return float(
            fitted.contrasts("arm", "treated", versus="control", by="visit")["estimate"].iloc[-1]
        )

    return fit


def fit_statsmodels(case: str) -> Fit:
    import statsmodels.formula.api as smf

    def fit(frame: pd.DataFrame) -> float:
        frame = frame.assign(month=frame["day"] / DAYS_PER_UNIT)
        options: dict[str, Any] = {"groups": "participant_id"}
        if case == "random_slope":
            options["re_formula"] = "~month"
        if case == "nested":
            options = {
                "groups": "school_id",
                "re_formula": "~1",
                "vc_formula": {
                    "class": "0 + C(class_id)",
                    "person": "0 + C(participant_id)",
                },
            }
        model = smf.mixedlm("score ~ baseline + arm * month", frame, **options)
        fitted = model.fit(reml=True)
        fitted.conf_int()
        name = next(term for term in fitted.params.index if ":" in term)
        return float(fitted.params[name]) / DAYS_PER_UNIT

    return fit


def measure(fit: Fit, frame: pd.DataFrame) -> dict[str, float]:
    """Return CPU seconds, peak memory above the data in megabytes, and the estimate."""
    before = read_memory("VmRSS")
    forget_peak()
    start, wall = time.process_time(), time.perf_counter()
    estimate = fit(frame)
    return {
        "cpu_seconds": time.process_time() - start,
        "wall_seconds": time.perf_counter() - wall,
        "memory_mb": read_memory("VmHWM") - before,
        "estimate": estimate,
        "n_rows": len(frame),
    }


def measure_btheb() -> dict[str, float]:
    """Return the primary analysis of btheb: the first call after import, and the median of ten."""
    from statistics import median

    from evalpipe.models.api import fit_model

    root = Path(__file__).resolve().parents[2]
    wide = pd.read_csv(root / "data" / "raw" / "btheb" / "btheb_wide.csv")
    outcomes = [column for column in wide if column.startswith("bdi_") and column != "bdi_pre"]
    frame = wide.melt(["id", "drug", "length", "treatment", "bdi_pre"], outcomes, "visit", "bdi")
    frame["visit"] = pd.Categorical(frame["visit"], outcomes, ordered=True)
    frame = frame.rename(columns={"treatment": "arm", "length": "episode"})
    model = {
        "kind": "mmrm",
        "fixed": ["bdi_pre", "drug", "episode", "arm", "visit", "arm:visit"],
        "inference": "kenward_roger",
    }

    def fit(data: pd.DataFrame) -> float:
        fitted = fit_model(data, outcome="bdi", model=model, participant="id")
        table = fitted.contrasts("arm", "BtheB", versus="TAU", by="visit")
        return float(table["estimate"].iloc[0])

    first = measure(fit, frame)
    again = [measure(fit, frame)["cpu_seconds"] for _ in range(10)]
    return {**first, "median_of_ten": median(again)}


def main() -> None:
    program, case, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    warnings.simplefilter("ignore")
    if case == "btheb":
        print(json.dumps(measure_btheb()))
        return
    fit = fit_evalpipe(case) if program == "evalpipe" else fit_statsmodels(case)
    print(json.dumps(measure(fit, make_frame(case, size))))


if __name__ == "__main__":
    main()

"""ANCOVA against R: classical, HC2 and HC3 errors, marginal means, contrasts, adjusted p-values."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalpipe.config.analyses import Ancova, Estimand
from evalpipe.models.ancova import analyse_ancova
from evalpipe.models.estimate_rows import Heading, assemble_estimates
from evalpipe.models.multiplicity import adjust_p_values, tukey_p_values
from evalpipe.models.variables import Declared

REFERENCE = Path(
    os.environ.get("EVALPIPE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(
        not (REFERENCE / "golden").is_dir(), reason="the reference folder is not beside the project"
    ),
]

BTHEB = tuple(f"btheb__ancova_change_{month}m" for month in (2, 3, 5, 8))
FIXED = {
    **dict.fromkeys(BTHEB, ("baseline", "drug", "length", "arm")),
    "anorexia__ancova_post": ("baseline", "arm"),
    "anorexia__ancova_change": ("baseline", "arm"),
    "anorexia__ancova_interaction": ("baseline", "arm", "baseline:arm"),
}
LEVELS = {"arm": ("TAU", "BtheB", "Cont", "CBT", "FT"), "length": ("under", "over")}
ERRORS = ("classical", "hc2", "hc3")


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REFERENCE / "golden" / f"{name}.json").read_text())
    return loaded


def read(name: str) -> pd.DataFrame:
    if name.startswith("anorexia"):
        d = pd.read_csv(REFERENCE / "data" / "anorexia.csv")
        return pd.DataFrame(
            {
                "participant_id": d["id"],
                "arm": d["Treat"],
                "baseline": d["Prewt"],
                "outcome": d["Postwt"],
            }
        )
    month = name.rsplit("_", 1)[1]
    d = pd.read_csv(REFERENCE / "data" / "btheb_wide.csv")
    length = d["length"].map({"<6m": "under", ">6m": "over"})
    frame = d.assign(participant_id=d["id"], arm=d["treatment"], length=length)
    frame = frame.rename(columns={"bdi_pre": "baseline", f"bdi_{month}": "outcome"})
    return frame.dropna(subset=["outcome"])


@cache
def analyse(name: str, errors: str) -> pd.DataFrame:
    kind = (
        "score" if name in ("anorexia__ancova_post", "anorexia__ancova_interaction") else "change"
    )
    model = Ancova.model_validate(
        {"kind": "ancova", "fixed": FIXED[name], "standard_errors": errors, "outcome_as": kind}
    )
    anorexia = name.startswith("anorexia")
    contrast = {"arm": "CBT", "versus": "Cont"} if anorexia else {"arm": "BtheB", "versus": "TAU"}
    more = [{"arm": "FT", "versus": "Cont"}, {"arm": "FT", "versus": "CBT"}] if anorexia else []
    estimand = Estimand.model_validate(
        {"population": "everyone", "outcome": "score", "contrast": contrast, "contrasts": more}
    )
    declared = Declared(dict(LEVELS))
    answer = analyse_ancova(read(name), model, estimand, declared, Heading("study", name))
    return assemble_estimates(answer.rows, answer.heading)


def check(row: Any, golden: dict[str, Any], sign: float = 1.0) -> None:
    low, high = sorted((sign * row["conf_low"], sign * row["conf_high"]))
    assert sign * row["estimate"] == pytest.approx(golden["estimate"], rel=1e-9)
    assert row["std_error"] == pytest.approx(golden["se"], rel=1e-9)
    assert row["df"] == golden["df"]
    assert sign * row["statistic"] == pytest.approx(golden["statistic"], rel=1e-8)
    assert row["p_value"] == pytest.approx(golden["p"], rel=1e-7)
    assert low == pytest.approx(golden["ci_low"], rel=1e-8)
    assert high == pytest.approx(golden["ci_high"], rel=1e-8)


def test_every_file_is_tested() -> None:
    index = json.loads((REFERENCE / "golden" / "index.json").read_text())
    files = {entry["file"].removesuffix(".json") for entry in index if entry["kind"] == "ancova"}
    assert files == set(FIXED)


@pytest.mark.parametrize("errors", ERRORS)
@pytest.mark.parametrize("name", FIXED)
def test_coefficients(name: str, errors: str) -> None:
    found = analyse(name, errors)
    rows = found[found["quantity"] == "coefficient"]
    golden = load(name)["inference"][errors]["fixed"]
    assert len(rows) == len(golden)
    for (_, row), expected in zip(rows.iterrows(), golden, strict=True):
        check(row, expected)


@pytest.mark.parametrize("name", FIXED)
def test_fit(name: str) -> None:
    found, golden = analyse(name, "classical").set_index("term"), load(name)
    fit = found[found["quantity"] == "fit_statistic"]["estimate"]
    assert fit["log_likelihood"] == pytest.approx(golden["loglik_ml"], abs=1e-8)
    assert fit["aic"] == pytest.approx(golden["aic"], abs=1e-8)
    assert fit["bic"] == pytest.approx(golden["bic"], abs=1e-8)
    variance = found[found["quantity"] == "variance_component"]["estimate"]["residual"]
    assert np.sqrt(variance) == pytest.approx(golden["sigma"], rel=1e-10)
    assert (found["n_observations"] == golden["n_obs"]).all()


@pytest.mark.parametrize("name", FIXED)
def test_marginal_means(name: str) -> None:
    found = analyse(name, "classical")
    means = found[found["quantity"] == "marginal_mean"].set_index("arm")
    golden = load(name)["inference"]["classical"]["emmeans"]["means"]
    assert len(means) == len(golden)
    for expected in golden:
        arm = expected.get("Treat") or expected["treatment"]
        check(means.loc[arm], {**expected, "estimate": expected["emmean"]})


@pytest.mark.parametrize("name", FIXED)
def test_contrasts_and_adjusted_p_values(name: str) -> None:
    found = analyse(name, "classical")
    rows = found[found["quantity"] == "contrast"].set_index(["arm", "reference_arm"])
    classical = load(name)["inference"]["classical"]
    ordered = []
    for expected in classical["pairwise"]:
        first, second = expected["contrast"].split(" - ")
        row = rows.loc[(second, first)]
        check(row, expected, sign=-1.0)
        ordered.append(row)
    assert len(ordered) == len(rows)
    p = np.array([row["p_value"] for row in ordered])
    t = np.array([row["statistic"] for row in ordered])
    n_means = 3 if len(p) == 3 else 2
    for method, expected in classical["pairwise_adjusted_p"].items():
        values = [entry["p"] for entry in expected]
        if method == "none":
            continue
        if method == "tukey":
            assert tukey_p_values(t, n_means, ordered[0]["df"]) == pytest.approx(values, rel=1e-6)
        else:
            assert adjust_p_values(p, method) == pytest.approx(values, rel=1e-8)


def test_f_test_of_three_arms() -> None:
    golden = load("anorexia__ancova_change")["extra"]["f_test_treatment"]
    found = analyse("anorexia__ancova_change", "classical")
    row = found[(found["quantity"] == "joint_test") & (found["term"] == "arm")].iloc[0]
    numbers = [value for value in _numbers(golden) if value is not None]
    assert any(row["statistic"] == pytest.approx(value, rel=1e-8) for value in numbers)
    assert any(row["p_value"] == pytest.approx(value, rel=1e-7) for value in numbers)
    assert row["df_numerator"] == 2


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in _numbers(part)]
    if isinstance(value, list):
        return [number for part in value for number in _numbers(part)]
    return [value] if isinstance(value, int | float) else []

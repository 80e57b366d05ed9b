"""Standardised differences, pooling over imputations and single cases against R."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cases.folder import REFERENCE

from evalpipe.config.analyses import SingleCase
from evalpipe.models.effects import standardise_difference
from evalpipe.models.estimate_rows import Heading, assemble_estimates
from evalpipe.models.single_case import analyse_single_cases
from evalpipe.stats.missing.conditional_mean import Analysis
from evalpipe.stats.missing.draws import analyse_completed
from evalpipe.stats.missing.pooling import pool_estimates

pytestmark = pytest.mark.reference
MONTHS = (2, 3, 5, 8)


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REFERENCE / "golden" / f"{name}.json").read_text())
    return loaded


def arms(month: int, kind: str) -> tuple[Any, Any]:
    d = pd.read_csv(REFERENCE / "data" / "btheb_wide.csv").dropna(subset=[f"bdi_{month}m"])
    values = d[f"bdi_{month}m"] - (d["bdi_pre"] if kind == "unadjusted_change" else 0)
    treated, control = d["treatment"] == "BtheB", d["treatment"] == "TAU"
    return values[treated].to_numpy(float), values[control].to_numpy(float)


@pytest.mark.parametrize("kind", ["unadjusted_score", "unadjusted_change"])
@pytest.mark.parametrize("month", MONTHS)
def test_standardised_differences(month: int, kind: str) -> None:
    golden = load(f"btheb__ancova_change_{month}m")["extra"][kind]
    treated, control = arms(month, kind)
    effect = standardise_difference(treated, control)
    assert effect.n == tuple(golden["n"])
    assert effect.difference == pytest.approx(golden["difference"], rel=1e-10)
    assert effect.pooled_sd == pytest.approx(golden["pooled_sd"], rel=1e-10)
    assert effect.d == pytest.approx(golden["cohen_d"], rel=1e-10)
    assert effect.correction == pytest.approx(golden["hedges_j_exact"], rel=1e-10)
    assert effect.g == pytest.approx(golden["hedges_g"], rel=1e-10)
    assert effect.g_variance == pytest.approx(golden["var_g_large_sample"], rel=1e-9)
    # R inverts its noncentral t numerically to about 1e-6 of the standardised difference.
    assert effect.d_interval == pytest.approx(golden["cohen_d_ci_noncentral_t"], abs=2e-6)
    assert effect.g_interval == pytest.approx(golden["hedges_g_ci_noncentral_t"], abs=2e-6)


@pytest.mark.parametrize("name", ["btheb__mi_ancova_2m", "btheb__mi_ancova_8m"])
def test_rubins_rules(name: str) -> None:
    results = load(name)["results"]
    each = pd.DataFrame(results["each"])
    terms = [row["term"] for row in results["pooled"]]
    estimates = each.pivot(index="imputation", columns="term", values="estimate")[terms]
    errors = each.pivot(index="imputation", columns="term", values="se")[terms]
    complete = results["pooled"][0]["df_complete"]
    pooled = pool_estimates(estimates.to_numpy(), errors.to_numpy() ** 2, complete)
    pairs = {
        "estimate": pooled.estimate,
        "se": pooled.std_error,
        "df": pooled.df,
        "statistic": pooled.statistic,
        "p": pooled.p_value,
        "ci_low": pooled.conf_low,
        "ci_high": pooled.conf_high,
        "within": pooled.within,
        "between": pooled.between,
        "total": pooled.total,
        "riv": pooled.riv,
        "lambda": pooled.missing_share,
        "fmi": pooled.fmi,
        "df_rubin_1987": pooled.df_rubin,
    }
    for field, ours in pairs.items():
        golden = [row[field] for row in results["pooled"]]
        assert ours == pytest.approx(golden, rel=1e-10), field


def test_pooling_of_ancova_in_stored_imputations() -> None:
    """The whole way: our least squares in each imputed data set, pooled."""
    from evalpipe.config.analyses import Ancova
    from evalpipe.models.ancova import fit_least_squares
    from evalpipe.models.model_rows import build_rows
    from evalpipe.models.variables import Declared

    d = pd.read_csv(REFERENCE / "data" / "btheb_imputed20.csv")
    length = d["length"].map({"<6m": "under", ">6m": "over"})
    d = d.assign(participant_id=d["id"], arm=d["treatment"], length=length, baseline=d["bdi_pre"])
    model = Ancova(
        kind="ancova", fixed=("baseline", "drug", "length", "arm"), standard_errors="classical"
    )
    declared = Declared({"arm": ("TAU", "BtheB"), "length": ("under", "over")})
    fits = [
        fit_least_squares(
            build_rows(part.assign(outcome=part["bdi_8m"]), model, declared), "classical"
        )
        for _, part in d.groupby("imputation")
    ]
    pooled = pool_estimates(
        np.array([fit.beta for fit in fits]),
        np.array([np.diag(fit.covariance) for fit in fits]),
        fits[0].df_residual,
    )
    golden = load("btheb__mi_ancova_8m")["results"]["pooled"]
    assert pooled.estimate == pytest.approx([row["estimate"] for row in golden], rel=1e-9)
    assert pooled.std_error == pytest.approx([row["se"] for row in golden], rel=1e-9)
    assert pooled.df == pytest.approx([row["df"] for row in golden], rel=1e-7)


@pytest.mark.parametrize("month", [2, 8])
def test_imputations_brought_by_the_user(month: int) -> None:
    """A file with an imputation number, analysed on arrays and pooled."""
    d = pd.read_csv(REFERENCE / "data" / "btheb_imputed20.csv")
    each = []
    for _, part in d.groupby("imputation"):
        terms = [part["bdi_pre"], part["drug"] == "Yes", part["length"] == ">6m"]
        treated = part["treatment"] == "BtheB"
        A = np.column_stack([np.ones(len(part)), *terms, treated]).astype(float)
        analysis = Analysis(A, ("one", "pre", "drug", "length", "treated"), np.eye(5))
        each.append(analyse_completed(part[[f"bdi_{month}m"]].to_numpy(float), analysis))
    pooled = pool_estimates(
        np.array([e for e, _, _ in each]), np.array([v for _, v, _ in each]), each[0][2]
    )
    golden = load(f"btheb__mi_ancova_{month}m")["results"]["pooled"]
    pairs = {"estimate": pooled.estimate, "se": pooled.std_error, "df": pooled.df}
    for field, ours in {**pairs, "p": pooled.p_value, "fmi": pooled.fmi}.items():
        assert ours[:, 0] == pytest.approx([row[field] for row in golden], rel=1e-10), field


@pytest.fixture(scope="module")
def single_cases() -> tuple[pd.DataFrame, list[str]]:
    d = pd.read_csv(REFERENCE / "data" / "leidig2018_days.csv", dtype={"case": str})
    frame = d.rename(columns={"case": "participant_id", "academic_engagement": "outcome"})
    model = SingleCase(kind="single_case", phase="phase", baseline_phase="A", over="day")
    answer = analyse_single_cases(frame, model, Heading("study", "cases"))
    known = frame.dropna(subset=["outcome"])
    return assemble_estimates(answer.rows, answer.heading), list(
        dict.fromkeys(known["participant_id"])
    )


def test_single_cases(single_cases: tuple[pd.DataFrame, list[str]]) -> None:
    found, order = single_cases
    golden = load("leidig__single_case_piecewise")["results"]
    assert set(order) == set(golden)
    rows = found.set_index("term")
    names = ("level_at_start", "trend_in_baseline", "change_in_level", "change_in_trend")
    for number, case in enumerate(order, start=1):
        expected = golden[case]
        for name, row in zip(names, expected["ols"], strict=True):
            ours = rows.loc[f"{name}, case {number}"]
            assert ours["estimate"] == pytest.approx(row["estimate"], rel=1e-7, abs=1e-10)
            assert ours["std_error"] == pytest.approx(row["se"], rel=1e-8)
            assert ours["df"] == row["df"]
            assert ours["p_value"] == pytest.approx(row["p"], rel=1e-6)
        assert rows.loc[f"nap, case {number}", "estimate"] == pytest.approx(expected["nap"])
        assert rows.loc[f"pnd, case {number}", "estimate"] == pytest.approx(expected["pnd"])

"""Plan syntax in, R's and SAS's numbers out: mixed models and MMRMs through the plan's layer."""

import json
from functools import cache
from typing import Any

import pandas as pd
import pytest
from cases.folder import REFERENCE

from evalpipe.models.api import Fitted, fit_model

pytestmark = pytest.mark.reference

BTHEB_MMRM = ["baseline", "drug", "length", "arm", "visit", "arm:visit"]
FEV_MMRM = ["race", "sex", "arm", "visit", "arm:visit"]
STRUCTURES = {
    "us": "unstructured",
    "cs": "compound_symmetry",
    "csh": "heterogeneous_compound_symmetry",
    "ar1": "ar1",
    "ar1h": "heterogeneous_ar1",
    "toep": "toeplitz",
    "toeph": "heterogeneous_toeplitz",
    "ad": "ante_dependence",
    "adh": "heterogeneous_ante_dependence",
}
MMRMS = [f"{data}__mmrm_{short}" for data in ("btheb", "fev") for short in STRUCTURES]
MMRMS += ["btheb__mmrm_us_by_arm", "fev__mmrm_us_by_arm", "fev__mmrm_cs_by_arm"]
MMRMS += ["btheb__mmrm_csh_by_arm", "btheb__clda_us"]
MIXED: dict[str, tuple[list[str], list[str]]] = {
    "btheb__lmm_ri": (["baseline", "month", "arm", "drug", "length"], ["intercept"]),
    "btheb__lmm_ris": (["baseline", "month", "arm", "drug", "length"], ["intercept", "month"]),
    "btheb__lmm_ri_by_visit": (BTHEB_MMRM, ["intercept"]),
    "btheb__lmm_ri_growth": (
        ["baseline", "drug", "length", "arm", "month", "arm:month"],
        ["intercept", "month"],
    ),
    "fev__lmm_ri": (["baseline", *FEV_MMRM], ["intercept"]),
}


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REFERENCE / "golden" / f"{name}.json").read_text())
    return loaded


@cache
def read(name: str) -> pd.DataFrame:
    if name.startswith("fev"):
        d = pd.read_csv(REFERENCE / "data" / "fev_data.csv")
        return d.rename(
            columns={
                "USUBJID": "participant_id",
                "ARMCD": "arm",
                "AVISIT": "visit",
                "RACE": "race",
                "SEX": "sex",
                "FEV1_BL": "baseline",
                "FEV1": "score",
            }
        )
    source = "btheb_long_with_baseline" if name == "btheb__clda_us" else "btheb_long"
    d = pd.read_csv(REFERENCE / "data" / f"{source}.csv", dtype={"id": str})
    named = d.rename(
        columns={"id": "participant_id", "treatment": "arm", "bdi_pre": "baseline", "bdi": "score"}
    )
    return named.assign(visit="month_" + named["month"].astype(str))


LEVELS = {
    "arm": ["TAU", "BtheB", "PBO", "TRT"],
    "length": ["<6m", ">6m"],
    "drug": ["No", "Yes"],
    "sex": ["Male", "Female"],
    "race": ["Asian", "Black or African American", "White"],
}


def model_of(name: str) -> dict[str, Any]:
    if name in MIXED:
        fixed, random = MIXED[name]
        return {
            "kind": "mixed",
            "fixed": fixed,
            "random": [{"within": "participant", "terms": random}],
        }
    if name == "btheb__clda_us":
        return {
            "kind": "mmrm",
            "fixed": ["drug", "length", "visit", "arm:visit"],
            "equal_at": "month_0",
        }
    short = name.split("__mmrm_")[1]
    by_arm = short.endswith("_by_arm")
    residual: dict[str, Any] = {"structure": STRUCTURES[short.removesuffix("_by_arm")]}
    if by_arm:
        residual["by"] = "arm"
    fixed = FEV_MMRM if name.startswith("fev") else BTHEB_MMRM
    return {"kind": "mmrm", "fixed": fixed, "residual": residual}


@cache
def fit(name: str, inference: str) -> Fitted:
    model = {**model_of(name), "inference": inference}
    return fit_model(read(name), outcome="score", model=model, levels=LEVELS)


def our_name(term: str) -> str:
    """R's name of a coefficient in the plan's words."""
    known = {
        "(Intercept)": "intercept",
        "bdi_pre": "baseline",
        "FEV1_BL": "baseline",
        "month": "month",
    }
    prefixes = {
        "drug": "drug",
        "length": "length",
        "treatment": "arm",
        "ARMCD": "arm",
        "AVISIT": "visit",
        "RACE": "race",
        "SEX": "sex",
        "visit": "visit",
    }
    parts = []
    for part in term.split(":"):
        if part.startswith("trt_m"):
            parts.append(f"visit[month_{part[5:]}]:arm[BtheB]")
        elif part in known:
            parts.append(known[part])
        else:
            prefix = next(p for p in prefixes if part.startswith(p))
            level = part.removeprefix(prefix)
            parts.append(f"{prefixes[prefix]}[{f'month_{level}' if prefix == 'visit' else level}]")
    return ":".join(sorted(":".join(parts).split(":")))


def visit_of(row: dict[str, Any]) -> str:
    return f"month_{row['visit']}" if "visit" in row else str(row["AVISIT"])


def estimates(name: str, inference: str) -> pd.DataFrame:
    return fit(name, inference).estimates


def coefficients(name: str, inference: str) -> pd.DataFrame:
    found = estimates(name, inference)
    rows = found[found["quantity"] == "coefficient"].copy()
    rows["term"] = [":".join(sorted(term.split(":"))) for term in rows["term"]]
    return rows.set_index("term")


def tolerance(golden: dict[str, Any]) -> float:
    return 1e-4 if golden.get("n_covariance_parameters", 0) >= 10 else 1e-5


@pytest.mark.parametrize("name", [*MMRMS, *MIXED])
def test_likelihood_and_counts(name: str) -> None:
    golden, found = load(name), estimates(name, "satterthwaite").set_index("term")
    ours = found.loc["log_likelihood", "estimate"]
    assert ours == pytest.approx(golden["reml"]["loglik"], abs=1e-6)
    people = golden.get("n_subjects") or next(iter(golden["n_groups"].values()))
    diagnostics = fit(name, "satterthwaite").diagnostics.iloc[0]
    assert diagnostics["n_observations"] == golden["n_obs"]
    assert diagnostics["n_participants"] == people


@pytest.mark.parametrize("name", MMRMS)
def test_information_criteria_of_mmrms(name: str) -> None:
    golden, found = load(name)["reml"], estimates(name, "satterthwaite").set_index("term")
    assert found.loc["aic", "estimate"] == pytest.approx(golden["aic_cov_params_only"], abs=1e-5)
    assert found.loc["bic", "estimate"] == pytest.approx(golden["bic_n_subjects"], abs=1e-5)


@pytest.mark.parametrize("name", MIXED)
def test_information_criteria_of_mixed_models(name: str) -> None:
    golden, found = load(name)["reml"], estimates(name, "satterthwaite").set_index("term")
    assert found.loc["aic", "estimate"] == pytest.approx(golden["aic"], abs=1e-5)
    assert found.loc["bic", "estimate"] == pytest.approx(golden["bic_n_obs"], abs=1e-5)


@pytest.mark.parametrize("method", ["satterthwaite", "kenward_roger"])
@pytest.mark.parametrize("name", [*MMRMS, *MIXED])
def test_coefficients(name: str, method: str) -> None:
    golden = load(name)
    linear = method == "kenward_roger" and name in MMRMS
    expected = golden["inference"]["kenward_roger_linear" if linear else method]["fixed"]
    rows = coefficients(name, method)
    assert set(rows.index) == {our_name(row["term"]) for row in expected}
    scale = max(abs(row["estimate"]) for row in expected)
    wide = tolerance(golden)
    error = 1e-3 if method == "kenward_roger" else wide
    for row in expected:
        ours = rows.loc[our_name(row["term"])]
        assert ours["estimate"] == pytest.approx(row["estimate"], rel=wide, abs=1e-6 * scale)
        assert ours["std_error"] == pytest.approx(row["se"], rel=error)
        assert ours["df"] == pytest.approx(row["df"], rel=1e-3)


@pytest.mark.parametrize("name", [n for n in MMRMS if n != "btheb__clda_us"])
def test_means_and_contrasts_at_each_visit(name: str) -> None:
    golden = load(name)
    expected = golden["inference"]["kenward_roger_linear"]["emmeans"]
    fitted = fit(name, "kenward_roger")
    means = fitted.means("arm", by="visit").set_index(["arm", "visit"])
    for row in expected["means"]:
        ours = means.loc[(row.get("treatment") or row["ARMCD"], visit_of(row))]
        assert ours["estimate"] == pytest.approx(row["emmean"], rel=tolerance(golden))
        assert ours["std_error"] == pytest.approx(row["se"], rel=1e-3)
        assert ours["df"] == pytest.approx(row["df"], rel=1e-3)
    for row in expected["contrasts"]:
        level, versus = row["contrast"].split(" - ")
        found = fitted.contrasts("arm", level, versus=versus, by="visit").set_index("visit")
        ours = found.loc[visit_of(row)]
        assert ours["estimate"] == pytest.approx(row["estimate"], rel=tolerance(golden), abs=1e-4)
        assert ours["std_error"] == pytest.approx(row["se"], rel=1e-3)
        assert ours["df"] == pytest.approx(row["df"], rel=1e-3)
        assert ours["conf_low"] == pytest.approx(row["ci_low"], rel=2e-3)
        assert ours["conf_high"] == pytest.approx(row["ci_high"], rel=2e-3, abs=5e-4)


TERMS = {"bdi_pre": "baseline", "treatment": "arm", "FEV1_BL": "baseline"}
TERMS |= {"ARMCD": "arm", "AVISIT": "visit", "RACE": "race", "SEX": "sex"}


@pytest.mark.parametrize("name", MIXED)
def test_type_three_tests(name: str) -> None:
    found = estimates(name, "satterthwaite")
    joint = found[found["quantity"] == "joint_test"].set_index("term")
    expected = load(name)["inference"]["satterthwaite"]["anova_type3"]
    assert len(joint) == len(expected)
    for row in expected:
        term = ":".join(TERMS.get(part, part) for part in row["term"].split(":"))
        ours = joint.loc[term]
        assert ours["statistic"] == pytest.approx(row["F"], rel=1e-4)
        assert ours["df_numerator"] == row["num_df"]
        assert ours["df"] == pytest.approx(row["den_df"], rel=2e-3)


@pytest.mark.parametrize("name", ["btheb__mmrm_us", "fev__mmrm_us", "fev__mmrm_csh"])
def test_joint_test_of_the_interaction(name: str) -> None:
    golden = load(name)["inference"]["kenward_roger_linear"]["joint_tests"][0]
    found = estimates(name, "kenward_roger")
    ours = found[(found["quantity"] == "joint_test") & (found["term"] == "arm:visit")].iloc[0]
    assert ours["statistic"] == pytest.approx(golden["F"], rel=1e-3)
    assert ours["df"] == pytest.approx(golden["den_df"], rel=1e-3)
    assert ours["p_value"] == pytest.approx(golden["p"], rel=1e-3)


def test_variance_components_are_named_in_the_words_of_the_plan() -> None:
    golden = load("btheb__lmm_ris")["reml"]["random"]
    found = estimates("btheb__lmm_ris", "satterthwaite").set_index("term")["estimate"]
    expected = {
        (row["grp"], row["var1"], row["var2"]): row["variance_or_covariance"] for row in golden
    }
    ours = {
        "participant.intercept": expected["id", "(Intercept)", None],
        "participant.month": expected["id", "month", None],
        "participant.intercept:month": expected["id", "(Intercept)", "month"],
        "residual": expected["Residual", None, None],
    }
    for term, value in ours.items():
        assert found[term] == pytest.approx(value, rel=1e-4), term


COUPLES = {
    "acitelli__apim_distinguishable_us": (
        ["role", "other_ac", "other_pc", "role:other_ac", "role:other_pc"],
        "distinguishable",
    ),
    "acitelli__apim_tension_us": (
        ["role", "tension_ac", "tension_pc", "role:tension_ac", "role:tension_pc"],
        "distinguishable",
    ),
    "acitelli__apim_indistinguishable_cs": (["other_ac", "other_pc"], "exchangeable"),
}


def couples() -> pd.DataFrame:
    d = pd.read_csv(REFERENCE / "data" / "acitelli_couples.csv")
    centred = {
        f"{name}_{who}c": d[f"{column}_{who}"] - d[f"{column}_{who}"].mean()
        for name, column in (("other", "other_pos"), ("tension", "tension"))
        for who in ("a", "p")
    }
    return d.assign(
        dyad_id=d["couple"],
        participant_id=d["couple"].astype(str) + "_" + d["person"].astype(str),
        role=d["gender"],
        visit="once",
        **centred,
    )


@pytest.mark.parametrize("name", COUPLES)
def test_couples(name: str) -> None:
    """Actor-partner models: members told apart (own variances) or not."""
    golden, (fixed, members) = load(name), COUPLES[name]
    model = {
        "kind": "mmrm",
        "fixed": fixed,
        "residual": {"structure": "identity", "within": "dyad", "members": members},
    }
    fitted = fit_model(
        couples(), outcome="satisfaction_a", model=model, levels={"role": ["Wife", "Husband"]}
    )
    found = fitted.estimates.set_index("term")
    assert found.loc["log_likelihood", "estimate"] == pytest.approx(
        golden["reml"]["loglik"], abs=1e-6
    )
    rows = fitted.estimates[fitted.estimates["quantity"] == "coefficient"]
    expected = golden["inference"]["kenward_roger_linear"]["fixed"]
    assert len(rows) == len(expected)
    for ours, row in zip(rows.itertuples(), expected, strict=True):
        assert ours.estimate == pytest.approx(row["estimate"], rel=1e-5, abs=1e-7)
        assert ours.std_error == pytest.approx(row["se"], rel=1e-3)
        assert ours.df == pytest.approx(row["df"], rel=1e-3)


@pytest.mark.parametrize("name", ["leidig__lmm_phase", "leidig__lmm_phase_slope"])
def test_children_in_classes_over_two_phases(name: str) -> None:
    golden = load(name)
    d = pd.read_csv(REFERENCE / "data" / "leidig2018_days.csv")
    frame = d.assign(participant_id=d["case"], day_c=(d["day"] - 1) / 10)
    slope = ["intercept", "phase"] if name.endswith("slope") else ["intercept"]
    model: dict[str, Any] = {
        "kind": "mixed",
        "fixed": ["day_c", "phase"],
        "random": [{"within": "class"}, {"within": "participant", "terms": slope}],
    }
    method = "satterthwaite" if name.endswith("slope") else "kenward_roger"
    model["inference"] = method
    fitted = fit_model(frame, outcome="academic_engagement", model=model)
    found = fitted.estimates.set_index("term")
    likelihood = found.loc["log_likelihood", "estimate"]
    assert likelihood == pytest.approx(golden["reml"]["loglik"], abs=1e-6)
    rows = fitted.estimates[fitted.estimates["quantity"] == "coefficient"]
    for ours, row in zip(rows.itertuples(), golden["inference"][method]["fixed"], strict=True):
        assert ours.estimate == pytest.approx(row["estimate"], rel=1e-5)
        assert ours.std_error == pytest.approx(row["se"], rel=1e-3)
        assert ours.df == pytest.approx(row["df"], rel=2e-3)

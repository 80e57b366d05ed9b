"""Linear models of one endpoint through the plan's own model syntax, against R's lm and emmeans."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from cases.comparison import Comparison, compare
from cases.folder import load, read_data
from evalpipe.config.analyses import Ancova, Estimand
from evalpipe.models.ancova import analyse_ancova
from evalpipe.models.estimate_rows import Heading, assemble_estimates
from evalpipe.models.multiplicity import adjust_p_values, tukey_p_values
from evalpipe.models.variables import Declared

BTHEB = tuple(f"btheb__ancova_change_{month}m" for month in (2, 3, 5, 8))
FIXED = {
    **dict.fromkeys(BTHEB, ("baseline", "drug", "length", "arm")),
    "anorexia__ancova_post": ("baseline", "arm"),
    "anorexia__ancova_change": ("baseline", "arm"),
    "anorexia__ancova_interaction": ("baseline", "arm", "baseline:arm"),
}
ON_THE_SCORE = ("anorexia__ancova_post", "anorexia__ancova_interaction")
LEVELS = {"arm": ("TAU", "BtheB", "Cont", "CBT", "FT"), "length": ("under", "over")}
ERRORS = ("classical", "hc2", "hc3")
TOLERANCE = {
    "estimate": 1e-9,
    "std_error": 1e-9,
    "df": 1e-12,
    "statistic": 1e-8,
    "p_value": 1e-7,
    "conf_low": 1e-8,
    "conf_high": 1e-8,
}
THEIRS = {
    "estimate": "estimate",
    "std_error": "se",
    "df": "df",
    "statistic": "statistic",
    "p_value": "p",
    "conf_low": "ci_low",
    "conf_high": "ci_high",
}
SHOWN = {"std_error": "standard error", "p_value": "p", "statistic": "t"}
SHOWN |= {"conf_low": "interval", "conf_high": "interval"}


def read_frame(name: str) -> pd.DataFrame:
    """Return the frame of a golden file, in the plan's words."""
    if name.startswith("anorexia"):
        d = read_data("anorexia")
        return pd.DataFrame(
            {
                "participant_id": d["id"],
                "arm": d["Treat"],
                "baseline": d["Prewt"],
                "outcome": d["Postwt"],
            }
        )
    month = name.rsplit("_", 1)[1]
    d = read_data("btheb_wide")
    length = d["length"].map({"<6m": "under", ">6m": "over"})
    frame = d.assign(participant_id=d["id"], arm=d["treatment"], length=length)
    frame = frame.rename(columns={"bdi_pre": "baseline", f"bdi_{month}": "outcome"})
    return frame.dropna(subset=["outcome"])


@cache
def analyse(name: str, errors: str) -> pd.DataFrame:
    """Return the rows of `estimates` of a golden file's model."""
    kind = "score" if name in ON_THE_SCORE else "change"
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
    answer = analyse_ancova(read_frame(name), model, estimand, declared, Heading("study", name))
    return assemble_estimates(answer.rows, answer.heading)


def select(name: str, errors: str, quantity: str) -> pd.DataFrame:
    """Return the rows of one quantity."""
    found = analyse(name, errors)
    return found[found["quantity"] == quantity]


def compare_all(name: str) -> Iterator[Comparison]:
    """Compare every number of a golden file."""
    yield from compare_fit(name)
    for errors in ERRORS:
        yield from compare_coefficients(name, errors)
    yield from compare_means(name)
    yield from compare_contrasts(name)
    yield from compare_adjusted(name)
    if name == "anorexia__ancova_change":
        yield from compare_f_test(name)


def compare_fit(name: str) -> Iterator[Comparison]:
    """Compare likelihood, AIC, BIC and the residual standard deviation."""
    fit = select(name, "classical", "fit_statistic").set_index("term")["estimate"]
    variance = select(name, "classical", "variance_component").set_index("term")["estimate"]
    golden = load(name)
    terms = ["log_likelihood", "aic", "bic"]
    theirs = [golden["loglik_ml"], golden["aic"], golden["bic"]]
    yield from compare("log-likelihood, AIC, BIC", terms, fit[terms], theirs, 1e-8, 1.0)
    sigma = np.sqrt(variance["residual"])
    yield from compare("residual standard deviation", [""], sigma, golden["sigma"], 1e-10)


def compare_coefficients(name: str, errors: str) -> Iterator[Comparison]:
    """Compare coefficients under one kind of standard error."""
    golden = load(name)["inference"][errors]["fixed"]
    rows = select(name, errors, "coefficient")
    for (_, row), theirs in zip(rows.iterrows(), golden, strict=True):
        yield from _compare_row(f"{errors} coefficients", theirs["term"], row, theirs)


def compare_means(name: str) -> Iterator[Comparison]:
    """Compare the marginal means of the arms."""
    means = select(name, "classical", "marginal_mean").set_index("arm")
    golden = load(name)["inference"]["classical"]["emmeans"]["means"]
    if len(means) != len(golden):
        raise KeyError(f"{name}: the marginal means are not the same")
    for theirs in golden:
        arm = theirs.get("Treat") or theirs["treatment"]
        row = {**theirs, "estimate": theirs["emmean"]}
        yield from _compare_row("marginal means", arm, means.loc[arm], row)


def list_contrasts(name: str) -> list[tuple[Any, dict[str, Any]]]:
    """Return our row and theirs for each pair of arms; ours has the opposite sign."""
    rows = select(name, "classical", "contrast").set_index(["arm", "reference_arm"])
    pairs = []
    for theirs in load(name)["inference"]["classical"]["pairwise"]:
        first, second = theirs["contrast"].split(" - ")
        pairs.append((rows.loc[(second, first)], theirs))
    if len(pairs) != len(rows):
        raise KeyError(f"{name}: the contrasts are not the same")
    return pairs


def compare_contrasts(name: str) -> Iterator[Comparison]:
    """Compare the differences between arms."""
    for row, theirs in list_contrasts(name):
        turned = row.copy()
        turned["estimate"], turned["statistic"] = -row["estimate"], -row["statistic"]
        turned["conf_low"], turned["conf_high"] = -row["conf_high"], -row["conf_low"]
        yield from _compare_row("contrasts", theirs["contrast"], turned, theirs)


def compare_adjusted(name: str) -> Iterator[Comparison]:
    """Compare p values adjusted for several comparisons."""
    ours = [row for row, _ in list_contrasts(name)]
    p = np.array([row["p_value"] for row in ours])
    t = np.array([row["statistic"] for row in ours])
    n_means = 3 if len(p) == 3 else 2
    adjusted = load(name)["inference"]["classical"]["pairwise_adjusted_p"]
    for method, rows in adjusted.items():
        if method == "none":
            continue
        places = [f"{method} {row['contrast']}" for row in rows]
        theirs = [row["p"] for row in rows]
        if method == "tukey":
            found = tukey_p_values(t, n_means, ours[0]["df"])
            yield from compare("p adjusted by Tukey", places, found, theirs, 1e-6)
        else:
            found = adjust_p_values(p, method)
            yield from compare("adjusted p", places, found, theirs, 1e-8)


def compare_f_test(name: str) -> Iterator[Comparison]:
    """Compare the F test of three arms."""
    rows = select(name, "classical", "joint_test")
    row = rows[rows["term"] == "arm"].iloc[0]
    theirs = load(name)["extra"]["f_test_treatment"]
    yield from compare("joint test: F", ["arm"], row["statistic"], theirs["F"], 1e-8)
    yield from compare("joint test: p", ["arm"], row["p_value"], theirs["p"], 1e-7)
    yield from compare("joint test: numerator df", ["arm"], row["df_numerator"], 2, 0.0)


def _compare_row(what: str, place: str, ours: Any, theirs: dict[str, Any]) -> Iterator[Comparison]:
    for field, tolerance in TOLERANCE.items():
        quantity = f"{what}: {SHOWN.get(field, field)}"
        expected = theirs[THEIRS[field]]
        yield from compare(quantity, [place], ours[field], expected, tolerance)

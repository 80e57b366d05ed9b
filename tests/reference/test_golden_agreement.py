"""Intraclass correlations against R (psych) and pingouin; kappa against published numbers."""

import json

import numpy as np
import pandas as pd
import pytest
from cases.folder import REFERENCE

from evalpipe.models.agreement import cohen_kappa
from evalpipe.models.intraclass import shrout_fleiss

pytestmark = pytest.mark.reference

NAMES = {
    "ICC1": "icc_1",
    "ICC2": "icc_agreement_1",
    "ICC3": "icc_consistency_1",
    "ICC1k": "icc_k",
    "ICC2k": "icc_agreement_k",
    "ICC3k": "icc_consistency_k",
}
PINGOUIN = {
    "ICC(1,1)": "icc_1",
    "ICC(A,1)": "icc_agreement_1",
    "ICC(C,1)": "icc_consistency_1",
    "ICC(1,k)": "icc_k",
    "ICC(A,k)": "icc_agreement_k",
    "ICC(C,k)": "icc_consistency_k",
}


def test_the_six_intraclass_correlations() -> None:
    ratings = pd.read_csv(REFERENCE / "data" / "shrout_fleiss_1979_wide.csv").set_index("subject")
    golden = json.loads((REFERENCE / "golden" / "shrout_fleiss__icc.json").read_text())
    ours = {icc.name: icc for icc in shrout_fleiss(ratings.to_numpy(float))}
    for row in golden["results"]["anova"]:
        icc = ours[NAMES[row["type"]]]
        assert icc.estimate == pytest.approx(row["icc"], rel=1e-9)
        assert icc.statistic == pytest.approx(row["F"], rel=1e-9)
        assert (icc.df_numerator, icc.df_denominator) == (row["df1"], row["df2"])
        assert icc.p_value == pytest.approx(row["p"], rel=1e-7)
        assert (icc.low, icc.high) == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-7)


@pytest.mark.filterwarnings("ignore")  # pingouin's own: it calls what pandas has deprecated
def test_intraclass_correlations_agree_with_pingouin() -> None:
    pingouin = pytest.importorskip("pingouin")
    generator = np.random.default_rng(20)
    ratings = generator.normal(size=(14, 1)) + generator.normal(scale=0.7, size=(14, 3))
    long = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(14), 3),
            "rater": np.tile(np.arange(3), 14),
            "score": ratings.ravel(),
        }
    )
    theirs = pingouin.intraclass_corr(long, targets="unit", raters="rater", ratings="score")
    ours = {icc.name: icc for icc in shrout_fleiss(ratings)}
    for _, row in theirs.iterrows():
        icc = ours[PINGOUIN[row["Type"]]]
        assert icc.estimate == pytest.approx(row["ICC"], abs=1e-6)


def test_kappa_of_fleiss_cohen_and_everitt() -> None:
    """Fleiss, Levin and Paik (2003), table 18.1: kappa 0.676, standard error 0.088, under the null
    0.076.
    """
    table = np.array([[75.0, 1.0, 4.0], [5.0, 4.0, 1.0], [0.0, 0.0, 10.0]])
    kappa = cohen_kappa(table)
    assert kappa.estimate == pytest.approx(0.676, abs=5e-4)
    assert kappa.std_error == pytest.approx(0.088, abs=5e-4)
    assert kappa.std_error_null == pytest.approx(0.076, abs=5e-4)

"""A report names only software that computed something in it."""

import pandas as pd
import pytest

from evalpipe.answers.software import packages_at_work
from evalpipe.answers.study import StudyRows
from evalpipe.config.load import load_plan

PLAN = """
study: {id: s, title: Made-up, design: parallel_rct, synthetic: true}
arms: {usual: {label: Usual, role: control}, new: {label: New, role: experimental}}
visits: {pre: {label: Before, day: 0}, post: {label: After, day: 84}}
instruments: {dep: {label: Depression, range: [0, 100]}}
data:
  t:
    file: t.csv
    one_row_per: visit
    columns: {id: participant_id, arm: arm, visit: visit}
    scores: {dep: dep}
privacy: {disclosure_threshold: 0}
populations: {everyone: {include: randomised}}
multiplicity: {both: {method: METHOD}}
analyses:
  a:
    role: primary
    question: Is it lower?
    family: both
    estimand: {population: everyone, outcome: dep, contrast: {arm: new, versus: usual}}
    model: {kind: mmrm, fixed: [arm]}
"""


@pytest.fixture
def study(tmp_path):
    def build(engine="evalpipe", second=None, adjusted=None, statistics=None, method="holm"):
        path = tmp_path / "s.yaml"
        path.write_text(PLAN.replace("METHOD", method))
        diagnostics = {"analysis_id": ["a"], "engine": [engine], "second_fit_engine": [second]}
        return StudyRows(
            load_plan(path, "s.yaml"),
            {
                "diagnostics": pd.DataFrame(diagnostics),
                "estimates": pd.DataFrame({"analysis_id": ["a"], "p_adjusted": [adjusted]}),
                "statistics": pd.DataFrame(statistics or {}),
            },
        )

    return build


def test_our_own_engine_alone(study):
    found = packages_at_work(study())
    assert "evalpipe" in found
    assert not {"pingouin", "statsmodels", "snakemake"} & set(found)


def test_engines_of_first_and_second_computations(study):
    assert "statsmodels" in packages_at_work(study(second="statsmodels GLS at our covariance"))
    assert "pingouin" in packages_at_work(study(engine="pingouin", second="sums of squares"))
    assert "pingouin" in packages_at_work(study(second="pingouin tost"))


def test_reliability_is_pingouins(study):
    rows = {"table": ["reliability"], "level": ["alpha"], "value": [0.8]}
    assert "pingouin" in packages_at_work(study(statistics=rows))


def test_adjusted_p_values_are_of_statsmodels_but_not_a_fixed_sequence(study):
    assert "statsmodels" in packages_at_work(study(adjusted=0.04))
    assert "statsmodels" not in packages_at_work(study(adjusted=0.04, method="fixed_sequence"))

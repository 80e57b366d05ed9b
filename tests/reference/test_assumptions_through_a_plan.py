"""Assumptions about missing outcomes, asked in a plan and answered by the engine, against rbmi."""

import json
import shutil
from pathlib import Path

import pytest

from evalpipe.cli.main import main
from evalpipe.cli.tables import read_tables
from evalpipe.config.load import load_plan
from evalpipe.config.plan import Plan
from evalpipe.models.dispatch import run_analysis
from evalpipe.vocabulary import Table

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT.parent / "shared/reference/golden/btheb__reference_based_condmean_jackknife.json"
NAMES = {
    "missing_at_random": "MAR",
    "jump_to_reference": "JR",
    "copy_reference": "CR",
    "copy_increments": "CIR",
    "last_mean_carried_forward": "LMCF",
}

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not GOLDEN.is_file(), reason="the reference folder is not beside"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    root = tmp_path_factory.mktemp("btheb")
    (root / "config/studies").mkdir(parents=True)
    shutil.copy(ROOT / "config/studies/btheb.yaml", root / "config/studies/btheb.yaml")
    shutil.copytree(ROOT / "data/raw/btheb", root / "data/raw/btheb")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for stage in ("ingest", "validate", "score"):
            assert main([stage, "btheb"]) == 0
    plan = load_plan(root / "config/studies/btheb.yaml")
    wanted = (Table.PARTICIPANTS, Table.SCORES, Table.SESSIONS, Table.GOALS)
    read = read_tables(plan, root / "data/processed/btheb", *wanted)
    return plan, {table.value: frame for table, frame in read.items()}


def asking(plan: Plan, **model: object) -> Plan:
    """The plan with one more analysis of the primary's missing outcomes."""
    content = plan.model_dump(mode="json", exclude_unset=True)
    question = "What if?"
    spec = {"kind": "missing_data", "of": "primary", **model}
    content["analyses"]["what_if"] = {"role": "sensitivity", "question": question, "model": spec}
    return Plan.model_validate(content)


@pytest.mark.parametrize("assume", list(NAMES))
def test_each_assumption_at_each_visit(tables, assume):
    plan, frames = tables
    golden = json.loads(GOLDEN.read_text())["results"][NAMES[assume]]
    expected = {row["parameter"]: row for row in golden}
    rows = run_analysis(asking(plan, assume=assume), "what_if", frames).estimates
    contrasts = rows[rows["quantity"] == "contrast"]
    assert list(contrasts["visit"]) == ["month_2", "month_3", "month_5", "month_8"]
    for row in contrasts.itertuples():
        known = expected[f"trt_{row.visit.removeprefix('month_')}"]
        assert row.estimate == pytest.approx(known["estimate"], abs=1e-3)
        assert row.std_error == pytest.approx(known["se"], abs=1e-3)
        assert row.p_value == pytest.approx(known["p"], abs=1e-3)


def test_nothing_is_drawn(tables):
    plan, frames = tables
    asked = asking(plan, assume="jump_to_reference")
    found = [run_analysis(asked, "what_if", frames, seed=seed).estimates for seed in (1, 2)]
    assert found[0].equals(found[1])

"""Change tables beside what else is counted of the same people."""

from pathlib import Path

import pandas as pd
import pytest

from evalpipe.config.load import load_plan
from evalpipe.design.statistic_rows import StatisticRow, share_rows, statistic_frame
from evalpipe.disclosure.protect import protect
from evalpipe.vocabulary import Statistic, StatisticTable

ROOT = Path(__file__).resolve().parents[3]
ONLY = {"role": "child", "rater": "rater_a"}
CLASSES = ("secure", "avoidant", "ambivalent", "disorganised")


@pytest.fixture(scope="module")
def plan():
    found = load_plan(ROOT / "config" / "studies" / "attachment_classes.yaml")
    changes = {"allow": (), "disclosure_threshold": 5}
    return found.model_copy(update={"privacy": found.privacy.model_copy(update=changes)})


def change_table(analysis, cells, variable="attachment"):
    n = sum(cells.values())
    return [
        StatisticRow(
            StatisticTable.TRANSITIONS, variable, Statistic.COUNT, count, n=n,
            level=f"{before}:{after}", groups={"analysis": analysis},
        )
        for (before, after), count in cells.items()
    ]  # fmt: skip


def filled(**moves):
    """Cells of four classes: ten stay in each, and some move."""
    cells = {(a, b): 10 if a == b else 0 for a in CLASSES for b in CLASSES}
    return cells | {tuple(name.split("__")): count for name, count in moves.items()}


def at_visit(cells, side, visit, table=StatisticTable.OBSERVED_MEANS):
    n = sum(cells.values())
    rows = []
    for name in CLASSES:
        count = sum(c for classes, c in cells.items() if classes[side] == name)
        rows += share_rows(
            count, n, table=table, variable="attachment", level=name, groups=ONLY, visit=visit
        )
    return rows


def shown(plan, rows, estimates=None):
    tables = {"statistics": statistic_frame(plan, rows)}
    if estimates is not None:
        tables["estimates"] = pd.DataFrame(estimates).astype({"n_participants": "Int64"})
    return protect(plan, tables).tables


def test_classes_at_a_visit_do_not_give_a_cell_back(plan):
    """16 are secure after, 10 of them stayed: six came, and four from one class are two the other.

    With the margins of both visits shown, the only two cells withheld would come out.
    """
    cells = filled(avoidant__secure=4, ambivalent__secure=12, secure__avoidant=8)
    rows = change_table("children_change", cells)
    rows += at_visit(cells, 0, "intake") + at_visit(cells, 1, "after")
    frame = shown(plan, rows)["statistics"]
    counts = frame[frame["statistic"] == "count"]
    cell = counts[counts["table"] == "transitions"].set_index("level")["value"]
    after = counts[counts["group_visit"] == "after"].set_index("level")["value"]
    assert pd.isna(cell["avoidant:secure"])
    into = [cell[f"{name}:secure"] for name in CLASSES]
    is_open = pd.isna(after["secure"]) or sum(pd.isna(value) for value in into) > 1
    assert is_open


def test_tests_of_a_table_with_withheld_cells_are_withheld(plan):
    """McNemar's p, kappa and differences of shares are functions of the cells."""
    cells = {("yes", "yes"): 20, ("yes", "no"): 3, ("no", "yes"): 12, ("no", "no"): 30}
    record = {
        "analysis_id": "children_become_secure",
        "quantity": "marginal_homogeneity",
        "term": "mcnemar",
        "outcome": "secure",
        "p_value": 0.0352,
        "n_participants": 65,
        "status": "ok",
    }
    contrast = {
        **record,
        "quantity": "contrast",
        "term": "became yes",
        "arm": "attachment_based",
        "reference_arm": "care_as_usual",
        "scale": "risk_difference",
        "estimate": 0.223,
    }
    rows = change_table("children_become_secure", cells, "secure")
    tables = shown(plan, rows, [{**record, "estimate_id": "a"}, {**contrast, "estimate_id": "b"}])
    assert tables["estimates"][["p_value", "estimate"]].isna().all(axis=None)
    large = cells | {("yes", "no"): 13}
    rows = change_table("children_become_secure", large, "secure")
    tables = shown(plan, rows, [{**record, "n_participants": 75, "estimate_id": "a"}])
    assert tables["estimates"]["p_value"].notna().all()

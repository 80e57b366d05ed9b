"""Names in place of identifiers; the words of a plan stay as they were written."""

from pathlib import Path

import pytest

from evalpipe.config.load import load_plan
from evalpipe.report.labels import at_start, outcome_label, short, term_label

PLAN = Path(__file__).resolve().parents[3] / "config" / "studies" / "btheb.yaml"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Depression (BDI)", "Depression"),
        ("Depression (BDI) at work", "Depression (BDI) at work"),
        ("f(x)", "f(x)"),
        ("(only a remark)", "(only a remark)"),
    ],
)
def test_a_remark_is_left_out_at_the_end_alone(label, shown):
    assert short(label) == shown


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("arm[btheb]:visit[month_2]", "Beat the Blues × 2 months"),
        ("Ratio 2:1", "Ratio 2:1"),
        ("Change at 3 months", "Change at 3 months"),
        ("arm at 3 months", "arm at 3 months"),
        ("see https://doi.org/10.1000/x", "see https://doi.org/10.1000/x"),
    ],
)
def test_a_term_is_spelled_and_other_words_stay(term, shown):
    assert term_label(load_plan(PLAN), term) == shown


def test_words_of_the_plan_keep_their_dots_at_the_start_of_a_line():
    assert at_start("beck 2.0: total_score") == "Beck 2.0: total_score"


def test_a_label_with_a_colon_is_shown_whole():
    plan = load_plan(PLAN)
    bdi = plan.instruments["bdi"].model_copy(update={"label": "Depression: total"})
    own = plan.model_copy(update={"instruments": {"bdi": bdi}})
    assert outcome_label(own, "bdi") == "Depression: total"
    reattach = load_plan(PLAN.with_name("reattach_rct.yaml"))
    one = reattach.instruments["regulation"].model_copy(update={"label": "Regulation: by parents"})
    changed = {**reattach.instruments, "regulation": one}
    own = reattach.model_copy(update={"instruments": changed})
    assert outcome_label(own, "regulation.total") == "Regulation: by parents"

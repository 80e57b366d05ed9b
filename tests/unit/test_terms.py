"""Terms taken apart once: their parts are columns of `estimates`."""

import pandas as pd
import pytest

from evalpipe.answers.term import PARTS, with_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("arm", {"effect": "arm"}),
        ("arm[new]:visit[end]", {"effect": "arm:visit", "level": "new:end"}),
        ("arm:role[child-vs-parent]", {"effect": "arm:role", "level": "child",
         "against": "parent"}),
        ("arm at cue=threat, years=3", {"effect": "arm", "at": "cue=threat, years=3"}),
        ("arm without site 3", {"effect": "arm", "left_out": "site 3"}),
        ("arm, delta -1.5", {"effect": "arm", "delta": -1.5}),
        ("nap, case 2", {"effect": "nap", "case": "2"}),
        ("nap, median over cases", {"effect": "nap", "over": "cases"}),
        ("outcome, partner_a", {"effect": "outcome", "member": "partner_a"}),
    ],
)  # fmt: skip
def test_the_parts_of_a_term_are_columns_and_come_back(text, parts):
    frame = with_parts(pd.DataFrame({"term": [text, None]}))
    found = frame.loc[0, list(PARTS)].dropna().to_dict()
    assert found == parts
    assert frame.loc[1, list(PARTS)].isna().all()

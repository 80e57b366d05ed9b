"""A printed number carries its precision in its digits."""

import pytest

from evalpipe.verification import Verdict, judge


@pytest.mark.parametrize(
    ("printed", "computed", "verdict", "shown"),
    [
        ("-2.32908", -2.3290799, Verdict.IDENTICAL, "-2.32908"),
        ("-2.32908", -2.3290910, Verdict.DIFFERS, "-2.32909"),
        ("0.1632", 0.16325, Verdict.IDENTICAL, "0.1632"),
        ("0.1632", 0.16327, Verdict.ROUNDING, "0.1633"),
        ("0.1632", 0.16342, Verdict.DIFFERS, "0.1634"),
        ("2.22e-16", 2.169e-16, Verdict.DIFFERS, "2.17e-16"),
        ("1.48e-06", 1.4843e-06, Verdict.IDENTICAL, "1.48e-6"),
        ("1887.5", 1887.4938, Verdict.IDENTICAL, "1887.5"),
        ("2", 2.0, Verdict.IDENTICAL, "2"),
        ("< .001", 0.0004, Verdict.IDENTICAL, "0.0004"),
        ("< .001", 0.004, Verdict.DIFFERS, "0.004"),
        ("0.12", None, Verdict.NOT_COMPUTED, ""),
    ],
)
def test_ours_is_rounded_as_printed(
    printed: str, computed: float | None, verdict: Verdict, shown: str
) -> None:
    assert judge(printed, computed) == (verdict, shown)

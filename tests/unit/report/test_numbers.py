"""How numbers look: APA manner, as many digits as the interval warrants."""

import math

import pytest

from evalpipe.report.numbers import (
    Difference,
    align_decimals,
    common_decimals,
    decimals_for_interval,
    describe_interval,
    format_count,
    format_df,
    format_fixed,
    format_interval,
    format_p,
    format_p_equation,
    format_percentage,
)


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [
        (-4.6, 4.3, 1),  # half width 4.45: two significant digits
        (-0.46, 0.43, 2),
        (-46.0, 43.0, 0),
        (-4600.0, 4300.0, 0),
        (0.0120, 0.0340, 3),
        (-10.1, 10.1, 0),
        (-9.9, 9.9, 1),
        (1.0, 1.0, 0),
    ],
)
def test_an_estimate_gets_the_decimals_that_its_interval_warrants(low, high, decimals):
    assert decimals_for_interval(low, high) == decimals


def test_numbers_that_stand_together_share_the_decimals_of_the_middle_interval():
    assert common_decimals([(-4.0, 4.0), (-6.0, 5.0), (-0.1, 0.1)]) == 1
    assert common_decimals([(math.nan, 1.0)]) == 2


@pytest.mark.parametrize(
    ("p_value", "text"),
    [
        (0.9315, ".93"),
        (0.1, ".10"),
        (0.09999, ".100"),
        (0.0123, ".012"),
        (0.001, ".001"),
        (0.000999, "< .001"),
        (2.2e-16, "< .001"),
        (0.9999, "> .99"),
        (1.0, "> .99"),
        (math.nan, "–"),
    ],
)
def test_p_values_are_exact_down_to_a_thousandth(p_value, text):
    assert format_p(p_value) == text


def test_a_p_value_in_a_sentence_has_its_relation():
    assert format_p_equation(0.0123) == "= .012"
    assert format_p_equation(0.0001) == "< .001"


def test_minus_is_a_true_minus_and_a_rounded_zero_has_no_sign():
    assert format_fixed(-0.19, 1) == "−0.2"
    assert format_fixed(-0.04, 1) == "0.0"
    assert format_fixed(0.5, 2, bounded=True) == ".50"
    assert format_fixed(-0.5, 2, bounded=True) == "−.50"
    assert format_fixed(1.0, 2, bounded=True) == "1.00"
    assert format_fixed(12345.6, 0) == "12,346"
    assert format_fixed(math.inf, 1) == "–"


def test_degrees_of_freedom_have_one_decimal_and_infinite_ones_are_empty():
    assert format_df(68.330178) == "68.3"
    assert format_df(47.0) == "47"
    assert format_df(2040.2) == "2040.2"
    assert format_df(math.inf) == ""
    assert format_df(math.nan) == ""


def test_percentages_are_not_more_precise_than_their_total():
    assert format_percentage(1, 3) == "33%"
    assert format_percentage(123, 1000) == "12.3%"
    assert format_percentage(0, 0) == "–"


def test_intervals_in_words_name_each_direction_once():
    assert describe_interval(Difference(-0.2, -4.6, 4.3), 1) == "4.6 lower to 4.3 higher"
    assert describe_interval(Difference(2.0, 1.2, 4.3), 1) == "1.2 to 4.3 higher"
    assert describe_interval(Difference(-2.0, -4.3, -1.2), 1) == "1.2 to 4.3 lower"


def test_intervals_in_tables():
    assert format_interval(-4.64, 4.26, 1) == "[−4.6, 4.3]"
    assert format_interval(math.nan, math.nan, 1) == "–"


def test_counts_have_thousands_separated():
    assert format_count(1190.0) == "1,190"
    assert format_count(math.nan) == "–"


def test_decimal_points_line_up_and_texts_without_digits_stay():
    aligned = align_decimals(["−3.1", ".012", "12", "–", "2.2e−16"])
    assert [text.rstrip("\u2007\u2008") for text in aligned] == [
        "−3.1",
        ".012",
        "12",
        "–",
        "2.2e−16",
    ]
    widths = {len(text) - text.index(".") for text in aligned[:2]}
    assert widths == {4}
    assert aligned[2] == "12\u2008\u2007\u2007\u2007"
    assert aligned[3] == "–"

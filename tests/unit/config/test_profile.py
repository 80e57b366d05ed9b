"""What a profile of privacy shows, and what is left to exceptions."""

import pytest

from evalpipe.config.data import Allowed, Privacy

REASON = "A reason that is long enough to be one."


@pytest.mark.parametrize(
    ("profile", "shown"),
    [
        (None, set()),
        ("strict", set()),
        ("clinical", {"small_counts_in_flow", "small_numbers_missing"}),
        (
            "open",
            {
                "small_counts_in_flow",
                "small_numbers_missing",
                "small_reasons_of_loss",
                "small_counts_of_outcomes",
            },
        ),
    ],
)
def test_each_profile_shows_more_and_none_shows_single_people(profile, shown):
    privacy = Privacy(**({} if profile is None else {"profile": profile}))
    assert set(privacy.shown()) == shown
    assert privacy.disclosure_threshold == 5


def test_an_exception_keeps_its_own_reason():
    allow = (Allowed(what="small_counts_in_flow", reason=REASON),)
    privacy = Privacy(profile="clinical", allow=allow)
    assert privacy.shown()["small_counts_in_flow"] == REASON
    assert privacy.shown()["small_numbers_missing"].startswith("profile clinical: ")


def test_another_word_is_refused():
    with pytest.raises(ValueError, match="profile"):
        Privacy(profile="loose")

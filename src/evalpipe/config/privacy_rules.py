"""Rules of privacy that a plan may set aside, and profiles of what reports show."""

from enum import StrEnum


class PrivacyRule(StrEnum):
    """What `privacy: overrides` may name; a misspelt rule would set nothing aside."""

    PERSON_NAME = "person_name"
    EMAIL = "email"
    PHONE = "phone"
    STREET_ADDRESS = "street_address"
    POSTCODE = "postcode"
    BIRTH_DATE = "birth_date"
    DATE = "date"
    CITIZEN_NUMBER = "citizen_number"
    IBAN = "iban"
    IP_ADDRESS = "ip_address"
    URL = "url"
    RECORD_NUMBER = "record_number"
    PROFESSIONAL_NUMBER = "professional_number"
    LICENCE_PLATE = "licence_plate"
    ORGANISATION = "organisation"
    COORDINATES = "coordinates"
    FILE_NAME = "file_name"
    DEVICE_NUMBER = "device_number"
    FREE_TEXT = "free_text"
    NOT_A_PSEUDONYM = "not_a_pseudonym"
    K_ANONYMITY = "k_anonymity"
    L_DIVERSITY = "l_diversity"
    SMALL_UPDATE = "small_update"
    SAME_DATA = "same_data"


class Profile(StrEnum):
    """What reports show of few people; `strict` where the plan names none."""

    STRICT = "strict"
    CLINICAL = "clinical"
    OPEN = "open"


SHOWN_BY_PROFILE: dict[Profile, tuple[str, ...]] = {
    Profile.STRICT: (),
    Profile.CLINICAL: ("small_counts_in_flow", "small_numbers_missing"),
    Profile.OPEN: (
        "small_counts_in_flow",
        "small_numbers_missing",
        "small_reasons_of_loss",
        "small_counts_of_outcomes",
    ),
}
"""Profile -> the small counts that it shows, in the words of `privacy: allow`."""

PROFILE_WORDS = {
    Profile.STRICT: "no count of few people is shown, and nothing that gives one back",
    Profile.CLINICAL: "how many took part, were analysed and are missing at each visit is shown, "
    "however few; reasons of loss, answers and outcomes of few are not",
    Profile.OPEN: "every count is shown, however few, reasons of loss and outcomes too; means and "
    "models of few people and lines of single people are not",
}
"""What each profile shows, in words for plans and reports."""

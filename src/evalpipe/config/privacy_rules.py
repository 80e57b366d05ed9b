"""Rules of privacy that a plan may set aside, each with a reason that the report prints."""

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

"""Every rule about the content of a column and the function that judges it.

Distinct values in, which of them meet the rule out. Nothing here sees more than one column.
"""

from collections.abc import Callable

from evalpipe.privacy.calendar_dates import find_dates
from evalpipe.privacy.contact_details import (
    find_coordinates,
    find_emails,
    find_ip_addresses,
    find_phones,
    find_postcodes,
    find_street_addresses,
    find_urls,
)
from evalpipe.privacy.distinct import BoolArray, DistinctValues
from evalpipe.privacy.file_names import find_file_names
from evalpipe.privacy.free_text import find_free_text
from evalpipe.privacy.person_names import find_person_names
from evalpipe.privacy.registrations import (
    find_citizen_numbers,
    find_ibans,
    find_licence_plates,
    find_professional_numbers,
    find_record_numbers,
)

Detector = Callable[[DistinctValues], BoolArray]

DETECTORS: dict[str, Detector] = {
    "person_name": find_person_names,
    "email": find_emails,
    "phone": find_phones,
    "street_address": find_street_addresses,
    "postcode": find_postcodes,
    "date": find_dates,
    "citizen_number": find_citizen_numbers,
    "iban": find_ibans,
    "ip_address": find_ip_addresses,
    "url": find_urls,
    "record_number": find_record_numbers,
    "professional_number": find_professional_numbers,
    "licence_plate": find_licence_plates,
    "coordinates": find_coordinates,
    "file_name": find_file_names,
    "free_text": find_free_text,
}
"""Rule -> its detector, in the order in which findings are told."""

OF_NUMBERS = frozenset({"phone", "date", "citizen_number", "record_number", "professional_number"})
"""Rules whose detectors also see cells that are one number."""

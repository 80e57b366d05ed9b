"""Every rule about the content of a column and the function that judges it.

Distinct values in, which of them meet the rule out. Nothing here sees more than one column.
"""

from collections.abc import Callable

from evalpipe.privacy.detectors.citizen_numbers import find_citizen_numbers
from evalpipe.privacy.detectors.coordinates import find_coordinates
from evalpipe.privacy.detectors.dates import find_dates
from evalpipe.privacy.detectors.emails import find_emails
from evalpipe.privacy.detectors.file_names import find_file_names
from evalpipe.privacy.detectors.free_text import find_free_text
from evalpipe.privacy.detectors.ibans import find_ibans
from evalpipe.privacy.detectors.licence_plates import find_licence_plates
from evalpipe.privacy.detectors.network_addresses import find_ip_addresses
from evalpipe.privacy.detectors.organisations import find_organisations
from evalpipe.privacy.detectors.person_names import find_person_names
from evalpipe.privacy.detectors.phones import find_phones
from evalpipe.privacy.detectors.postcodes import find_postcodes
from evalpipe.privacy.detectors.professional_numbers import find_professional_numbers
from evalpipe.privacy.detectors.record_numbers import find_record_numbers
from evalpipe.privacy.detectors.street_addresses import find_street_addresses
from evalpipe.privacy.detectors.urls import find_urls
from evalpipe.privacy.distinct import BoolArray, DistinctValues

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
    "organisation": find_organisations,
    "coordinates": find_coordinates,
    "file_name": find_file_names,
    "free_text": find_free_text,
}
"""Rule -> its detector, in the order in which findings are told."""

OF_NUMBERS = frozenset(
    {"phone", "date", "postcode", "citizen_number", "record_number", "professional_number"}
)
"""Rules whose detectors also see cells that are one number."""

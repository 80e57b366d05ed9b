"""Kinds of identifiers, and the headings under which they are met."""

from collections.abc import Callable
from dataclasses import dataclass

from privacy_proof import authorities, contact, people
from privacy_proof.made_up import FIRST, SURNAME
from privacy_proof.rng import Rng, pick, write_digits


def write_file_name(rng: Rng, style: int) -> str:
    """A file called after somebody."""
    first, last = pick(rng, FIRST), pick(rng, SURNAME).split()[-1]
    return (
        f"{last}_intake.pdf".lower(),
        f"{first}{last}.docx",
        f"opname {first} {rng.integers(1, 9)}.wav",
        f"C:\\Users\\{first.lower()}\\Documents\\scan.pdf",
        f"/home/{first.lower()}/video.mp4",
    )[style % 5]


def write_mixed_cell(rng: Rng, style: int) -> str:
    """Several things in one cell."""
    name = f"{pick(rng, FIRST)} {pick(rng, SURNAME)}"
    return (
        f"{name}, 06-{write_digits(rng, 8)}",
        f"{name} {contact.write_email(rng)}",
        f"{name} {authorities.write_birth_date(rng, 0)}",
        f"{name}, {contact.write_address(rng, 0)}",
        f"huisarts {pick(rng, SURNAME)}",
        f"Basisschool {pick(rng, ('De Bron', 'Het Kompas', 'De Ark', 'De Klimop'))}",
    )[style % 6]


@dataclass(frozen=True)
class Kind:
    """One kind of identifier: how cells are written in one style, and its realistic headings."""

    name: str
    write: Callable[[Rng, int], str]
    headings: str


KINDS = (
    Kind(
        "full name",
        people.write_full_name,
        "Naam|name|patient_name|naam_kind|Full Name|contactpersoon|NaamMoeder|contact1|huisarts",
    ),
    Kind(
        "first name", people.write_first_name, "voornaam|FirstName|roepnaam|given_name|naam|Vorname"
    ),
    Kind(
        "surname",
        people.write_surname,
        "achternaam|last_name|Surname|familienaam|LastName|Nachname|achternaam_partner",
    ),
    Kind(
        "e-mail",
        contact.write_email,
        "email|E-mailadres|mail|email_parent|EMail1|emailadres_2|courriel",
    ),
    Kind(
        "telephone",
        contact.write_phone,
        "telefoon|phone|Tel|mobiel_ouder|phone_number|telefoonnummer1|tel_moeder|Handy|GSM",
    ),
    Kind(
        "address",
        contact.write_address,
        "adres|straat|address|Home Address|adres.straat|AdresKind|Adresse",
    ),
    Kind("town", contact.write_town, "woonplaats|plaats|city|town|Wohnort|gemeente|geboorteplaats"),
    Kind(
        "postcode",
        contact.write_postcode,
        "postcode|Postcode_kind|zip|postal_code|PC6|plz|PostCode1",
    ),
    Kind(
        "date of birth",
        authorities.write_birth_date,
        "geboortedatum|dob|birth_date|DateOfBirth|gebdat|GebDatum1|geb.datum|Geburtsdatum",
    ),
    Kind(
        "citizen number",
        authorities.write_citizen_number,
        "bsn|BSN_kind|burgerservicenummer|sofinummer|BSNnr",
    ),
    Kind(
        "bank account", authorities.write_iban, "iban|rekeningnummer|IBAN_ouder|bank_account|rek_nr"
    ),
    Kind("network address", contact.write_ip, "ip|ip_address|IPAddress|ipadres|client_ip"),
    Kind(
        "web address",
        contact.write_url,
        "url|website|LinkedIn|facebook|homepage|instagram|username",
    ),
    Kind(
        "record number",
        authorities.write_record_number,
        "mrn|patientnummer|Dossiernummer|epd_nr|clientnr|patient_no|hospital_id|dossier_id",
    ),
    Kind(
        "identity document",
        authorities.write_document,
        "paspoortnummer|passport_no|ID_nummer|documentnummer|polisnummer|verzekeringsnr|national_id",
    ),
    Kind(
        "free text",
        people.write_free_text,
        "opmerkingen|comments|Toelichting|notes|remarks|opm|bijzonderheden|Bemerkungen",
    ),
    Kind(
        "coordinates", contact.write_coordinates, "gps|coordinates|GPS_location|coordinaten|latlon"
    ),
    Kind(
        "licence plate", authorities.write_plate, "kenteken|licence_plate|license_plate|nummerplaat"
    ),
    Kind(
        "professional number",
        authorities.write_professional_number,
        "big_nummer|agb|AGB-code|BIGnr",
    ),
    Kind("file name", write_file_name, "bestand|filename|bijlage|video_file|document"),
    Kind("mixed cell", write_mixed_cell, "contactgegevens|noodcontact|contact_info|verwijzer"),
)


def plant_cells(rng: Rng, kind: Kind, style: int, n_rows: int, n_filled: int) -> list[str]:
    """One column: `n_filled` identifiers of one style at random rows, the rest empty."""
    cells = [""] * n_rows
    for row in rng.choice(n_rows, n_filled, replace=False):
        cells[int(row)] = kind.write(rng, style)
    return cells

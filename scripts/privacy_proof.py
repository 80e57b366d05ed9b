"""Measure the identifier gate and write docs/privacy_proof.md.

Identifiers of many kinds, in the spellings of people and of spreadsheets, are planted in otherwise
clean files, under realistic headings and under neutral ones (`v17`), in whole columns and in
columns that are mostly empty. The files go through the same door as a study's raw files. Clean
columns measure false alarms. The names, streets and sentences below are written for this
measurement and are not the gate's own lists.

    python scripts/privacy_proof.py            writes docs/privacy_proof.md
    python scripts/privacy_proof.py --check    fails when the document is not what comes out
"""

import argparse
import csv
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalpipe.config.load import load_plan
from evalpipe.ingest.raw import read_raw
from evalpipe.ingest.sources import read_sources
from evalpipe.privacy.findings import Decision, DeclaredColumns
from evalpipe.privacy.gate import declared_columns
from evalpipe.privacy.identifiers import judge_columns

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "docs" / "privacy_proof.md"
REFERENCE = Path(os.environ.get("EVALPIPE_REFERENCE", REPOSITORY.parent / "shared" / "reference"))
SEED = 20260517
PLANTED_OF_EACH_KIND = 50
STRAYS = 20

Rng = np.random.Generator
Writer = Callable[[Rng], str]


def split_list(text: str) -> list[str]:
    """Split a text at its semicolons; line ends count as spaces."""
    return [" ".join(word.split()) for word in text.split(";")]


FIRST = split_list("""
Sanne; Bram; Fatima; Youssef; Emma; Daan; Lotte; Thijs; Noor; Sem; Julia; Lucas; Mila; Levi;
Tess; Finn; Zoë; Jayden; Anouk; Sjoerd; Willemijn; Gerrit; Hendrika; Cornelis; Maaike; Jeroen;
Femke; Ruben; Ayşe; Mehmet; Chaima; Ilias; Oliver; Amelia; Harry; Isla; Jack; Olivia; George;
Sophie; Charlie; Emily; Thomas; Grace; James; Poppy; William; Xanthe; Ottilie; Kjeld; Wybren;
Tsjerk; Ebru; Nilüfer; Aleksander; Agnieszka; Ysbrand; Tsjikke; Liesel; Maïté; Ravindra;
Oğuzhan; Thuý; Xiaolan; Bartłomiej; Ngozi; Fernão; Ginevra; Hatidže; Wibowo; Precious; Kwame;
Shanaya; Radjesh; Soraya; Hidde; Jurre; Pieter; Marieke; Johan; Karin; Robert; Linda; Mark;
Ingrid; Peter; Monique; Hans; Petra
""")
SURNAME = split_list("""
Jansen; de Vries; van den Berg; Bakker; van Dijk; Visser; Smit; Meijer; de Boer; Mulder; de
Groot; Bos; Vos; Peters; Hendriks; van Leeuwen; Dekker; Brouwer; de Wit; Dijkstra; Smits; de
Graaf; van der Meer; Kuipers; Veenstra; Hoogland; Wiersinga; Terpstra; van 't Hof; ten Brink;
Zeilmaker; Oosterwijk; Koetsier; Bijlsma; Yılmaz; El Amrani; Bouzidi; Kowalczyk; Ramautar;
Smith; Jones; Taylor; Brown; Williams; Wilson; Johnson; Davies; Robinson; Thompson; Wright;
Evans; Walker; White; Roberts; Green; Hall; Wood; Clarke; Pemberton; Hollingsworth;
Fairweather; Postlethwaite; Hoogeboezem; Schimmelpenninck; Tjallingii; Wijnaendts; van
Quickenborne; Brzęczyszczykiewicz; Papadimitriou; Öztürkmen; El Ghazouani; Soekarwati; Bhoelai;
Nguyễn; Zhangjie; Vandevoorde; Lüdenscheidt; Featherstonehaugh; Bocanegra; Mbemba; Achterhuis;
Kranenburg; Steenwinkel; Hulshoff; Wassenaar
""")
STREET = split_list("""
Dorpsstraat; Kerkweg; Stationsplein; Keizersgracht; Beethovenlaan; Molenpad; Oude Delft;
Noordeinde; Julianalaan; Wilhelminastraat; Achterom; Korte Nieuwstraat; Burg. de Vlugtlaan;
Lange Voorhout; Rozenhof; Zonnedauw; Kamperfoelie; Plantage Middenlaan; Singel; Veerkade;
Eikenlaan; Parkweg; Zeedijk
""")
TOWN = split_list("""
Appelscha; Tilburg; Oude Pekela; Zierikzee; Bunde; Nijverdal; Sint Anthonis; Ootmarsum; Weert;
Hoorn; Drachten; Ermelo; Putten; Wateringen; Kollum; Dilsen-Stokkem; Geel; Turnhout; Papenburg;
Bocholt; Wolverhampton; Taunton; Leamington Spa; Kirkcaldy; Aberystwyth; Lelystad; Hengelo;
Zutphen; Gorinchem
""")
ENGLISH_STREET = split_list("""
Baker Street; Church Road; High Street; Station Road; Victoria Avenue; Mill Lane; King's Road;
Park Drive; Rose Close; Elm Grove
""")
DOMAIN = split_list("""
gmail.com; hotmail.nl; ziggo.nl; kpnmail.nl; outlook.com; planet.nl; school-noord.nl;
ggz.example
""")
SENTENCES = split_list("""
Moeder vertelt dat het thuis beter gaat sinds de vakantie.; Hij was boos en liep weg.; Client
belde af vanwege griep, nieuwe afspraak volgt.; Wil graag weer bij haar oma gaan logeren.; She
said the exercises with her brother helped a lot.; Father did not attend because of work.;
Moeite met slapen na ruzie op school met een klasgenoot.; Very tense at the start, calmer later
on.; Verhuisd naar een pleeggezin in de buurt van Zwolle.; Asked for a different therapist next
time.; Komt niet meer opdagen en neemt de telefoon niet op.; Mist zijn vader erg.; The session
was cut short after an argument at home.; Heeft het steeds over zijn konijn dat dood is.; Doet
het goed in de groep, maakt grapjes met iedereen.; Grandmother now brings her every Tuesday.
""")

WHO = split_list("""
mijn moeder; zijn broertje; de juf; tante Ria; papa en mama; our neighbour; her older sister;
the school nurse; een klasgenoot; haar konijn
""")
DID = split_list("""
belde vanmorgen huilend op; is weer verhuisd; cannot come on Tuesdays; wants to stop; was erg
boos vandaag; slaapt nu beneden; lost the house key; moet naar het ziekenhuis; went back to
Poland; durft niet alleen
""")


def _pick(rng: Rng, words: Sequence[str]) -> str:
    return words[int(rng.integers(len(words)))]


def _digits(rng: Rng, n: int) -> str:
    return "".join(str(d) for d in rng.integers(0, 10, n))


def write_first_name(rng: Rng, style: int) -> str:
    """A first name in one of three cases."""
    name = _pick(rng, FIRST)
    return (name, name.lower(), name.upper())[style // 2 % 3]


def write_surname(rng: Rng, style: int) -> str:
    """A surname with its prefix, in one of three cases, or doubled."""
    name = _pick(rng, SURNAME)
    return (name, name.lower(), name.upper(), f"{name}-{_pick(rng, SURNAME)}")[style // 2 % 4]


def write_full_name(rng: Rng, style: int) -> str:
    """A full name in one of twelve orders."""
    first, last = _pick(rng, FIRST), _pick(rng, SURNAME)
    prefix, _, stem = last.rpartition(" ")
    return (
        f"{first} {last}",
        f"{first[0]}. {last}",
        f"{last}, {first}" if not prefix else f"{stem}, {first} {prefix}",
        f"{first[0]}.{_pick(rng, FIRST)[0]}. {last}",
        f"{_pick(rng, ('Mevr.', 'Dhr.', 'Mr', 'Dr.', 'Frau', 'Mme'))} {last[0].upper()}{last[1:]}",
        f"{first} {last}".lower(),
        f"{first} {last}".upper(),
        f"{stem} {first[0]}".lower(),
        f"{first} {last}-{_pick(rng, SURNAME)}",
        f"{first} ({_pick(rng, ('moeder', 'vader', 'oma', 'mother', 'stepfather'))})",
        f"{first}_{stem}".lower(),
        f"{stem}, {first[0]}.",
    )[style % 12]


def write_email(rng: Rng, style: int = 0) -> str:
    """An e-mail address, plain or disguised."""
    name = f"{_pick(rng, FIRST)}.{_pick(rng, SURNAME)}".lower().replace(" ", "").replace("'", "")
    user = f"{name.encode('ascii', 'ignore').decode()}{rng.integers(99)}"
    domain = _pick(rng, DOMAIN)
    return (
        f"{user}@{domain}",
        f"{user}@{domain}".upper(),
        f"{user} (at) {domain}",
        f"{user} at {domain}",
        f"{user}[at]{domain.replace('.', '[dot]')}",
        f"mailto:{user}@{domain}",
        f"{user}@{domain.split('.')[0]}",
    )[style % 7]


def write_phone(rng: Rng, style: int) -> str:
    """A telephone number in one of twenty ways."""
    mobile = _digits(rng, 8)
    pairs = " ".join(mobile[i : i + 2] for i in range(0, 8, 2))
    return (
        f"06{mobile}",
        f"06-{mobile}",
        f"+31 6 {mobile}",
        f"0{rng.integers(10, 80)}-{rng.integers(2, 9)}{_digits(rng, 6)}",
        f"+316{mobile}",
        f"0{rng.integers(100, 600)} {rng.integers(2, 9)}{_digits(rng, 5)}",
        f"06 {pairs}",
        f"+44 20 {_digits(rng, 4)} {_digits(rng, 4)}",
        f"6{mobile}",
        f"6{mobile}.0",
        f"00316{mobile}",
        f"(020) {_digits(rng, 3)} {_digits(rng, 4)}",
        f"04{_digits(rng, 2)}/{_digits(rng, 2)}.{_digits(rng, 2)}.{_digits(rng, 2)}",
        f"+49 151 {mobile}",
        f"07{_digits(rng, 3)} {_digits(rng, 6)}",
        f"({rng.integers(201, 989)}) {rng.integers(200, 999)}-{_digits(rng, 4)}",
        f"+31 (0)6-{mobile}",
        f"tel. 06 {pairs}",
        f"06.{pairs.replace(' ', '.')}",
        f"+90 5{_digits(rng, 2)} {_digits(rng, 3)} {_digits(rng, 4)}",
    )[style % 20]


def write_address(rng: Rng, style: int) -> str:
    """A street, mostly with a house number."""
    house = int(rng.integers(1, 300))
    letter = _pick(rng, ("", "", "", "a", " B", "-2", " bis"))
    street = f"{_pick(rng, STREET)} {house}{letter}"
    return (
        street,
        street.lower(),
        f"{street}, {write_postcode(rng, 0)} Utrecht",
        f"{house} {_pick(rng, ENGLISH_STREET)}",
        f"{_pick(rng, ('Goethestraße', 'Hauptstraße', 'Am Markt', 'Lindenallee'))} {house}",
        f"{house}, {_pick(rng, ('rue de la Paix', 'avenue Foch', 'chemin du Moulin'))}",
        f"{write_postcode(rng, 0)} {_pick(rng, TOWN)}",
    )[style % 7]


def write_town(rng: Rng, style: int) -> str:
    """A place of residence."""
    town = _pick(rng, TOWN)
    return (town, town.upper(), town.lower())[style % 3]


def write_postcode(rng: Rng, style: int) -> str:
    """A Dutch or British postcode, or one with its country."""
    number = int(rng.integers(1011, 9999))
    letters = _pick(rng, ("AB", "CX", "JK", "ZE", "PL", "TM", "RG", "VN", "HW"))
    area = _pick(rng, ("SW", "LS", "M", "EH", "B", "CF", "NE"))
    british = f"{area}{rng.integers(1, 29)} {rng.integers(1, 9)}{letters}"
    return (
        f"{number} {letters}",
        f"{number}{letters}",
        f"{number}{letters.lower()}",
        british,
        british.replace(" ", ""),
        f"D-{rng.integers(10115, 99998)}",
        f"NL-{number} {letters}",
        f"{rng.integers(10_000, 99_999)}-{_digits(rng, 4)}",
    )[style % 8]


def write_birth_date(rng: Rng, style: int) -> str:
    """A date in one of eighteen ways."""
    year, month, day = (
        int(rng.integers(1940, 2019)),
        int(rng.integers(1, 13)),
        int(rng.integers(1, 29)),
    )
    words = (
        "januari februari maart april mei juni juli augustus september oktober november december"
    )
    name = words.split()[month - 1]
    return (
        f"{day:02d}-{month:02d}-{year}",
        f"{year}-{month:02d}-{day:02d}",
        f"{day}/{month}/{year}",
        f"{day} {name} {year}",
        f"{year}{month:02d}{day:02d}",
        f"{day:02d}-{month:02d}-{year % 100:02d}",
        f"{day:02d}{month:02d}{year}",
        f"{year}-{month:02d}-{day:02d} 00:00:00",
        f"{day:02d}.{month:02d}.{year}",
        f"{year}-{month:02d}-{day:02d}T00:00:00Z",
        f"{day}-{name[:3]}-{year % 100:02d}",
        f"{month:02d}-{year}",
        f"{name} {year}",
        f"{year}{month:02d}{day:02d}.0",
        f"{day:02d}{('JAN', 'MAR', 'JUN', 'OCT', 'DEC')[month % 5]}{year}",
        f"{day:02d} - {month:02d} - {year}",
        f"geb. {day}-{month}-{year}",
        f"{day}. {('Mai', 'Juni', 'Oktober', 'Dezember')[month % 4]} {year}",
    )[style % 18]


def write_citizen_number(rng: Rng, style: int) -> str:
    """A citizen number that passes the 11-proof."""
    while True:
        head = rng.integers(0, 10, 8)
        check = int(head @ np.arange(9, 1, -1)) % 11
        number = "".join(map(str, head)) + str(check)
        if check < 10 and number[:2] != "00":
            break
    short = number.lstrip("0")
    dotted = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    spaced = " ".join(number[i : i + 3] for i in range(0, 9, 3))
    return (number, short, f"{short}.0", dotted, spaced, f"BSN {number}")[style % 6]


def write_iban(rng: Rng, style: int) -> str:
    """A bank account with right check digits."""
    bank = _pick(rng, ("INGB", "RABO", "ABNA", "TRIO", "SNSB"))
    tail = f"{bank}{_digits(rng, 10)}"
    turned = "".join(str(int(c, 36)) for c in f"{tail}NL00")
    account = f"NL{98 - int(turned) % 97:02d}{tail}"
    spaced = " ".join(account[i : i + 4] for i in range(0, len(account), 4))
    return (account, spaced, account.lower(), spaced.replace(" ", "-"), f"IBAN: {spaced}")[
        style % 5
    ]


def write_ip(rng: Rng, style: int) -> str:
    """An IPv4, IPv6 or MAC address."""
    if style % 5 == 2:
        return ":".join(f"{int(part):x}" for part in rng.integers(1, 65535, 8))
    if style % 5 == 4:
        return "-".join(f"{int(part):02X}" for part in rng.integers(0, 256, 6))
    return ".".join(str(part) for part in rng.integers(1, 255, 4))


def write_url(rng: Rng, style: int) -> str:
    """A web address or a handle."""
    name = write_email(rng).split("@")[0]
    return (
        f"https://www.example.org/{name}",
        f"www.facebook.com/{name}",
        f"linkedin.com/in/{name}",
        f"http://{name}.example.nl",
        f"@{name}"[:25],
        f"instagram.com/{name}/",
        f"snapchat: {name}",
        f"IG: {name}",
        f"{name}#{_digits(rng, 4)}"[:30],
        f"wa.me/316{_digits(rng, 8)}",
    )[style % 10]


def write_record_number(rng: Rng, style: int) -> str:
    """A record number in one of twelve ways."""
    return (
        f"{rng.integers(1, 9)}{_digits(rng, 6)}",
        f"MRN{_digits(rng, 7)}",
        f"PAT-{_digits(rng, 6)}",
        f"{rng.integers(1, 9)}{_digits(rng, 7)}",
        f"Z{_digits(rng, 7)}",
        f"{_digits(rng, 3)}-{_digits(rng, 4)}-{_digits(rng, 3)}",
        f"{rng.integers(1, 9)}{_digits(rng, 9)}",
        f"{rng.integers(1, 9)}{_digits(rng, 5)}",
        f"{rng.integers(2012, 2026)}-{_digits(rng, 6)}",
        f"EPD {_digits(rng, 6)}",
        f"{_digits(rng, 7)}{_pick(rng, list('ABCDEF'))}",
        f"{rng.integers(1, 9)}{_digits(rng, 6)}.0",
    )[style % 12]


def write_free_text(rng: Rng, style: int) -> str:
    """One or two sentences, or a remark of a few words."""
    sentence = _pick(rng, SENTENCES)
    short = f"{_pick(rng, WHO)} {_pick(rng, DID)}"
    return (sentence, f"{sentence} {_pick(rng, SENTENCES)}", short)[style // 2 % 3]


def write_coordinates(rng: Rng, style: int) -> str:
    """Latitude and longitude in one cell."""
    north, east = 50.8 + 2.6 * rng.random(), 3.6 + 3.4 * rng.random()
    return (
        f"{north:.5f}, {east:.5f}",
        f"{north:.4f};{east:.4f}",
        f"({north:.6f},{east:.6f})",
        f"{north:.4f}N {east:.4f}E",
        f"geo:{north:.5f},{east:.5f}",
        f"{north:.5f}; {east:.5f}".replace(".", ","),
    )[style % 6]


def write_plate(rng: Rng, style: int) -> str:
    """A Dutch licence plate."""
    a, b = (_pick(rng, ("GB", "TK", "HX", "ZP", "RL", "NJ", "SV")) for _ in range(2))
    return (
        f"{_digits(rng, 2)}-{a}{b[0]}-{_digits(rng, 1)}",
        f"{a}-{_digits(rng, 3)}-{b[0]}",
        f"{a}-{b}-{_digits(rng, 2)}",
        f"{_digits(rng, 1)}-{a}{b[0]}-{_digits(rng, 2)}",
        f"{a[0]}{_digits(rng, 3)}{b}",
        f"1-{a}{b[0]}-{_digits(rng, 3)}",
    )[style % 6]


def write_document(rng: Rng, style: int) -> str:
    """A number of a passport, an identity card or an insurance, of several countries."""
    a, b = (_pick(rng, list("BCDFGHJKLMNPRST")) for _ in range(2))
    return (
        f"N{a}{b}{_pick(rng, list('KLPRTX0123'))}{_digits(rng, 2)}{a}{_digits(rng, 2)}",
        f"E{a} {_digits(rng, 2)} {_digits(rng, 2)} {_digits(rng, 2)} C",
        f"{rng.integers(100, 899)}-{rng.integers(10, 99)}-{_digits(rng, 4)}",
        f"{rng.integers(50, 99)}.11.{rng.integers(10, 28)}-{_digits(rng, 3)}.{_digits(rng, 2)}",
        f"{_digits(rng, 8)}{a}",
        f"POL-{_digits(rng, 8)}",
        f"U{_digits(rng, 8)}",
    )[style % 7]


def write_file_name(rng: Rng, style: int) -> str:
    """A file called after somebody."""
    first, last = _pick(rng, FIRST), _pick(rng, SURNAME).split()[-1]
    return (
        f"{last}_intake.pdf".lower(),
        f"{first}{last}.docx",
        f"opname {first} {rng.integers(1, 9)}.wav",
        f"C:\\Users\\{first.lower()}\\Documents\\scan.pdf",
        f"/home/{first.lower()}/video.mp4",
    )[style % 5]


def write_mixed_cell(rng: Rng, style: int) -> str:
    """Several things in one cell."""
    name = f"{_pick(rng, FIRST)} {_pick(rng, SURNAME)}"
    return (
        f"{name}, 06-{_digits(rng, 8)}",
        f"{name} {write_email(rng)}",
        f"{name} {write_birth_date(rng, 0)}",
        f"{name}, {write_address(rng, 0)}",
        f"huisarts {_pick(rng, SURNAME)}",
        f"Basisschool {_pick(rng, ('De Bron', 'Het Kompas', 'De Ark', 'De Klimop'))}",
    )[style % 6]


def write_professional_number(rng: Rng, style: int) -> str:
    """A registration number of a health professional."""
    big = f"{_pick(rng, ('19', '29', '39', '49', '59', '69', '89', '99'))}0{_digits(rng, 8)}"
    return (big, f"{_pick(rng, ('01', '94', '90', '03'))}{_digits(rng, 6)}")[style % 2]


@dataclass(frozen=True)
class Kind:
    """One kind of identifier: how cells are written in one style, and its realistic headings."""

    name: str
    write: Callable[[Rng, int], str]
    headings: str


KINDS = (
    Kind(
        "full name",
        write_full_name,
        "Naam|name|patient_name|naam_kind|Full Name|contactpersoon|NaamMoeder|contact1|huisarts",
    ),
    Kind("first name", write_first_name, "voornaam|FirstName|roepnaam|given_name|naam|Vorname"),
    Kind(
        "surname",
        write_surname,
        "achternaam|last_name|Surname|familienaam|LastName|Nachname|achternaam_partner",
    ),
    Kind("e-mail", write_email, "email|E-mailadres|mail|email_parent|EMail1|emailadres_2|courriel"),
    Kind(
        "telephone",
        write_phone,
        "telefoon|phone|Tel|mobiel_ouder|phone_number|telefoonnummer1|tel_moeder|Handy|GSM",
    ),
    Kind(
        "address", write_address, "adres|straat|address|Home Address|adres.straat|AdresKind|Adresse"
    ),
    Kind("town", write_town, "woonplaats|plaats|city|town|Wohnort|gemeente|geboorteplaats"),
    Kind("postcode", write_postcode, "postcode|Postcode_kind|zip|postal_code|PC6|plz|PostCode1"),
    Kind(
        "date of birth",
        write_birth_date,
        "geboortedatum|dob|birth_date|DateOfBirth|gebdat|GebDatum1|geb.datum|Geburtsdatum",
    ),
    Kind(
        "citizen number", write_citizen_number, "bsn|BSN_kind|burgerservicenummer|sofinummer|BSNnr"
    ),
    Kind("bank account", write_iban, "iban|rekeningnummer|IBAN_ouder|bank_account|rek_nr"),
    Kind("network address", write_ip, "ip|ip_address|IPAddress|ipadres|client_ip"),
    Kind("web address", write_url, "url|website|LinkedIn|facebook|homepage|instagram|username"),
    Kind(
        "record number",
        write_record_number,
        "mrn|patientnummer|Dossiernummer|epd_nr|clientnr|patient_no|hospital_id|dossier_id",
    ),
    Kind(
        "identity document",
        write_document,
        "paspoortnummer|passport_no|ID_nummer|documentnummer|polisnummer|verzekeringsnr|national_id",
    ),
    Kind(
        "free text",
        write_free_text,
        "opmerkingen|comments|Toelichting|notes|remarks|opm|bijzonderheden|Bemerkungen",
    ),
    Kind("coordinates", write_coordinates, "gps|coordinates|GPS_location|coordinaten|latlon"),
    Kind("licence plate", write_plate, "kenteken|licence_plate|license_plate|nummerplaat"),
    Kind("professional number", write_professional_number, "big_nummer|agb|AGB-code|BIGnr"),
    Kind("file name", write_file_name, "bestand|filename|bijlage|video_file|document"),
    Kind("mixed cell", write_mixed_cell, "contactgegevens|noodcontact|contact_info|verwijzer"),
)


def plant_cells(rng: Rng, kind: Kind, style: int, n_rows: int, n_filled: int) -> list[str]:
    """One column: `n_filled` identifiers of one style at random rows, the rest empty."""
    cells = [""] * n_rows
    for row in rng.choice(n_rows, n_filled, replace=False):
        cells[int(row)] = kind.write(rng, style)
    return cells


# --- clean columns ---------------------------------------------------------------------------


def _labels(text: str) -> Writer:
    words = text.split(";")
    return lambda rng: _pick(rng, words)


CLEAN: dict[str, Writer] = {
    "phq_1": lambda rng: str(rng.integers(0, 4)),
    "SDQ_total": lambda rng: str(rng.integers(0, 41)),
    "rmssd_ms": lambda rng: f"{20 + 30 * rng.random():.14f}",
    "lnrmssd": lambda rng: f"{3 + rng.random():.4f}".replace(".", ","),
    "day": lambda rng: str(rng.integers(0, 400)),
    "session_minutes": lambda rng: str(rng.integers(20, 70)),
    "age_years": lambda rng: f"{6 + 12 * rng.random():.1f}",
    "iq": lambda rng: str(rng.integers(50, 130)),
    "sex": _labels("male;female"),
    "geslacht": _labels("man;vrouw;anders"),
    "arm": _labels("TAU;PMT;wait list"),
    "education": _labels(
        "primary school;secondary school;higher professional education;university"
    ),
    "opleiding": _labels("vmbo;havo;vwo;mbo niveau 2;hbo;wo bachelor"),
    "reason_lost": _labels("moved away;withdrew consent;lost to follow-up;too ill to take part"),
    "weekday": _labels("Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday"),
    "maand": _labels("jan;feb;mrt;apr;mei;jun;jul;aug;sep;okt;nov;dec"),
    "month": _labels("January;February;March;April;May;June;July;August;September;October"),
    "start_time": lambda rng: f"{rng.integers(8, 18):02d}:{rng.integers(0, 60):02d}",
    "random_nine": lambda rng: f"{rng.integers(10**8, 10**9)}",
    "hash": lambda rng: f"{rng.integers(0, 2**63):016x}",
    "code": lambda rng: "".join(
        _pick(rng, list("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")) for _ in range(6)
    ),
    "pseudonym": lambda rng: f"P{rng.integers(1, 999):03d}",
    "dyad_id": lambda rng: f"D-{rng.integers(1, 80):02d}",
    "site": _labels("NL-01;NL-02;NL-03;BE-01"),
    "therapist_id": lambda rng: f"T{rng.integers(1, 12)}",
    "diagnosis": _labels("F41.1;F32.9;F90.0;F84.0;F43.1"),
    "dsm_label": _labels("Major depressive disorder;Autism spectrum disorder;ADHD;None"),
    "medication": _labels("methylphenidate;sertraline;fluoxetine;none;melatonin"),
    "race": _labels("White;Black or African American;Asian;Other"),
    "emotion": _labels("happy;sad;angry;afraid;calm"),
    "answer": _labels("strongly disagree;disagree;neither agree nor disagree;agree;strongly agree"),
    "antwoord": _labels("helemaal mee oneens;mee oneens;niet mee eens, niet mee oneens;mee eens"),
    "visit": _labels("baseline;month 2;month 3;month 8"),
    "session_label": lambda rng: f"Session {rng.integers(1, 41)}",
    "steps": lambda rng: str(rng.integers(800, 22_000)),
    "reaction_ms": lambda rng: f"{200 + 900 * rng.random():.3f}",
    "heart_rate": lambda rng: str(rng.integers(50, 140)),
    "cortisol": lambda rng: f"{rng.random() / 1000:.3e}",
    "z_score": lambda rng: f"{rng.normal():.6f}",
    "income": lambda rng: str(int(rng.integers(15, 90)) * 1000),
    "year": lambda rng: str(rng.integers(2009, 2026)),
    "phone_use_minutes": lambda rng: str(rng.integers(0, 400)),
    "email_opt_in": _labels("yes;no"),
    "naam_bekend": _labels("ja;nee"),
    "comments_count": lambda rng: str(rng.integers(0, 12)),
    "date_known": _labels("0;1"),
    "big_five_o": lambda rng: f"{1 + 4 * rng.random():.2f}",
    "weight_kg": lambda rng: f"{30 + 40 * rng.random():.1f}",
    "consent_version": _labels("1.0;1.1;2.0"),
    "phase": _labels("observation;basic safety;entrusting;self-confidence;closing"),
}
CLEAN_ROUNDS = 10


def make_clean(
    rng: Rng, n_rows: int, wanted: Sequence[str], missing: float
) -> dict[str, list[str]]:
    """Clean columns; some cells empty."""
    return {
        name: [CLEAN[name](rng) if rng.random() >= missing else "" for _ in range(n_rows)]
        for name in wanted
    }


# --- measuring -------------------------------------------------------------------------------


@dataclass
class Tally:
    """Planted and found columns, by kind."""

    planted: Counter[str]
    found: Counter[str]
    cells: Counter[str]

    @property
    def missed(self) -> int:
        """Planted columns that met no rule."""
        return sum(self.planted.values()) - sum(self.found.values())


def judge_file(columns: dict[str, list[str]], folder: Path) -> dict[int, set[str]]:
    """Write a file, read it through the pipeline's own door, and judge it; position -> rules."""
    path = folder / "planted.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    rules: dict[int, set[str]] = {}
    for finding in judge_columns(read_raw(Path(path.name), folder), DeclaredColumns()):
        rules.setdefault(finding.position, set()).add(finding.rule)
    return rules


def measure_planted(folder: Path, named: bool, fewest: int) -> tuple[Tally, list[str]]:
    """Plant every kind under its own headings or neutral ones; at least `fewest` cells filled."""
    tally, missed = Tally(Counter(), Counter(), Counter()), []
    clean_names = list(CLEAN)
    for number in range(PLANTED_OF_EACH_KIND):
        rng = np.random.default_rng([SEED, number, int(named), fewest])
        n_rows = int(rng.integers(30, 100))
        for batch in range(3):
            kinds = KINDS[batch::3]
            chosen = [clean_names[(number * 7 + batch + i) % len(clean_names)] for i in range(3)]
            columns = make_clean(rng, n_rows, chosen, missing=0.05)
            for offset, kind in enumerate(kinds):
                heading = _heading(kind, number, 10 + offset, named)
                n_filled = _filled(rng, number, n_rows, fewest)
                columns[heading] = plant_cells(rng, kind, number, n_rows, n_filled)
                tally.cells[kind.name] += n_filled
            rules = judge_file(columns, folder)
            for offset, kind in enumerate(kinds):
                tally.planted[kind.name] += 1
                is_found = len(chosen) + offset + 1 in rules
                tally.found[kind.name] += is_found
                if not is_found:
                    missed.append(f"{kind.name}, style {number}")
    return tally, missed


def _heading(kind: Kind, number: int, offset: int, named: bool) -> str:
    headings = kind.headings.split("|")
    heading = headings[number % len(headings)]
    return heading if named else f"v{number % 80 + offset}"


def _filled(rng: Rng, number: int, n_rows: int, fewest: int) -> int:
    if number % 2 == 0:
        return n_rows
    return max(fewest, int(n_rows * rng.uniform(0.02, 0.5)))


def measure_strays(folder: Path) -> Counter[str]:
    """One identifier alone among clean answers of a neutral column: found, by kind, of `STRAYS`."""
    found: Counter[str] = Counter()
    for number in range(STRAYS):
        rng = np.random.default_rng([SEED, 7, number])
        columns = {}
        for place, kind in enumerate(KINDS):
            cells = [CLEAN["emotion"](rng) for _ in range(80)]
            cells[int(rng.integers(80))] = kind.write(rng, number)
            columns[f"v{place + 1}"] = cells
        rules = judge_file(columns, folder)
        found.update(kind.name for place, kind in enumerate(KINDS, start=1) if place in rules)
    return found


def measure_clean(folder: Path) -> tuple[int, list[str]]:
    """False alarms over generated clean columns: columns judged, and headings that met a rule."""
    alarms: list[str] = []
    names = list(CLEAN)
    for number in range(CLEAN_ROUNDS):
        rng = np.random.default_rng([SEED, 99, number])
        n_rows = (12, 40, 100, 250, 1000)[number % 5]
        rules = judge_file(make_clean(rng, n_rows, names, missing=0.1 * (number % 4)), folder)
        alarms += [f"{names[at - 1]}: {', '.join(sorted(met))}" for at, met in rules.items()]
    return CLEAN_ROUNDS * len(names), alarms


def measure_studies(project: Path) -> tuple[int, list[str]]:
    """False alarms over the bundled studies: findings that the gate would refuse under the plan."""
    total, alarms = 0, []
    for path in sorted((project / "config" / "studies").glob("*.yaml")):
        plan = load_plan(path)
        sources = read_sources(plan, project / "data" / "raw" / plan.study.id)
        for source in {source.file: source for source in sources}.values():
            total += len(source.whole.columns)
            found = judge_columns(source.whole, declared_columns(plan, source.entry.file))
            refused = [finding for finding in found if finding.decision is Decision.REFUSED]
            alarms += [f"{plan.study.id}, {finding.file}: {finding.rule}" for finding in refused]
    return total, alarms


def measure_folder(folder: Path) -> tuple[int, list[str]]:
    """False alarms over every CSV below a folder."""
    total, alarms = 0, []
    for path in sorted(folder.rglob("*.csv")):
        table = read_raw(path.relative_to(folder), folder)
        total += len(table.columns)
        declared = DeclaredColumns(kept=frozenset(table.columns))
        met: dict[str, set[str]] = {}
        for finding in judge_columns(table, declared):
            met.setdefault(finding.column, set()).add(finding.rule)
        alarms += [f"{path.name}, {name}: {', '.join(sorted(met[name]))}" for name in met]
    return total, alarms


def write_document(reference: Path) -> str:
    """Measure everything and write the document."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        named, _ = measure_planted(folder, named=True, fewest=1)
        neutral, missed = measure_planted(folder, named=False, fewest=3)
        strays = measure_strays(folder)
        n_clean, clean_alarms = measure_clean(folder)
    n_public, public_alarms = measure_folder(reference / "data")
    n_bundled, bundled_alarms = measure_studies(REPOSITORY)
    lines = [
        "# How well the identifier gate sees",
        "",
        "Made by `python scripts/privacy_proof.py`; `make test` holds the thresholds. One planting",
        "is one column of one kind and one way of writing it in an otherwise clean file; every",
        "second one is mostly empty (under realistic headings down to a single filled cell, under",
        "neutral ones such as `v17` down to three).",
        "",
        "The last column is no promise but a limit: a single identifier strayed into a neutral",
        "column of 79 clean one-word answers. A bare name that is not among the common ones is not",
        "seen there.",
        "",
        "| kind | realistic heading: found / planted | neutral heading | cells | one stray cell |",
        "|---|---|---|---|---|",
    ]
    for kind in KINDS:
        name = kind.name
        cells = named.cells[name] + neutral.cells[name]
        lines.append(
            f"| {name} | {named.found[name]} / {named.planted[name]} "
            f"| {neutral.found[name]} / {neutral.planted[name]} | {cells} "
            f"| {strays[name]} / {STRAYS} |"
        )
    n_named, n_neutral = sum(named.planted.values()), sum(neutral.planted.values())
    lines += [
        (
            f"| **all** | **{n_named - named.missed} / {n_named}** "
            f"| **{n_neutral - neutral.missed} / {n_neutral}** "
            f"| {sum(named.cells.values()) + sum(neutral.cells.values())} "
            f"| {sum(strays.values())} / {STRAYS * len(KINDS)} |"
        ),
        "",
        (
            f"Missed under a realistic heading: {named.missed}. Missed under a neutral one: "
            f"{neutral.missed} ({100 * neutral.missed / n_neutral:.1f} %)"
            + (f": {'; '.join(missed)}." if missed else ".")
        ),
        "",
        "## False alarms",
        "",
        "| columns | judged | alarms |",
        "|---|---|---|",
        f"| generated clean clinical columns | {n_clean} | {len(clean_alarms)} |",
        f"| public data sets, as they are | {n_public} | {len(public_alarms)} |",
        f"| bundled studies, under their plans | {n_bundled} | {len(bundled_alarms)} |",
        "",
        *(f"- {alarm}" for alarm in clean_alarms + public_alarms + bundled_alarms),
        "",
        "The column `author` holds the surnames of the authors of published studies: names of",
        "people indeed, counted as a false alarm all the same because they are public.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Write or check the document."""
    parser = argparse.ArgumentParser(description="Measure the identifier gate.")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    text = write_document(REFERENCE)
    if parser.parse_args().check:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == text else 1
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How people write where they can be found."""

from privacy_proof.made_up import DOMAIN, ENGLISH_STREET, FIRST, STREET, SURNAME, TOWN
from privacy_proof.rng import Rng, pick, write_digits


def write_email(rng: Rng, style: int = 0) -> str:
    """An e-mail address, plain or disguised."""
    name = f"{pick(rng, FIRST)}.{pick(rng, SURNAME)}".lower().replace(" ", "").replace("'", "")
    user = f"{name.encode('ascii', 'ignore').decode()}{rng.integers(99)}"
    domain = pick(rng, DOMAIN)
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
    mobile = write_digits(rng, 8)
    pairs = " ".join(mobile[i : i + 2] for i in range(0, 8, 2))
    return (
        f"06{mobile}",
        f"06-{mobile}",
        f"+31 6 {mobile}",
        f"0{rng.integers(10, 80)}-{rng.integers(2, 9)}{write_digits(rng, 6)}",
        f"+316{mobile}",
        f"0{rng.integers(100, 600)} {rng.integers(2, 9)}{write_digits(rng, 5)}",
        f"06 {pairs}",
        f"+44 20 {write_digits(rng, 4)} {write_digits(rng, 4)}",
        f"6{mobile}",
        f"6{mobile}.0",
        f"00316{mobile}",
        f"(020) {write_digits(rng, 3)} {write_digits(rng, 4)}",
        f"04{write_digits(rng, 2)}/" + ".".join(write_digits(rng, 2) for _ in range(3)),
        f"+49 151 {mobile}",
        f"07{write_digits(rng, 3)} {write_digits(rng, 6)}",
        f"({rng.integers(201, 989)}) {rng.integers(200, 999)}-{write_digits(rng, 4)}",
        f"+31 (0)6-{mobile}",
        f"tel. 06 {pairs}",
        f"06.{pairs.replace(' ', '.')}",
        f"+90 5{write_digits(rng, 2)} {write_digits(rng, 3)} {write_digits(rng, 4)}",
    )[style % 20]


def write_address(rng: Rng, style: int) -> str:
    """A street, mostly with a house number."""
    house = int(rng.integers(1, 300))
    letter = pick(rng, ("", "", "", "a", " B", "-2", " bis"))
    street = f"{pick(rng, STREET)} {house}{letter}"
    return (
        street,
        street.lower(),
        f"{street}, {write_postcode(rng, 0)} Utrecht",
        f"{house} {pick(rng, ENGLISH_STREET)}",
        f"{pick(rng, ('Goethestraße', 'Hauptstraße', 'Am Markt', 'Lindenallee'))} {house}",
        f"{house}, {pick(rng, ('rue de la Paix', 'avenue Foch', 'chemin du Moulin'))}",
        f"{write_postcode(rng, 0)} {pick(rng, TOWN)}",
    )[style % 7]


def write_town(rng: Rng, style: int) -> str:
    """A place of residence."""
    town = pick(rng, TOWN)
    return (town, town.upper(), town.lower())[style % 3]


def write_postcode(rng: Rng, style: int) -> str:
    """A Dutch or British postcode, or one with its country."""
    number = int(rng.integers(1011, 9999))
    letters = pick(rng, ("AB", "CX", "JK", "ZE", "PL", "TM", "RG", "VN", "HW"))
    area = pick(rng, ("SW", "LS", "M", "EH", "B", "CF", "NE"))
    british = f"{area}{rng.integers(1, 29)} {rng.integers(1, 9)}{letters}"
    return (
        f"{number} {letters}",
        f"{number}{letters}",
        f"{number}{letters.lower()}",
        british,
        british.replace(" ", ""),
        f"D-{rng.integers(10115, 99998)}",
        f"NL-{number} {letters}",
        f"{rng.integers(10_000, 99_999)}-{write_digits(rng, 4)}",
    )[style % 8]


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
        f"{name}#{write_digits(rng, 4)}"[:30],
        f"wa.me/316{write_digits(rng, 8)}",
    )[style % 10]


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

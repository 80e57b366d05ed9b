"""How names and sentences about people are written."""

from privacy_proof.made_up import DID, FIRST, SENTENCES, SURNAME, WHO
from privacy_proof.rng import Rng, pick


def write_first_name(rng: Rng, style: int) -> str:
    """A first name in one of three cases."""
    name = pick(rng, FIRST)
    return (name, name.lower(), name.upper())[style // 2 % 3]


def write_surname(rng: Rng, style: int) -> str:
    """A surname with its prefix, in one of three cases, or doubled."""
    name = pick(rng, SURNAME)
    return (name, name.lower(), name.upper(), f"{name}-{pick(rng, SURNAME)}")[style // 2 % 4]


def write_full_name(rng: Rng, style: int) -> str:
    """A full name in one of twelve orders."""
    first, last = pick(rng, FIRST), pick(rng, SURNAME)
    prefix, _, stem = last.rpartition(" ")
    return (
        f"{first} {last}",
        f"{first[0]}. {last}",
        f"{last}, {first}" if not prefix else f"{stem}, {first} {prefix}",
        f"{first[0]}.{pick(rng, FIRST)[0]}. {last}",
        f"{pick(rng, ('Mevr.', 'Dhr.', 'Mr', 'Dr.', 'Frau', 'Mme'))} {last[0].upper()}{last[1:]}",
        f"{first} {last}".lower(),
        f"{first} {last}".upper(),
        f"{stem} {first[0]}".lower(),
        f"{first} {last}-{pick(rng, SURNAME)}",
        f"{first} ({pick(rng, ('moeder', 'vader', 'oma', 'mother', 'stepfather'))})",
        f"{first}_{stem}".lower(),
        f"{stem}, {first[0]}.",
    )[style % 12]


def write_free_text(rng: Rng, style: int) -> str:
    """One or two sentences, or a remark of a few words."""
    sentence = pick(rng, SENTENCES)
    short = f"{pick(rng, WHO)} {pick(rng, DID)}"
    return (sentence, f"{sentence} {pick(rng, SENTENCES)}", short)[style // 2 % 3]

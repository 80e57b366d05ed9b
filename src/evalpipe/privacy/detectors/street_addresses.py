"""Addresses: streets with or without a house number, and places."""

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.detectors.places import are_listed, find_places
from evalpipe.privacy.distinct import BoolArray, DistinctValues

_STREET = (
    r"(?i)[A-Za-z][A-Za-z.' -]*(?:straat|str\.|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef"
    r"|plantsoen|boulevard|allee|hof|park|pad|dwarsstraat|burgwal|wal|markt|kamp|erf|veld|donk"
    r"|hout|oord)"
    r"\s+\d{1,4}(?:\s?-?\s?[a-z0-9]{1,4})?\b"
    r"|\b\d{1,5}[a-z]?,?\s+(?:[A-Za-z][A-Za-z.']*\s+){1,3}(?:street|st|road|rd|avenue|ave|lane"
    r"|ln|drive|dr"
    r"|court|ct|close|crescent|terrace|way|place|square|boulevard|blvd|gardens|grove|hill|row)\b\.?"
    r"|^\d{1,5}[a-z]?,?\s+[A-Za-z][A-Za-z.' -]*(?:straat|laan|weg|plein|gracht|singel|dreef|steeg)$"
    r"|\b(?:postbus|p\.?\s?o\.?\s?box)\s+\d{1,6}"
)
_STREET_ALONE = (
    r"^[A-Z][A-Za-z.' -]{2,}(?:straat|gracht|laan|plein|singel|dreef|steeg|kade|plantsoen"
    r"|stra(?:ss|ß)e)$"
    r"|(?i)^(?:rue|avenue|boulevard|chemin|place|via|viale|piazza|calle|avenida|plaza|rua|ul\."
    r"|strada|corso|borgo|vicolo|largo|piazzale|contrada|canale)"
    r"\s[a-z.' -]{3,},?\s\d|\d+,? (?:rue|avenue|boulevard|chemin|allee|impasse)\s\w"
    r"|(?i)\b(?:apt|suite|unit|flat)\.? \d+|\b[A-Za-z]+stra(?:ss|ß)e \d+|\b[A-Z]{2} \d{5}\b"
)
_STREET_ENDING = (
    r"(?i)^[a-z][a-z.' -]{2,}(?:straat|gracht|laan|weg|plein|singel|dreef|steeg|kade|dijk|hof"
    r"|pad|park|baan|boulevard)$"
)
_STREET_SHAPE = (
    r"^(?:[A-Z]|'[ts] )[A-Za-z.'-]+(?: [A-Za-z.'-]+){0,4} \d{1,4}"
    r"(?:\s?-?\s?[A-Za-z]|-\d{1,3}|\s?-?(?:bis|hs|I{1,3}))?$"
)


def find_street_addresses(cells: DistinctValues) -> BoolArray:
    """Streets: known endings from one cell, a house number behind words by share; and towns."""
    found = cells.match(_STREET) | cells.match(_STREET_ALONE) | find_places(cells)
    ended = cells.match(_STREET_ENDING)
    n_ended = int(ended.sum())
    if cells.fills(ended, limits.STREET_ENDING_SHARE) and n_ended >= limits.STREET_ENDING_VALUES:
        found |= ended
    if cells.is_mostly_plain:
        found |= ended & (cells.counts == 1) & cells.match(r"^[A-Z][a-z]{4}") & ~are_listed(cells)
    shaped = cells.match(_STREET_SHAPE) | found
    if cells.is_mostly_plain:
        found |= shaped & (cells.counts == 1) & (cells.lengths >= limits.STREET_LONE_LENGTH)
    if not cells.fills(shaped, limits.STREET_SHAPE_SHARE):
        return found
    long = cells.count(shaped & cells.match(r" \d{2,}"))
    if long < limits.STREET_LONG_HOUSES * cells.count(shaped):
        return found
    starts = {value.rsplit(" ", 1)[0] for value in cells.take(shaped).texts()}
    is_varied = len(starts) >= limits.STREET_STARTS_SHARE * int(shaped.sum())
    if len(starts) >= limits.STREET_STARTS and is_varied:
        found = shaped
    return found

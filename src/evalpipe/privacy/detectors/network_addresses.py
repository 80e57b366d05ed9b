"""Addresses of devices in a network: IPv4, IPv6, MAC."""

import ipaddress

import numpy as np

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues, find_none

_IPV4 = r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
_IPV4_PADDED = (
    r"^[0-2]\d\d\.[0-2]\d\d\.[0-2]\d\d\.[0-2]\d\d$|^(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$"
)
_IPV6 = r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*"
_MAC = r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"


def find_ip_addresses(cells: DistinctValues) -> BoolArray:
    """IPv4 (four bytes), IPv6 and MAC addresses, from one cell."""
    found = cells.match(_IPV4) | cells.match(_MAC) | cells.match(_IPV4_PADDED)
    found |= _find_tight_mac(cells)
    candidates = cells.match(_IPV6) & ~found
    for place in np.flatnonzero(candidates):
        found[place] = any(_is_ipv6(word) for word in cells.values[place].as_py().split())
    return found


def _find_tight_mac(cells: DistinctValues) -> BoolArray:
    """Twelve hexadecimal digits of which all are addresses of one device (IEEE 802, bit I/G 0).

    Of random codes half would be.
    """
    tight = cells.match(r"^[0-9A-Fa-f]{12}$") & cells.match(r"[A-Fa-f]")
    if tight.sum() < limits.MAC_VALUES or not cells.fills(tight, limits.MAC_SHARE):
        return find_none(cells)
    of_one = cells.match(r"^[0-9A-Fa-f][02468ACEace]")
    return tight if of_one[tight].all() else find_none(cells)


def _is_ipv6(word: str) -> bool:
    try:
        ipaddress.IPv6Address(word.strip("[](),;").split("%")[0].split("/")[0])
    except ValueError:
        return False
    return len(word) >= limits.IPV6_SHORTEST

"""Web addresses and names in social media."""

from evalpipe.privacy.detectors.emails import DOMAIN_END
from evalpipe.privacy.distinct import BoolArray, DistinctValues

_URL = (
    r"(?i)\b(?:https?|ftp|sftp)://\S|\bwww\d?\.[a-z0-9-]+\.[a-z]{2,}"
    r"|\b[a-z0-9][a-z0-9-]+\.(?:nl|com|org|net|be|eu|de|io|uk|edu|gov|info|me)/\S"
    r"|\b(?:linkedin|facebook|instagram|twitter|tiktok|x)\.com\b|^@[a-z0-9_.]{3,30}$"
    r"|\b(?:wa|t)\.me/|\byoutu\.be/|\b(?:twitch|snapchat|strava|pinterest)\.\w{2,3}/"
    r"|^(?:ig|insta|instagram|snap|snapchat|skype|discord|tiktok|twitter|fb|facebook|whatsapp"
    r"|telegram)"
    r"\s?[:=]\s?\S|^[a-z][a-z0-9._-]{2,30}#\d{4}$"
    rf"|^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.{DOMAIN_END}$"
)


def find_urls(cells: DistinctValues) -> BoolArray:
    """Web addresses and social-media handles, from one cell."""
    return cells.match(_URL)

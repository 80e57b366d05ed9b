"""E-mail addresses, plain or disguised."""

from evalpipe.privacy.distinct import BoolArray, DistinctValues

DOMAIN_END = (
    r"(?:nl|com|org|net|be|eu|de|fr|es|it|pl|pt|tr|io|uk|edu|gov|info|me|tv|app|frl|amsterdam"
    r"|example)"
)
_EMAIL = (
    r"(?i)[a-z\d._%+'-]+\s?(?:@|\(at\)|\[at\]|\{at\}|<at>|apenstaart\w*)\s?(?:[a-z\d-]{2,}"
    r"|[a-z\d]\.[a-z]{2,})"
    rf"|[a-z\d._-]{{3,}} at [a-z\d-]+(?:\.| dot )(?:[a-z\d-]+(?:\.| dot ))?{DOMAIN_END}\b"
)


def find_emails(cells: DistinctValues) -> BoolArray:
    """E-mail addresses, from one cell."""
    return cells.match(_EMAIL)

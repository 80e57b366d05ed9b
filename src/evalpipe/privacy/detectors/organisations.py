"""Employers and congregations: where somebody works or prays names them to everybody who knows."""

from evalpipe.privacy import thresholds as limits
from evalpipe.privacy.distinct import BoolArray, DistinctValues

_COMPANY = (
    r"[A-Z][\w'&.-]*,? (?:B\.?V\.?|N\.?V\.?|V\.?O\.?F\.?|GmbH|GmbH & Co\. ?(?:KG|OHG)|Ltd\.?|LLC"
    r"|Inc\.?|PLC|LLP|S\.?A\.?R\.?L\.?|SARL|S\.p\.A\.|S\.r\.l\.|Sp\. z o\.o\.|A\.S\.|Lda\.?"
    r"|S\.L\.U?\.?|KGaA|OHG mbH|e\.V\.)$"
    r"|[A-Z][\w'.-]* (?:& (?:Zn|Zonen|Zoon|Sohne|Sons|Co|Fils|Figli)\b)"
)
_CONGREGATION = (
    r"^(?:[A-Z][\w'.-]*,? (?:\w+ )?)+(?:[A-Za-z]*[Kk]erk|[A-Za-z]*[Mm]oskee|[A-Za-z]*[Kk]apel"
    r"|Parochie|Synagoge|Church|Mosque|Synagogue|Parish|Chapel|Cathedral|Temple|Kirche|Pfarrei|Moschee)$"
    r"|^(?:Parochie|Moskee|Eglise|Paroisse|Mosquee|Iglesia|Parafia|Kerk|Stichting)"
    r" (?:\w+ )*[A-Z]\w+"
    r"|^(?:Hervormde|Gereformeerde|Protestantse|Evangelische|Katholieke) (?:gemeente|kerk) [A-Z]\w+"
    r"|^(?:Sint|St\.|H\.|Heilige) [A-Z]\w+(?:kerk|parochie|kapel)$"
)


def find_organisations(cells: DistinctValues) -> BoolArray:
    """Companies by their legal form; congregations that hardly repeat (`Catholic Church` does)."""
    rare = cells.counts <= limits.CONGREGATION_RARE
    return cells.match(_COMPANY) | (cells.match(_CONGREGATION) & rare)

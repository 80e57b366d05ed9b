"""Released tables: what the report is made from; a row names the columns withheld in it."""

from dataclasses import replace

from evalpipe.schemas.diagnostics import DIAGNOSTICS
from evalpipe.schemas.estimates import ESTIMATES
from evalpipe.schemas.sessions import SESSIONS
from evalpipe.schemas.spec import TableSpec, text
from evalpipe.schemas.statistics import STATISTICS
from evalpipe.vocabulary import Table

WITHHELD = "withheld"
"""Column of the released tables that names the columns withheld in a row."""


def _released(full: TableSpec) -> TableSpec:
    return replace(full, extra=(text(WITHHELD),))


RELEASED: dict[str, TableSpec] = {
    str(Table.ESTIMATES): _released(ESTIMATES),
    str(Table.DIAGNOSTICS): _released(DIAGNOSTICS),
    str(Table.STATISTICS): _released(STATISTICS),
    str(Table.SESSIONS): SESSIONS,
}
"""Sessions are empty unless the plan allows lines of single people."""

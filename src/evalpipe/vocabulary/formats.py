"""The kinds of raw file that a plan may name; `ingest/raw/formats.py` knows how each is read."""

from enum import StrEnum


class FormatName(StrEnum):
    """What a plan calls a kind of raw file."""

    AUTO = "auto"
    """Told by its ending and first bytes."""
    CSV = "csv"
    XLSX = "xlsx"
    SAV = "sav"
    PARQUET = "parquet"
    REDCAP = "redcap"
    CASTOR = "castor"
    """Castor EDC's export: semicolons, `Participant Id` first, codes of the data dictionary."""
    QUALTRICS = "qualtrics"
    """Qualtrics' CSV: names, questions and import ids are three rows of headings."""

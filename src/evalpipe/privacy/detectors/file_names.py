"""File names and paths: people call a file after whom it is about."""

import re

from evalpipe.privacy.distinct import BoolArray, DistinctValues
from evalpipe.privacy.file_names import names_only_things

_FILE = (
    r"(?i)\.(?:pdf|docx?|odt|rtf|txt|xlsx?|csv|sav|mp4|m4v|mov|avi|mkv|wav|mp3|m4a|jpe?g|png"
    r"|heic|tiff?|zip"
    r"|eml|msg|edf|acq)$"
)
_PATH = r"^[A-Za-z]:[\\/]|^\\\\\w|^~?/(?:home|Users|mnt|media|srv|data)/"
_STEM_ENDING = re.compile(r"\.\w{2,4}$")


def find_file_names(cells: DistinctValues) -> BoolArray:
    """Paths, and file names with a word that is no ordinary one; `img_012.jpg` names nobody."""
    found = cells.match(_PATH)
    for place in (cells.match(_FILE) & ~found).nonzero()[0]:
        stem = _STEM_ENDING.sub("", cells.values[place].as_py())
        found[place] = not names_only_things(stem)
    return found


_PARTS = """
readme leesmij license licence codebook codeboek dictionary variables variabelen labels syntax
script analyse analysis protocol sleutel key old oud new nieuw copy kopie backup version versie
final definitief git gitignore objects refs hooks history rhistory rdata rproj user checkpoints
ipynb trash pycache info manual handleiding
img image images dsc photo foto pic audio rec recording opname stim stimulus clip scan doc file
bestand run sub ses acq bold task data raw log output export mov movie track page pagina bijlage
intake verslag transcript consent report rapport eeg ecg hrv fmri
"""
_THINGS = frozenset(_PARTS.split())

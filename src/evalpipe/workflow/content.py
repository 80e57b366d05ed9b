"""The digest of a job's outputs, a parameter of the job that follows it."""

from collections.abc import Iterable
from pathlib import Path

from evalpipe.provenance import digest_file, digest_json


def content_digest(files: Iterable[str]) -> str:
    """Return one digest of several files; a file that was removed counts as absent.

    Snakemake does not make intermediate files again while nothing that follows is to be made.
    """
    paths = [Path(file) for file in files]
    return digest_json([digest_file(path) if path.is_file() else "absent" for path in paths])

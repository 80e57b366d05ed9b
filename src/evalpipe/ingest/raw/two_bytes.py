"""UTF-16 text (Excel's "Unicode text") rewritten as UTF-8, so that one scan judges all text."""

import codecs
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from evalpipe.errors import DataError
from evalpipe.ingest.raw.bytescan import check_size
from evalpipe.ingest.raw.table import Bounds

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 2**20


@contextmanager
def as_utf8(stream: BinaryIO, name: str, bounds: Bounds) -> Iterator[tuple[BinaryIO, str | None]]:
    """Yield the stream itself and None, or UTF-16 rewritten as UTF-8 and the file's sha256."""
    stream.seek(0)
    head = stream.read(2)
    stream.seek(0)
    if head not in _MARKS:
        yield stream, None
        return
    check_size(stream, name, bounds.file_bytes)
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-16")()
    with tempfile.TemporaryFile() as rewritten:
        try:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                digest.update(chunk)
                rewritten.write(decoder.decode(chunk).encode("utf-8"))
            rewritten.write(decoder.decode(b"", final=True).encode("utf-8"))
        except UnicodeError:
            raise DataError(f"{name}: not readable as UTF-16; save it as CSV UTF-8") from None
        rewritten.seek(0)
        yield rewritten, digest.hexdigest()

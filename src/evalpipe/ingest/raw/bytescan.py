"""One bounded look through a text file's bytes before anything parses it."""

import codecs
import hashlib
import os
import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from evalpipe.errors import DataError, PrivacyError
from evalpipe.ingest.raw.table import Bounds
from evalpipe.privacy.lookalikes import HOSTILE, describe_character

_CHUNK = 2**20
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŸ€‘’“”–—…°²³¼½¾µ§£«»´·±\u00a0"
)


@dataclass(frozen=True)
class Scanned:
    """What the scan found. sha256: of all bytes. encoding: a Python codec name."""

    sha256: str
    encoding: str


def scan_text(stream: BinaryIO, name: str, declared: str, bounds: Bounds) -> Scanned:
    """Check size, line length and characters; settle the encoding.

    Raises DataError for a file too large, a line too long, or bytes that are not text in
    the declared encoding; PrivacyError for NUL bytes and hidden characters.
    """
    check_size(stream, name, bounds.file_bytes)
    sha256, is_utf8, high = _scan_bytes(stream, name, bounds)
    encoding = _settle_encoding(name, declared, is_utf8, high)
    _scan_characters(stream, name, encoding)
    return Scanned(sha256, encoding)


def check_size(stream: BinaryIO, name: str, limit: int) -> None:
    """Refuse a file larger than `limit` bytes, or an empty one."""
    size = os.fstat(stream.fileno()).st_size
    if size > limit:
        raise DataError(
            f"{name}: larger than {limit // 2**20} MB, which is the most that is read (it has "
            f"{-(-size // 2**20)}); leave out what the plan does not need"
        )
    if size == 0:
        raise DataError(f"{name}: the file is empty")


@dataclass
class _HighBytes:
    """Bytes above 127 seen so far, and whether some of them form UTF-8 sequences."""

    seen: set[int]
    has_sequences: bool = False

    def add(self, chunk: bytes) -> None:
        if chunk.isascii():
            return
        counts = np.bincount(np.frombuffer(chunk, np.uint8), minlength=256)
        self.seen.update(int(code) for code in np.flatnonzero(counts[128:]) + 128)
        self.has_sequences = self.has_sequences or _MULTIBYTE.search(chunk) is not None


def _scan_bytes(stream: BinaryIO, name: str, bounds: Bounds) -> tuple[str, bool, _HighBytes]:
    digest = hashlib.sha256()
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    high = _HighBytes(set())
    pending = lines = 0
    stream.seek(0)
    for chunk in iter(lambda: stream.read(_CHUNK), b""):
        if b"\0" in chunk:
            raise PrivacyError(f"{name}: holds a NUL byte; this is not a text file")
        codes = np.frombuffer(chunk, np.uint8)
        breaks = np.flatnonzero((codes == 10) | (codes == 13))
        pending = _longest_open_line(breaks, len(chunk), pending, name, bounds.line_bytes)
        lines += max(int((codes == 10).sum()), int((codes == 13).sum()))
        if lines > bounds.rows:
            raise DataError(
                f"{name}: more than {bounds.rows} rows, which is the most that is read (it has at "
                f"least {lines}); leave out rows that the plan does not need"
            )
        digest.update(chunk)
        high.add(chunk)
        decoder = _try_decode(decoder, chunk)
    return digest.hexdigest(), _ends_well(decoder), high


def _try_decode(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes
) -> codecs.IncrementalDecoder | None:
    try:
        if decoder is not None:
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return None
    return decoder


def _ends_well(decoder: codecs.IncrementalDecoder | None) -> bool:
    return _try_decode_end(decoder) if decoder is not None else False


def _try_decode_end(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _longest_open_line(breaks: np.ndarray, size: int, pending: int, name: str, limit: int) -> int:
    """Length of the line still open at the end of a chunk; refuse one beyond the limit.

    breaks: places of line breaks in the chunk of `size` bytes.
    """
    longest = pending + size
    if breaks.size:
        inner = int(np.diff(breaks).max()) if breaks.size > 1 else 0
        longest = max(pending + int(breaks[0]), inner)
        pending = size - int(breaks[-1]) - 1
    else:
        pending = longest
    if longest > limit:
        raise DataError(f"{name}: a line is longer than {limit} bytes; this is not a data table")
    return pending


def _settle_encoding(name: str, declared: str, is_utf8: bool, high: _HighBytes) -> str:
    if declared in ("latin-1", "cp1252"):
        return declared
    if is_utf8:
        return "utf-8-sig"
    if declared == "auto" and not high.has_sequences and _is_western(high.seen):
        return "cp1252"
    raise DataError(
        f"{name}: not valid UTF-8; save it as CSV UTF-8, or declare `encoding: latin-1` or `cp1252`"
    )


def _is_western(codes: set[int]) -> bool:
    letters = {bytes([code]).decode("cp1252", errors="replace") for code in codes}
    return letters <= _WESTERN


def _scan_characters(stream: BinaryIO, name: str, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    stream.seek(0)
    for chunk in iter(lambda: stream.read(_CHUNK), b""):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError:
            raise DataError(f"{name}: not valid {encoding} after line {line}") from None
        if hidden := HOSTILE.search(text):
            line += text.count("\n", 0, hidden.start())
            what = describe_character(hidden.group())
            raise PrivacyError(f"{name}: line {line} holds {what}; remove it or fix the encoding")
        line += text.count("\n")

"""Content encodings taken off a body: only as far as allowed, and with an eye on whether the end is there. Pure."""

import zlib
from dataclasses import dataclass
from typing import Literal

MOST_BYTES = 32 * 1024 * 1024
ACCEPTED = "gzip, deflate"
_GZIP = 16 + zlib.MAX_WBITS
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}

Fault = Literal["cut", "broken", "too large", "unknown encoding"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The bytes without content encoding, and what is wrong with them, if anything."""

    body: bytes
    fault: Fault | None = None


def decoded(body: bytes, encoding: str | None, most: int = MOST_BYTES) -> Decoded:
    """``body`` without what its Content-Encoding header names; never more than ``most`` bytes are made.

    A fault leaves the bytes that could be read. ``cut`` means that the end marker of the compression is not there.
    """
    fault: Fault | None = None
    for name in reversed([part.strip().lower() for part in (encoding or "").split(",")]):
        if name in ("", "identity") or not body:
            continue
        if name not in _NAMES:
            return Decoded(body, "unknown encoding")
        step = _inflated(body, _NAMES[name], most)
        body, fault = step.body, fault or step.fault
    return Decoded(body[:most], "too large") if len(body) > most else Decoded(body, fault)


def _inflated(body: bytes, name: str, most: int) -> Decoded:
    pieces: list[bytes] = []
    room, rest = most + 1, body
    while rest:
        inflater = zlib.decompressobj(_window(name, rest))
        try:
            piece = inflater.decompress(rest, room)
        except zlib.error:
            # What follows a complete gzip member and is no member itself is padding that every reader ignores.
            return Decoded(b"".join(pieces), None if pieces else "broken")
        pieces.append(piece)
        room -= len(piece)
        if room <= 0:
            return Decoded(b"".join(pieces), "too large")
        if not inflater.eof:
            return Decoded(b"".join(pieces), "cut")
        rest = inflater.unused_data if name == "gzip" else b""
    return Decoded(b"".join(pieces))


def _window(name: str, body: bytes) -> int:
    """``deflate`` should be a zlib stream (RFC 9110, 8.4.1.2); some servers send it raw."""
    if name == "gzip":
        return _GZIP
    zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS

"""A document in memory and the answers to requests for it: pure, request headers in, status, headers and body out."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

# How long a reader may keep an answer without asking again, in seconds; feeds change a few times a day at most.
MAX_AGE = 300

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a document: its bytes, their validator, and the headers that go with them."""

    body: bytes
    etag: str
    headers: Headers
    without_body: Headers


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it is held in memory, plain and compressed."""

    plain: Variant
    gzip: Variant
    last_modified: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: lower-case header names, as ASGI wants them."""

    status: int
    headers: Headers
    body: bytes


def held(body: bytes, media_type: str, modified: datetime) -> Held:
    """A document with its validators. The same bytes have the same validators, here and after a restart."""
    last_modified = format_datetime(modified.astimezone(UTC), usegmt=True)
    tag = hashlib.sha256(body).hexdigest()[:32]
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    return Held(
        plain=_variant(body, f'"{tag}"', media_type, last_modified, None),
        gzip=_variant(packed, f'"{tag}-gzip"', media_type, last_modified, "gzip"),
        last_modified=last_modified,
    )


def answer(document: Held | None, method: str, headers: Mapping[str, str]) -> Answer:
    """The answer to a request (RFC 9110); ``document`` is None where there is none.

    ``headers`` have lower-case names.
    """
    if method not in ("GET", "HEAD"):
        return _said(405, b"Only GET and HEAD.\n", (b"allow", b"GET, HEAD"))
    if document is None:
        return _said(404, b"" if method == "HEAD" else b"There is no such feed.\n")
    variant = document.gzip if _takes_gzip(headers.get("accept-encoding", "")) else document.plain
    if _has_it(document, headers):
        return Answer(304, variant.without_body, b"")
    return Answer(200, variant.headers, b"" if method == "HEAD" else variant.body)


def _variant(body: bytes, etag: str, media_type: str, last_modified: str, encoding: str | None) -> Variant:
    validators = {
        "etag": etag,
        "last-modified": last_modified,
        "cache-control": f"public, max-age={MAX_AGE}",
        "vary": "Accept-Encoding",
    }
    sent = {"content-type": f"{media_type}; charset=utf-8", "content-length": str(len(body)), **validators}
    if encoding:
        sent["content-encoding"] = encoding
    return Variant(body, etag, _encoded(sent), _encoded(validators))


def _encoded(headers: Mapping[str, str]) -> Headers:
    return tuple((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items())


def _said(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> Answer:
    length = (b"content-length", str(len(body)).encode())
    return Answer(status, ((b"content-type", b"text/plain; charset=utf-8"), length, *headers), body)


def _has_it(document: Held, headers: Mapping[str, str]) -> bool:
    """Whether the reader holds the present document, in either encoding; a validator outranks a time (13.2.2).

    A time counts only where it is the very one that we sent: after a text was restored it may have gone back.
    """
    if (tags := headers.get("if-none-match")) is not None:
        asked = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return not asked.isdisjoint(("*", document.plain.etag, document.gzip.etag))
    return headers.get("if-modified-since") == document.last_modified


def _takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` allows gzip (12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip()] = _weight(parameter)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0

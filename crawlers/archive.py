"""The evidence: every response in a WARC 1.1 file, one file a run, never opened for writing again.

``<root>/<source>/<run>.warc.gz`` holds a ``warcinfo`` record, then one gzip member a record, each on disk before the
call returns. A record holds the status line, the headers (names as the HTTP library spells them, chunking removed)
and the body as transferred, with its content encoding; a saved file of unknown address is a ``resource``. Where a key
was echoed in a compressed body, the body stands decoded and redacted. ``WARC-Payload-Digest`` is the SHA-256 of the
body as it stands in the record. A body that this source has already sent is a ``revisit`` record that names file and
offset of the first one. ``WARC-Truncated`` marks a body whose end did not come. A kill in mid-record leaves all
earlier records readable.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.answers import Answer
from crawlers.encoding import decoded

_FILE, _OFFSET = "Vigilex-Refers-To-File", "Vigilex-Refers-To-Offset"


class ArchiveError(Exception):
    """Raised where a record is not in the archive or cannot be read; the message names file and offset."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: the file below the root, and the offset of its gzip member."""

    warc: str
    offset: int
    revisit: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """One record of the archive, a revisit already resolved to the body it stands for."""

    answer: Answer
    place: Place
    fetched_at: str
    digest: str
    refers_to: Place | None = None
    source: str | None = None


class Archive:
    """The WARC file of one run. The file begins to exist with its first record."""

    def __init__(self, root: Path, source: str, run: str) -> None:
        self.root, self.source, self.run = root, source, run
        self.warc = f"{source}/{run}.warc.gz"
        self._file: BinaryIO | None = None

    def add(self, answer: Answer, fetched_at: str, earlier: Place | None = None) -> Place:
        """Write ``answer`` and wait until it is on disk. ``earlier`` is where the same payload may be already.

        Raises OSError where the disk does not take it.
        """
        out = self._file or self._create(fetched_at)
        offset = out.tell()
        digest = payload_digest(answer.raw)
        first = self._same(earlier, digest) if answer.raw else None
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        writer.write_record(_record(writer, answer, fetched_at, digest, first))
        _to_disk(out)
        return Place(self.warc, offset, first is not None)

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _create(self, fetched_at: str) -> BinaryIO:
        path = self.root / self.warc
        path.parent.mkdir(parents=True, exist_ok=True)
        out = path.open("xb")
        self._file = out
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        about = {"software": "Vigilex", "format": "WARC File Format 1.1", "isPartOf": self.source}
        record = writer.create_warcinfo_record(path.name, about)
        record.rec_headers.replace_header("WARC-Date", fetched_at)
        writer.write_record(record)
        _to_disk(out)
        _folder_to_disk(path.parent)
        return out

    def _same(self, earlier: Place | None, digest: str) -> Kept | None:
        """The record with the body itself, if it is there and its bytes as transferred are the same."""
        if earlier is None:
            return None
        try:
            kept = read(self.root, earlier)
        except ArchiveError:
            return None
        return kept if kept.digest == digest else None


def payload_digest(raw: bytes) -> str:
    """The value of ``WARC-Payload-Digest`` for a body as it stands in a record."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _record(writer: WARCWriter, answer: Answer, fetched_at: str, digest: str, first: Kept | None) -> Any:
    head = StatusAndHeaders(_status_line(answer.status), list(answer.headers), protocol=answer.protocol)
    fields = {"WARC-Date": fetched_at}
    if answer.cut:
        fields["WARC-Truncated"] = "disconnect"
    if first is None and answer.url is None:
        fields["WARC-Payload-Digest"] = digest
        kind = answer.fields.get("content-type", "application/octet-stream")
        return writer.create_warc_record(
            answer.address, "resource", BytesIO(answer.raw), len(answer.raw), kind, warc_headers_dict=fields
        )
    if first is None:
        fields["WARC-Payload-Digest"] = digest
        return writer.create_warc_record(
            answer.address,
            "response",
            BytesIO(answer.raw),
            len(answer.raw),
            warc_headers_dict=fields,
            http_headers=head,
        )
    origin = first.refers_to or first.place
    fields |= {_FILE: origin.warc, _OFFSET: str(origin.offset)}
    return writer.create_revisit_record(
        answer.address,
        digest,
        first.answer.address,
        first.fetched_at,
        http_headers=head if answer.url else None,
        warc_headers_dict=fields,
    )


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _to_disk(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _folder_to_disk(folder: Path) -> None:
    """A new file is safe only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(root: Path, place: Place, first: Place | None = None) -> Kept:
    """The record at ``place``, a revisit resolved (``first``: where its body is, if it does not say so itself).

    Raises ArchiveError.
    """
    try:
        with (root / place.warc).open("rb") as file:
            file.seek(place.offset)
            record = next(iter(ArchiveIterator(file)))
            kept = _kept(record, place)
    except (OSError, EOFError, StopIteration, ArchiveLoadFailed, ValueError) as error:
        raise ArchiveError(f"the archive has no readable record at {place.warc}, offset {place.offset}") from error
    found = kept.refers_to or (first if kept.place.revisit else None)
    return _resolved(kept, read(root, found), found) if found else kept


def excerpt(root: Path, place: Place, first: Place | None = None) -> bytes:
    """A WARC file of the one record at ``place``, byte for byte as archived, behind the ``warcinfo`` of its file.

    Before a revisit stands the record with the body itself (``first``: where that is, if it does not say so), behind
    the ``warcinfo`` of its own file where that is another. Raises ArchiveError.
    """
    kept = read(root, place, first)
    origin = kept.refers_to
    places = [origin, place] if origin else [place]
    pieces: dict[Place, bytes] = {}
    for one in places:
        for member in (Place(one.warc, 0), Place(one.warc, one.offset)):
            pieces.setdefault(member, _member(root, member))
    return b"".join(pieces.values())


def _member(root: Path, place: Place) -> bytes:
    """The gzip member at ``place`` as it is on disk."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    pieces = []
    try:
        with (root / place.warc).open("rb") as file:
            file.seek(place.offset)
            while not unpacking.eof and (piece := file.read(1 << 16)):
                unpacking.decompress(piece)
                pieces.append(piece)
    except (OSError, zlib.error) as error:
        raise ArchiveError(f"the archive has no readable record at {place.warc}, offset {place.offset}") from error
    whole = b"".join(pieces)
    return whole[: len(whole) - len(unpacking.unused_data)]


def records(root: Path, warc: str) -> Iterator[Kept]:
    """Every response and revisit of one WARC file, in order. Raises ArchiveError where one is torn or unreadable."""
    source: str | None = None
    first: dict[str, Place] = {}
    try:
        with (root / warc).open("rb") as file:
            iterator = ArchiveIterator(file)
            for record in iterator:
                if record.rec_type == "warcinfo":
                    source = _part_of(record.raw_stream.read())
                if _is_answer(record):
                    kept = _kept(record, Place(warc, 0))
                    place = Place(warc, iterator.get_record_offset(), kept.place.revisit)
                    found = kept.refers_to or (first.get(kept.digest) if place.revisit else None)
                    first.setdefault(kept.digest, place)
                    kept = replace(kept, place=place, source=source)
                    yield _resolved(kept, read(root, found), found) if found else kept
    except (OSError, EOFError, ArchiveLoadFailed, ValueError) as error:
        # warcio quotes what it met, which may be any bytes.
        said = str(error).partition(", first line:")[0]
        raise ArchiveError(f"{warc} cannot be read as a WARC file: {said}") from error


def _part_of(info: bytes) -> str | None:
    for line in info.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name == "isPartOf":
            return value.strip()
    return None


def _is_answer(record: Any) -> bool:
    """A response over HTTP, a saved file, or either once more; not requests, notes or other protocols."""
    saved = (record.rec_headers.get_header("WARC-Target-URI") or "").startswith("file:")
    return bool(record.rec_type in ("response", "resource", "revisit") and (record.http_headers or saved))


def _kept(record: Any, place: Place) -> Kept:
    if not _is_answer(record):
        raise ArchiveLoadFailed("this record is no response")
    header = record.rec_headers.get_header
    revisit = record.rec_type == "revisit"
    raw = _body(record)
    return Kept(
        answer=_answer(record, raw),
        place=replace(place, revisit=revisit),
        fetched_at=header("WARC-Date") or "",
        digest=header("WARC-Payload-Digest") or payload_digest(raw),
        refers_to=Place(header(_FILE), int(header(_OFFSET))) if revisit and header(_FILE) else None,
    )


def _answer(record: Any, raw: bytes) -> Answer:
    header, http = record.rec_headers.get_header, record.http_headers
    uri = header("WARC-Target-URI") or ""
    saved = uri.startswith("file:")
    return Answer(
        url=None if saved else uri,
        status=int(http.get_statuscode()) if http else 200,
        headers=tuple((str(name), str(value)) for name, value in http.headers) if http else (),
        raw=raw,
        body=decoded(raw, http.get_header("Content-Encoding") if http else None).body,
        cut=header("WARC-Truncated") is not None,
        name=unquote(uri.removeprefix("file:")) if saved else "",
    )


def _body(record: Any) -> bytes:
    """The body as transferred. Raises EOFError where the record is torn."""
    http = record.http_headers
    chunked = bool(http) and (http.get_header("Transfer-Encoding") or "").lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    pieces = []
    while piece := stream.read(1 << 16):
        pieces.append(piece)
    raw = b"".join(pieces)
    if record.rec_type != "revisit" and getattr(record.raw_stream, "limit", 0):
        raise EOFError("the record is torn")
    return raw


def _resolved(kept: Kept, first: Kept, found: Place) -> Kept:
    answer = replace(kept.answer, raw=first.answer.raw, body=first.answer.body)
    return replace(kept, answer=answer, refers_to=found)

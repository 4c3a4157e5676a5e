"""One HTTP response as it came, and where the archive keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The facts of one archived response.

    ``sha256`` (hex) is of the payload with its content encoding removed; ``length`` is its size in bytes. ``warc``
    is the path of the WARC file below the archive folder, ``offset`` where its record begins there. ``revisit`` is
    true where the record only points to an earlier one with the same payload. ``url`` never holds a key.
    ``parser_version`` is that of the spider that read it.
    """

    run: str
    source: str
    url: str
    fetched_at: str
    status: int
    content_type: str | None
    sha256: str
    length: int
    warc: str
    offset: int
    revisit: bool
    parser_version: int
    etag: str | None = None
    last_modified: str | None = None

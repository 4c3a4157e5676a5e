"""The rows of archived responses."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

from db.connect import Store, write
from model.snapshot import Snapshot

_COLUMNS = (
    'run, source, url, fetched_at, status, content_type, sha256, length, warc, "offset", revisit, parser_version, '
    "etag, last_modified"
)


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot and its number, which grows with every response."""

    id: int
    snapshot: Snapshot


def latest(db: Store, source: str, url: str) -> StoredSnapshot | None:
    """The last response of ``url``, whatever its status."""
    return _first(db, "source = ? AND url = ? ORDER BY id DESC", [source, url])


def with_payload(db: Store, source: str, sha256: str) -> StoredSnapshot | None:
    """The first response whose record holds this payload itself, for a revisit record to point at."""
    return _first(db, "source = ? AND sha256 = ? AND revisit = 0 ORDER BY id", [source, sha256])


def by_id(db: Store, number: int) -> StoredSnapshot | None:
    return _first(db, "id = ?", [number])


def all_snapshots(db: Store, source: str | None = None) -> Iterator[StoredSnapshot]:
    """All responses, of one source where given, in the order in which they came; one page in memory at a time."""
    after = 0
    while page := db.execute(
        f"SELECT id, {_COLUMNS} FROM snapshots WHERE id > ? AND (? IS NULL OR source = ?) ORDER BY id LIMIT 500",
        [after, source, source],
    ).fetchall():
        yield from map(_stored, page)
        after = page[-1][0]


def record_snapshot(db: Store, snapshot: Snapshot) -> int:
    """Note a response that was archived but not read; its number."""
    with write(db):
        return add(db, snapshot)


def add(db: Store, snapshot: Snapshot, number: int | None = None) -> int:
    """Add a row within a transaction; its number (``number`` where it has one already)."""
    marks = ", ".join("?" * 15)
    done = db.execute(f"INSERT INTO snapshots (id, {_COLUMNS}) VALUES ({marks})", [number, *astuple(snapshot)])
    return int(done.lastrowid)


def _first(db: Store, condition: str, values: list[object]) -> StoredSnapshot | None:
    row = db.execute(f"SELECT id, {_COLUMNS} FROM snapshots WHERE {condition} LIMIT 1", values).fetchone()
    return _stored(row) if row else None


def _stored(row: tuple[object, ...]) -> StoredSnapshot:
    number, *values = row
    values[10] = bool(values[10])
    return StoredSnapshot(int(str(number)), Snapshot(*values))  # type: ignore[arg-type]

"""Validators of conditional requests: kept with the updates that they stand for, worthless to another parser."""

from dataclasses import dataclass

from db.connect import Store, write
from model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Validators:
    """What to send with a request. ``stored_at`` is the time of the last full answer."""

    etag: str | None
    last_modified: str | None
    stored_at: str


def validators(db: Store, source: str, url: str, parser_version: int) -> Validators | None:
    """The validators of ``url``, or None where there are none that this parser version stored."""
    row = db.execute(
        "SELECT etag, last_modified, stored_at FROM validators WHERE source = ? AND url = ? AND parser_version = ?",
        [source, url, parser_version],
    ).fetchone()
    return Validators(*row) if row else None


def clear(db: Store, source: str) -> None:
    """Forget all validators of a source: its next visit asks for everything in full."""
    with write(db):
        db.execute("DELETE FROM validators WHERE source = ?", [source])


def keep(db: Store, snapshot: Snapshot) -> None:
    """Keep what a full answer brought; called within the transaction that saves its updates.

    An answer of 304 leaves what is there: the time of the last full answer must not move.
    """
    if snapshot.status == 304:
        return
    if snapshot.etag or snapshot.last_modified:
        db.execute(
            "INSERT OR REPLACE INTO validators VALUES (?, ?, ?, ?, ?, ?)",
            [
                snapshot.source,
                snapshot.url,
                snapshot.etag,
                snapshot.last_modified,
                snapshot.parser_version,
                snapshot.fetched_at,
            ],
        )
    else:
        forget(db, snapshot)


def forget(db: Store, snapshot: Snapshot) -> None:
    """Forget the validators of one address; called within a transaction."""
    db.execute("DELETE FROM validators WHERE source = ? AND url = ?", [snapshot.source, snapshot.url])

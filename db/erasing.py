"""What was deleted is gone from the file too, not only from its tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.connect import Store, write
from db.cursors import cursor, set_cursor

_ERASED, _SCRUBBED = "people erased", "people scrubbed"


@contextmanager
def overwriting(db: Store) -> Iterator[None]:
    """What is deleted within this block is overwritten with zeros in the file."""
    before = db.execute("PRAGMA secure_delete").fetchone()[0]
    db.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        db.execute(f"PRAGMA secure_delete = {int(before)}")


def note_erasure(db: Store) -> None:
    """Somebody was forgotten: the file is to be scrubbed; within a transaction."""
    set_cursor(db, _ERASED, cursor(db, _ERASED) + 1)


def scrub(db: Store) -> bool:
    """Empty the write-ahead log; where somebody was forgotten since the last time, write the file anew before.

    Pages that SQLite filled anew keep copies of moved rows in their unused space, which overwriting does not reach.
    Writing anew takes as long as copying the file, and nobody else can write meanwhile. False where a reader that
    holds on to the old state kept the log from being emptied: to be tried again.
    """
    erased = cursor(db, _ERASED)
    anew = erased != cursor(db, _SCRUBBED)
    if anew:
        db.execute("VACUUM")
    if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        return False
    if anew:
        with write(db):
            set_cursor(db, _SCRUBBED, erased)
    return True

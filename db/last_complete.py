"""The last visit of a source that missed nothing: when it was, and what it saw."""

from db.connect import Store


def last_complete(db: Store, source: str) -> str | None:
    """The start of the last run of ``source`` that missed nothing (it counted ``complete`` as 1), or None."""
    row = db.execute(
        "SELECT started_at FROM runs WHERE source = ? AND json_extract(counts, '$.complete') = 1"
        " ORDER BY id DESC LIMIT 1",
        [source],
    ).fetchone()
    return row[0] if row else None


def rows_last_listed(db: Store, source: str) -> int:
    """How many rows the listings of ``source`` had in its last run that missed nothing and read a listing."""
    row = db.execute(
        "SELECT json_extract(counts, '$.listed') FROM runs WHERE source = ?"
        " AND json_extract(counts, '$.complete') = 1 AND json_extract(counts, '$.listings') > 0"
        " ORDER BY id DESC LIMIT 1",
        [source],
    ).fetchone()
    return int(row[0]) if row else 0

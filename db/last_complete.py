"""When a source was last visited to the end, so that the next visit asks for all since then."""

from db.connect import Store


def last_complete(db: Store, source: str) -> str | None:
    """The start of the last run of ``source`` that missed nothing (it counted ``complete`` as 1), or None."""
    row = db.execute(
        "SELECT started_at FROM runs WHERE source = ? AND json_extract(counts, '$.complete') = 1"
        " ORDER BY id DESC LIMIT 1",
        [source],
    ).fetchone()
    return row[0] if row else None

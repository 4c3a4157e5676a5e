"""The latest time that a store holds: a clock that shows less was put back."""

from db.connect import Store

# Only what is stamped with our own clock, never what a source says.
_STAMPS = [
    ("changes", "at"),
    ("runs", "started_at"),
    ("runs", "ended_at"),
    ("snapshots", "fetched_at"),
    ("mails", "frozen_at"),
    ("mails", "sent_at"),
]


def latest_time(db: Store) -> str | None:
    """When the store was last changed, by the clock of that time; None for an empty store."""
    newest = " UNION ALL ".join(f"SELECT max({column}) AS at FROM {table}" for table, column in _STAMPS)
    row = db.execute(f"SELECT max(at) FROM ({newest})").fetchone()
    return None if row[0] is None else str(row[0])

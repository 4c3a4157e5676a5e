"""Until when a host asked us to wait (Retry-After)."""

from db.connect import Store, write


def not_before(db: Store, host: str) -> str | None:
    """The time before which no request goes to ``host``, or None."""
    row = db.execute("SELECT not_before FROM hosts WHERE host = ?", [host]).fetchone()
    return row[0] if row else None


def set_not_before(db: Store, host: str, time: str) -> None:
    """No request to ``host`` before ``time``; an earlier wish never shortens a later one."""
    with write(db):
        db.execute(
            "INSERT INTO hosts VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET not_before = max(not_before, excluded.not_before)",
            [host, time],
        )

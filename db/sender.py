"""Whether mail goes out at all: one row while the mail server refuses us as a sender."""

from dataclasses import dataclass

from db.connect import Store, write


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, and what the server said."""

    since: str
    reason: str


def sender_pause(db: Store) -> Pause | None:
    """The pause that holds now, or None: the secretariat must see it."""
    row = db.execute("SELECT paused_at, reason FROM sender").fetchone()
    return Pause(*row) if row else None


def pause_sender(db: Store, reason: str, now: str) -> None:
    """Send nothing more until ``resume_sender``; the first reason stays."""
    with write(db):
        db.execute("INSERT OR IGNORE INTO sender (id, paused_at, reason) VALUES (1, ?, ?)", [now, reason])


def resume_sender(db: Store) -> bool:
    """The fault was mended: go on. Whether there was a pause."""
    with write(db):
        return bool(db.execute("DELETE FROM sender").rowcount)

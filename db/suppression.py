"""Whom we must not write to: keyed hashes alone, which outlive people and imports."""

from db.clock import later
from db.connect import Store, write

SOFT_BOUNCES = 5
SOFT_BOUNCE_DAYS = 30
_DAY = 86_400


def suppressed(db: Store, address_hash: str) -> str | None:
    """Why an address is not written to (left, dead, bounced, complained), or None."""
    row = db.execute("SELECT reason FROM suppression WHERE hash = ?", [address_hash]).fetchone()
    return str(row[0]) if row else None


def may_be_asked(db: Store, address_hash: str) -> bool:
    """Whether a confirmation may go to an address: to one that left, since its owner may want to come back; to no dead
    one. An import asks ``suppressed`` instead."""
    return suppressed(db, address_hash) in (None, "left")


def suppress(db: Store, address_hash: str, reason: str, now: str) -> None:
    """Note it within a transaction; that somebody merely left does not outrank another reason."""
    db.execute(
        "INSERT INTO suppression (hash, reason, at) VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET"
        " reason = excluded.reason, at = excluded.at WHERE excluded.reason <> 'left'",
        [address_hash, reason, now],
    )


def lift(db: Store, address_hash: str) -> None:
    """The owner of an address has confirmed it: within a transaction."""
    db.execute("DELETE FROM suppression WHERE hash = ?", [address_hash])


def note_soft_bounce(db: Store, address_hash: str, message_id: str, now: str) -> int:
    """Note that a mail came back for a while; how many did within 30 days. One mail counts once."""
    with write(db):
        since = later(now, -SOFT_BOUNCE_DAYS * _DAY)
        db.execute("DELETE FROM soft_bounces WHERE at <= ?", [since])
        db.execute(
            "INSERT OR IGNORE INTO soft_bounces (message_id, hash, at) VALUES (?, ?, ?)",
            [message_id, address_hash, now],
        )
        return int(db.execute("SELECT count(*) FROM soft_bounces WHERE hash = ?", [address_hash]).fetchone()[0])

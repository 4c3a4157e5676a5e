"""The people who get mails: asking twice (double opt-in), pausing, leaving, and being forgotten.

An address is found by its keyed hash (``alerts.addresses``), never by itself.
"""

from dataclasses import asdict
from typing import Any

from db.clock import later
from db.connect import Store, write
from db.erasing import note_erasure, overwriting
from db.suppression import lift, suppress
from model.subscription import Person, PersonState

PENDING_DAYS = 7
ERASED_AFTER_DAYS = 28

_DAY = 86_400
_COLUMNS = "id, address, lang, state, created_at, confirmed_at, left_at"


_EXPORTED = {
    "subscriptions": "SELECT id, name, query, cadence, created_at, confirmed_at, paused, ended_at FROM subscriptions"
    " WHERE person = ? ORDER BY id",
    "matches": "SELECT m.subscription, m.update_id, m.at, m.words AS reason, mail FROM matches m"
    " JOIN subscriptions s ON s.id = m.subscription WHERE person = ? ORDER BY m.id",
    "mails": "SELECT id, purpose, subject, state, frozen_at, sent_at FROM mails WHERE person = ? ORDER BY id",
}


def person(db: Store, number: int) -> Person | None:
    return _first(db, "id = ?", number)


def person_with(db: Store, address_hash: str) -> Person | None:
    """The person of an address, by its keyed hash."""
    return _first(db, "hash = ?", address_hash)


def people(db: Store, state: PersonState) -> list[Person]:
    """All people in this state, in the order in which they came."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM people WHERE state = ? ORDER BY id", [str(state)]).fetchall()
    return [_person(row) for row in rows]


def hash_of(db: Store, number: int) -> str | None:
    """The keyed hash of a person's address."""
    row = db.execute("SELECT hash FROM people WHERE id = ?", [number]).fetchone()
    return str(row[0]) if row else None


def add_pending(db: Store, address: str, address_hash: str, lang: str, now: str) -> Person:
    """The person of this address within a transaction: as known, else a pending one. Who had left is pending anew."""
    db.execute(
        "INSERT INTO people (address, hash, lang, state, created_at) VALUES (?, ?, ?, 'pending', ?)"
        " ON CONFLICT (hash) DO UPDATE SET address = excluded.address, lang = excluded.lang, state = 'pending'"
        " WHERE state = 'left'",
        [address, address_hash, lang, now],
    )
    found = person_with(db, address_hash)
    assert found is not None
    return found


def confirm_person(db: Store, number: int, now: str) -> None:
    """The address answered: active from now on, within a transaction. Having left before is forgotten."""
    db.execute(
        "UPDATE people SET state = 'active', confirmed_at = coalesce(confirmed_at, ?2), left_at = NULL"
        " WHERE id = ?1 AND state IN ('pending', 'left')",
        [number, now],
    )
    if address_hash := hash_of(db, number):
        lift(db, address_hash)


def pause(db: Store, number: int) -> bool:
    """No more mails until ``resume``; what matches is kept. Whether the person was active."""
    return _change_state(db, number, "paused", "active")


def resume(db: Store, number: int) -> bool:
    """Mails again, what was kept with the next one. Whether the person was paused."""
    return _change_state(db, number, "active", "paused")


def leave(db: Store, number: int, now: str) -> bool:
    """End all of a person's subscriptions; whether there was a person to leave."""
    with write(db):
        return end(db, number, now, "left")


def end(db: Store, number: int, now: str, reason: str) -> bool:
    """The same within a transaction, also for an address that turned out dead. Nothing more is sent to it."""
    address_hash = hash_of(db, number)
    if address_hash is None:
        return False
    db.execute(
        "UPDATE people SET state = 'left', left_at = coalesce(left_at, ?2) WHERE id = ?1 AND state <> 'left'",
        [number, now],
    )
    db.execute("UPDATE subscriptions SET ended_at = ?2 WHERE person = ?1 AND ended_at IS NULL", [number, now])
    suppress(db, address_hash, reason, now)
    return True


def forget(db: Store, number: int) -> bool:
    """Erase a person at once with subscriptions, matches and mails; the keyed hash of suppression stays.

    ``db.erasing.scrub`` then takes what SQLite may still hold in unused pages.
    """
    with overwriting(db), write(db):
        note_erasure(db)
        return bool(db.execute("DELETE FROM people WHERE id = ?", [number]).rowcount)


def due_for_erasure(db: Store, now: str) -> list[Person]:
    """Who left 28 days ago or earlier, and who never confirmed anything within 7 days."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM people WHERE (state = 'left' AND left_at <= ?)"
        " OR (state = 'pending' AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE person = people.id)"
        "     AND coalesce(left_at, created_at) <= ?) ORDER BY id",
        [later(now, -ERASED_AFTER_DAYS * _DAY), later(now, -PENDING_DAYS * _DAY)],
    ).fetchall()
    return [_person(row) for row in rows]


def exported(db: Store, number: int) -> dict[str, Any] | None:
    """All that the store knows of a person, as plain JSON values."""
    found = person(db, number)
    if found is None:
        return None
    return {"person": asdict(found)} | {name: _plain(db, sql, number) for name, sql in _EXPORTED.items()}


def _plain(db: Store, sql: str, number: int) -> list[dict[str, Any]]:
    found = db.execute(sql, [number])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _change_state(db: Store, number: int, to: str, since: str) -> bool:
    with write(db):
        done = db.execute("UPDATE people SET state = ? WHERE id = ? AND state = ?", [to, number, since])
        return bool(done.rowcount)


def _first(db: Store, condition: str, value: object) -> Person | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM people WHERE {condition}", [value]).fetchone()
    return _person(row) if row else None


def _person(row: tuple[Any, ...]) -> Person:
    number, address, lang, state, *times = row
    return Person(number, address, lang, PersonState(state), *times)

"""Saved searches: asked for, confirmed, changed, paused, ended; and which of them an update may concern."""

import json
from collections.abc import Iterable
from typing import Any

from db.changes import last_change
from db.clock import later
from db.connect import Store, write
from db.people import PENDING_DAYS, add_pending, confirm_person, end
from db.query import GRAMMAR, parse
from db.search import rarest_need
from model.subscription import Cadence, Person, Subscription

_DAY = 86_400
_COLUMNS = "id, person, name, query, grammar, cadence, created_at, confirmed_at, paused, ended_at"
RUNNING = "confirmed_at IS NOT NULL AND ended_at IS NULL"


def ask(
    db: Store, address: str, address_hash: str, lang: str, name: str, query: str, cadence: Cadence, now: str
) -> tuple[Person, Subscription]:
    """Keep what somebody typed who says to own an address; nothing is sent for it before ``confirm``.

    Asking the same twice gives the same pending subscription. Whether the address may be written to at all is
    ``suppression.may_be_asked``'s word.
    """
    with write(db):
        owner = add_pending(db, address, address_hash, lang, now)
        row = db.execute(
            f"SELECT {_COLUMNS} FROM subscriptions WHERE person = ? AND query = ? AND cadence = ? AND name = ?"
            " AND confirmed_at IS NULL AND ended_at IS NULL",
            [owner.id, query, str(cadence), name],
        ).fetchone()
        return owner, _subscription(row) if row else _add(db, owner.id, name, query, cadence, now)


def confirm(db: Store, number: int, now: str) -> Subscription | None:
    """The owner of the address agrees: what changes from now on is news. Confirming twice changes nothing.

    None where there is no such subscription, where it has ended or waited for more than 7 days.
    """
    with write(db):
        found = subscription(db, number)
        if found is None or found.ended_at or _expired(found, now):
            return None
        if found.confirmed_at is None:
            confirm_person(db, found.person, now)
            db.execute(
                "UPDATE subscriptions SET confirmed_at = ?, start = ? WHERE id = ?", [now, last_change(db), number]
            )
        return subscription(db, number)


def subscription(db: Store, number: int) -> Subscription | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM subscriptions WHERE id = ?", [number]).fetchone()
    return _subscription(row) if row else None


def subscriptions_of(db: Store, person: int) -> tuple[Subscription, ...]:
    """A person's confirmed subscriptions that have not ended, paused ones included, by name."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM subscriptions WHERE person = ? AND {RUNNING} ORDER BY name, id", [person]
    )
    return tuple(_subscription(row) for row in rows.fetchall())


def change(db: Store, number: int, *, name: str, query: str, cadence: Cadence) -> Subscription | None:
    """Change a running subscription. Another search begins now: what was listed before is no news for it."""
    with write(db):
        before = subscription(db, number)
        if before is None or before.ended_at:
            return None
        db.execute("UPDATE subscriptions SET name = ?, cadence = ? WHERE id = ?", [name, str(cadence), number])
        if query != before.query:
            db.execute(
                "UPDATE subscriptions SET query = ?, grammar = ?, needs = ?, start = ? WHERE id = ?",
                [query, GRAMMAR, rarest_need(db, parse(query)), last_change(db), number],
            )
        return subscription(db, number)


def pause_subscription(db: Store, number: int, paused: bool) -> None:
    """While one is paused, what matches is kept; the first mail after brings it."""
    with write(db):
        db.execute("UPDATE subscriptions SET paused = ? WHERE id = ?", [paused, number])


def end_subscription(db: Store, number: int, now: str) -> bool:
    """End one; with their last running one a person has left. Whether there is such a subscription."""
    with write(db):
        found = subscription(db, number)
        if found is None:
            return False
        db.execute("UPDATE subscriptions SET ended_at = coalesce(ended_at, ?) WHERE id = ?", [now, number])
        if found.confirmed_at and not subscriptions_of(db, found.person):
            end(db, found.person, now, "left")
        return True


def drop_unconfirmed(db: Store, now: str) -> int:
    """Forget what was asked for more than 7 days ago and never confirmed; how many."""
    with write(db):
        done = db.execute(
            "DELETE FROM subscriptions WHERE confirmed_at IS NULL AND created_at <= ?",
            [later(now, -PENDING_DAYS * _DAY)],
        )
        return int(done.rowcount)


def searches_for(db: Store, words: Iterable[str], seq: int) -> list[Subscription]:
    """The running subscriptions that an update with these words of the index may answer, to which ``seq`` is news.

    None is missed: who needs a word that the update has not cannot match it. What was saved under another grammar is
    always tried.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM subscriptions INDEXED BY subscriptions_by_need"
        f" WHERE {RUNNING} AND start < ?2 AND needs IN (SELECT value FROM json_each(?1)) AND grammar = ?3"
        f" UNION ALL SELECT {_COLUMNS} FROM subscriptions WHERE {RUNNING} AND start < ?2"
        " AND (needs IS NULL OR grammar <> ?3) ORDER BY 1",
        [json.dumps(sorted(set(words))), seq, GRAMMAR],
    )
    return [_subscription(row) for row in rows.fetchall()]


def first_confirmed_at(db: Store) -> str | None:
    """When the first of the running subscriptions was confirmed: before, no run is due."""
    row = db.execute(f"SELECT min(confirmed_at) FROM subscriptions WHERE {RUNNING}").fetchone()
    return None if row[0] is None else str(row[0])


def _add(db: Store, person: int, name: str, query: str, cadence: Cadence, now: str) -> Subscription:
    done = db.execute(
        "INSERT INTO subscriptions (person, name, query, grammar, cadence, created_at, needs)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [person, name, query, GRAMMAR, str(cadence), now, rarest_need(db, parse(query))],
    )
    return Subscription(int(done.lastrowid), person, name, query, GRAMMAR, cadence, now)


def _expired(found: Subscription, now: str) -> bool:
    return found.confirmed_at is None and found.created_at <= later(now, -PENDING_DAYS * _DAY)


def _subscription(row: tuple[Any, ...]) -> Subscription:
    number, person, name, query, grammar, cadence, created_at, confirmed_at, paused, ended_at = row
    return Subscription(
        number, person, name, query, grammar, Cadence(cadence), created_at, confirmed_at, bool(paused), ended_at
    )

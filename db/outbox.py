"""The outbox: mails frozen before their first byte is sent, claimed by one sender at a time, marked after."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from db.clock import later, moment
from db.connect import Store, write
from db.matches import give_back, take
from db.people import end

BODY_DAYS = 30
LONGEST_PAUSE = 3_600.0
"""Seconds between two tries of one mail, at most."""

_DAY = 86_400

Purpose = Literal["immediate", "daily", "weekly", "service"]


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail as it will be sent. ``key`` says what it is for, once a person; ``message_id`` with angle brackets."""

    person: int
    key: str
    purpose: Purpose
    message_id: str
    subject: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed mail and its recipient. ``failing_since`` is the time of its first temporary error."""

    id: int
    person: int
    address: str
    message_id: str
    body: bytes
    purpose: Purpose
    attempts: int
    failing_since: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that could not be made, or that its server refused: whose, what for, why."""

    person: int
    key: str
    error: str


def freeze(db: Store, mail: NewMail, matches: Sequence[int], now: str) -> bool:
    """Put a mail into the outbox together with the matches that it brings, or nothing of it.

    False where this person's mail of this key is there already, or another mail took one of the matches meanwhile.
    """
    with write(db):
        db.execute("SAVEPOINT freezing")
        number = _put(db, mail, now)
        if number is not None and take(db, number, matches):
            db.execute("RELEASE freezing")
            return True
        db.execute("ROLLBACK TO freezing")
        db.execute("RELEASE freezing")
        return False


def note_failure(db: Store, person: int, key: str, purpose: Purpose, message_id: str, error: str, now: str) -> None:
    """Name a mail that could not be made; its matches wait. Making it again replaces this."""
    with write(db):
        db.execute(
            "INSERT INTO mails (person, key, purpose, message_id, subject, state, frozen_at, next_try_at, error)"
            " SELECT id, ?2, ?3, ?4, '', 'failed', ?6, ?6, ?5 FROM people WHERE id = ?1"
            " ON CONFLICT (person, key) DO UPDATE SET error = excluded.error WHERE state = 'failed'",
            [person, key, purpose, message_id, error, now],
        )


def is_made(db: Store, person: int, key: str) -> bool:
    """Whether a person's mail of this key was put into the outbox, whatever became of it."""
    row = db.execute("SELECT 1 FROM mails WHERE person = ? AND key = ? AND state <> 'failed'", [person, key]).fetchone()
    return row is not None


def failed(db: Store, key: str) -> list[Failed]:
    """The mails of one run that could not be made."""
    rows = db.execute("SELECT person, key, error FROM mails WHERE key = ? AND state = 'failed' ORDER BY person", [key])
    return [Failed(*row) for row in rows.fetchall()]


def last_mail_at(db: Store, person: int, purposes: Iterable[Purpose]) -> str | None:
    """When the last mail for one of these purposes was made for a person; mails that were never to arrive aside."""
    times = [
        db.execute(
            "SELECT max(frozen_at) FROM mails WHERE person = ? AND purpose = ? AND state IN ('frozen', 'sent')",
            [person, purpose],
        ).fetchone()[0]
        for purpose in purposes
    ]
    return max(filter(None, times), default=None)


def claim(db: Store, holder: str, now: str, seconds: float, is_alive: Callable[[str], bool]) -> Outgoing | None:
    """The next mail to send, which no other sender can claim for so many seconds; None where nothing is due.

    What a dead sender held is free at once: nobody knows whether it arrived, so it goes again, byte for byte. A mail
    to somebody who left or paused meanwhile is taken out of the outbox instead.
    """
    with write(db):
        while rows := _due(db, now):
            withdrawn = 0
            for number, held_by, until, wanted in rows:
                if held_by is not None and moment(until) > moment(now) and is_alive(held_by):
                    continue
                if wanted:
                    return _claimed(db, number, holder, later(now, seconds))
                _withdraw(db, number)
                withdrawn += 1
            if not withdrawn:
                return None
    return None


def mark_sent(db: Store, mail: Outgoing, now: str) -> None:
    """The server has taken it. Noted whoever holds the mail by now: it has arrived."""
    with write(db):
        db.execute(
            "UPDATE mails SET state = 'sent', sent_at = ?2, holder = NULL, lease_until = NULL, error = NULL"
            " WHERE id = ?1 AND state <> 'sent'",
            [mail.id, now],
        )


def release(db: Store, mail: Outgoing, holder: str) -> None:
    """Give a claimed mail back unsent."""
    with write(db):
        db.execute("UPDATE mails SET holder = NULL, lease_until = NULL WHERE id = ? AND holder = ?", [mail.id, holder])


def postpone(db: Store, mail: Outgoing, error: str, now: str, seconds: float) -> None:
    """A temporary error: try again so many seconds from now."""
    with write(db):
        db.execute(
            "UPDATE mails SET next_try_at = ?, attempts = attempts + 1, failing_since = coalesce(failing_since, ?),"
            " error = ?, holder = NULL, lease_until = NULL WHERE id = ? AND state = 'frozen'",
            [later(now, seconds), now, error, mail.id],
        )


def return_items(db: Store, mail: Outgoing, error: str) -> None:
    """Too long without success: this mail is never sent, and its matches go with the next digest."""
    with write(db):
        _close(db, mail.id, "returned", error)
        give_back(db, mail.id)


def refuse(db: Store, mail: Outgoing, error: str, now: str) -> None:
    """There is no such address: the person's subscriptions end and the address is suppressed."""
    with write(db):
        _close(db, mail.id, "refused", error)
        end(db, mail.person, now, "dead")


def person_of(db: Store, message_id: str) -> int | None:
    """Whom we sent the mail of this Message-ID (with angle brackets); None for one that we never sent."""
    row = db.execute("SELECT person FROM mails WHERE message_id = ? AND state <> 'failed'", [message_id]).fetchone()
    return int(row[0]) if row else None


def waiting_count(db: Store) -> int:
    """How many mails wait to be sent."""
    return int(db.execute("SELECT count(*) FROM mails WHERE state = 'frozen'").fetchone()[0])


def mail_is_due(db: Store, now: str) -> bool:
    """Whether a mail may be tried now."""
    return bool(_due(db, now))


def failing_since(db: Store) -> str | None:
    """Since when the server has put off the mail that it has put off for longest, of those that wait."""
    since = db.execute("SELECT min(failing_since) FROM mails WHERE state = 'frozen'").fetchone()[0]
    return str(since) if since else None


def failed_count(db: Store) -> int:
    """How many mails could not be made."""
    return int(db.execute("SELECT count(*) FROM mails WHERE state = 'failed'").fetchone()[0])


def erase_bodies(db: Store, now: str) -> int:
    """Forget the words of mails sent 30 days ago or earlier, and of those that are never sent; how many."""
    with write(db):
        done = db.execute(
            "DELETE FROM mail_bodies WHERE mail IN (SELECT id FROM mails"
            " WHERE (state = 'sent' AND sent_at <= ?) OR state IN ('refused', 'returned', 'withdrawn'))",
            [later(now, -BODY_DAYS * _DAY)],
        )
        return int(done.rowcount)


def _put(db: Store, mail: NewMail, now: str) -> int | None:
    db.execute("DELETE FROM mails WHERE person = ? AND key = ? AND state = 'failed'", [mail.person, mail.key])
    done = db.execute(
        "INSERT OR IGNORE INTO mails (person, key, purpose, message_id, subject, state, frozen_at, next_try_at)"
        " SELECT id, ?2, ?3, ?4, ?5, 'frozen', ?6, ?6 FROM people WHERE id = ?1",
        [mail.person, mail.key, mail.purpose, mail.message_id, mail.subject, now],
    )
    if done.rowcount != 1:
        return None
    number = int(done.lastrowid)
    db.execute("INSERT INTO mail_bodies (mail, body) VALUES (?, ?)", [number, mail.body])
    return number


def _due(db: Store, now: str) -> list[tuple[int, str | None, str, bool]]:
    """The first mails that may be tried: (number, holder, end of its lease, whether the person still wants it)."""
    # A try that lies further ahead than any pause was set by a clock that has been put back since.
    return _first(db, "next_try_at <= ?", now) or _first(db, "next_try_at > ?", later(now, LONGEST_PAUSE))


def _first(db: Store, condition: str, time: str) -> list[tuple[int, str | None, str, bool]]:
    rows: list[tuple[int, str | None, str, bool]] = db.execute(
        "SELECT m.id, holder, lease_until, purpose = 'service' OR p.state = 'active' FROM mails m"
        f" JOIN people p ON p.id = person WHERE m.state = 'frozen' AND {condition} ORDER BY next_try_at, m.id LIMIT 50",
        [time],
    ).fetchall()
    return rows


def _claimed(db: Store, number: int, holder: str, until: str) -> Outgoing:
    db.execute("UPDATE mails SET holder = ?, lease_until = ? WHERE id = ?", [holder, until, number])
    row: tuple[Any, ...] = db.execute(
        "SELECT m.id, person, address, message_id, body, purpose, attempts, failing_since FROM mails m"
        " JOIN people p ON p.id = person JOIN mail_bodies b ON b.mail = m.id WHERE m.id = ?",
        [number],
    ).fetchone()
    return Outgoing(*row)


def _withdraw(db: Store, number: int) -> None:
    """Take back what is for nobody now. Who has only paused gets it with the first digest after."""
    _close(db, number, "withdrawn", None)
    give_back(db, number)


def _close(db: Store, number: int, state: str, error: str | None) -> None:
    db.execute(
        "UPDATE mails SET state = ?, error = ?, holder = NULL, lease_until = NULL WHERE id = ?",
        [state, error, number],
    )

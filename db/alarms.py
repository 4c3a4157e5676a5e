"""What is broken: alarms that open and close by themselves, and the one mail a day that tells the secretariat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.clock import later
from db.connect import Store, write

KEPT_DAYS = 30
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must look after: ``what`` is broken and what to do about it, a sentence or two each.

    ``key`` says what it is about ("source es_boe"): the same for as long as it lasts, whatever the words.
    """

    key: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that is open. ``since`` is a time of the store."""

    key: str
    what: str
    remedy: str
    since: str


@dataclass(frozen=True, slots=True)
class ToldAlarm:
    """An alarm as a mail tells of it; ``closed_at`` is None while it lasts, ``is_new`` where no mail told of it yet."""

    id: int
    what: str
    remedy: str
    opened_at: str
    closed_at: str | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class AlarmMail:
    """A frozen mail to the secretariat. ``message_id`` with its angle brackets; ``day`` is the local one."""

    day: str
    recipient: str
    message_id: str
    subject: str
    body: bytes
    attempts: int = 0


def open_alarms(db: Store) -> list[OpenAlarm]:
    """What is broken now, the oldest first."""
    rows = db.execute("SELECT key, what, remedy, opened_at FROM alarms WHERE closed_at IS NULL ORDER BY opened_at, id")
    return [OpenAlarm(*row) for row in rows.fetchall()]


def refresh_alarms(db: Store, found: Sequence[Alarm], now: str) -> tuple[list[str], list[str]]:
    """Open what is found and was not open, close what is no longer found; the keys of both. Most calls write nothing.

    Of one that was closed before any mail told of it no mail tells.
    """
    said = {alarm.key: (alarm.what, alarm.remedy) for alarm in found}
    if said == _said(db):
        return [], []
    with write(db):
        before = _said(db)
        for key in before.keys() - said.keys():
            db.execute(
                "UPDATE alarms SET closed_at = ?1, closing_told = CASE WHEN opening_told IS NULL THEN ?1 END"
                " WHERE key = ?2 AND closed_at IS NULL",
                [now, key],
            )
        for key, (what, remedy) in said.items():
            db.execute(
                "INSERT INTO alarms (key, what, remedy, opened_at) VALUES (?, ?, ?, ?) ON CONFLICT (key)"
                " WHERE closed_at IS NULL DO UPDATE SET what = excluded.what, remedy = excluded.remedy",
                [key, what, remedy, now],
            )
        db.execute("DELETE FROM alarms WHERE closed_at <= ?", [later(now, -KEPT_DAYS * _DAY)])
    return sorted(said.keys() - before.keys()), sorted(before.keys() - said.keys())


def to_tell(db: Store) -> list[ToldAlarm]:
    """What a mail made now would tell: all that is open, and what was closed since a mail told of it."""
    rows = db.execute(
        "SELECT id, what, remedy, opened_at, closed_at, opening_told IS NULL FROM alarms"
        " WHERE closing_told IS NULL ORDER BY opened_at, id"
    )
    return [_told(row) for row in rows.fetchall()]


def last_alarm_mail(db: Store) -> str | None:
    """The local day of the last mail to the secretariat."""
    day = db.execute("SELECT max(day) FROM alarm_mails").fetchone()[0]
    return str(day) if day else None


def freeze_alarm_mail(db: Store, mail: AlarmMail, told: Sequence[ToldAlarm], now: str) -> bool:
    """Keep the mail of a day and note what it tells, within a transaction. False where this day has its mail."""
    db.execute("DELETE FROM alarm_mails WHERE made_at <= ?", [later(now, -KEPT_DAYS * _DAY)])
    done = db.execute(
        "INSERT OR IGNORE INTO alarm_mails (day, recipient, message_id, subject, body, made_at, next_try_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        [mail.day, mail.recipient, mail.message_id, mail.subject, mail.body, now],
    )
    if done.rowcount != 1:
        return False
    for alarm in told:
        db.execute(
            "UPDATE alarms SET opening_told = coalesce(opening_told, ?1),"
            " closing_told = CASE WHEN closed_at IS NOT NULL THEN ?1 END WHERE id = ?2",
            [mail.day, alarm.id],
        )
    return True


def unsent_alarm_mail(db: Store) -> tuple[AlarmMail, str] | None:
    """The first mail to the secretariat that has not gone out, and the time of its next try."""
    row = db.execute(
        "SELECT day, recipient, message_id, subject, body, attempts, next_try_at FROM alarm_mails"
        " WHERE ended_at IS NULL ORDER BY day LIMIT 1"
    ).fetchone()
    return (AlarmMail(*row[:6]), str(row[6])) if row else None


def end_alarm_mail(db: Store, day: str, error: str | None, now: str) -> None:
    """The server has taken the mail, or will never take it (``error``)."""
    with write(db):
        db.execute("UPDATE alarm_mails SET ended_at = ?, error = ? WHERE day = ?", [now, error, day])


def postpone_alarm_mail(db: Store, day: str, error: str, now: str, seconds: float) -> None:
    """A temporary error: try again so many seconds from now."""
    with write(db):
        db.execute(
            "UPDATE alarm_mails SET attempts = attempts + 1, next_try_at = ?, error = ? WHERE day = ?",
            [later(now, seconds), error, day],
        )


def _said(db: Store) -> dict[str, tuple[str, str]]:
    return {alarm.key: (alarm.what, alarm.remedy) for alarm in open_alarms(db)}


def _told(row: tuple[Any, ...]) -> ToldAlarm:
    number, what, remedy, opened_at, closed_at, is_new = row
    return ToldAlarm(number, what, remedy, opened_at, closed_at, bool(is_new))

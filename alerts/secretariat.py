"""The mail to the secretariat about what is broken: at most one a local day, made once, sent once.

It goes the way of all mail: while the mail server refuses us as a sender it waits, and pages and log alone tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from alerts.addresses import NoAddress, address
from alerts.errors import AddressDead, SenderPause, TemporarySendError
from alerts.keyed import message_id
from alerts.letterhead import Letterhead
from alerts.mails import Mails
from alerts.outbox import LEASE, Postman, pause_after, without_addresses
from db.alarms import (
    AlarmMail,
    ToldAlarm,
    end_alarm_mail,
    freeze_alarm_mail,
    last_alarm_mail,
    postpone_alarm_mail,
    to_tell,
    unsent_alarm_mail,
)
from db.clock import moment
from db.connect import Store, write
from db.leases import acquire, release
from db.sender import pause_sender, sender_pause

AT = time(6)
"""From this local hour on the mail of the day goes: it holds the troubles of the night."""

REPEATED_AFTER = timedelta(days=7)
_NAME = "alarm mail"


@dataclass(frozen=True, slots=True)
class Secretariat:
    """Who is told, and by what. ``key`` is the installation's."""

    recipient: str
    head: Letterhead
    writes: Mails
    key: bytes
    zone: ZoneInfo


def recipient_of(contact: str) -> str | None:
    """The mail address that the organisation's contact is; None where it is none (a page, a telephone number)."""
    try:
        return address(parseaddr(contact)[1])
    except NoAddress:
        return None


def day_to_tell(now: datetime, zone: ZoneInfo, told: Sequence[ToldAlarm], last: date | None) -> date | None:
    """The local day whose mail is due, or None.

    Due is what no mail has told: something broke, or what was told is mended. What lasts is repeated after a week.
    ``last`` is the day of the last mail.
    """
    local = now.astimezone(zone)
    today = local.date()
    # A last day that lies far ahead was written by a clock that has been put back since.
    if local.time() < AT or (last is not None and timedelta(0) <= last - today <= timedelta(days=1)):
        return None
    is_news = any(one.is_new or one.closed_at for one in told)
    is_reminder = bool(told) and (last is None or abs(today - last) >= REPEATED_AFTER)
    return today if is_news or is_reminder else None


def mail_waits(db: Store, zone: ZoneInfo, now: str) -> bool:
    """Whether ``make_and_send`` would do something now."""
    if sender_pause(db):
        return False
    if unsent := unsent_alarm_mail(db):
        return moment(unsent[1]) <= moment(now)
    return _day(db, zone, now) is not None


def make_and_send(db: Store, to: Secretariat, postman: Postman) -> str:
    """Tell the secretariat what is due to be told; one sentence about what was done."""
    now = postman.clock().isoformat(timespec="seconds").replace("+00:00", "Z")
    if not unsent_alarm_mail(db):
        _make(db, to, now)
    unsent = unsent_alarm_mail(db)
    if unsent is None:
        return "Nothing is to be told."
    if sender_pause(db) or moment(unsent[1]) > moment(now):
        return "The mail to the secretariat waits."
    if not acquire(db, _NAME, postman.holder, now, LEASE, postman.is_alive):
        return "Another process sends the mail to the secretariat."
    try:
        # Read again under the lease: another process may have sent it meanwhile.
        unsent = unsent_alarm_mail(db)
        return _send(db, unsent[0], postman, now) if unsent else "Another process has sent it."
    finally:
        release(db, _NAME, postman.holder)


def _make(db: Store, to: Secretariat, now: str) -> None:
    with write(db):
        day = _day(db, to.zone, now)
        if day is None:
            return
        told = to_tell(db)
        name = message_id(to.key, 0, f"alarms {day}", to.head.host)
        mail = to.writes.alarms(to.recipient, told, name, moment(now))
        freeze_alarm_mail(db, AlarmMail(str(day), to.recipient, name, mail.subject, mail.body), told, now)


def _day(db: Store, zone: ZoneInfo, now: str) -> date | None:
    last = last_alarm_mail(db)
    return day_to_tell(moment(now), zone, to_tell(db), date.fromisoformat(last) if last else None)


def _send(db: Store, mail: AlarmMail, postman: Postman, now: str) -> str:
    try:
        postman.send(mail.recipient, mail.body)
    except AddressDead as error:
        end_alarm_mail(db, mail.day, without_addresses(str(error)), now)
        return "The mail server knows no such address: set organisation.contact to one that is read."
    except SenderPause as error:
        pause_sender(db, without_addresses(str(error)), now)
        return "The mail server refuses us: sending is paused."
    except TemporarySendError as error:
        postpone_alarm_mail(db, mail.day, without_addresses(str(error)), now, pause_after(mail.attempts))
        return "The mail server puts the mail to the secretariat off; it is tried again."
    end_alarm_mail(db, mail.day, None, now)
    return "The secretariat was told by mail."

"""Sending what the outbox holds: each mail once; after a kill at most one copy more, byte for byte the same.

The function that sends is given; it raises what ``alerts.errors`` names.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerts.errors import AddressDead, AddressNotNow, SenderPause, TemporarySendError
from db.clock import moment
from db.connect import Store
from db.outbox import (
    LONGEST_PAUSE,
    Outgoing,
    claim,
    mark_sent,
    postpone,
    refuse,
    release,
    return_items,
)
from db.sender import pause_sender, sender_pause

LEASE = 3_600.0
"""Seconds that one sending may take: longer than any server's patience, so that nobody else sends meanwhile."""

GIVE_UP_AFTER = timedelta(hours=48)
_ENOUGH_FAILURES = 3  # in a row, of the server and not of an address: the next round tries again
_ADDRESS = re.compile(r"[^\s<>@]+@[\w.-]+")

Send = Callable[[str, bytes], None]
"""Hands one mail (address, bytes) over and returns once it was accepted."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Counts of one round. ``paused`` says why nothing (more) was sent, where the sender is paused."""

    sent: int = 0
    refused: int = 0
    postponed: int = 0
    returned: int = 0
    paused: str | None = None


@dataclass(frozen=True, slots=True)
class Postman:
    """Who sends: how, as which holder of leases, by which clock, and whether it has been told to stop."""

    send: Send
    holder: str
    clock: Callable[[], datetime]
    is_alive: Callable[[str], bool]
    stopped: Callable[[], bool] = lambda: False


def deliver(db: Store, postman: Postman) -> Delivered:
    """Send what is due, one mail after the other, until nothing is, or until told to stop between two mails."""
    counts = {"sent": 0, "refused": 0, "postponed": 0, "returned": 0}
    in_a_row = 0
    while in_a_row < _ENOUGH_FAILURES and not postman.stopped():
        if sender_pause(db):
            break
        mail = claim(db, postman.holder, _now(postman), LEASE, postman.is_alive)
        if mail is None:
            break
        outcome, troubled = _attempt(db, postman, mail)
        if outcome:
            counts[outcome] += 1
        in_a_row = in_a_row + 1 if troubled else 0
    pause = sender_pause(db)
    reason = pause.reason if pause else None
    return Delivered(counts["sent"], counts["refused"], counts["postponed"], counts["returned"], reason)


def pause_after(attempts: int) -> float:
    """Seconds until the next try of a mail that failed so many times before: one minute, doubled up to an hour."""
    return float(min(60 * 2 ** min(attempts, 10), LONGEST_PAUSE))


def without_addresses(said: str) -> str:
    """What a server said, without the addresses that it repeats."""
    return _ADDRESS.sub("…", said)


def _attempt(db: Store, postman: Postman, mail: Outgoing) -> tuple[str | None, bool]:
    """Send one mail and note what came of it: its name, or None where the sender was paused; and whether the server
    was in trouble, rather than unwilling to take mail for this one address."""
    try:
        postman.send(mail.address, mail.body)
    except AddressDead as error:
        refuse(db, mail, without_addresses(str(error)), _now(postman))
        return "refused", False
    except SenderPause as error:
        release(db, mail, postman.holder)
        pause_sender(db, without_addresses(str(error)), _now(postman))
        return None, False
    except TemporarySendError as error:
        return _later(db, postman, mail, without_addresses(str(error))), not isinstance(error, AddressNotNow)
    except Exception as error:  # noqa: BLE001 - a fault of ours with one mail must not keep the others from being sent
        return _later(db, postman, mail, without_addresses(f"{type(error).__name__}: {error}")), True
    mark_sent(db, mail, _now(postman))
    return "sent", False


def _later(db: Store, postman: Postman, mail: Outgoing, error: str) -> str:
    now = _now(postman)
    if mail.failing_since and moment(now) - moment(mail.failing_since) >= GIVE_UP_AFTER:
        return_items(db, mail, error)
        return "returned"
    postpone(db, mail, error, now, pause_after(mail.attempts))
    return "postponed"


def _now(postman: Postman) -> str:
    return postman.clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

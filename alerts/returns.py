"""Acting on what came back: a dead address gets nothing more, nor one that fails again and again; who leaves has left.

A report counts only for a Message-ID that we sent (nobody can guess one) and only once, however often it is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from alerts.bounces import Bounce, LeaveRequest, Weight, returned
from alerts.tokens import BadToken, OldToken, Purpose, read_token
from db.clock import moment
from db.connect import Store, write
from db.outbox import person_of
from db.people import end, hash_of, leave, person
from db.suppression import SOFT_BOUNCES, note_soft_bounce
from model.subscription import PersonState


@dataclass(frozen=True, slots=True)
class Returns:
    """Counts of what was in a mailbox. ``refused``: reports that we, not an address, are unwanted; ``unknown``: reports
    about mails that we did not send; ``other``: mails that say nothing to a program."""

    ended: int = 0
    soft: int = 0
    left: int = 0
    refused: int = 0
    unknown: int = 0
    other: int = 0


def take_returns(db: Store, mails: Iterable[bytes], key: bytes, now: str) -> Returns:
    """Act on the mails of a mailbox; reading it again changes nothing more."""
    counts = {field.name: 0 for field in fields(Returns)}
    for mail in mails:
        counts[_taken(db, mail, key, now)] += 1
    return Returns(**counts)


def _taken(db: Store, mail: bytes, key: bytes, now: str) -> str:
    """What one mail was: the name of a count."""
    found = returned(mail)
    if isinstance(found, LeaveRequest):
        return _left(db, found, key, moment(now))
    return _bounced(db, found, now) if found else "other"


def _bounced(db: Store, bounce: Bounce, now: str) -> str:
    number = person_of(db, bounce.message_id)
    hashed = hash_of(db, number) if number is not None else None
    if number is None or hashed is None:
        return "unknown"
    if bounce.weight is Weight.REFUSED:
        return "refused"
    if bounce.weight is Weight.SOFT and note_soft_bounce(db, hashed, bounce.message_id, now) < SOFT_BOUNCES:
        return "soft"
    known = person(db, number)
    if known is not None and known.state is not PersonState.LEFT:
        with write(db):
            end(db, number, now, "bounced")
    return "ended"


def _left(db: Store, request: LeaveRequest, key: bytes, now: datetime) -> str:
    try:
        grant = read_token(key, Purpose.LEAVE, request.token, now)
    except (BadToken, OldToken):
        return "other"
    leave(db, int(grant.subject), now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return "left"

"""Signed links: who may do what, and since when. They stand in mails instead of a password.

A token is ``<purpose>.<subject>.<seconds>.<signature>``: letters and digits at both ends, so that no mail program cuts
it off when it turns an address into a link. The subject is a number or name of ours, never an address.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_SHAPE = re.compile(r"([a-z]+)\.([A-Za-z0-9-]{1,64})\.([0-9]{1,12})\.([a-z2-7]{32})", re.ASCII)
# Clocks of two machines may differ; a token of the future beyond that is none of ours.
_SKEW = timedelta(hours=26)


class Purpose(StrEnum):
    """What a link is for; a token of one purpose is worth nothing for another."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    LEAVE = "leave"


LIFETIME = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.MANAGE: timedelta(days=30),
    # A way out must work from any mail that somebody still has.
    Purpose.LEAVE: timedelta(days=3650),
}


class BadToken(Exception):
    """Raised for a token that we never gave out, or that was changed, or given for something else."""


class OldToken(Exception):
    """Raised for a token of ours whose time is over; ``subject`` says whose it was."""

    def __init__(self, subject: str) -> None:
        super().__init__("this link is too old")
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Grant:
    """What a good token says."""

    purpose: Purpose
    subject: str
    issued: datetime


def token(key: bytes, purpose: Purpose, subject: str, now: datetime) -> str:
    """The token by which its bearer may do ``purpose`` for ``subject`` (letters, digits, hyphens) from ``now`` on."""
    words = f"{purpose}.{subject}.{int(now.timestamp())}"
    return f"{words}.{_signature(key, words)}"


def read_token(key: bytes, purpose: Purpose, text: str, now: datetime) -> Grant:
    """What the token ``text`` grants. Raises BadToken or OldToken."""
    found = _SHAPE.fullmatch(text.strip())
    if not found or not hmac.compare_digest(found[4], _signature(key, f"{found[1]}.{found[2]}.{found[3]}")):
        raise BadToken("this link is not one of ours, or a part of it is missing")
    issued = datetime.fromtimestamp(int(found[3]), UTC)
    if found[1] != purpose or issued > now + _SKEW:
        raise BadToken("this link is for something else")
    if now - issued > LIFETIME[purpose]:
        raise OldToken(found[2])
    return Grant(purpose, found[2], issued)


def _signature(key: bytes, words: str) -> str:
    # 160 of the 256 bits: 32 letters, without padding
    mac = hmac.digest(key, b"vigilex link\n" + words.encode(), "sha256")[:20]
    return base64.b32encode(mac).decode().lower()

"""People and what they have asked for: saved searches with a cadence."""

from dataclasses import dataclass
from enum import StrEnum


class Cadence(StrEnum):
    """How often a subscription's news are sent."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


class PersonState(StrEnum):
    """``pending``: asked but never confirmed. ``left``: all subscriptions ended; the address goes 28 days later."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who gets mails. Times are RFC 3339 with Z, None where it has not happened; ``lang`` is ISO 639-1."""

    id: int
    address: str
    lang: str
    state: PersonState
    created_at: str
    confirmed_at: str | None = None
    left_at: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A saved search with a cadence.

    ``person`` is the person's id, ``grammar`` the version of the query language that ``query`` was written in.
    It waits while ``confirmed_at`` is None; while ``paused`` what matches is kept for later.
    """

    id: int
    person: int
    name: str
    query: str
    grammar: int
    cadence: Cadence
    created_at: str
    confirmed_at: str | None = None
    paused: bool = False
    ended_at: str | None = None

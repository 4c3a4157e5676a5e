"""A digest as a value: the mail of one person for one run, before it is words."""

from dataclasses import dataclass

from model.subscription import Cadence, Person, Subscription
from model.update import Update


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an update came: which subscription, and what of its search it answers, in words ("import ban · Canada")."""

    subscription: int
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One publication, once, with all its reasons.

    ``change`` says what the source changed where this is a revision ("stage: proposed, now adopted"), else None.
    ``also_at`` are the same publication at other sources.
    """

    update: Update
    reasons: tuple[Reason, ...]
    change: str | None = None
    also_at: tuple[Update, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The items of one jurisdiction (its code; empty where none is known), the most important first."""

    jurisdiction: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline near: ``date`` is ``YYYY-MM-DD`` or ``YYYY-MM``, ``words`` those that it was read from."""

    date: str
    update: Update
    words: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was watched. ``checked`` counts all sources; ``failed`` and ``quiet`` are (name of the source, sentence).

    ``failed`` sources gave no answer, or not a whole one; ``quiet`` ones brought nothing new for longer than is normal.
    """

    checked: int
    failed: tuple[tuple[str, str], ...] = ()
    quiet: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """All that one mail says.

    ``since`` and ``until`` are RFC 3339 times. ``total`` counts the items of all sections; a digest of 0 is the short
    note that all is quiet. ``deadlines`` are those of the next 60 days, soonest first. ``subscriptions`` are the
    person's running ones, whatever their cadence.
    """

    person: Person
    cadence: Cadence
    since: str
    until: str
    sections: tuple[Section, ...]
    total: int
    deadlines: tuple[Deadline, ...]
    coverage: Coverage
    subscriptions: tuple[Subscription, ...]

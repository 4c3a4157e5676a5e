"""Matches: one update that answers one subscription. Made once, taken by one mail."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.connect import Store
from model.subscription import Cadence


@dataclass(frozen=True, slots=True)
class NewMatch:
    """A match to be kept.

    ``seq`` is the change that brought it, ``words`` say why, ``change`` what the source changed where that brought it;
    ``urgent``: it goes at once.
    """

    subscription: int
    update_id: str
    edition: int
    seq: int
    words: str
    change: str | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A kept match that waits for a mail, with the name of its subscription."""

    id: int
    subscription: int
    name: str
    update_id: str
    words: str
    change: str | None


_RUNNING = (
    " JOIN subscriptions s ON s.id = m.subscription JOIN people p ON p.id = s.person"
    " JOIN tags t ON t.update_id = m.update_id AND t.visible"
    " WHERE m.mail IS NULL AND m.seq <= ?1 AND s.ended_at IS NULL AND NOT s.paused AND p.state = 'active' AND "
)
_UNTAKEN = {
    Cadence.IMMEDIATE: f" FROM matches m INDEXED BY matches_urgent{_RUNNING}s.cadence = 'immediate' AND m.urgent = 1",
    Cadence.DAILY: f" FROM matches m INDEXED BY matches_untaken{_RUNNING}"
    "(s.cadence = 'daily' OR (s.cadence = 'immediate' AND m.urgent = 0))",
    Cadence.WEEKLY: f" FROM matches m INDEXED BY matches_untaken{_RUNNING}s.cadence = 'weekly'",
}
"""What each kind of mail takes. What may not alert at once comes with the daily digest."""


def add_matches(db: Store, found: Iterable[NewMatch], now: str) -> int:
    """Keep matches within a transaction; how many were new."""
    count = 0
    for m in found:
        done = db.execute(
            "INSERT OR IGNORE INTO matches (subscription, update_id, edition, seq, at, words, change, urgent)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [m.subscription, m.update_id, m.edition, m.seq, now, m.words, m.change, m.urgent],
        )
        count += done.rowcount
    return count


def told(db: Store, members: Iterable[str]) -> set[int]:
    """The subscriptions that have a match with any of these updates."""
    return {
        row[0]
        for member in members
        for row in db.execute("SELECT subscription FROM matches WHERE update_id = ?", [member]).fetchall()
    }


def matched(db: Store, update_id: str, number: int) -> set[int]:
    """The subscriptions that have a match with this edition of an update."""
    rows = db.execute("SELECT subscription FROM matches WHERE update_id = ? AND edition = ?", [update_id, number])
    return {row[0] for row in rows.fetchall()}


def waiting(db: Store, person: int, cadence: Cadence, cut: int) -> list[Match]:
    """What no mail has taken of a person's matches up to ``cut``, and what a mail of this cadence may take now."""
    rows = db.execute(
        f"SELECT m.id, s.id, s.name, m.update_id, m.words, m.change{_UNTAKEN[cadence]} AND p.id = ?2 ORDER BY m.id",
        [cut, person],
    )
    return [Match(*row) for row in rows.fetchall()]


def people_waiting(db: Store, cadence: Cadence, cut: int) -> dict[int, str]:
    """Who has such matches, with the time of the first of them."""
    rows: list[tuple[int, str]] = db.execute(
        f"SELECT p.id, min(m.at){_UNTAKEN[cadence]} GROUP BY p.id ORDER BY p.id", [cut]
    ).fetchall()
    return dict(rows)


def take(db: Store, mail: int, numbers: Sequence[int]) -> bool:
    """Whether all of these matches now belong to ``mail``: none was taken before; within a transaction."""
    taken = db.execute(
        "UPDATE matches SET mail = ? WHERE mail IS NULL AND id IN (SELECT value FROM json_each(?))",
        [mail, json.dumps(list(numbers))],
    )
    return bool(taken.rowcount == len(numbers))


def give_back(db: Store, mail: int) -> int:
    """The mail did not arrive: its matches wait for the next digest; within a transaction."""
    return int(db.execute("UPDATE matches SET mail = NULL, urgent = 0 WHERE mail = ?", [mail]).rowcount)

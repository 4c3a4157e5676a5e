"""The lists of the feeds: what is in which feed, in the order in which it entered.

They follow the changes behind a cursor of their own. An update gets its place in a feed once and keeps it, also when it
leaves (retagged, hidden, behind the head of its group) and when it comes back, so that the pages of a feed's history
never move.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from db.changes import last_change
from db.connect import Store, write
from db.groups import head_of, members_of

ALL = "all"
_FACETS = (("jurisdictions", "j"), ("topics", "t"), ("sectors", "sector"))


@dataclass(frozen=True, slots=True)
class FeedList:
    """One list: the highest position given, and the change that last concerned one of its entries."""

    last: int
    changed: int


def keep_lists(db: Store) -> int:
    """Bring the lists up to the present end of the changes, in one transaction; the change they then stand at."""
    if _cursor(db) < last_change(db):
        with write(db):
            cursor, end = _cursor(db), last_change(db)
            _follow(db, _changed_since(db, cursor))
            db.execute("UPDATE feed_cursor SET seq = ?", [end])
    return _cursor(db)


def feed_lists(db: Store) -> dict[str, FeedList]:
    """All lists by the name of their feed (``all``, ``j/DE``, ``t/import-ban``, ``sector/cotton``, ``source/…``)."""
    rows = db.execute("SELECT feed, last, changed FROM feed_lists ORDER BY feed").fetchall()
    return {feed: FeedList(last, changed) for feed, last, changed in rows}


def touched_positions(db: Store, seq: int) -> Iterator[tuple[str, int]]:
    """(feed, position) of all entries that a change after ``seq`` concerned, before or after it."""
    yield from db.execute("SELECT feed, position FROM feed_entries WHERE changed > ?", [seq]).fetchall()


def changed_between(db: Store, feed: str, first: int, last: int) -> int:
    """The latest change that concerned the places ``first`` to ``last`` of a feed, also one that emptied a place."""
    row = db.execute(
        "SELECT coalesce(max(changed), 0) FROM feed_entries WHERE feed = ? AND position BETWEEN ? AND ?",
        [feed, first, last],
    ).fetchone()
    return int(row[0])


def moment_of(db: Store, seq: int) -> tuple[str, str] | None:
    """(update, time) of the change with this number: with it, what tells one store's history from another's."""
    row = db.execute("SELECT update_id, at FROM changes WHERE seq = ?", [seq]).fetchone()
    return (row[0], row[1]) if row else None


def _cursor(db: Store) -> int:
    return int(db.execute("SELECT seq FROM feed_cursor").fetchone()[0])


def _changed_since(db: Store, cursor: int) -> dict[str, int]:
    rows = db.execute("SELECT update_id, max(seq) FROM changes WHERE seq > ? GROUP BY update_id", [cursor])
    return dict(rows.fetchall())


def _follow(db: Store, changed: dict[str, int]) -> None:
    """Give each update that a change concerned its places; a change of one member concerns its whole group."""
    concerned: dict[str, int] = {}
    for update_id, seq in changed.items():
        for other in _group(db, update_id):
            concerned[other] = max(seq, concerned.get(other, 0))
    for update_id in _by_listing(db, concerned):
        _place(db, update_id, concerned[update_id])


def _group(db: Store, update_id: str) -> set[str]:
    """The update, the members of its group, and the head whose group it left; the new head is noted."""
    row = db.execute("SELECT head_id FROM feed_heads WHERE update_id = ?", [update_id]).fetchone()
    head = head_of(db, update_id)
    db.execute("INSERT OR REPLACE INTO feed_heads VALUES (?, ?)", [update_id, head])
    return {update_id, *members_of(db, head), *(row or ())}


def _by_listing(db: Store, ids: Iterable[str]) -> list[str]:
    """Those that were ever listed, in the order of listing."""
    found = []
    for update_id in ids:
        listed = db.execute("SELECT listed_at, seq FROM updates WHERE id = ?", [update_id]).fetchone()
        if listed and listed[0]:
            found.append((*listed, update_id))
    return [update_id for _, _, update_id in sorted(found)]


def _place(db: Store, update_id: str, seq: int) -> None:
    """Note in which feeds an update is now and in which it is no more."""
    db.execute("DELETE FROM feed_fragments WHERE update_id = ?", [update_id])
    now = set(_feeds(db, update_id))
    held = {feed for (feed,) in db.execute("SELECT feed FROM feed_entries WHERE update_id = ?", [update_id]).fetchall()}
    for feed in sorted(held):
        db.execute(
            "UPDATE feed_entries SET shown = ?, changed = ? WHERE update_id = ? AND feed = ?",
            [feed in now, seq, update_id, feed],
        )
    for feed in sorted(now | held):
        last = 0 if feed in held else 1
        db.execute(
            "INSERT INTO feed_lists VALUES (?1, ?2, ?3)"
            " ON CONFLICT DO UPDATE SET last = last + ?2, changed = max(changed, ?3)",
            [feed, last, seq],
        )
    for feed in sorted(now - held):
        db.execute(
            "INSERT INTO feed_entries SELECT feed, last, ?2, 1, ?3 FROM feed_lists WHERE feed = ?1",
            [feed, update_id, seq],
        )


def _feeds(db: Store, update_id: str) -> Iterator[str]:
    """The feeds that show an update: none while it is hidden or stands behind the head of its group."""
    row = db.execute(
        "SELECT source, tags.tags FROM updates JOIN tags ON tags.update_id = updates.id"
        " LEFT JOIN group_members ON group_members.update_id = updates.id"
        " LEFT JOIN tags head ON head.update_id = head_id"
        " WHERE updates.id = ? AND tags.visible"
        " AND (head_id IS NULL OR head_id = updates.id OR NOT coalesce(head.visible, 0))",
        [update_id],
    ).fetchone()
    if row:
        tags = json.loads(row[1])
        named = ((f"{folder}/{code}" for code in tags[facet]) for facet, folder in _FACETS)
        yield from (ALL, f"source/{row[0]}", *chain.from_iterable(named))

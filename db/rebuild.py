"""Updates from snapshots alone: everything that a parser reads is taken anew, and only what differs is written.

All responses are taken in their order into an empty store beside this one, by the very code that took them in the
first time. Then update by update is compared. What is ours (ids, first seen, listed, decisions, groups) stays.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from db import groups, parts, snapshots
from db.changes import add_change
from db.connect import Store, write
from db.index import reindex
from db.snapshots import StoredSnapshot
from db.store import open_scratch
from db.tags import put_tags, tags_of
from db.updates import Fresh, Taking, by_update, take
from model.publication import Publication
from model.tags import Tags

_COPIED = {
    "parts": "update_id, part_key, seq, snapshot, sha256, reduced, content",
    "publications": "update_id, title, url, part, lang, published, reduced, composed",
    "versions": "update_id, position, lang, title, url, text",
    "revisions": "update_id, number, at, seen_at, note, fields, diff, snapshot",
    "group_keys": "key, update_id",
}
"""The tables that are wholly recomputed, in the order in which they may be filled."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Counts. ``left`` were not compared, since a response that they rest on was not taken; ``unexplained`` are held
    by the store but no response gives them any more; both stay as they are."""

    snapshots: int = 0
    updates: int = 0
    changed: int = 0
    recreated: int = 0
    left: int = 0
    unexplained: int = 0


@contextmanager
def rebuilding(db: Store, tagger: Callable[[Publication], Tags], now: str) -> Iterator["Rebuild"]:
    """``with rebuilding(db, tagger, now) as rebuild: rebuild.take(stored, publications)`` for each snapshot in order.

    Nothing is written before the block ends without an error; then ``rebuild.counts`` says what was done.
    """
    scratch = open_scratch()
    try:
        rebuild = Rebuild(db, scratch, tagger, now)
        yield rebuild
        rebuild.finish()
    finally:
        scratch.close()


class Rebuild:
    """One rebuilding of a store."""

    def __init__(self, db: Store, scratch: Store, tagger: Callable[[Publication], Tags], now: str) -> None:
        self._db, self._scratch, self._tagger, self._now = db, scratch, tagger, now
        self.counts = Rebuilt()
        with write(scratch):
            for row in db.execute("SELECT update_id, relevant, at, editor, ended_at FROM decisions").fetchall():
                scratch.execute("INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", row)

    def take(self, stored: StoredSnapshot, publications: Sequence[Publication]) -> None:
        """A response, and what the present parser reads from it."""
        self._take(stored, by_update(publications))

    def keep(self, stored: StoredSnapshot) -> None:
        """A response that cannot be read now: what it once gave stays."""
        held: dict[str, dict[str, tuple[Publication, str]]] = {}
        for part in parts.of_snapshot(self._db, stored.id):
            of_update = held.setdefault(part.publication.id, {})
            of_update[part.publication.part_key] = (part.publication, part.sha256)
        self._take(stored, held)

    def finish(self) -> None:
        """Write what differs; one transaction an update."""
        taken = self._scratch.execute("SELECT count(*), coalesce(max(id), 0) FROM snapshots").fetchone()
        done: dict[str, int] = {"same": 0, "changed": 0, "recreated": 0, "left": 0}
        for update_id in _ids(self._scratch):
            done[self._settle(update_id)] += 1
        self.counts = Rebuilt(
            snapshots=taken[0],
            updates=sum(done.values()),
            changed=done["changed"],
            recreated=done["recreated"],
            left=done["left"],
            unexplained=self._unexplained(),
        )

    def _take(self, stored: StoredSnapshot, incoming: Mapping[str, Fresh]) -> None:
        snapshot = stored.snapshot
        taking = Taking(stored.id, snapshot.fetched_at, snapshot.fetched_at, snapshot.run, self._tagger)
        with write(self._scratch):
            snapshots.add(self._scratch, snapshot, stored.id)
            take(self._scratch, taking, incoming)

    def _settle(self, update_id: str) -> str:
        """Compare one update and write it where it differs."""
        with write(self._db):
            if not self._rests_on_taken(update_id):
                return "left"
            known = self._db.execute("SELECT 1 FROM updates WHERE id = ?", [update_id]).fetchone()
            if known and _state(self._db, update_id) == _state(self._scratch, update_id):
                reindex(self._db, update_id)
                return "same"
            self._copy(update_id)
            return "changed" if known else "recreated"

    def _rests_on_taken(self, update_id: str) -> bool:
        rows = self._db.execute("SELECT DISTINCT snapshot FROM parts WHERE update_id = ?", [update_id]).fetchall()
        return all(snapshots.by_id(self._scratch, number) for (number,) in rows)

    def _copy(self, update_id: str) -> None:
        self._db.execute("DELETE FROM parts WHERE update_id = ?", [update_id])
        self._db.execute(
            "DELETE FROM publications WHERE update_id = ?", [update_id]
        )  # takes versions and revisions along
        self._db.execute("DELETE FROM group_keys WHERE update_id = ?", [update_id])
        for table, columns in _COPIED.items():
            marks = ", ".join("?" * len(columns.split(", ")))
            for row in _rows(self._scratch, table, columns, update_id):
                self._db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", row)
        tags = tags_of(self._scratch, update_id)
        visible = tags is not None and put_tags(self._db, update_id, tags)
        self._keep_clocks(update_id, visible)
        add_change(self._db, update_id, "reparsed", self._now, None)
        groups.regroup(self._db, update_id, self._now, None)
        reindex(self._db, update_id)
        groups.reindex_members(self._db, update_id)

    def _keep_clocks(self, update_id: str, visible: bool) -> None:
        """Our clocks stay; where their row is gone, the time of the first response takes their place."""
        columns = "id, source, native_id, first_seen, listed_at, quiet"
        row = self._scratch.execute(f"SELECT {columns} FROM updates WHERE id = ?", [update_id]).fetchone()
        self._db.execute(f"INSERT OR IGNORE INTO updates ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)
        if visible:
            self._db.execute(
                "UPDATE updates SET listed_at = ? WHERE id = ? AND listed_at IS NULL", [self._now, update_id]
            )

    def _unexplained(self) -> int:
        """Updates of the taken sources that no response gives any more."""
        sources = [row[0] for row in self._scratch.execute("SELECT DISTINCT source FROM snapshots").fetchall()]
        count = 0
        for source in sources:
            rows = self._db.execute("SELECT id FROM updates WHERE source = ?", [source]).fetchall()
            count += sum(
                self._scratch.execute("SELECT 1 FROM updates WHERE id = ?", row).fetchone() is None for row in rows
            )
        return count


def _ids(db: Store) -> Iterator[str]:
    seq = 0
    while page := db.execute("SELECT seq, id FROM updates WHERE seq > ? ORDER BY seq LIMIT 500", [seq]).fetchall():
        yield from (update_id for _, update_id in page)
        seq = page[-1][0]


def _state(db: Store, update_id: str) -> list[object]:
    """All that is recomputed of one update."""
    found: list[object] = [_rows(db, table, columns, update_id) for table, columns in _COPIED.items()]
    return [*found, _rows(db, "tags", "tags, visible", update_id)]


def _rows(db: Store, table: str, columns: str, update_id: str) -> list[tuple[object, ...]]:
    return list(
        db.execute(f"SELECT {columns} FROM {table} WHERE update_id = ? ORDER BY {columns}", [update_id]).fetchall()
    )

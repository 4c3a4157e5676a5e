"""What the matcher remembers of each update that readers saw, and what it asks about an update's group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.connect import Store
from db.groups import head_of, members_of
from db.index import stored_row
from db.tags import is_visible


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of an update that is worth telling.

    ``number`` is 1 as first listed and grows with each revision beyond trifles; ``seq`` is the change that made it,
    ``revision`` the last revision that was looked at. ``facts`` is JSON (alerts.revision).
    """

    update_id: str
    number: int
    seq: int
    revision: int
    facts: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry that readers see: ``id`` alone or with the visible members behind it; the rows of all in the index."""

    id: str
    members: tuple[str, ...]
    keys: tuple[int, ...]


def edition(db: Store, update_id: str) -> Edition | None:
    row = db.execute(
        "SELECT update_id, edition, seq, revision, facts FROM editions WHERE update_id = ?", [update_id]
    ).fetchone()
    return Edition(*row) if row else None


def put_edition(db: Store, now: Edition) -> None:
    """Keep what was seen, within the transaction of its matches."""
    db.execute(
        "INSERT OR REPLACE INTO editions (update_id, edition, seq, revision, facts) VALUES (?, ?, ?, ?, ?)",
        [now.update_id, now.number, now.seq, now.revision, now.facts],
    )


def shown_for(db: Store, update_id: str) -> list[Shown]:
    """The entries in which an update and its group are shown: one for its head; without that, one for each member."""
    head = head_of(db, update_id)
    members = [member for member in members_of(db, head) if is_visible(db, member)]
    if head in members:
        return [Shown(head, tuple(members), _keys(db, members))]
    return [Shown(member, (member,), _keys(db, [member])) for member in members]


def words_of(db: Store, keys: Iterable[int]) -> set[str]:
    """All words of the index that stand in these rows."""
    rows = filter(None, (stored_row(db, key) for key in keys))
    return {word for row in rows for column in row for word in column.split()}


def listing(db: Store, update_id: str) -> tuple[str | None, bool]:
    """When an update was first listed, and whether it is back-fill that alerts nobody."""
    row = db.execute("SELECT listed_at, quiet FROM updates WHERE id = ?", [update_id]).fetchone()
    return row[0], bool(row[1])


def approved_at(db: Store, update_id: str) -> str | None:
    """When an editor decided that an update is about our subject, while that stands."""
    row = db.execute(
        "SELECT at FROM decisions WHERE update_id = ? AND relevant AND ended_at IS NULL", [update_id]
    ).fetchone()
    return str(row[0]) if row else None


def _keys(db: Store, members: Sequence[str]) -> tuple[int, ...]:
    rows = (db.execute("SELECT key FROM updates WHERE id = ?", [member]).fetchone() for member in members)
    return tuple(row[0] for row in rows if row and row[0] is not None)

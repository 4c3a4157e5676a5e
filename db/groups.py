"""Groups: one publication through several sources. The head is the member that was listed first, for good."""

from collections.abc import Iterable

from db.changes import add_change
from db.connect import Store
from db.index import reindex
from model.group import group_keys
from model.publication import Publication


def put_keys(db: Store, publication: Publication) -> None:
    """Keep the strong identifiers of an update."""
    db.execute("DELETE FROM group_keys WHERE update_id = ?", [publication.id])
    for key in sorted(group_keys(publication)):
        db.execute("INSERT INTO group_keys VALUES (?, ?)", [key, publication.id])


def head_of(db: Store, update_id: str) -> str:
    """The head of an update's group; itself where it has none."""
    row = db.execute("SELECT head_id FROM group_members WHERE update_id = ?", [update_id]).fetchone()
    return str(row[0]) if row else update_id


def members_of(db: Store, head_id: str) -> list[str]:
    """All members of the group of this head, the head first, then in the order of listing."""
    rows = db.execute(
        "SELECT update_id FROM group_members JOIN updates ON updates.id = update_id WHERE head_id = ?1"
        " ORDER BY update_id <> ?1, listed_at, seq",
        [head_id],
    ).fetchall()
    return [row[0] for row in rows] or [head_id]


def regroup(db: Store, update_id: str, now: str, run: str | None) -> None:
    """Join a listed update to the group of whatever shares an identifier with it; within a transaction."""
    akin = [*_akin(db, update_id), *_merged(db, update_id)]
    _leave_strangers(db, update_id, akin)
    for other in akin:
        _join(db, update_id, other, now, run)


def reindex_members(db: Store, update_id: str) -> None:
    """The head of a group came or went from sight: its members stand behind it or for themselves."""
    for member in members_of(db, update_id):
        if member != update_id:
            reindex(db, member)


def _akin(db: Store, update_id: str) -> list[str]:
    """Listed updates of other sources with a common identifier, in the order of listing; none that an editor parted."""
    rows = db.execute(
        "SELECT DISTINCT other.id FROM group_keys mine JOIN group_keys theirs ON theirs.key = mine.key"
        " JOIN updates me ON me.id = mine.update_id JOIN updates other ON other.id = theirs.update_id"
        " WHERE mine.update_id = ? AND other.source <> me.source"
        " AND me.listed_at IS NOT NULL AND other.listed_at IS NOT NULL ORDER BY other.listed_at, other.seq",
        [update_id],
    ).fetchall()
    parted = _edited(db, update_id, "split")
    return [row[0] for row in rows if row[0] not in parted]


def _merged(db: Store, update_id: str) -> list[str]:
    """Listed updates that an editor joined to this one."""
    both = [update_id, *_edited(db, update_id, "merge")]
    listed = [one for one in both if _is_listed(db, one)]
    return listed[1:] if update_id in listed else []


def _edited(db: Store, update_id: str, what: str) -> list[str]:
    rows = db.execute(
        "SELECT CASE one WHEN ?1 THEN other ELSE one END FROM group_edits WHERE ?1 IN (one, other) AND what = ?2"
        " ORDER BY at",
        [update_id, what],
    ).fetchall()
    return [row[0] for row in rows]


def _is_listed(db: Store, update_id: str) -> bool:
    row = db.execute("SELECT 1 FROM updates WHERE id = ? AND listed_at IS NOT NULL", [update_id]).fetchone()
    return row is not None


def _leave_strangers(db: Store, update_id: str, akin: Iterable[str]) -> None:
    """A member that shares nothing with its group any more leaves it; a head stays the head."""
    head = head_of(db, update_id)
    if head != update_id and set(members_of(db, head)).isdisjoint(akin):
        db.execute("DELETE FROM group_members WHERE update_id = ?", [update_id])


def _join(db: Store, update_id: str, other: str, now: str, run: str | None) -> None:
    mine, theirs = head_of(db, update_id), head_of(db, other)
    if mine == theirs or _share_a_source(db, mine, theirs):
        return
    everyone = dict.fromkeys([*members_of(db, mine), *members_of(db, theirs)])
    head = _listed_first(db, (mine, theirs))
    for member in everyone:
        if head_of(db, member) != head or not _is_member(db, member):
            db.execute("INSERT OR REPLACE INTO group_members VALUES (?, ?)", [member, head])
            if member != head:
                reindex(db, member)
                add_change(db, member, "grouped", now, run)


def _is_member(db: Store, update_id: str) -> bool:
    return db.execute("SELECT 1 FROM group_members WHERE update_id = ?", [update_id]).fetchone() is not None


def _share_a_source(db: Store, one: str, other: str) -> bool:
    """Two updates of one source are two publications, whatever a third says."""
    return not _sources(db, members_of(db, one)).isdisjoint(_sources(db, members_of(db, other)))


def _sources(db: Store, members: Iterable[str]) -> set[str]:
    return {db.execute("SELECT source FROM updates WHERE id = ?", [member]).fetchone()[0] for member in members}


def _listed_first(db: Store, heads: tuple[str, str]) -> str:
    row = db.execute(
        "SELECT id FROM updates WHERE id IN (?, ?) ORDER BY listed_at IS NULL, listed_at, seq LIMIT 1", heads
    ).fetchone()
    return str(row[0])

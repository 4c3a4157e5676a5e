"""The questions of the feeds."""

from dataclasses import dataclass

from db.compositions import StoredRevision
from db.connect import Store
from db.groups import members_of
from db.query import parse
from db.search import visible_rows
from db.updates import get, history
from model.update import Update

_HEADS = (
    " FROM updates JOIN tags ON tags.update_id = updates.id"
    " LEFT JOIN group_members ON group_members.update_id = updates.id"
    " LEFT JOIN tags head ON head.update_id = head_id"
    " WHERE tags.visible AND (head_id IS NULL OR head_id = updates.id OR NOT coalesce(head.visible, 0))"
    " AND (?1 IS NULL OR EXISTS (SELECT 1 FROM jurisdictions j WHERE j.update_id = updates.id AND j.code = ?1))"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An update's place in a feed.

    ``seq`` is its number among all updates, ``changed`` the change that last concerned it: what was made of the entry
    at that change is good until the next one.
    """

    update_id: str
    seq: int
    changed: int


@dataclass(frozen=True, slots=True)
class Listed:
    """All that a feed says of an update: its history, and the other members of its group that readers may see."""

    update: Update
    seq: int
    history: tuple[StoredRevision, ...]
    also_at: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """How a source has been answering: well or not, and since which time. ``begun`` is the first run of all."""

    begun: str
    well: bool
    since: str


def feed_entries(db: Store, feed: str, first: int, last: int) -> list[Entry]:
    """What a feed shows of its positions ``first`` to ``last``, by the time it was listed, newest first."""
    rows = db.execute(
        "SELECT id, seq, changed FROM feed_entries JOIN updates ON id = update_id"
        " WHERE feed = ? AND position BETWEEN ? AND ? AND shown ORDER BY listed_at DESC, seq DESC",
        [feed, first, last],
    ).fetchall()
    return [Entry(*row) for row in rows]


def found_entries(db: Store, query: str, *, limit: int, before: int | None) -> list[Entry]:
    """What a feed of a search shows, by the time it was listed, newest first; of a group its head alone.

    With ``before`` only what stands behind the update of this number. The lists of the feeds must be up to date.
    """
    asked = parse(query)
    if asked.hopeless:
        return []
    where, values = visible_rows(asked)
    rows = db.execute(
        "SELECT DISTINCT shown.id, shown.seq, changed, shown.listed_at FROM updates"
        " LEFT JOIN group_members ON group_members.update_id = updates.id"
        " LEFT JOIN tags head ON head.update_id = head_id"
        " JOIN updates shown ON shown.id = CASE WHEN head.visible THEN head_id ELSE updates.id END"
        " JOIN feed_entries ON feed = 'all' AND feed_entries.update_id = shown.id"
        f" WHERE updates.key IN (SELECT rowid FROM words WHERE {where})"
        " AND (? IS NULL OR (shown.listed_at, shown.seq) < (SELECT listed_at, seq FROM updates WHERE seq = ?))"
        " ORDER BY shown.listed_at DESC, shown.seq DESC LIMIT ?",
        [*values, before, before, limit],
    ).fetchall()
    return [Entry(*row[:3]) for row in rows]


def listed(db: Store, entry: Entry) -> Listed | None:
    """An entry's update, complete; None where the store has it no more."""
    update = get(db, entry.update_id)
    if update is None or update.listed_at is None:
        return None
    others = [get(db, other) for other in members_of(db, entry.update_id) if other != entry.update_id]
    also_at = tuple(other for other in others if other is not None and other.listed_at)
    return Listed(update, entry.seq, tuple(history(db, entry.update_id)), also_at)


def watches(db: Store) -> dict[str, Watch]:
    """How each source that was ever visited has been answering, by its ended runs; skipped ones say nothing.

    The times do not move while a source goes on as it did.
    """
    ended = "outcome IS NOT NULL AND outcome <> 'skipped'"
    first = f"SELECT started_at FROM runs WHERE runs.source = turns.source AND {ended}"
    rows = db.execute(
        "WITH turns AS (SELECT source, coalesce(max(CASE WHEN outcome IN ('new', 'unchanged') THEN id END), 0) AS well,"
        "  coalesce(max(CASE WHEN outcome NOT IN ('new', 'unchanged') THEN id END), 0) AS ill"
        f" FROM runs WHERE {ended} GROUP BY source)"
        f" SELECT source, ({first} ORDER BY id LIMIT 1), well > ill,"
        f" ({first} AND id > min(well, ill) ORDER BY id LIMIT 1) FROM turns ORDER BY source"
    ).fetchall()
    return {source: Watch(begun, bool(well), since) for source, begun, well, since in rows}


def visible_heads(db: Store, jurisdiction: str | None, limit: int) -> list[Update]:
    """What readers see of a jurisdiction, by the time it was listed, newest first: of a group its head alone."""
    rows = db.execute(
        f"SELECT updates.id{_HEADS} ORDER BY listed_at DESC, seq DESC LIMIT ?2", [jurisdiction, limit]
    ).fetchall()
    return [update for (update_id,) in rows if (update := get(db, update_id))]


def count_visible(db: Store, jurisdiction: str | None) -> int:
    """How many there are of them without a limit."""
    return int(db.execute(f"SELECT count(*){_HEADS}", [jurisdiction]).fetchone()[0])


def jurisdictions(db: Store) -> list[str]:
    """The codes of all jurisdictions of visible updates, in order."""
    rows = db.execute("SELECT DISTINCT code FROM jurisdictions JOIN tags USING (update_id) WHERE visible ORDER BY code")
    return [code for (code,) in rows.fetchall()]

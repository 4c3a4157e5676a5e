"""What is wrong with a store, a sentence each: the database, its index, its layers, its archive."""

from collections.abc import Callable, Iterator

from db import compositions, parts
from db.clock import first_day
from db.connect import DatabaseError, Store, write
from db.index import expected_row, order_key, stored_row
from db.snapshots import all_snapshots
from model.history import compose
from model.publication import Publication

RecordExists = Callable[[str, int], str | None]
"""Given a WARC file below the archive and an offset: None, or what is wrong with the record there."""


def check(db: Store, record_exists: RecordExists | None = None) -> list[str]:
    """All findings about a store; its archive is looked at where ``record_exists`` is given.

    Reads everything once; nothing is repaired.
    """
    try:
        found = [*database_problems(db), *_index(db), *_updates(db)]
        return found + list(_archive(db, record_exists)) if record_exists else found
    except DatabaseError as error:
        return [f"The database is damaged and cannot be read to its end: {error}."]


def database_problems(db: Store) -> Iterator[str]:
    """What SQLite itself finds wrong: pages, the search index, references between tables."""
    for (said,) in db.execute("PRAGMA integrity_check").fetchall():
        if said != "ok":
            yield f"The database is damaged: {said}."
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield f"Row {row} of the table {table} points to a row of {parent} that is not there."


def quick_problem(db: Store) -> str | None:
    """The first fault that SQLite finds without comparing the indexes, which takes a fraction of the time; or None."""
    try:
        said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except DatabaseError as error:
        said = str(error)
    return None if said == "ok" else said


def _index(db: Store) -> Iterator[str]:
    try:
        with write(db):
            db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except DatabaseError as error:
        yield f"The search index does not fit its own text: {error}."
    rows = db.execute("SELECT rowid FROM words WHERE rowid NOT IN (SELECT key FROM updates WHERE key IS NOT NULL)")
    for (key,) in rows.fetchall():
        yield f"The search index holds a row {key} that belongs to no update."


def _updates(db: Store) -> Iterator[str]:
    rows = db.execute("SELECT id, seq, key, first_seen, listed_at FROM updates ORDER BY seq").fetchall()
    for update_id, seq, key, first_seen, listed_at in rows:
        yield from _composition(db, update_id)
        yield from _indexed(db, update_id, seq, key, first_seen)
        yield from _shown(db, update_id, listed_at)
    for table in ("parts", "publications", "tags"):
        strangers = db.execute(
            f"SELECT DISTINCT update_id FROM {table} WHERE update_id NOT IN (SELECT id FROM updates)"
        )
        for (update_id,) in strangers.fetchall():
            yield f"The table {table} holds {update_id}, which is no known update."


def _composition(db: Store, update_id: str) -> Iterator[str]:
    held = parts.heads(db, update_id)
    stored = compositions.composition(db, update_id)
    if not held:
        yield f"{update_id} has no parts."
    elif stored is None:
        yield f"{update_id} has parts, but they were never put together."
    elif compose(part.publication for part in held.values()) != stored:
        yield f"{update_id} is not what its parts make together."
    elif not _columns_agree(db, stored):
        yield f"{update_id} has other facts in its columns than in its composition."
    for key, part in held.items():
        if part.publication.id != update_id or part.publication.part_key != key:
            yield f"The part {key} of {update_id} is a part of something else."
        if not part.reduced and parts.digest(part.publication) != part.sha256:
            yield f"The part {key} of {update_id} does not fit its SHA-256."
    yield from _numbered(db, update_id)


def _columns_agree(db: Store, stored: Publication) -> bool:
    """Whether the columns by which rows are looked for repeat what the composition says."""
    columns = db.execute(
        "SELECT p.title, p.url, p.lang, p.part, p.published, v.title, v.url, v.lang FROM publications p"
        " JOIN versions v ON v.update_id = p.update_id AND v.position = 0 WHERE p.update_id = ?",
        [stored.id],
    ).fetchone()
    named = (stored.title, stored.url, stored.lang)
    return columns is not None and tuple(columns) == (*named, str(stored.part), stored.published, *named)


def _numbered(db: Store, update_id: str) -> Iterator[str]:
    """Revisions and the versions of each part are counted from 1 without a gap."""
    count, last = db.execute(
        "SELECT count(*), coalesce(max(number), 0) FROM revisions WHERE update_id = ?", [update_id]
    ).fetchone()
    if count == 0 or count != last:
        yield f"{update_id} has {count} revisions, the last of them is number {last}."
    gaps = db.execute(
        "SELECT part_key, count(*), max(seq) FROM parts WHERE update_id = ?"
        " GROUP BY part_key HAVING count(*) <> max(seq)",
        [update_id],
    )
    for key, versions, seq in gaps.fetchall():
        yield f"{update_id} holds {versions} versions of its part {key}, the last of them is number {seq}."


def _indexed(db: Store, update_id: str, seq: int, key: int | None, first_seen: str) -> Iterator[str]:
    expected = expected_row(db, update_id)
    if expected is None:
        yield f"{update_id} is without composition or tags."
        return
    row = db.execute("SELECT published FROM publications WHERE update_id = ?", [update_id]).fetchone()
    if key != order_key(row[0], first_seen, seq):
        yield f"{update_id} does not stand at {first_day(row[0] or first_seen)} in the order of the index."
    stored = None if key is None else stored_row(db, key)
    if stored is None:
        yield f"{update_id} is missing in the search index."
    elif stored != expected:
        yield f"The search index holds other words of {update_id} than its text has."


def _shown(db: Store, update_id: str, listed_at: str | None) -> Iterator[str]:
    visible = db.execute("SELECT visible FROM tags WHERE update_id = ?", [update_id]).fetchone()
    if visible and visible[0] and listed_at is None:
        yield f"{update_id} is visible but was never listed."


def _archive(db: Store, record_exists: RecordExists) -> Iterator[str]:
    for stored in all_snapshots(db):
        snapshot = stored.snapshot
        if problem := record_exists(snapshot.warc, snapshot.offset):
            yield f"The response {stored.id} of {snapshot.url}, {snapshot.fetched_at}, cannot be read: {problem}."

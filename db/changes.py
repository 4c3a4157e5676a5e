"""The one order in which things happened to updates; readers follow it with cursors of their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from db.connect import Store


@dataclass(frozen=True, slots=True)
class Change:
    """``what`` is new, completed, revised, reparsed, retagged, listed or grouped; ``revision`` the present one."""

    seq: int
    update_id: str
    what: str
    revision: int | None
    at: str
    run: str | None


def add_change(db: Store, update_id: str, what: str, at: str, run: str | None) -> None:
    """Note a change within its transaction."""
    db.execute(
        "INSERT INTO changes (update_id, what, revision, at, run)"
        " VALUES (?1, ?2, (SELECT max(number) FROM revisions WHERE update_id = ?1), ?3, ?4)",
        [update_id, what, at, run],
    )


def changes_after(db: Store, seq: int) -> Iterator[Change]:
    """What happened behind a cursor, in order; one page in memory at a time."""
    while page := db.execute(
        "SELECT seq, update_id, what, revision, at, run FROM changes WHERE seq > ? ORDER BY seq LIMIT 500", [seq]
    ).fetchall():
        yield from (Change(*row) for row in page)
        seq = page[-1][0]


def last_change(db: Store) -> int:
    """The present end of the order: 0 while nothing happened."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])

"""Entries as the feeds last wrote them: kept so that one new update does not mean writing a hundred old ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.connect import Store, write
from db.feeds import Entry


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry, packed, in each format. ``longest`` is the number of bytes of the longest unpacked one."""

    updated: str
    longest: int
    rss: bytes
    atom: bytes
    json: bytes


def kept_fragments(db: Store, entry: Entry, recipe: str) -> Kept | None:
    """What was kept of an entry, if nothing concerned it since and it was made in the present way."""
    row = db.execute(
        "SELECT updated, longest, rss, atom, json FROM feed_fragments"
        " WHERE update_id = ? AND changed = ? AND recipe = ?",
        [entry.update_id, entry.changed, recipe],
    ).fetchone()
    return Kept(*row) if row else None


def keep_fragments(db: Store, made: Iterable[tuple[Entry, Kept]], recipe: str) -> None:
    """Keep entries that were made, in the place of those kept before; not those that left all feeds meanwhile."""
    with write(db):
        for entry, kept in made:
            db.execute(
                "INSERT OR REPLACE INTO feed_fragments SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                " WHERE EXISTS (SELECT 1 FROM feed_entries WHERE update_id = ?1 AND changed = ?2 AND shown)",
                [entry.update_id, entry.changed, recipe, kept.updated, kept.longest, kept.rss, kept.atom, kept.json],
            )

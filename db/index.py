"""The rows of the full-text index: normalised words and tags as words, numbered in the order that is shown."""

from collections.abc import Iterator

from db.clock import first_day
from db.compositions import composition
from db.connect import Store
from db.tags import is_visible, tags_of
from extractors.normalise import normalise
from model.publication import Publication
from model.tags import Tags

_SEQ_BITS = 32

MEMBER = "state:member"
"""The mark of an update that readers see only as "also at", behind the head of its group."""
UNDATED = "published:none"
"""The mark of an update to which its source gives no date."""

Row = tuple[str, str, str, str]


def day_key(ordinal: int) -> int:
    """The least key of a day (``date.toordinal()``)."""
    return ordinal << _SEQ_BITS


def order_key(published: str | None, first_seen: str, seq: int) -> int:
    """The place of an update in the default order: its day, then its number. Undated ones stand where we saw them."""
    return day_key(first_day(published or first_seen).toordinal()) | seq


def reindex(db: Store, update_id: str) -> bool:
    """Bring the key and the index row of an update up to date; whether anything had to be written."""
    held = db.execute("SELECT seq, first_seen, key FROM updates WHERE id = ?", [update_id]).fetchone()
    row = expected_row(db, update_id)
    if held is None or row is None:
        return False
    seq, first_seen, key = held
    published = db.execute("SELECT published FROM publications WHERE update_id = ?", [update_id]).fetchone()[0]
    due = order_key(published, first_seen, seq)
    if key == due and stored_row(db, key) == row:
        return False
    db.execute("DELETE FROM words WHERE rowid = ?", [key])
    db.execute("UPDATE updates SET key = ? WHERE id = ?", [due, update_id])
    db.execute("INSERT INTO words (rowid, title, body, numbers, tags) VALUES (?, ?, ?, ?, ?)", [due, *row])
    return True


def stored_row(db: Store, key: int) -> Row | None:
    row = db.execute("SELECT title, body, numbers, tags FROM words WHERE rowid = ?", [key]).fetchone()
    return tuple(row) if row else None


def expected_row(db: Store, update_id: str) -> Row | None:
    """What the index should hold of an update."""
    publication, tags = composition(db, update_id), tags_of(db, update_id)
    if publication is None or tags is None:
        return None
    titles = "\n".join(version.title for version in publication.versions)
    texts = "\n".join([publication.summary, *(version.text for version in publication.versions)])
    numbers = " ".join([publication.native_id, *(v for values in publication.identifiers.values() for v in values)])
    linked = (f"instrument:{name}" for name in tags.instruments)
    marks = [*_marks(publication, tags), *_state(db, update_id), *linked]
    return normalise(titles), normalise(texts), normalise(numbers), " ".join(marks).lower()


def _marks(publication: Publication, tags: Tags) -> Iterator[str]:
    yield f"source:{publication.source}"
    yield f"kind:{tags.kind}"
    yield f"stage:{tags.stage}"
    yield from (f"jurisdiction:{code}" for code in tags.jurisdictions)
    yield from (f"concerns:{code}" for code in tags.concerns)
    yield from (f"topic:{code}" for code in tags.topics)
    yield from (f"sector:{code}" for code in tags.sectors)
    yield from (f"lang:{lang}" for lang in dict.fromkeys(v.lang or tags.lang for v in publication.versions))
    if publication.published is None:
        yield UNDATED


def _state(db: Store, update_id: str) -> Iterator[str]:
    yield "state:any"
    if is_visible(db, update_id):
        yield "state:visible"
        head = db.execute("SELECT head_id FROM group_members WHERE update_id = ?", [update_id]).fetchone()
        if head and head[0] != update_id and is_visible(db, head[0]):
            yield MEMBER

"""The one update that is meant where somebody types an id or a number of a document."""

import re

from db.compositions import composition
from db.connect import Store
from db.groups import head_of
from db.query import Query
from db.tags import is_visible
from extractors.normalise import normalise

_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_MOST = 50


def named(db: Store, asked: Query) -> str | None:
    """The id of the entry whose id, number at its source or identifier (CELEX, docket) is all that was typed.

    None where there is none, or several.
    """
    if len(asked.pieces) != 1 or asked.pieces[0].name or asked.pieces[0].minus:
        return None
    typed = asked.pieces[0].text.strip('"')
    if found := _UUID.fullmatch(typed.lower()):
        candidates = [f"urn:uuid:{found[1]}"]
    else:
        candidates = [one for one in _holding(db, asked) if _is_called(db, one, normalise(typed))]
    entries = {_entry(db, one) for one in candidates if is_visible(db, one)}
    return entries.pop() if len(entries) == 1 else None


def _holding(db: Store, asked: Query) -> list[str]:
    """Visible updates in whose numbers the words stand in a row; a number that more have names none."""
    (words,) = asked.wanted
    expression = f'numbers : "{" ".join(words.words)}" AND tags : "state:visible"'
    rows = db.execute(
        "SELECT id FROM updates WHERE key IN (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)",
        [expression, _MOST],
    )
    return [update_id for (update_id,) in rows.fetchall()]


def _is_called(db: Store, update_id: str, number: str) -> bool:
    publication = composition(db, update_id)
    if publication is None:
        return False
    numbers = [publication.native_id, *(value for values in publication.identifiers.values() for value in values)]
    return number in map(normalise, numbers)


def _entry(db: Store, update_id: str) -> str:
    """As readers see it: behind the head of its group, where that is visible."""
    head = head_of(db, update_id)
    return head if is_visible(db, head) else update_id

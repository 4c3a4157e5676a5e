"""Updates of one source that name each other: what corrects what, and which stage followed which."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.connect import Store
from db.groups import head_of, members_of
from db.tags import is_visible
from db.updates import get
from model.identity import update_id
from model.publication import Publication
from model.update import Update


@dataclass(frozen=True, slots=True)
class Named:
    """Another publication by the source's own number; ``update`` is None where we do not hold it."""

    native_id: str
    update: Update | None


@dataclass(frozen=True, slots=True)
class Kin:
    """What stands beside an update.

    ``corrects`` and ``former`` it names itself; ``corrected_by`` and ``later`` name it, in the order in which they
    were first seen. ``also_at`` are the other members of its group that readers see.
    """

    corrects: tuple[Named, ...]
    corrected_by: tuple[Update, ...]
    former: tuple[Named, ...]
    later: tuple[Update, ...]
    also_at: tuple[Update, ...]


# The conditions on corrects and follows are those of the indexes publications_correcting and publications_by_former.
_CORRECTING = """
SELECT id FROM publications CROSS JOIN updates ON updates.id = update_id
WHERE json_extract(composed, '$.corrects') <> '[]' AND source = ?
AND EXISTS (SELECT 1 FROM json_each(composed, '$.corrects') WHERE value = ?) ORDER BY seq
"""
_FOLLOWING = """
SELECT id FROM publications CROSS JOIN updates ON updates.id = update_id
WHERE json_extract(composed, '$.follows') = ? AND source = ? ORDER BY seq
"""


def kin(db: Store, publication: Publication) -> Kin:
    """The kin of ``publication`` as the store knows it."""
    source, native_id = publication.source, publication.native_id
    others = (other for other in members_of(db, head_of(db, publication.id)) if other != publication.id)
    return Kin(
        corrects=tuple(_named(db, source, other) for other in publication.corrects),
        corrected_by=_updates(db, db.execute(_CORRECTING, [source, native_id]).fetchall()),
        former=tuple(_named(db, source, other) for other in (publication.follows,) if other),
        later=_updates(db, db.execute(_FOLLOWING, [native_id, source]).fetchall()),
        also_at=_updates(db, ((other,) for other in others if is_visible(db, other))),
    )


def _named(db: Store, source: str, native_id: str) -> Named:
    return Named(native_id, get(db, update_id(source, native_id)))


def _updates(db: Store, rows: Iterable[tuple[str]]) -> tuple[Update, ...]:
    return tuple(found for (other,) in rows if (found := get(db, other)))

"""What an update rests on: the archived responses that its parts were read from, and its source's last answer."""

import json
from dataclasses import dataclass

from db.connect import Store
from db.snapshots import StoredSnapshot, by_id


@dataclass(frozen=True, slots=True)
class Witness:
    """One archived response and what it brought to an update.

    ``parts`` are part keys (``record``, ``text:fr``). ``present`` is true where one of them still stands as this
    response brought it, false where later responses brought others.
    """

    stored: StoredSnapshot
    parts: tuple[str, ...]
    present: bool


_WITNESSES = """
SELECT snapshot, json_group_array(part_key), max(seq = last) FROM (
  SELECT snapshot, part_key, seq, max(seq) OVER (PARTITION BY part_key) AS last
  FROM parts WHERE update_id = ? ORDER BY part_key
) GROUP BY snapshot
"""


def witnesses(db: Store, update_id: str) -> list[Witness]:
    """All responses that brought parts of an update: those that it rests on now, then earlier ones, newest first."""
    rows = db.execute(f"{_WITNESSES} ORDER BY 3 DESC, 1 DESC", [update_id]).fetchall()
    found = ((by_id(db, number), keys, present) for number, keys, present in rows)
    return [Witness(stored, tuple(json.loads(keys)), bool(present)) for stored, keys, present in found if stored]


def witness(db: Store, update_id: str, number: int) -> StoredSnapshot | None:
    """The response with this number, if it brought a part of this update."""
    row = db.execute("SELECT 1 FROM parts WHERE snapshot = ? AND update_id = ? LIMIT 1", [number, update_id]).fetchone()
    return by_id(db, number) if row else None


def last_answered(db: Store, source: str) -> str | None:
    """When a source last answered a visit of ours."""
    row = db.execute("SELECT last_answered_at FROM sources WHERE id = ?", [source]).fetchone()
    return row[0] if row else None

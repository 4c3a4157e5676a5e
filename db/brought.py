"""What a search would have brought to somebody who had followed it."""

from db.connect import Store
from db.query import Query
from db.search import visible_rows


def brought(db: Store, asked: Query, since: str) -> int:
    """How many entries that answer were first listed after ``since``: a group once, no back-fill."""
    if asked.hopeless:
        return 0
    where, values = visible_rows(asked)
    row = db.execute(
        "SELECT count(DISTINCT shown.id) FROM updates"
        " LEFT JOIN group_members ON group_members.update_id = updates.id"
        " LEFT JOIN tags head ON head.update_id = head_id"
        " JOIN updates shown ON shown.id = CASE WHEN head.visible THEN head_id ELSE updates.id END"
        f" WHERE updates.key IN (SELECT rowid FROM words WHERE {where})"
        " AND shown.listed_at > ? AND NOT shown.quiet",
        [*values, since],
    ).fetchone()
    return int(row[0])

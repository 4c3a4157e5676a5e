"""What a search would have brought to somebody who had followed it."""

from db.connect import Store
from db.query import Query
from db.search import visible_rows
from db.shown import JOINS, SHOWN


def brought(db: Store, asked: Query, since: str) -> int:
    """How many entries that answer were first listed after ``since``: a group once, no back-fill."""
    if asked.hopeless:
        return 0
    where, values = visible_rows(asked)
    row = db.execute(
        f"SELECT count(DISTINCT shown.id) FROM updates{JOINS} JOIN updates shown ON shown.id = {SHOWN}"
        f" WHERE updates.key IN (SELECT rowid FROM words WHERE {where})"
        " AND shown.listed_at > ? AND NOT shown.quiet",
        [*values, since],
    ).fetchone()
    return int(row[0])

"""What a listing last said about an item whose answer was saved, so that an unchanged item is not asked again."""

from collections.abc import Iterable

from db.connect import Store


def mark(db: Store, source: str, key: str) -> str | None:
    """The value stored for ``key`` of ``source``, or None."""
    row = db.execute("SELECT value FROM marks WHERE source = ? AND key = ?", [source, key]).fetchone()
    return row[0] if row else None


def put_marks(db: Store, source: str, marks: Iterable[tuple[str, str]]) -> None:
    """Keep marks; called within the transaction that saves the answer."""
    for key, value in marks:
        db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", [source, key, value])

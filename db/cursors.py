"""How far each reader of ``changes`` has come."""

from db.connect import Store


def cursor(db: Store, name: str) -> int:
    """The last change that this reader has taken; 0 at the beginning."""
    row = db.execute("SELECT seq FROM cursors WHERE name = ?", [name]).fetchone()
    return int(row[0]) if row else 0


def set_cursor(db: Store, name: str, seq: int) -> None:
    """Note it in the transaction that keeps what was made of the changes up to there."""
    db.execute("INSERT OR REPLACE INTO cursors (name, seq) VALUES (?, ?)", [name, seq])

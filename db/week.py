"""What is new to readers in a stretch of time: first listed, or changed by its source. Each entry once."""

from db.connect import Store
from db.shown import JOINS

_HEADS = " AND (head_id IS NULL OR head_id = updates.id OR NOT coalesce(head.visible, 0))"


def listed_between(db: Store, since: str, until: str) -> list[str]:
    """Entries first listed after ``since`` and up to ``until``, in that order; no back-fill.

    A further source of what readers know already is none.
    """
    rows = db.execute(
        f"SELECT updates.id FROM updates{JOINS} WHERE listed_at > ? AND listed_at <= ? AND NOT quiet{_HEADS}"
        " ORDER BY listed_at, seq",
        [since, until],
    )
    return [update_id for (update_id,) in rows.fetchall()]


def revised_between(db: Store, since: str, until: str) -> list[str]:
    """Entries whose source changed more than trifles in that time, as the matcher saw it."""
    rows = db.execute(
        f"SELECT updates.id FROM editions JOIN changes ON changes.seq = editions.seq"
        f" JOIN updates ON updates.id = editions.update_id{JOINS}"
        f" WHERE edition > 1 AND changes.at > ? AND changes.at <= ?{_HEADS} ORDER BY changes.seq",
        [since, until],
    )
    return [update_id for (update_id,) in rows.fetchall()]

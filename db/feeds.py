"""The questions of the feeds."""

from db.connect import Store
from db.updates import get
from model.update import Update


def visible_heads(db: Store, jurisdiction: str | None, limit: int) -> list[Update]:
    """What a feed shows, by the time it was listed, newest first: of a group its head alone."""
    rows = db.execute(
        "SELECT updates.id FROM updates JOIN tags ON tags.update_id = updates.id"
        " LEFT JOIN group_members ON group_members.update_id = updates.id"
        " LEFT JOIN tags head ON head.update_id = head_id"
        " WHERE tags.visible AND (head_id IS NULL OR head_id = updates.id OR NOT coalesce(head.visible, 0))"
        " AND (?1 IS NULL OR EXISTS (SELECT 1 FROM jurisdictions j WHERE j.update_id = updates.id AND j.code = ?1))"
        " ORDER BY listed_at DESC, seq DESC LIMIT ?2",
        [jurisdiction, limit],
    )
    return [update for (update_id,) in rows.fetchall() if (update := get(db, update_id))]


def jurisdictions(db: Store) -> list[str]:
    """The codes of all jurisdictions of visible updates, in order."""
    rows = db.execute("SELECT DISTINCT code FROM jurisdictions JOIN tags USING (update_id) WHERE visible ORDER BY code")
    return [code for (code,) in rows.fetchall()]

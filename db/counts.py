"""How many updates there are."""

from dataclasses import dataclass

from db.connect import Store


@dataclass(frozen=True, slots=True)
class UpdateCounts:
    """Those that readers see, and those between the bounds of relevance that no editor has decided on."""

    visible: int
    review: int


def update_counts(db: Store) -> UpdateCounts:
    row = db.execute(
        "SELECT coalesce(sum(visible), 0), coalesce(sum(review AND NOT visible AND NOT EXISTS"
        " (SELECT 1 FROM decisions d WHERE d.update_id = tags.update_id AND ended_at IS NULL)), 0) FROM tags"
    ).fetchone()
    return UpdateCounts(int(row[0]), int(row[1]))

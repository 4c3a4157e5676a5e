"""What we derive from an update, and whether people see it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from db.connect import Store
from model.codes import DateType, Facet, Kind, Stage
from model.publication import Dated
from model.tags import Evidence, Tags

_LISTS = ("jurisdictions", "concerns", "topics", "sectors", "instruments")


def tags_of(db: Store, update_id: str) -> Tags | None:
    row = db.execute("SELECT tags FROM tags WHERE update_id = ?", [update_id]).fetchone()
    return _tags(json.loads(row[0])) if row else None


def is_visible(db: Store, update_id: str) -> bool:
    row = db.execute("SELECT visible FROM tags WHERE update_id = ?", [update_id]).fetchone()
    return bool(row and row[0])


def put_tags(db: Store, update_id: str, tags: Tags) -> bool:
    """Keep tags; whether the update is visible with them."""
    decided = decision(db, update_id)
    visible = tags.relevant if decided is None else decided
    values = [tags.relevant, tags.review, tags.score, tags.lang, tags.kind, tags.stage, tags_text(tags), visible]
    db.execute(
        "INSERT INTO tags VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET relevant = excluded.relevant,"
        " review = excluded.review, score = excluded.score, lang = excluded.lang, kind = excluded.kind,"
        " stage = excluded.stage, tags = excluded.tags, visible = excluded.visible",
        [update_id, *values],
    )
    db.execute("DELETE FROM jurisdictions WHERE update_id = ?", [update_id])
    for code in dict.fromkeys(tags.jurisdictions):
        db.execute("INSERT INTO jurisdictions (update_id, code) VALUES (?, ?)", [update_id, code])
    db.execute("DELETE FROM dates WHERE update_id = ?", [update_id])
    for dated in tags.dates:
        db.execute("INSERT OR IGNORE INTO dates VALUES (?, ?, ?)", [dated.date, dated.type, update_id])
    return visible


def keeps_text(db: Store, update_id: str, tags: Tags) -> bool:
    """Whether the text stays: not below the lower bound of relevance, or wanted by an editor."""
    return tags.relevant or tags.review or decision(db, update_id) is True


def decision(db: Store, update_id: str) -> bool | None:
    """What an editor decided about an update's relevance, while it stands."""
    row = db.execute("SELECT relevant FROM decisions WHERE update_id = ? AND ended_at IS NULL", [update_id]).fetchone()
    return bool(row[0]) if row else None


def end_decision(db: Store, update_id: str, changed_at: str) -> None:
    """A decision stands until the source changes the text that it was made on."""
    db.execute(
        "UPDATE decisions SET ended_at = ?2 WHERE update_id = ?1 AND ended_at IS NULL AND at < ?2",
        [update_id, changed_at],
    )


def without_words(tags: Tags) -> Tags:
    """Tags of an update that is held without its text."""
    return replace(tags, evidence=(), dates=())


def tags_text(tags: Tags) -> str:
    return json.dumps(asdict(tags), ensure_ascii=False, sort_keys=True)


def _tags(values: Mapping[str, Any]) -> Tags:
    return Tags(
        **{
            **values,
            **{name: tuple(values[name]) for name in _LISTS},
            "kind": Kind(values["kind"]),
            "stage": Stage(values["stage"]),
            "dates": tuple(Dated(DateType(d["type"]), d["date"], d["words"]) for d in values["dates"]),
            "evidence": tuple(Evidence(**{**e, "facet": Facet(e["facet"])}) for e in values["evidence"]),
        }
    )

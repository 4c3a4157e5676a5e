"""The present state of each update from the source: composition, language versions, revisions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.connect import Store
from model.difference import Stretch, difference
from model.history import Revision
from model.publication import Note, Publication, Version, publication_from_dict, publication_to_dict


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One entry of an update's history.

    ``at`` is the source's time where it gives one, ``seen_at`` ours. ``diff`` has the stretches of each language
    (None: unknown) whose text changed.
    """

    number: int
    at: str
    seen_at: str
    note: str | None
    fields: tuple[str, ...]
    diff: Mapping[str | None, tuple[Stretch, ...]]
    snapshot: int


def composition(db: Store, update_id: str) -> Publication | None:
    """The update as its parts make it, with all its language versions."""
    row = db.execute("SELECT composed FROM publications WHERE update_id = ?", [update_id]).fetchone()
    if row is None:
        return None
    bare = publication_from_dict(json.loads(row[0]))
    versions = versions_of(db, update_id)
    return replace(bare, text=versions[0].text, others=versions[1:])


def versions_of(db: Store, update_id: str) -> tuple[Version, ...]:
    rows = db.execute(
        "SELECT lang, title, text, url FROM versions WHERE update_id = ? ORDER BY position", [update_id]
    ).fetchall()
    return tuple(Version(*row) for row in rows)


def is_reduced(db: Store, update_id: str) -> bool:
    """Whether an update is held without its text."""
    row = db.execute("SELECT reduced FROM publications WHERE update_id = ?", [update_id]).fetchone()
    return bool(row and row[0])


def put(db: Store, publication: Publication, reduced: bool) -> None:
    """Keep a composition in place of the one before."""
    update_id, part = publication.id, str(publication.part)
    bare = publication_to_dict(replace(publication, text="", others=()))
    values = [publication.title, publication.url, part, publication.lang, publication.published, reduced]
    db.execute(
        "INSERT INTO publications VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET title = excluded.title,"
        " url = excluded.url, part = excluded.part, lang = excluded.lang, published = excluded.published,"
        " reduced = excluded.reduced, composed = excluded.composed",
        [update_id, *values, json.dumps(bare, ensure_ascii=False, sort_keys=True)],
    )
    db.execute("DELETE FROM versions WHERE update_id = ?", [update_id])
    for position, version in enumerate(publication.versions):
        db.execute(
            "INSERT INTO versions (update_id, position, lang, title, url, text) VALUES (?, ?, ?, ?, ?, ?)",
            [update_id, position, version.lang, version.title, version.url, version.text],
        )


def revisions_of(db: Store, update_id: str) -> list[StoredRevision]:
    """The history of an update, oldest first."""
    rows = db.execute(
        "SELECT number, at, seen_at, note, fields, diff, snapshot FROM revisions WHERE update_id = ? ORDER BY number",
        [update_id],
    )
    return [_revision(row) for row in rows.fetchall()]


def known_notes(db: Store, update_id: str) -> list[Note]:
    rows = db.execute("SELECT at, note FROM revisions WHERE update_id = ? AND note IS NOT NULL", [update_id])
    return [Note(*row) for row in rows.fetchall()]


def last_revision(db: Store, update_id: str) -> int | None:
    row = db.execute("SELECT max(number) FROM revisions WHERE update_id = ?", [update_id]).fetchone()
    return None if row[0] is None else int(row[0])


def add_revisions(
    db: Store,
    update_id: str,
    entries: tuple[Revision, ...],
    snapshot: int,
    seen_at: str,
    diff: Mapping[str | None, tuple[Stretch, ...]],
) -> None:
    """Add entries to the history; the last of them carries the word diff."""
    number = last_revision(db, update_id) or 0
    for i, entry in enumerate(entries, 1):
        words = _diff_text(diff) if i == len(entries) else None
        values = [entry.at or seen_at, seen_at, entry.note, json.dumps(entry.fields), words, snapshot]
        db.execute("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [update_id, number + i, *values])


def forget_history(db: Store, update_id: str) -> None:
    """Drop the history, where one that the source keeps itself takes its place."""
    db.execute("DELETE FROM revisions WHERE update_id = ?", [update_id])


def forget_words(db: Store, update_id: str) -> None:
    """Keep the history without the source's words."""
    db.execute("UPDATE revisions SET diff = NULL, note = NULL WHERE update_id = ?", [update_id])


def text_difference(before: Publication, after: Publication) -> dict[str | None, tuple[Stretch, ...]]:
    """What changed in the text of each language that both have."""
    texts = {version.lang: version.text for version in before.versions}
    found = {
        version.lang: difference(texts[version.lang], version.text)
        for version in after.versions
        if version.lang in texts and texts[version.lang] != version.text
    }
    return {lang: stretches for lang, stretches in found.items() if stretches}


def _diff_text(diff: Mapping[str | None, tuple[Stretch, ...]]) -> str | None:
    if not diff:
        return None
    plain = [[lang, [[s.op, s.words, s.count] for s in stretches]] for lang, stretches in diff.items()]
    return json.dumps(plain, ensure_ascii=False)


def _revision(row: tuple[Any, ...]) -> StoredRevision:
    number, at, seen_at, note, changed, diff, snapshot = row
    stretches = {lang: tuple(Stretch(*s) for s in found) for lang, found in json.loads(diff or "[]")}
    return StoredRevision(number, at, seen_at, note, tuple(json.loads(changed)), stretches, snapshot)

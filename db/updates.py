"""Updates: what a response said goes in within one transaction; what is known comes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from db import compositions, groups, parts, snapshots, validators
from db import marks as marks_table
from db import tags as tags_table
from db.changes import add_change
from db.clock import is_quiet
from db.connect import Store, write
from db.door import clean
from db.index import reindex
from db.parts import Held
from db.snapshots import record_snapshot
from model.history import What, changed_fields, compose, revisions, step
from model.publication import Publication
from model.snapshot import Snapshot
from model.tags import Tags
from model.update import Update

__all__ = ["Retagged", "Saved", "decide", "get", "history", "record_snapshot", "retag", "save_reading"]

Tagger = Callable[[Publication], Tags]
Fresh = Mapping[str, tuple[Publication, str]]
"""What one response says of one update: publication and its digest, by part key."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What one response meant: ids of updates, each in one of the four lists."""

    snapshot_id: int
    new: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retagged:
    """Counts of a retagging. ``without_text`` are held without text, so that only a reparse could read them anew."""

    seen: int = 0
    changed: int = 0
    listed: int = 0
    without_text: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """One response being taken in: its number and time, our time, and who tags."""

    snapshot: int
    fetched_at: str
    now: str
    run: str | None
    tagger: Tagger


def save_reading(
    db: Store,
    snapshot: Snapshot,
    publications: Sequence[Publication],
    *,
    marks: Sequence[tuple[str, str]] = (),
    keep_validators: bool,
    tagger: Tagger,
    now: str,
    run: str,
) -> Saved:
    """Keep a response and what was read from it, all in one transaction.

    With ``keep_validators`` the response's validators are kept too; without, those of its address are forgotten, so
    that the next visit asks in full. A response that says nothing new adds its snapshot row and nothing else.
    """
    incoming = by_update(publications)
    remembered = _Remembered(tagger)
    remembered.rehearse(db, incoming)
    with write(db):
        number = snapshots.add(db, snapshot)
        taking = Taking(number, snapshot.fetched_at, now, run, remembered)
        found = take(db, taking, incoming)
        marks_table.put_marks(db, snapshot.source, marks)
        (validators.keep if keep_validators else validators.forget)(db, snapshot)
    return Saved(number, *(tuple(name for name, what in found.items() if what is kind) for kind in What))


def get(db: Store, update_id: str) -> Update | None:
    """One update, complete; None where the store has none of this id."""
    clocks = db.execute(
        "SELECT first_seen, listed_at, (SELECT max(at) FROM changes WHERE update_id = id AND what <> 'grouped')"
        " FROM updates WHERE id = ?",
        [update_id],
    ).fetchone()
    publication, tags = compositions.composition(db, update_id), tags_table.tags_of(db, update_id)
    if clocks is None or publication is None or tags is None:
        return None
    return Update(publication, tags, *clocks)


def history(db: Store, update_id: str) -> list[compositions.StoredRevision]:
    """The revisions of an update, oldest first."""
    return compositions.revisions_of(db, update_id)


def retag(db: Store, tagger: Tagger, now: str) -> Retagged:
    """Tag every update anew from its stored text; each that changes is written in a transaction of its own."""
    seen = changed = listed = without_text = 0
    for update_id, is_reduced in _all_ids(db):
        seen += 1
        if is_reduced:
            without_text += 1
            continue
        publication = compositions.composition(db, update_id)
        if publication is None or (tags := tagger(publication)) == tags_table.tags_of(db, update_id):
            continue
        with write(db):
            if compositions.composition(db, update_id) == publication:  # else somebody has just tagged it
                listed += _derive(db, publication, tags, now)
                changed += 1
    return Retagged(seen, changed, listed, without_text)


def decide(db: Store, update_id: str, relevant: bool, editor: str, now: str) -> None:
    """An editor's word on relevance; it stands until the source changes the text."""
    with write(db):
        db.execute(
            "INSERT OR REPLACE INTO decisions (update_id, relevant, at, editor) VALUES (?, ?, ?, ?)",
            [update_id, relevant, now, editor],
        )
        update = get(db, update_id)
        if update:
            _derive(db, update.publication, update.tags, now)


def by_update(publications: Iterable[Publication]) -> dict[str, Fresh]:
    """Cleaned publications by update and part; what one payload says twice of one part is put together."""
    found: dict[str, dict[str, list[Publication]]] = {}
    for publication in map(clean, publications):
        found.setdefault(publication.id, {}).setdefault(publication.part_key, []).append(publication)
    return {
        update_id: {key: _once(several) for key, several in by_part.items()} for update_id, by_part in found.items()
    }


def _once(several: Sequence[Publication]) -> tuple[Publication, str]:
    one = several[0] if len(several) == 1 else compose(several)
    return one, parts.digest(one)


def take(db: Store, taking: Taking, incoming: Mapping[str, Fresh]) -> dict[str, What]:
    """Take in what one response says of each update, within a transaction."""
    return {update_id: _take_update(db, taking, update_id, fresh) for update_id, fresh in incoming.items()}


def _take_update(db: Store, taking: Taking, update_id: str, fresh: Fresh) -> What:
    held = parts.heads(db, update_id)
    was_reduced = compositions.is_reduced(db, update_id)
    if not _matters(held, fresh, was_reduced):
        return What.UNCHANGED
    changed = _changed(held, fresh)
    before = {key: part.publication for key, part in held.items()}
    what = step(before, before | {key: part for key, (part, _) in changed.items()}) if changed else What.COMPLETED
    if what is What.UNCHANGED:
        _put_parts(db, taking, held, changed, not was_reduced)
        return what
    publication = _composed(held, fresh)
    was = compose(before.values()) if before else publication
    if what is What.REVISED and (was_reduced or (was.title, was.text) != (publication.title, publication.text)):
        tags_table.end_decision(db, update_id, taking.fetched_at)
    tags = taking.tagger(publication)
    keep = tags_table.keeps_text(db, update_id, tags)
    _put_parts(db, taking, held, fresh, keep)
    if what is What.NEW:
        _add_update(db, publication, taking.now)
    stored, visible = _put_state(db, publication, tags)
    _put_history(db, taking, what, was, stored, words=keep and not was_reduced)
    add_change(db, update_id, str(what), taking.now, taking.run)
    _list(db, update_id, visible, taking.now)
    _arrange(db, stored, taking.now, taking.run)
    return what


def _matters(held: Mapping[str, Held], fresh: Fresh, was_reduced: bool) -> bool:
    """Whether parts are new or other, or bring back a text that was held without need."""
    returns = not was_reduced and any(key in held and held[key].reduced for key in fresh)
    return returns or bool(_changed(held, fresh))


def _changed(held: Mapping[str, Held], fresh: Fresh) -> Fresh:
    return {key: part for key, part in fresh.items() if key not in held or held[key].sha256 != part[1]}


def _composed(held: Mapping[str, Held], fresh: Fresh) -> Publication:
    known = {key: part.publication for key, part in held.items()}
    return compose((known | {key: part for key, (part, _) in fresh.items()}).values())


def _put_parts(db: Store, taking: Taking, held: Mapping[str, Held], fresh: Fresh, keep: bool) -> None:
    changed = _changed(held, fresh)
    for part, sha256 in changed.values():
        parts.add(db, taking.snapshot, part, sha256, keep)
    for key, (part, _) in fresh.items():
        if keep and key not in changed and held[key].reduced:
            parts.fill(db, held[key].seq, part)


def _add_update(db: Store, publication: Publication, now: str) -> None:
    db.execute(
        "INSERT INTO updates (id, source, native_id, first_seen, quiet) VALUES (?, ?, ?, ?, ?)",
        [publication.id, publication.source, publication.native_id, now, is_quiet(publication.published, now)],
    )


def _put_state(db: Store, publication: Publication, tags: Tags) -> tuple[Publication, bool]:
    """Keep composition and tags, without text where it is not to stay; what is stored, and whether it is visible."""
    update_id = publication.id
    keep = tags_table.keeps_text(db, update_id, tags)
    if not keep:
        parts.forget_text(db, update_id)
        compositions.forget_words(db, update_id)
        publication = compose(part.publication for part in parts.heads(db, update_id).values())
        tags = tags_table.without_words(tags)
    compositions.put(db, publication, not keep)
    return publication, tags_table.put_tags(db, update_id, tags)


def _put_history(db: Store, taking: Taking, what: What, was: Publication, now: Publication, words: bool) -> None:
    """Add what this step means to the history; ``words``: both texts are known, so that they can be compared."""
    known = compositions.known_notes(db, now.id)
    entries = revisions(what, now, changed_fields(was, now) if what is What.REVISED else (), known)
    if entries and what is What.COMPLETED and not known and compositions.last_revision(db, now.id) == 1:
        compositions.forget_history(db, now.id)  # the history that the source keeps takes the place of our first entry
    diff = compositions.text_difference(was, now) if words and what is What.REVISED else {}
    compositions.add_revisions(db, now.id, entries, taking.snapshot, taking.fetched_at, diff)


def _derive(db: Store, publication: Publication, tags: Tags, now: str) -> bool:
    """Keep other tags of a stored update, with all that follows; whether it is listed by them for the first time."""
    stored, visible = _put_state(db, publication, tags)
    newly = _list(db, stored.id, visible, now)
    add_change(db, stored.id, "listed" if newly else "retagged", now, None)
    _arrange(db, stored, now, None)
    return newly


def _list(db: Store, update_id: str, visible: bool, now: str) -> bool:
    if not visible:
        return False
    listed = db.execute("UPDATE updates SET listed_at = ? WHERE id = ? AND listed_at IS NULL", [now, update_id])
    return bool(listed.rowcount)


def _arrange(db: Store, publication: Publication, now: str, run: str | None) -> None:
    """Index row and group of an update, after its state was written."""
    groups.put_keys(db, publication)
    groups.regroup(db, publication.id, now, run)
    reindex(db, publication.id)
    groups.reindex_members(db, publication.id)


def _all_ids(db: Store) -> Iterable[tuple[str, bool]]:
    seq = 0
    while page := db.execute(
        "SELECT seq, id, reduced FROM updates JOIN publications ON update_id = id WHERE seq > ? ORDER BY seq LIMIT 500",
        [seq],
    ).fetchall():
        yield from ((update_id, bool(reduced)) for _, update_id, reduced in page)
        seq = page[-1][0]


class _Remembered:
    """A tagger that remembers: tagging is slow, so it is done before the write lock is taken."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self._known: dict[str, Tags] = {}

    def __call__(self, publication: Publication) -> Tags:
        key = parts.digest(publication)
        if key not in self._known:
            self._known[key] = self._tagger(publication)
        return self._known[key]

    def rehearse(self, db: Store, incoming: Mapping[str, Fresh]) -> None:
        """Tag what the compositions will be, unless another process writes in between."""
        for update_id, fresh in incoming.items():
            held = parts.heads(db, update_id)
            if _matters(held, fresh, compositions.is_reduced(db, update_id)):
                self(_composed(held, fresh))

"""What one response after the other makes of an update."""

from dataclasses import replace

import pytest

from db import compositions, parts
from db.changes import changes_after, last_change
from db.connect import Store, sqlite
from db.marks import mark
from db.search import search
from db.updates import decide, get, history, retag
from db.validators import validators
from model.codes import Facet
from model.publication import Note, Part, Publication, Statement, Version
from model.tags import Tags
from tests.db.making import FETCHED, NOW, publication, rows, save, tagger, what_changed

LATER = "2026-11-20T09:00:00Z"


def test_a_first_part_makes_a_new_update_that_is_listed_and_found(db: Store) -> None:
    saved = save(db, publication("1", text="On forced labour in ports."))
    update = get(db, saved.new[0])
    assert update is not None
    assert update.publication == publication("1", text="On forced labour in ports.")
    assert update.tags == tagger(update.publication)
    assert (update.first_seen, update.listed_at, update.updated_at) == (NOW, NOW, NOW)
    assert [(c.what, c.revision, c.run) for c in changes_after(db, 0)] == [("new", 1, "run-1")]
    assert search(db, "ports", limit=5).total == 1


def test_the_same_response_again_adds_its_snapshot_row_and_nothing_else(db: Store) -> None:
    found = [publication("1", text="labour", notes=(Note("2026-10-01", "First"),)), publication("2", title="Else")]
    save(db, *found)
    tables = ["parts", "publications", "versions", "revisions", "tags", "updates", "changes", "words", "group_keys"]
    before = {table: rows(db, table) for table in tables}
    saved = save(db, *found, now=LATER, fetched_at=LATER, run="run-2")
    assert {table: rows(db, table) for table in tables} == before
    assert len(saved.unchanged) == 2
    assert len(rows(db, "snapshots")) == 2


def test_a_part_not_seen_before_completes_an_update_without_a_revision(db: Store) -> None:
    save(db, publication("1", part=Part.HIT, summary="Short."))
    saved = save(db, publication("1", text="All of it."))
    update = get(db, saved.completed[0])
    assert update is not None
    assert (update.publication.text, update.publication.summary) == ("All of it.", "Short.")
    assert not update.publication.partial
    assert what_changed(db) == ["new", "completed"]
    assert [revision.number for revision in history(db, saved.completed[0])] == [1]


def test_other_content_of_a_known_part_is_a_revision_with_a_word_diff(db: Store) -> None:
    save(db, publication("1", text="Applies from 1 May."))
    saved = save(db, publication("1", text="Applies from 1 July."), fetched_at=LATER, now=LATER)
    last = history(db, saved.revised[0])[-1]
    assert (last.number, last.at, last.fields, last.note) == (2, LATER, ("text",), None)
    assert [(s.op, s.words) for s in last.diff["en"]] == [
        ("equal", "Applies from 1"), ("delete", "May."), ("insert", "July."),
    ]  # fmt: skip
    assert [(c.what, c.revision) for c in changes_after(db, 1)] == [("revised", 2)]


def test_every_received_version_of_a_part_is_kept(db: Store) -> None:
    texts = ["One.", "Two.", "One."]
    for text in texts:
        save(db, publication("1", text=text))
    held = db.execute("SELECT seq, snapshot FROM parts ORDER BY seq").fetchall()
    assert [tuple(row) for row in held] == [(1, 1), (2, 2), (3, 3)]
    assert [next(parts.of_snapshot(db, number)).publication.text for number in (1, 2, 3)] == texts


def test_the_notes_of_the_source_are_the_history(db: Store) -> None:
    first, second = Note("2025-01-02T00:00:00Z", "First published."), Note("2026-03-04T00:00:00Z", "Annex added.")
    third = Note("2026-10-09T00:00:00Z", "Typing error.")
    saved = save(db, publication("1", text="A", notes=(second, first)))
    assert [(r.number, r.at, r.note) for r in history(db, saved.new[0])] == [
        (1, first.at, first.text), (2, second.at, second.text),
    ]  # fmt: skip
    save(db, publication("1", text="B", notes=(third, second, first)), fetched_at=LATER)
    last = history(db, saved.new[0])[-1]
    assert (last.number, last.at, last.seen_at, last.note) == (3, third.at, LATER, third.text)
    assert last.diff


def test_the_sources_own_history_takes_the_place_of_our_first_entry(db: Store) -> None:
    saved = save(db, publication("1", part=Part.HIT))
    save(db, publication("1", notes=(Note("2025-01-02", "First."), Note("2026-03-04", "Second."))))
    assert [r.note for r in history(db, saved.new[0])] == ["First.", "Second."]


def test_a_further_language_is_neither_revision_nor_new_update(db: Store) -> None:
    saved = save(db, publication("1", text="labour"))
    french = Version("fr", "Avis", "travail", None)
    assert save(db, publication("1", text="labour", others=(french,))).completed == saved.new
    assert len(history(db, saved.new[0])) == 1
    assert search(db, "travail lang:fr", limit=5).total == 1


def test_one_transaction_holds_marks_and_validators_with_the_updates(db: Store) -> None:
    def broken(_: Publication) -> Tags:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        save(db, publication("1"), tagger=broken, marks=[("1", "v1")], etag='"a"')
    assert not any(rows(db, table) for table in ("snapshots", "parts", "updates", "marks", "validators"))
    save(db, publication("1"), marks=[("1", "v1")], etag='"a"')
    stored = validators(db, "us_example", "https://example.org/list", 1)
    assert stored is not None
    assert (stored.etag, stored.last_modified, stored.stored_at) == ('"a"', None, FETCHED)
    assert mark(db, "us_example", "1") == "v1"


def test_a_failure_within_the_transaction_leaves_nothing(db: Store) -> None:
    def breaks_on_the_second(found: Publication) -> Tags:
        tags = tagger(found)
        return replace(tags, jurisdictions=(None,)) if found.native_id == "2" else tags  # type: ignore[arg-type]

    with pytest.raises(sqlite.IntegrityError):
        save(db, publication("1"), publication("2"), tagger=breaks_on_the_second, marks=[("a", "b")])
    assert not any(rows(db, table) for table in ("snapshots", "parts", "updates", "words", "changes", "marks"))
    assert save(db, publication("1"), publication("2")).snapshot_id == 1


def test_an_update_that_is_not_about_our_subject_keeps_no_text_anywhere(db: Store) -> None:
    saved = save(db, publication("1", title="Tide tables", text="Zanzibar neap tides.", summary="Zanzibar"))
    update = get(db, saved.new[0])
    assert update is not None
    assert (update.publication.title, update.publication.text, update.listed_at) == ("Tide tables", "", None)
    assert not any("zanzibar" in str(row).lower() for table in ("versions", "words", "tags") for row in rows(db, table))
    assert "Zanzibar" not in str([held.publication for held in parts.heads(db, saved.new[0]).values()])
    assert search(db, "tide", limit=5).total == 0
    assert search(db, "tide include:all", limit=5).total == 1
    assert save(db, publication("1", title="Tide tables", text="Zanzibar neap tides.", summary="Zanzibar")).unchanged


def test_a_revision_that_ends_relevance_takes_the_old_texts_and_diffs_away(db: Store) -> None:
    save(db, publication("1", title="A", text="labour in Zanzibar"))
    save(db, publication("1", title="A", text="labour in Zanzibar and Pemba"))
    save(db, publication("1", title="A", text="nothing"))
    assert "Zanzibar" not in str([held.publication for n in (1, 2, 3) for held in parts.of_snapshot(db, n)])
    assert not any("Zanzibar" in str(row) for table in ("versions", "revisions", "words") for row in rows(db, table))
    assert what_changed(db) == ["new", "revised", "revised"]


def test_between_the_bounds_an_update_waits_with_its_text(db: Store) -> None:
    saved = save(db, publication("1", title="Perhaps", text="perhaps so"))
    update = get(db, saved.new[0])
    assert update is not None
    assert (update.publication.text, update.listed_at) == ("perhaps so", None)
    assert search(db, "perhaps", limit=5).total == 0


def test_an_editors_decision_shows_an_update_until_the_source_changes_its_text(db: Store) -> None:
    saved = save(db, publication("1", title="Perhaps", text="perhaps so"))
    decide(db, saved.new[0], True, "editor", "2026-10-09T00:00:00Z")
    assert search(db, "perhaps", limit=5).total == 1
    assert what_changed(db) == ["new", "listed"]
    save(db, publication("1", title="Perhaps", text="perhaps not"), fetched_at=LATER)
    assert search(db, "perhaps", limit=5).total == 0


def test_what_was_published_long_before_we_saw_it_is_quiet(db: Store) -> None:
    save(db, publication("1", published="2026-09-08"), publication("2", published="2026-09-07"))
    save(
        db, publication("3", published=None), publication("4", published="2024"), publication("5", published="2026-09")
    )
    quiet = dict(db.execute("SELECT native_id, quiet FROM updates").fetchall())
    assert quiet == {"1": 0, "2": 1, "3": 0, "4": 1, "5": 0}


def test_text_is_cleaned_at_the_door(db: Store) -> None:
    saved = save(db, publication("1", title="Forced\x00 labour\ud800\n", text="a\x07 b\r\n\r\nc", summary="\x00"))
    update = get(db, saved.new[0])
    assert update is not None
    assert (update.publication.title, update.publication.text) == ("Forced labour", "a b\nc")


def test_what_one_payload_says_twice_of_a_part_is_put_together(db: Store) -> None:
    twice = [publication("1", text=""), publication("1", title="", text="labour")]
    saved = save(db, *twice)
    assert compositions.composition(db, saved.new[0]) == publication("1", text="labour")
    assert save(db, *twice).unchanged == saved.new


def test_a_known_part_comes_back_with_its_text_once_the_update_matters(db: Store) -> None:
    save(db, publication("1", title="A", part=Part.HIT, summary="In short."))
    save(db, publication("1", title="A", text="labour"))
    assert compositions.composition(db, publication("1").id).summary == ""  # type: ignore[union-attr]
    assert save(db, publication("1", title="A", part=Part.HIT, summary="In short.")).completed
    assert compositions.composition(db, publication("1").id).summary == "In short."  # type: ignore[union-attr]


def test_retag_writes_what_changes_and_tells_what_is_newly_listed(db: Store) -> None:
    save(
        db, publication("1", text="a"), publication("2", title="Perhaps", text="perhaps"), publication("3", title="No")
    )

    def other(found: Publication) -> Tags:
        tags = tagger(found)
        return replace(tags, relevant=True, review=False) if tags.review else tags

    counts = retag(db, other, LATER)
    assert (counts.seen, counts.changed, counts.listed, counts.without_text) == (3, 1, 1, 1)
    assert [(c.what, c.at) for c in changes_after(db, 3)] == [("listed", LATER)]
    assert search(db, "perhaps", limit=5).total == 1
    end = last_change(db)
    assert retag(db, other, LATER).changed == 0
    assert last_change(db) == end


def test_the_index_order_follows_a_corrected_day_of_publication(db: Store) -> None:
    save(db, publication("1", published="2026-10-01"), publication("2", published="2026-10-02"))
    save(db, publication("1", published="2026-10-03"))
    assert [hit.update.publication.native_id for hit in search(db, "", limit=5).hits] == ["1", "2"]


def test_tagging_is_done_before_the_write_lock_is_taken(db: Store) -> None:
    def needs_the_lock(found: Publication) -> Tags:
        db.execute("BEGIN IMMEDIATE")  # fails within a transaction
        db.execute("ROLLBACK")
        return tagger(found)

    assert save(db, publication("1"), tagger=needs_the_lock).new


def test_the_jurisdiction_that_the_source_states_is_a_filter(db: Store) -> None:
    save(db, publication("1", statements=(Statement(Facet.JURISDICTION, "US-CA", "California"),)))
    assert search(db, "jurisdiction:us-ca", limit=5).total == 1
    assert search(db, "jurisdiction:US", limit=5).total == 0


def test_a_decision_outlives_texts_that_came_before_it(db: Store) -> None:
    saved = save(db, publication("1", title="Perhaps", text="perhaps so"))
    decide(db, saved.new[0], True, "editor", LATER)
    save(db, publication("1", title="Perhaps", text="perhaps not"))
    assert search(db, "perhaps", limit=5).total == 1

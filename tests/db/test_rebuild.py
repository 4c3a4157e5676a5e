"""Updates from snapshots alone: the same again changes nothing, a better parser changes what it reads better."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.check import check
from db.connect import Store, write
from db.groups import members_of
from db.rebuild import Rebuilt, rebuilding
from db.search import search
from db.snapshots import all_snapshots, record_snapshot
from db.store import open_scratch
from db.updates import decide, get, history
from model.publication import Note, Part, Publication, Version
from model.tags import Tags
from tests.db.making import publication, rows, save, snapshot, tagger, what_changed

LATER = "2026-12-01T00:00:00Z"
Response = Sequence[Publication]
RECOMPUTED = ["parts", "publications", "versions", "revisions", "tags", "jurisdictions", "group_keys", "words"]
ALL = [*RECOMPUTED, "updates", "changes", "group_members", "decisions", "snapshots"]


def rebuild(
    db: Store,
    responses: Sequence[Response],
    read: Callable[[Publication], Publication] = lambda found: found,
    by: Callable[[Publication], Tags] = tagger,
) -> Rebuilt:
    with rebuilding(db, by, LATER) as rebuild:
        for stored, response in zip(all_snapshots(db), responses, strict=True):
            rebuild.take(stored, [read(found) for found in response])
    return rebuild.counts


def state(db: Store, tables: Sequence[str] = ALL) -> dict[str, list[tuple[object, ...]]]:
    return {table: rows(db, table) for table in tables}


STORY: list[Response] = [
    [publication("1", part=Part.HIT, summary="labour"), publication("2", title="Tides", text="high", summary="s")],
    [publication("1", text="labour law", notes=(Note("2026-01-01", "First."),))],
    [publication("1", text="labour law, amended", notes=(Note("2026-01-01", "First."), Note("2026-02-01", "B.")))],
    [publication("1", text="labour law, amended", notes=(Note("2026-01-01", "First."), Note("2026-02-01", "B.")))],
    [publication("2", title="Tides", text="labour at high tide", others=(Version("fr", "Marées", "travail", None),))],
    [publication("9", source="gb_example", identifiers={"celex": ("1",)})],
    [publication("8", source="eu_example", identifiers={"celex": ("1",)})],
]


def tell(db: Store, story: Sequence[Response] = STORY) -> None:
    for hour, response in enumerate(story, 10):
        time = f"2026-10-08T{hour}:00:00Z"
        source = response[0].source if response else "us_example"
        save(db, *response, source=source, fetched_at=time, now=time.replace(":00Z", ":07Z"))


def test_the_same_parser_changes_no_row(db: Store) -> None:
    tell(db)
    before = state(db)
    counts = rebuild(db, STORY)
    assert state(db) == before
    assert (counts.snapshots, counts.updates, counts.changed, counts.unexplained) == (len(STORY), 4, 0, 0)


def test_a_better_parser_rewrites_what_it_reads_better_and_keeps_what_is_ours(db: Store) -> None:
    tell(db)
    first = publication("1").id
    clocks = rows(db, "updates")

    def better(found: Publication) -> Publication:
        return replace(found, text=found.text + " Better.") if found.native_id == "1" and found.text else found

    assert rebuild(db, STORY, better).changed == 1
    update = get(db, first)
    assert update is not None
    assert update.publication.text == "labour law, amended Better."
    assert rows(db, "updates") == clocks
    assert update.updated_at == LATER
    assert what_changed(db)[-1] == "reparsed"
    assert what_changed(db).count("reparsed") == 1
    assert search(db, "better", limit=5).total == 1
    assert [r.note for r in history(db, first)] == ["First.", "B."]
    assert rebuild(db, STORY, better).changed == 0


def test_emptied_tables_are_filled_again_with_the_time_of_the_first_response(db: Store) -> None:
    tell(db)
    before = state(db)
    with write(db):
        for table in [*RECOMPUTED, "updates", "group_members"]:
            db.execute(f"DELETE FROM {table}")
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'updates'")
    assert rebuild(db, STORY).recreated == 4
    after = state(db)
    for table in [*RECOMPUTED, "group_members"]:
        assert after[table] == before[table], table
    first = get(db, publication("1").id)
    assert first is not None
    assert first.first_seen == "2026-10-08T10:00:00Z"
    assert members_of(db, publication("9", source="gb_example").id) == [
        publication("9", source="gb_example").id, publication("8", source="eu_example").id,
    ]  # fmt: skip


def test_what_cannot_be_read_now_stays_as_it_was(db: Store) -> None:
    tell(db)
    before = state(db)
    with rebuilding(db, tagger, LATER) as rebuild:
        for stored in all_snapshots(db):
            rebuild.keep(stored)
    assert state(db) == before
    assert rebuild.counts.changed == 0


def test_a_response_that_was_not_taken_leaves_its_updates_alone(db: Store) -> None:
    tell(db)
    before = state(db)
    with rebuilding(db, tagger, LATER) as rebuild:
        first = next(all_snapshots(db))
        rebuild.take(first, [replace(found, title="labour, other") for found in STORY[0]])
    assert state(db) == before
    assert (rebuild.counts.left, rebuild.counts.changed) == (2, 0)


def test_what_no_response_gives_any_more_is_told_and_stays(db: Store) -> None:
    tell(db)
    before = state(db)
    counts = rebuild(db, [[] for _ in STORY])
    assert (counts.updates, counts.unexplained) == (0, 4)
    assert state(db) == before


def unreadable_at_last(found: Publication) -> Publication:
    if found.source == "eu_example":
        raise ZeroDivisionError
    return found


def test_an_error_while_reading_writes_nothing(db: Store) -> None:
    tell(db)
    before = state(db)
    responses = [[publication("1", title="labour, other")], *STORY[1:]]
    with pytest.raises(ZeroDivisionError):
        rebuild(db, responses, unreadable_at_last)
    assert state(db) == before


def test_a_tagger_that_sees_more_brings_a_dropped_text_back_and_lists_it(db: Store) -> None:
    story = [[publication("1", title="Tides", text="high water")]]
    tell(db, story)
    assert search(db, "water", limit=5).total == 0
    counts = rebuild(db, story, by=lambda found: replace(tagger(found), relevant=True))
    assert counts.changed == 1
    assert search(db, "water", limit=5).total == 1
    update = get(db, publication("1").id)
    assert update is not None
    assert update.listed_at == LATER


def test_an_editors_decision_outlives_a_rebuild_and_brings_the_text_back(db: Store) -> None:
    story = [[publication("1", title="Tides", text="high water")]]
    tell(db, story)
    decide(db, publication("1").id, True, "editor", "2026-10-09T00:00:00Z")
    assert search(db, "water", limit=5).total == 0
    rebuild(db, story)
    assert search(db, "water", limit=5).total == 1
    assert len(rows(db, "decisions")) == 1


def test_responses_without_an_update_are_taken_too(db: Store) -> None:
    record_snapshot(db, snapshot(status=403))
    assert rebuild(db, [[]]) == Rebuilt(snapshots=1)


def test_an_index_of_older_rules_is_renewed_without_a_change(db: Store) -> None:
    tell(db)
    with write(db):
        db.execute("UPDATE words SET body = 'stale' WHERE rowid = (SELECT max(rowid) FROM words)")
    changes = rows(db, "changes")
    rebuild(db, STORY)
    assert rows(db, "changes") == changes
    assert search(db, "stale", limit=5).total == 0


texts = st.sampled_from(["", "labour", "high", "perhaps"])
found = st.builds(
    publication, st.sampled_from("12"), source=st.sampled_from(["us_example", "gb_example"]), title=texts, text=texts,
    part=st.sampled_from(list(Part)), lang=st.sampled_from([None, "en", "fr"]),
    published=st.sampled_from([None, "2026-10-01"]), identifiers=st.sampled_from([{}, {"celex": ("1",)}]),
    notes=st.sampled_from([(), (Note("2026", "n"),), (Note("2026", "n"), Note("2027", "m"))]),
)  # fmt: skip
stories = st.lists(st.lists(found, max_size=3), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories)
def test_whatever_came_a_rebuild_of_it_changes_nothing_and_the_store_is_sound(story: list[Response]) -> None:
    db = open_scratch()
    tell(db, story)
    before = state(db)
    assert check(db) == []
    rebuild(db, story)
    assert state(db) == before
    db.close()

"""One publication through several sources: one entry, the head stays."""

from db.connect import Store, write
from db.feeds import count_visible, jurisdictions, visible_heads
from db.groups import head_of, members_of
from db.search import search
from db.updates import decide, retag
from model.publication import Publication
from tests.db.making import publication, save, tagger, what_changed

CELEX = {"celex": ("32024R3015",)}


def member(source: str, native_id: str = "1", **values: object) -> Publication:
    return publication(native_id, **({"source": source, "identifiers": CELEX} | values))


def test_updates_of_two_sources_with_one_identifier_are_one_entry_with_the_first_as_head(db: Store) -> None:
    first = save(db, member("eu_a"), now="2026-10-08T11:00:00Z").new[0]
    second = save(db, member("eu_b", published="2026-10-09"), now="2026-10-08T12:00:00Z").new[0]
    assert members_of(db, first) == [first, second]
    assert head_of(db, second) == first
    results = search(db, "labour", limit=5)
    assert results.total == 1
    assert [hit.update.publication.id for hit in results.hits] == [first]
    assert [update.publication.id for update in results.hits[0].also_at] == [second]
    assert [update.publication.id for update in visible_heads(db, None, 9)] == [first]
    assert count_visible(db, None) == 1
    assert what_changed(db) == ["new", "new", "grouped"]


def test_words_that_only_a_later_member_has_find_the_head(db: Store) -> None:
    first = save(db, member("eu_a")).new[0]
    save(db, member("eu_b", text="ports"), publication("9", text="ports", published="2026-10-08"))
    results = search(db, "ports", limit=5)
    assert results.total == 2
    assert [hit.update.publication.id for hit in results.hits][1] == first
    assert results.hits[1].passages[0].text == "ports"
    assert search(db, "ports", limit=1).total == 2


def test_updates_of_one_source_are_never_one_publication(db: Store) -> None:
    one, other = save(db, member("eu_a", "1"), member("eu_a", "2")).new
    assert head_of(db, other) == other
    assert members_of(db, one) == [one]
    save(db, member("eu_b"))
    assert search(db, "", limit=5).total == 2


def test_joining_two_groups_keeps_the_older_head(db: Store) -> None:
    first = save(db, member("eu_a", identifiers={"celex": ("1",)}), now="2026-10-08T11:00:00Z").new[0]
    second = save(db, member("eu_b", identifiers={"eli": ("x",)}), now="2026-10-08T12:00:00Z").new[0]
    third = save(db, member("eu_c", identifiers={"eli": ("x",)}), now="2026-10-08T13:00:00Z").new[0]
    assert head_of(db, third) == second
    fourth = save(db, member("eu_d", identifiers={"eli": ("x",), "celex": ("1",)}), now="2026-10-08T14:00:00Z").new[0]
    assert members_of(db, first) == [first, second, third, fourth]
    assert search(db, "", limit=5).total == 1


def test_the_head_is_the_member_that_was_listed_first_not_the_one_first_seen(db: Store) -> None:
    early = save(db, member("eu_a", title="Perhaps", text="perhaps"), now="2026-10-08T11:00:00Z").new[0]
    later = save(db, member("eu_b"), now="2026-10-08T12:00:00Z").new[0]
    assert head_of(db, later) == later
    decide(db, early, True, "editor", "2026-10-08T13:00:00Z")
    assert members_of(db, later) == [later, early]


def test_what_an_editor_parted_stays_apart_and_what_an_editor_joined_joins(db: Store) -> None:
    a, b, c = member("eu_a"), member("eu_b"), member("eu_c", identifiers={})
    with write(db):
        db.execute("INSERT INTO group_edits VALUES (?, ?, 'split', '2026', 'editor')", [a.id, b.id])
        db.execute("INSERT INTO group_edits VALUES (?, ?, 'merge', '2026', 'editor')", [c.id, a.id])
    save(db, a)
    save(db, b)
    save(db, c)
    assert head_of(db, b.id) == b.id
    assert members_of(db, a.id) == [a.id, c.id]


def test_a_member_that_loses_its_identifier_leaves_and_the_head_stays(db: Store) -> None:
    first, second = member("eu_a"), member("eu_b")
    save(db, first)
    save(db, second)
    save(db, member("eu_b", identifiers={"celex": ("other",)}))
    assert members_of(db, first.id) == [first.id]
    assert search(db, "", limit=5).total == 2


def test_members_stand_for_themselves_while_their_head_is_hidden(db: Store) -> None:
    first, second = member("eu_a", title="A", text="labour"), member("eu_b", title="B", text="labour")
    save(db, first)
    save(db, second)
    decide(db, first.id, False, "editor", "2026-10-09T00:00:00Z")
    assert [hit.update.publication.id for hit in search(db, "", limit=5).hits] == [second.id]
    assert [update.publication.id for update in visible_heads(db, None, 9)] == [second.id]
    decide(db, first.id, True, "editor", "2026-10-10T00:00:00Z")
    assert [hit.update.publication.id for hit in search(db, "", limit=5).hits] == [first.id]


def test_feeds_are_ordered_by_listing_and_asked_by_jurisdiction(db: Store) -> None:
    save(db, publication("1"), now="2026-10-08T11:00:00Z")
    save(db, publication("2", published="2020-01-01"), now="2026-10-08T12:00:00Z")
    save(db, publication("3", title="Else"), now="2026-10-08T13:00:00Z")
    assert [update.publication.native_id for update in visible_heads(db, None, 9)] == ["2", "1"]
    assert [update.publication.native_id for update in visible_heads(db, "US", 1)] == ["2"]
    assert visible_heads(db, "DE", 9) == []
    assert (count_visible(db, None), count_visible(db, "US"), count_visible(db, "DE")) == (2, 2, 0)
    assert jurisdictions(db) == ["US"]
    assert retag(db, tagger, "2026-10-09T00:00:00Z").changed == 0

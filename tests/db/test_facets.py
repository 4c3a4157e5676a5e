"""Facets count what a click on them would find; groups count once; a cut is said."""

from datetime import date

import pytest

from db.brought import brought
from db.connect import Store
from db.facets import NAMES, facets
from db.named import named
from db.query import parse
from db.search import search, total
from model.codes import Facet
from model.publication import Publication
from tests.db.making import publication, save
from tests.feeds.making import stated, tagger

T0 = "2026-10-08T10:00:00Z"
T1 = "2026-10-20T10:00:00Z"


def some() -> list[Publication]:
    return [
        publication("1", statements=stated(Facet.TOPIC, "import-ban", "trade")),
        publication("2", statements=stated(Facet.TOPIC, "import-ban"), lang="fr", published="2025-05"),
        publication("3", statements=stated(Facet.JURISDICTION, "CA", "US-CA"), published=None),
        publication("4", title="hidden", statements=stated(Facet.TOPIC, "import-ban")),
    ]


def counts(db: Store, query: str, name: str) -> dict[str, int]:
    return {one.code: one.count for one in facets(db, parse(query)).by_name[name]}


@pytest.fixture
def store(db: Store) -> Store:
    save(db, *some(), tagger=tagger, now=T0)
    same = {"celex": ("32026R0001",)}
    save(db, publication("5", identifiers=same, text="cotton"), tagger=tagger, now=T0)
    save(db, publication("6", source="eu_example", identifiers=same, lang="de", text="cotton silk"), tagger=tagger,
         now=T1)  # fmt: skip
    return db


@pytest.mark.parametrize("query", ["", "labour", "topic:import-ban", "-topic:trade lang:fr", "cotton", "include:all",
                                   "published:2026 kind:news", "jurisdiction:CA topic:import-ban", "zzz"])  # fmt: skip
def test_each_count_is_what_a_search_with_that_filter_alone_finds(store: Store, query: str) -> None:
    asked = parse(query)
    for name, options in facets(store, asked).by_name.items():
        kept = [piece.text for piece in asked.pieces if piece.name != name or piece.minus]
        for one in options:
            assert total(store, parse(" ".join([*kept, f"{name}:{one.code}"]))) == one.count, (name, one)


def test_a_facet_is_counted_without_its_own_filter_and_codes_are_written_as_in_a_query(store: Store) -> None:
    assert counts(store, "topic:trade", "topic") == {"forced-labour": 2, "import-ban": 2, "trade": 1}
    assert counts(store, "", "jurisdiction") == {"US": 3, "CA": 1, "US-CA": 1}
    assert counts(store, "", "concerns") == {"CN": 4}
    assert counts(store, "topic:import-ban", "lang") == {"en": 1, "fr": 1}
    assert list(counts(store, "", "published").items()) == [("2026", 2), ("2025", 1)], "newest year first, no undated"
    assert counts(store, "published:2025", "published") == {"2026": 2, "2025": 1}
    assert counts(store, "", "stage") == {}, "that nothing is said of a stage is nothing to choose"


def test_a_group_counts_once_for_what_any_of_its_members_says(store: Store) -> None:
    assert counts(store, "cotton", "source") == {"eu_example": 1, "us_example": 1}
    assert counts(store, "cotton", "topic") == {"forced-labour": 1}
    assert counts(store, "silk", "lang") == {"de": 1}


def test_nothing_to_search_for_has_no_facets(store: Store) -> None:
    found = facets(store, parse("§"))
    assert list(found.by_name) == list(NAMES)
    assert not any(found.by_name.values())


def test_only_the_newest_are_counted_beyond_the_most_and_that_is_said(store: Store) -> None:
    found = facets(store, parse("topic:import-ban"), most=1)
    assert found.cut
    assert [(one.code, one.count) for one in found.by_name["lang"]] == [("en", 1)]
    assert not facets(store, parse("topic:import-ban"), most=9).cut


def test_a_search_would_have_brought_what_was_listed_since_groups_once_and_no_back_fill(db: Store) -> None:
    save(db, publication("old", published="2026-01-01"), now=T0, tagger=tagger)
    save(db, publication("1", identifiers={"celex": ("3",)}), publication("2", title="hidden"), now=T0, tagger=tagger)
    save(db, publication("3", source="eu_example", identifiers={"celex": ("3",)}), now=T1, tagger=tagger)
    save(db, publication("4", title="cotton", published="2026-10-20"), now=T1, tagger=tagger)
    assert brought(db, parse(""), "2026-10-01T00:00:00Z") == 2
    assert brought(db, parse("include:all cotton"), "2026-10-01T00:00:00Z") == 1
    assert brought(db, parse(""), T0) == 1, "what a member brings later was listed with its head"
    assert brought(db, parse("§"), "2026-10-01T00:00:00Z") == 0


def test_an_id_or_a_whole_number_names_its_update_and_part_of_one_names_none(store: Store) -> None:
    head = publication("5").id
    for typed in ("32026R0001", "32026r0001", '"32026R0001"', head, head.removeprefix("urn:uuid:").upper()):
        assert named(store, parse(typed)) == head, typed
    save(store, publication("2026-10001"), publication("2026-10002"), tagger=tagger)
    assert named(store, parse("2026-10001")) == publication("2026-10001").id
    for typed in ("2026", "", "cotton", "-32026R0001", "32026R0001 cotton", "topic:trade", "§", publication("4").id):
        assert named(store, parse(typed)) is None, typed


def test_pages_of_a_search_hold_each_answer_once(store: Store) -> None:
    save(store, *(publication(f"n{i}", published=f"2026-09-{i:02}", text="cotton") for i in range(1, 8)), tagger=tagger)
    whole = [hit.update.publication.id for hit in search(store, "cotton", limit=50).hits]
    assert len(whole) == 8
    for best_on in (None, date(2026, 10, 8)):
        pages = [search(store, "cotton", limit=3, offset=at, best_on=best_on) for at in (0, 3, 6, 9)]
        found = [hit.update.publication.id for page in pages for hit in page.hits]
        assert sorted(found) == sorted(whole)
        assert {page.total for page in pages} == {8}
    first = search(store, "cotton", limit=5)
    assert first.next is not None
    rest = search(store, "cotton", limit=5, before=first.next)
    assert [hit.update.publication.id for hit in (*first.hits, *rest.hits)] == whole
    assert rest.next is None


def test_best_first_prefers_the_title_then_frequent_words_then_the_newer(db: Store) -> None:
    save(
        db,
        publication("often", title="Notice on labour", text="cotton cotton cotton labour", published="2020-01-01"),
        publication("title", title="Cotton and labour", text="nothing else here", published="2020-01-02"),
        publication("new", title="Notice on labour", text="cotton is named once here", published="2026-10-01"),
        publication("old", title="Notice on labour", text="cotton is named once here", published="2019-10-01"),
    )
    found = search(db, "cotton", limit=9, best_on=date(2026, 10, 8)).hits
    order = [hit.update.publication.native_id for hit in found]
    assert order[0] == "title"
    assert order.index("new") < order.index("old")
    assert order.index("often") < order.index("old")
    newest = search(db, "", limit=9, best_on=date(2026, 10, 8)).hits
    assert [hit.update.publication.native_id for hit in newest] == ["new", "title", "often", "old"]

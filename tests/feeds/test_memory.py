"""Feeds from memory: the same bytes as the files, remade only where something was touched; searches as feeds."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from db.connect import Store
from feeds.catalogue import ALL, Format, of_topic
from feeds.discovery import links
from feeds.memory import SEARCHES, Shelf
from model.codes import Outcome
from tests.db.making import publication
from tests.feeds.making import BASE, HOSTILE, build, files, fill, hostile, numbered, visit
from tests.feeds.rules import broken_rules, read


def shelf(db: Store) -> Shelf:
    return Shelf(db, base_url=BASE, author="Example Network")


def body(shelf: Shelf, path: str, query: str = "") -> bytes:
    found = shelf.respond("GET", path, query, {})
    assert found.status == 200, path
    return found.body


def test_memory_and_files_are_the_same_bytes(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(120))
    build(db, tmp_path)
    memory = shelf(db)
    for path, document in files(tmp_path).items():
        assert body(memory, path) == document, path


@pytest.mark.parametrize(
    "path",
    ["/feeds/nothing.atom", "/feeds/all.xml", "/feeds/all/9.atom", "/feeds/all/0.atom", "/feeds/all/1.atom", "/feeds/",
     "/feeds/j/ZZ.atom", "/feeds/../all.atom", "/feeds/all/99999999999.rss"],
)  # fmt: skip
def test_what_is_no_feed_is_not_found(db: Store, path: str) -> None:
    fill(db, publication("1"))
    assert shelf(db).respond("GET", path, "", {}).status == 404


def test_only_touched_documents_are_made_anew(db: Store) -> None:
    fill(db, *numbered(3))
    memory = shelf(db)
    touched, other = memory.find("/feeds/all.atom"), memory.find("/feeds/t/import-ban.atom")
    memory.refresh()
    assert memory.find("/feeds/all.atom") is touched
    fill(db, *numbered(1, 4), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    assert memory.find("/feeds/all.atom") is touched
    memory.refresh()
    assert memory.find("/feeds/t/import-ban.atom") is other
    after = memory.find("/feeds/all.atom")
    assert touched
    assert after
    assert after.plain.etag != touched.plain.etag
    assert (touched.last_modified, after.last_modified) == (
        "Thu, 08 Oct 2026 10:00:00 GMT", "Fri, 09 Oct 2026 10:00:00 GMT",
    )  # fmt: skip


def test_a_turn_of_a_source_is_a_change_of_its_feeds(db: Store) -> None:
    fill(db, publication("1"))
    visit(db, Outcome.NEW, "2026-10-08")
    memory = shelf(db)
    before = memory.find("/feeds/all.rss")
    for day, outcome, told in (("10", Outcome.FAILED, True), ("11", Outcome.FAILED, True), ("12", Outcome.NEW, False)):
        visit(db, outcome, f"2026-10-{day}")
        memory.refresh()
        assert (b"incomplete since 2026-10-10" in body(memory, "/feeds/all.rss")) is told
    after = memory.find("/feeds/all.rss")
    assert before
    assert after
    assert after.last_modified == "Mon, 12 Oct 2026 05:00:00 GMT"


def test_a_search_is_a_feed_by_the_order_of_listing(db: Store) -> None:
    fill(db, *numbered(3), publication("9", title="Something else"))
    fill(db, *numbered(1, 4, published="2019-01-01"), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    memory = shelf(db)
    for form in Format:
        document = body(memory, f"/feeds/search.{form}", "q=labour%20topic%3Aforced-labour")
        found = read(f"x.{form}", document)
        assert found.ids == [publication(number).id for number in ("4", "3", "2", "1")]
        assert found.self_link == f"{BASE}/feeds/search.{form}?q=labour%20topic%3Aforced-labour"


def test_older_answers_of_a_search_are_behind_its_next_link(db: Store) -> None:
    fill(db, *numbered(120))
    memory = shelf(db)
    seen: list[str] = []
    address = "/feeds/search.json?q=labour"
    while address:
        path, _, query = address.partition("?")
        values = json.loads(body(memory, path, query))
        seen += [item["id"] for item in values["items"]]
        address = values.get("next_url", "").removeprefix(BASE)
    assert len(seen) == len(set(seen)) == 120
    assert b'rel="next"' in body(memory, "/feeds/search.atom", "q=labour")


@pytest.mark.parametrize("typed", [*HOSTILE.values(), '"', "a:b", "((", "-x", "include:all", "", "q=x"])
def test_the_feed_of_anything_that_can_be_typed_keeps_the_rules(db: Store, typed: str) -> None:
    fill(db, publication("1"))
    memory = shelf(db)
    for form in Format:
        path = f"/feeds/search.{form}"
        query = f"q={quote(typed, safe='', errors='replace')}"
        found = memory.find(path, query)
        if found:
            own = read(path, found.plain.body).self_link
            assert [rule for rule in broken_rules(path, found.plain.body, BASE) if own not in rule] == []


def test_a_search_shows_nothing_that_readers_may_not_see(db: Store) -> None:
    fill(db, publication("1"), publication("2", title="hidden labour"))
    memory = shelf(db)
    assert read("x.atom", body(memory, "/feeds/search.atom", "q=include:all")).ids == [publication("1").id]
    assert read("x.atom", body(memory, "/feeds/search.atom", "q=%C2%A7")).ids == []


def test_searches_do_not_fill_the_memory(db: Store) -> None:
    fill(db, publication("1"))
    memory = shelf(db)
    for number in range(SEARCHES + 5):
        memory.find("/feeds/search.json", f"q={number}")
    assert len(memory._searches) == SEARCHES
    assert memory.respond("GET", "/feeds/search.atom", "q=" + "x" * 3_000, {}).status == 404
    assert memory.respond("GET", "/feeds/search.atom", "q=x&before=nine", {}).status == 404


def test_hostile_titles_are_found_and_shown(db: Store) -> None:
    fill(db, *hostile())
    found = body(shelf(db), "/feeds/search.rss", "q=sector%3Acotton")
    assert len(read("x.rss", found).ids) == len(HOSTILE)


def test_pages_name_their_feeds_in_each_format() -> None:
    found = links([of_topic("import-ban"), ALL], BASE)
    assert [link.href for link in found[:3]] == [
        f"{BASE}/feeds/t/import-ban.{form}" for form in ("atom", "rss", "json")
    ]
    assert {link.type for link in found} == {"application/atom+xml", "application/rss+xml", "application/feed+json"}
    assert all(link.rel == "alternate" and link.title for link in found)

"""The page of all feeds: every one that exists, in each format, and none that does not."""

from pathlib import Path

import pytest

from tests.feeds.making import fill, numbered
from tests.web.seeing import seen, words
from tests.web.test_pages import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_every_feed_is_listed_in_three_formats_and_answers(world: World) -> None:
    fill(world.store(), *numbered(2))
    page = seen(world.client.get("/feeds"))
    listed = [str(one["href"]) for one in page.select("table td a")]
    assert {"/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json", "/feeds/j/US.atom", "/feeds/t/import-ban.rss",
            "/feeds/sector/cotton.json", "/feeds/source/us_example.atom"} <= set(listed)  # fmt: skip
    assert len(listed) == len(set(listed)) == 3 * len(page.select("table tbody tr"))
    assert {world.client.get(address).status_code for address in listed} == {200}
    assert "/feeds/j/DE.atom" not in listed


def test_the_names_of_links_tell_one_feed_from_another(world: World) -> None:
    names = [one.get_text() for one in seen(world.client.get("/feeds")).select("table td a")]
    assert len(names) == len(set(names))


def test_a_jurisdiction_gets_its_line_with_its_first_update(world: World) -> None:
    assert "United States" not in words(seen(world.client.get("/feeds")))
    fill(world.store(), *numbered(1))
    world.now = world.now.replace(hour=7)
    assert "United States" in words(seen(world.client.get("/feeds")))


def test_the_list_for_readers_and_the_form_lead_on(world: World) -> None:
    page = seen(world.client.get("/feeds"))
    opml = page.select_one("a[href$='.opml']")
    assert opml is not None
    assert world.client.get(str(opml["href"])).headers["content-type"].startswith("text/x-opml")
    form = page.select_one("form")
    assert form is not None
    assert (form["action"], form["method"]) == ("/search", "get")


def test_a_slash_too_many_leads_to_the_page_and_a_head_has_no_body(world: World) -> None:
    moved = world.client.get("/feeds/")
    assert (moved.status_code, moved.headers["location"]) == (308, "/feeds")
    head = world.client.head("/feeds")
    assert (head.status_code, head.content) == (200, b"")

"""The feeds over HTTP: served from memory, fresh within seconds, never a page of their own making."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from starlette.testclient import TestClient

from alerts.mails import Mails
from alerts.render import Renderer
from db.connect import open_existing
from db.store import open_store
from tests.alerts.mailing import HEAD
from tests.db.making import publication, save
from web.app import create_app
from web.site import Site


@dataclass
class World:
    """One site over a store with one update, with a clock that the test moves."""

    folder: Path
    now: datetime = datetime(2026, 11, 23, 6, tzinfo=UTC)
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.add("1")
        site = Site(
            head=HEAD, key=b"k" * 32, mails=Mails(Renderer(HEAD, {}), b"k" * 32), deliver=lambda: None,
            store=lambda: open_existing(self.folder), clock=lambda: self.now, mail_folder=self.folder / "mail",
        )  # fmt: skip
        self.client = TestClient(create_app(site), base_url="https://elsewhere.invalid")

    def add(self, name: str) -> None:
        store = open_store(self.folder)
        save(store, publication(name, title=f"Rule {name}", text="Forced labour is prohibited."))
        store.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_feed_of_a_search_counts_as_a_search_and_other_feeds_do_not(world: World) -> None:
    asked = [world.client.get("/feeds/search.atom?q=rule").status_code for _ in range(301)]
    assert asked == [200] * 300 + [429]
    refused = world.client.get("/feeds/search.rss?q=rule")
    assert refused.headers["retry-after"] == "300"
    assert world.client.get("/search?q=rule").status_code == 429
    assert world.client.get("/feeds/all.atom").status_code == 200
    world.now += timedelta(minutes=5)
    assert world.client.get("/feeds/search.rss?q=rule").status_code == 200


def test_the_three_formats_name_themselves_by_base_url_and_never_by_host(world: World) -> None:
    for form in ("atom", "rss"):
        answer = world.client.get(f"/feeds/all.{form}")
        assert answer.status_code == 200
        read = feedparser.parse(answer.content)
        assert [entry.title for entry in read.entries] == ["Rule 1"]
        assert {link.href for link in read.feed.links if link.rel == "self"} == {f"{HEAD.base_url}/feeds/all.{form}"}
        assert "elsewhere.invalid" not in answer.text
    assert json.loads(world.client.get("/feeds/all.json").content)["feed_url"] == f"{HEAD.base_url}/feeds/all.json"


def test_a_reader_that_has_it_gets_304_and_head_gets_no_body(world: World) -> None:
    first = world.client.get("/feeds/all.atom")
    again = world.client.get("/feeds/all.atom", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = world.client.head("/feeds/all.atom")
    assert (head.status_code, head.content) == (200, b"")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"].startswith("public")
    assert first.headers["x-content-type-options"] == "nosniff"


def test_a_new_update_is_there_within_seconds(world: World) -> None:
    assert "Rule 2" not in world.client.get("/feeds/all.atom").text
    world.add("2")
    world.now += timedelta(seconds=3)
    assert "Rule 2" in world.client.get("/feeds/all.atom").text


def test_a_search_is_a_feed_and_so_is_the_list_of_feeds(world: World) -> None:
    assert "Rule 1" in world.client.get("/feeds/search.rss", params={"q": "forced labour"}).text
    assert "Rule 1" not in world.client.get("/feeds/search.rss", params={"q": "tariff"}).text
    assert b"/feeds/all.atom" in world.client.get("/feeds/feeds.opml").content


@pytest.mark.parametrize("path", ["nothing.atom", "all.exe", "../vigilex.db", "all/7.atom", "j/XX.rss", "all.atom/x"])
def test_what_is_no_feed_is_not_found(world: World, path: str) -> None:
    assert world.client.get(f"/feeds/{path}").status_code == 404


def test_pages_tell_readers_where_the_feeds_are(world: World) -> None:
    page = world.client.get("/subscribe").text
    assert 'type="application/atom+xml" title="Vigilex: all updates (Atom)" href="/feeds/all.atom"' in page

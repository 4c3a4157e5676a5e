"""The register: every entry has a page with its certainty, its dates on the right side of today, and its updates."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from markupsafe import escape

from db.sources import sync_sources
from model.instruments import When, instrument, instruments, when
from model.publication import Publication
from model.tags import Tags
from tests.db.making import publication, save
from tests.feeds.making import HOSTILE, source, tagger
from tests.web.seeing import seen, words
from tests.web.test_pages import World
from web.register import _kinds, milestone_words

CSDDD = "eu-csddd"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def linked(found: Publication) -> Tags:
    return replace(tagger(found), instruments=(CSDDD,))


def add(world: World, *publications: Publication) -> None:
    store = world.store()
    sync_sources(store, [source()])
    save(store, *publications, tagger=linked)
    store.close()


def test_every_instrument_is_listed_and_has_a_page_that_is_valid(world: World) -> None:
    page = seen(world.client.get("/i"))
    listed = {str(one["href"]) for one in page.select("section li a[href^='/i/']")}
    assert listed == {f"/i/{one.id}" for one in instruments()}
    assert words(page).count(f"{len(instruments())} laws, bills, lists and conventions") == 1
    for one in instruments():
        assert f"<h1>{escape(one.name)}</h1>" in world.client.get(f"/i/{one.id}").text
    for one in instruments()[::8]:
        assert words(seen(world.client.get(f"/i/{one.id}")), "h1") == " ".join(one.name.split())


def test_all_dates_ahead_are_listed_with_the_nearest_first(world: World) -> None:
    today = world.now.strftime("%Y-%m-%d")
    page = seen(world.client.get("/i"))
    dates = [str(one["datetime"]) for one in page.select("table time")]
    assert dates == sorted(
        key.date for one in instruments() for key in one.key_dates if when(key.date, today) is When.AHEAD
    )
    world.now = datetime(2090, 1, 1, tzinfo=UTC)
    assert "knows of no date that lies ahead" in words(seen(world.client.get("/i")))


def test_milestones_stand_before_and_after_today(world: World) -> None:
    line = [one["class"][0] for one in seen(world.client.get(f"/i/{CSDDD}")).select(".timeline li")]
    assert line == sorted(line, key=["past", "now", "today", "ahead"].index)
    assert {"past", "today", "ahead"} == set(line)
    world.now = datetime(2090, 1, 1, tzinfo=UTC)
    assert "no date ahead is known" in words(seen(world.client.get(f"/i/{CSDDD}")), ".timeline .today")


@pytest.mark.parametrize(
    ("date", "where"),
    [
        ("2026-11-22", When.PAST), ("2026-11-23", When.NOW), ("2026-11-24", When.AHEAD), ("2026-10", When.PAST),
        ("2026-11", When.NOW), ("2026-12", When.AHEAD), ("2025", When.PAST), ("2026", When.NOW), ("2027", When.AHEAD),
    ],
)  # fmt: skip
def test_a_month_or_year_is_now_while_it_lasts(date: str, where: When) -> None:
    assert when(date, "2026-11-23") is where


def test_what_is_not_verified_is_said_plainly(world: World) -> None:
    doubtful = next(one for one in instruments() if one.unverified and one.verified == "one source")
    shown = words(seen(world.client.get(f"/i/{doubtful.id}")))
    assert "read on one page only" in shown
    for said in doubtful.unverified:
        assert " ".join(said.split()) in shown
    sure = next(one for one in instruments() if not one.unverified and one.verified == "two sources")
    shown = words(seen(world.client.get(f"/i/{sure.id}")))
    assert "at least two pages" in shown
    assert "No statement is marked as unverified" in shown


def test_names_in_other_languages_say_which_and_relations_lead_on(world: World) -> None:
    page = seen(world.client.get("/i/ca-s211"))
    native = page.select_one(".native")
    assert native is not None
    assert (native["lang"], native["dir"]) == ("fr", "ltr")
    assert page.select("section a[href='/i/ca-tariff-9897']") or page.select("section a[href^='/i/ca-']")
    arabic = seen(world.client.get("/i/sa-anti-trafficking")).select_one("[lang=ar]")
    assert arabic is None or arabic["dir"] == "rtl"


def test_the_updates_of_an_instrument_are_counted_listed_and_followed(world: World) -> None:
    assert "No update that we hold names this instrument" in words(seen(world.client.get(f"/i/{CSDDD}")))
    add(world, *(publication(str(n), title=f"Notice {n}", published=f"2026-09-{n:02}") for n in range(1, 24)))
    page = seen(world.client.get(f"/i/{CSDDD}"))
    entries = page.select("article.entry h3")
    assert len(entries) == 20
    assert entries[0].get_text(strip=True) == "Notice 23"
    rest = page.find("a", string="All 23 updates")
    assert rest is not None
    assert seen(world.client.get(str(rest["href"]))).find("h2").get_text() == "23 updates"
    assert page.select_one("a[href^='/subscribe?q=instrument%3Aeu-csddd']")
    feed = page.select_one("a[href^='/feeds/search.atom?q=instrument']")
    assert feed is not None
    assert "Notice 23" in world.client.get(str(feed["href"])).text
    other = seen(world.client.get("/i/ca-s211"))
    assert not other.select("article.entry")


def test_hostile_words_of_an_update_stay_words(world: World) -> None:
    add(world, *(publication(name, title=title, url=title) for name, title in HOSTILE.items()))
    page = seen(world.client.get(f"/i/{CSDDD}"))
    assert "<script>alert(1)</script>" in page.select_one("main").get_text()


def test_an_unknown_name_is_404_and_a_known_one_in_capitals_leads_to_its_page(world: World) -> None:
    missing = world.client.get("/i/<b>nothing\u202e")
    assert "no instrument with the name “<b>nothing”" in words(seen(missing, 404))
    moved = world.client.get("/i/EU-CSDDD")
    assert (moved.status_code, moved.headers["location"]) == (308, "/i/eu-csddd")
    for path in ("/i", "/i/eu-csddd"):
        head = world.client.head(path)
        assert (head.status_code, head.content) == (200, b"")


def test_every_type_and_kind_of_the_register_has_words() -> None:
    assert {one.kind for one in instruments()} <= _kinds().keys()
    unsaid = {key.type for one in instruments() for key in one.key_dates if milestone_words(key.type) == ""}
    assert not unsaid
    assert milestone_words("first-report") == "first reports due"
    for one in instruments():
        assert all(instrument(name) for name in (*one.amends, *one.amended_by, *one.implements, *one.related)), one.id

"""The front page: what changed this week, honestly counted; what lies ahead; what may be missing."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from alerts.matcher import match_changes
from db.sources import sync_sources
from model.codes import DateType, Facet, Kind, Outcome
from model.publication import Dated, Publication
from model.tags import Tags
from tests.db.making import publication, save
from tests.feeds.making import HOSTILE, hostile, numbered, source, stated, tagger, visit
from tests.web.test_browsing import page, said
from tests.web.test_pages import World
from web.browsing import NEAREST
from web.front import MOST, ROOM, WEEK_PAGE

LISTED = "2026-11-20T10:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def new(native_id: str, code: str = "US", **values: object) -> Publication:
    fields = {"published": "2026-11-19", "statements": stated(Facet.JURISDICTION, code)}
    return publication(native_id, **(fields | values))


def kinds(found: Publication) -> Tags:
    """Legislation where the title says "Act"."""
    return replace(tagger(found), kind=Kind.LEGISLATION if "Act" in found.title else Kind.NEWS)


def add(world: World, *found: Publication, now: str = LISTED, **values: object) -> None:
    db = world.store()
    sync_sources(db, [source(), source("gb_example")])
    save(db, *found, now=now, tagger=kinds, **values)
    db.close()


def sections(soup: BeautifulSoup) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in soup.select("section h2[id^=place-]")]


def test_the_most_important_jurisdiction_comes_first_with_its_true_number(world: World) -> None:
    add(world, *(new(f"n{i}", "CA") for i in range(MOST + 2)), new("a", "DE", title="Act on labour"))
    soup = page(world, "/")
    assert sections(soup) == ["Germany 1", f"Canada {MOST + 2}"]
    assert f"{MOST + 3} new publications" in said(soup)
    assert len(soup.select("article")) == MOST + 1
    link = soup.find("a", href="/week?j=CA")
    assert link is not None
    assert f"All {MOST + 2} of this week: Canada" in link.get_text()
    assert len(page(world, "/week?j=CA").select("article")) == MOST + 2


def test_no_jurisdiction_hides_another(world: World) -> None:
    codes = ("AT", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR",
             "GB", "GR", "HR", "HU", "IE", "IN", "IT", "JP", "KE")  # fmt: skip
    add(world, *(new(f"{code}{i}", code) for code in codes for i in range(2)))
    soup = page(world, "/")
    assert len(soup.select("article")) == ROOM
    assert len(sections(soup)) == ROOM
    rest = soup.select("section[aria-labelledby=rest] a")
    assert len(rest) == len(codes) - ROOM
    assert f"The whole week: all {2 * len(codes)} publications" in said(soup)


def test_a_publication_of_two_sources_stands_there_once(world: World) -> None:
    same = {"identifiers": {"celex": ("32026R0001",)}}
    add(world, new("1", "EU", **same))
    add(world, new("2", "EU", source="gb_example", **same), source="gb_example", now="2026-11-21T10:00:00Z")
    soup = page(world, "/")
    assert sections(soup) == ["European Union 1"]
    assert "also at Example Gazette" in said(soup)


def test_a_quiet_week_is_said_and_the_newest_are_shown(world: World) -> None:
    add(world, *numbered(7, published="2026-10-01"), now="2026-10-02T10:00:00Z")
    soup = page(world, "/")
    assert "Nothing new was listed since 16 November 2026" in said(soup)
    assert len(soup.select("article")) == 5
    assert soup.find("a", href="/search", string="All 7 updates")


def test_back_fill_is_no_news(world: World) -> None:
    add(world, new("old", published="2020-01-01"))
    assert "Nothing new was listed" in said(page(world, "/"))


def test_what_a_source_changed_is_told_as_changed(world: World) -> None:
    add(world, new("1", text="Whereas labour is to be free. " * 30), now="2026-11-01T10:00:00Z",
        fetched_at="2026-11-01T10:00:00Z")  # fmt: skip
    match_changes(world.store(), "2026-11-01T10:00:00Z")
    add(world, new("1", text="All of this is different, and new. " * 30), fetched_at=LISTED)
    match_changes(world.store(), LISTED)
    text = said(page(world, "/"))
    assert "1 changed , seen here from" in text
    assert "Changed by the source: text" in text


def test_the_nearest_dates_stand_beside_it_with_the_number_of_all(world: World) -> None:
    due = [Dated(DateType.DEADLINE, f"2026-12-{day:02}", "by then") for day in range(1, NEAREST + 4)]
    add(world, *(new(str(number), title=f"T{number} labour", dates=(one,)) for number, one in enumerate(due)))
    soup = page(world, "/")
    assert len(soup.select(".coming li")) == NEAREST
    assert int(soup.select("#ahead .count")[0].get_text()) >= NEAREST + 3  # those of the register count too


def test_dates_of_the_next_sixty_days_are_beside_it(world: World) -> None:
    near, far = (Dated(DateType.DEADLINE, day, "by then") for day in ("2026-12-01", "2027-05-01"))
    add(world, new("1", title="Near labour", dates=(near,)), new("2", title="Far labour", dates=(far,)))
    beside = " ".join(one.get_text(" ") for one in page(world, "/").select(".coming li"))
    assert "Near labour" in beside
    assert "Far labour" not in beside


def test_sources_that_are_down_are_named_with_the_reason(world: World) -> None:
    add(world, new("1"))
    visit(world.store(), Outcome.NEW, "2026-11-22")
    visit(world.store(), Outcome.FAILED, "2026-11-22", "gb_example")
    soup = page(world, "/")
    assert "2 sources are watched. Of 1 something may be missing" in said(soup)
    assert "because; no answer so far" in said(soup)
    assert soup.find("a", href="/sources#gb_example")
    assert "Last answer of a source: 22 November 2026, 05:01 UTC." in said(soup)


def test_an_empty_store_says_what_will_happen(world: World) -> None:
    text = said(page(world, "/"))
    assert "Nothing gathered yet" in text
    assert "No source is known yet" in text
    assert "Nothing was listed in this week" in said(page(world, "/week"))


def test_a_week_that_is_over_keeps_its_address(world: World) -> None:
    add(world, new("1", "DE"))
    world.now = datetime(2026, 12, 15, 8, tzinfo=UTC)
    assert sections(page(world, "/week")) == []
    then = page(world, "/week?until=2026-11-22")
    assert sections(then) == ["Germany 1"]
    assert then.find("a", href="/week?until=2026-11-15")
    assert then.find("a", href="/week?until=2026-11-29")


def test_a_long_week_has_pages_that_together_are_all_of_it(world: World) -> None:
    add(world, *(new(f"n{i}", "CA" if i % 2 else "DE", title=f"Notice {i} on labour") for i in range(WEEK_PAGE + 7)))
    pages = [page(world, "/week"), page(world, "/week?page=2")]
    titles = [one.get_text() for soup in pages for one in soup.select("article h3")]
    assert len(titles) == len(set(titles)) == WEEK_PAGE + 7
    assert sections(pages[1])[-1].split()[-1] in (str((WEEK_PAGE + 7) // 2), str((WEEK_PAGE + 8) // 2))


@pytest.mark.parametrize(
    "path", ["/week?until=x", "/week?until=2026-13-01", "/week?until=2027-01-01", "/week?until=0001-01-01",
             "/week?j=ZZ", "/week?page=2", "/week?page=x", "/week?until=%00", "/week?j=%3Cscript%3E"],
)  # fmt: skip
def test_a_week_that_is_none_is_answered_with_a_sentence(world: World, path: str) -> None:
    assert "There is no such page here" not in said(page(world, path, 404))


def test_hostile_words_show_as_typed(world: World) -> None:
    add(world, *(replace(one, published="2026-11-19") for one in hostile()))
    page(world, "/")
    assert HOSTILE["script"] in said(page(world, "/week"))


def test_the_front_page_may_be_found_and_asks_the_search(world: World) -> None:
    soup = page(world, "/")
    assert not soup.find("meta", attrs={"name": "robots"})
    form = soup.find("form")
    assert form is not None
    assert (form["action"], form["role"]) == ("/search", "search")
    assert soup.select_one("nav a[aria-current=page]")["href"] == "/"  # type: ignore[index]
    for path in ("/", "/week"):
        assert world.client.head(path).content == b""


def test_a_first_visit_is_light(world: World) -> None:
    add(world, *(new(f"n{i}", code, title="Notice on labour " * 10) for code in ("CA", "DE", "FR") for i in range(20)))
    style = world.client.get("/static/site.css").content
    assert len(world.client.get("/").content) + len(style) < 100_000

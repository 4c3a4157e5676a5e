"""Browsing: true numbers, right addresses, and plain words where there is nothing."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup
from httpx2 import Response

from db.browse import counts
from db.connect import open_existing
from db.search import search
from db.sources import sync_sources
from model.codes import DateType, Facet, Outcome, Sector, Topic
from model.publication import Dated, Publication
from tests.db.making import publication, save
from tests.feeds.making import HOSTILE, hostile, numbered, source, stated, tagger, visit
from tests.web.test_pages import World
from web.places import canonical

LISTED = "2026-11-20T10:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def place(code: str) -> dict[str, object]:
    return {"statements": stated(Facet.JURISDICTION, code)}


def add(world: World, *found: Publication) -> None:
    db = world.store()
    sync_sources(db, [source(), replace(source("gb_example"), name="Example of Westminster")])
    save(db, *found, now=LISTED, tagger=tagger)
    db.close()


def page(world: World, path: str, status: int = 200) -> BeautifulSoup:
    """The page, which must be valid HTML with unique ids and nothing that runs."""
    answer: Response = world.client.get(path)
    assert answer.status_code == status, path
    html5lib.HTMLParser(strict=True).parse(answer.text)
    soup = BeautifulSoup(answer.text, "lxml")
    ids = [one["id"] for one in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert not soup.find_all(["script", "style"])
    names = {name for one in soup.find_all(True) for name in one.attrs}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    assert len(soup.find_all("h1")) == 1
    levels = [int(one.name[1]) for one in soup.find_all(re.compile("^h[1-6]$"))]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    return soup


def said(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


def test_all_numbers_are_those_of_the_search(world: World) -> None:
    add(world, *numbered(3), publication("x", title="hidden", **place("JP")), publication("d", **place("US-CA")))
    soup = page(world, "/browse")
    text = said(soup)
    assert "4 updates in all" in text
    assert "United States 3 California 1" in text
    assert "United Kingdom 0" in text, "its source is watched, so it has its line"
    assert "forced labour 4" in text
    assert "news 4" in text
    assert f"Register of laws {102}" in text
    for code in (*Topic, *Sector):
        assert soup.find("a", href=re.compile(f"/(t|sector)/{code}$")), code


def test_the_demonstration_counts_as_its_search_does(demo_store: Path) -> None:
    db = open_existing(demo_store)
    found = counts(db)
    assert found.total == search(db, "", limit=0).total > 0
    for name, numbers in (("jurisdiction", found.jurisdictions), ("topic", found.topics), ("sector", found.sectors)):
        assert numbers == {code: search(db, f"{name}:{code}", limit=0).total for code in numbers}
    db.close()


def test_a_jurisdiction_shows_its_updates_newest_first_with_the_true_total(world: World) -> None:
    add(world, *(publication(f"n{day}", title=f"Notice {day} on labour", published=f"2026-10-{day}")
                 for day in range(10, 33 - 1)), publication("de", **place("DE")))  # fmt: skip
    soup = page(world, "/j/US")
    assert "Updates 22" in said(soup)
    assert "1 to 20 of 22" in said(soup)
    titles = [one.get_text() for one in soup.select("article h3")]
    assert titles[0] == "Notice 31 on labour"
    assert len(titles) == 20
    assert soup.select_one("a[rel=next]")["href"] == "/j/US?page=2"  # type: ignore[index]
    second = page(world, "/j/US?page=2")
    assert [one.get_text() for one in second.select("article h3")] == ["Notice 11 on labour", "Notice 10 on labour"]
    assert second.select_one("a[rel=prev]")["href"] == "/j/US"  # type: ignore[index]


def test_the_chart_and_its_table_say_the_same(world: World) -> None:
    add(world, *numbered(3, published="2026-10-07"), publication("u", published=None))
    soup = page(world, "/t/forced-labour")
    assert "October 2026: 3" in soup.select_one("svg[role=img] desc").get_text()  # type: ignore[union-attr]
    cells = {row.th.get_text(): row.find_all("td")[-1].get_text() for row in soup.select("tbody tr")}  # type: ignore[union-attr]
    assert cells["October 2026"] == "3"
    assert cells["November 2026"] == "0"
    assert len(cells) == 12
    assert "1 update for which the source gives no month" in said(soup)
    assert soup.find("a", href="/search?q=topic%3Aforced-labour%20published%3A2026-10")


def test_old_updates_alone_make_no_empty_chart(world: World) -> None:
    add(world, publication("1", published="2019-05-01"))
    soup = page(world, "/j/US")
    assert "None of the updates was published since December 2025" in said(soup)
    assert not soup.find("svg")


def test_what_lies_ahead_is_marked_by_where_it_is_from(world: World) -> None:
    dates = (Dated(DateType.DEADLINE, "2027-02-01", "by 1 February"), Dated(DateType.EFFECTIVE, "2026-01-01", "since"))
    add(world, publication("1", dates=dates, **place("EU")))
    soup = page(world, "/j/EU")
    lines = [" ".join(one.get_text(" ").split()) for one in soup.select(".coming li")]
    assert any("1 February 2027 · European Union · deadline" in one and "from: Example Gazette" in one for one in lines)
    assert any("30 December 2026" in one and "from: register of laws" in one for one in lines)
    assert not any("1 January 2026" in one for one in lines)
    link = soup.find("a", href="/deadlines?q=jurisdiction%3AEU")
    assert link is not None
    every = page(world, str(link["href"]))
    count = int(re.search(r"All (\d+) dates", link.get_text())[1])  # type: ignore[index]
    assert len(every.select(".coming li")) == count


def test_dates_ahead_of_words_are_of_updates_alone(world: World) -> None:
    add(world, publication("1", dates=(Dated(DateType.DEADLINE, "2027-02-01", "x"),)))
    assert len(page(world, "/deadlines?q=notice").select(".coming li")) == 1
    assert "No date lies ahead" in said(page(world, "/deadlines?q=%C2%A7"))
    assert page(world, "/deadlines?q=" + "x" * 3_000)
    assert page(world, "/deadlines?page=99", 404)


def test_sources_are_named_with_their_state_and_silence_is_explained(world: World) -> None:
    add(world, publication("1"))
    visit(world.store(), Outcome.FAILED, "2026-11-22")
    assert "Example Gazette United States · something is missing" in said(page(world, "/j/US"))
    assert "Example Gazette" in said(page(world, "/j/US-CA")), "the sources of a country are watched for its parts"
    assert "Sources that brought updates Example Gazette" in said(page(world, "/t/forced-labour"))
    watched = said(page(world, "/j/GB"))
    assert "Nothing is recorded for United Kingdom so far. Its sources are watched" in watched
    unwatched = said(page(world, "/j/ZW"))
    assert "None of its own sources is watched" in unwatched
    assert "Not watched: none of our sources is of Zimbabwe" in unwatched


def test_every_page_can_be_followed_by_mail_and_by_feed(world: World) -> None:
    add(world, publication("1"))
    for path, query in (("/j/US", "jurisdiction%3AUS"), ("/j/ZW", "jurisdiction%3AZW"),
                        ("/t/trade", "topic%3Atrade"), ("/sector/cotton", "sector%3Acotton")):  # fmt: skip
        soup = page(world, path)
        assert soup.find("a", href=f"/subscribe?q={query}"), path
        feeds = [str(one["href"]) for one in soup.select("a.second")]
        assert len(feeds) == 3
        for address in [*feeds, *(str(one["href"]) for one in soup.select("link[rel=alternate]"))]:
            assert world.client.get(address).status_code == 200, address


def test_member_states_point_to_the_law_of_the_union_and_parts_to_their_country(world: World) -> None:
    add(world, publication("1", **place("US-CA")))
    assert "The law of the European Union binds Germany too" in said(page(world, "/j/DE"))
    assert "binds" not in said(page(world, "/j/CH"))
    assert page(world, "/j/US-CA").select_one(".trail a[href='/j/US']")
    assert "States and provinces California 1" in said(page(world, "/j/US"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("/j/de", "/j/DE"), ("/j/uk", "/j/GB"), ("/j/EL", "/j/GR"), ("/j/us-ca?page=2", "/j/US-CA?page=2"),
        ("/t/Import_Ban", "/t/import-ban"), ("/sector/PALM%20OIL", "/sector/palm-oil"), ("/j", "/browse"),
        ("/t", "/browse"), ("/sector", "/browse"),
    ],
)  # fmt: skip
def test_another_spelling_leads_to_the_right_address(world: World, wrong: str, right: str) -> None:
    answer = world.client.get(wrong)
    assert (answer.status_code, answer.headers["location"]) == (308, right)


@pytest.mark.parametrize(
    "path", ["/j/ZZ", "/j/US-ZZ", "/j/%22", "/j/int%20x", "/t/%3Cscript%3E", "/t/nothing", "/sector/x",
             "/j/US?page=2", "/j/US?page=0", "/j/US?page=-1", "/j/US?page=%D9%A3", "/j/US?page=" + "9" * 400],
)  # fmt: skip
def test_what_does_not_exist_is_said_in_our_words(world: World, path: str) -> None:
    assert "There is no such page here" not in said(page(world, path, 404))


def test_hostile_words_show_as_typed_and_run_nothing(world: World) -> None:
    add(world, *hostile())
    shown = said(page(world, "/sector/cotton"))
    assert HOSTILE["script"] in shown
    assert HOSTILE["entities"] in shown
    for link in page(world, "/j/US").select("a[rel~=external]"):
        assert str(link["href"]).startswith("https://example.org/")


def test_an_endless_title_is_cut_in_lists_and_whole_on_its_page(world: World) -> None:
    title = "forced labour " * 7_000
    add(world, publication("1", title=title))
    answer = world.client.get("/j/US")
    assert len(answer.content) < 40_000
    link = page(world, "/j/US").select_one(".entry h3 a")
    assert link is not None
    assert link.get_text().endswith("labour …")
    assert title.strip() in said(page(world, str(link["href"])))


def test_heads_are_answered_like_pages_without_their_body(world: World) -> None:
    for path in ("/browse", "/j/US", "/t/trade", "/sector/cotton", "/deadlines"):
        answer = world.client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_an_empty_store_has_all_pages(world: World) -> None:
    for path in ("/browse", "/j/US", "/t/trade", "/sector/cotton", "/deadlines"):
        page(world, path)


@pytest.mark.parametrize("typed", ["", " ", "DE FR", "jurisdiction:DE", "D", "\0", "DE" * 200, "-DE", "*", "📦"])
def test_no_place_is_read_out_of_what_is_none(typed: str) -> None:
    assert canonical(typed) in (None, "DE")

"""The search page: whatever is typed an answer, true totals, links that are the query, words marked and escaped."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from alerts.mails import Mails
from alerts.render import Renderer
from db.connect import Store
from db.sources import sync_sources
from model.codes import Facet
from model.publication import Publication, Version
from model.source import Republish
from tests.alerts.mailing import HEAD
from tests.db.making import publication, save
from tests.feeds.making import HOSTILE, hostile, numbered, source, stated, tagger
from tests.web.test_pages import World
from web.app import create_app
from web.limits import RateLimit
from web.searching import router
from web.site import Site

LISTED = "2026-11-20T10:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def add(world: World, *publications: Publication, now: str = LISTED, **values: object) -> None:
    store: Store = world.store()
    others = [source("ca_example", Republish.NONE), source("gb_example", Republish.SUMMARY)]
    sync_sources(store, [source(), replace(source("eu_example"), name="Official Journal"), *others])
    save(store, *publications, now=now, tagger=tagger, **values)
    store.close()


def ask(world: World, q: str = "", **values: str) -> Response:
    return world.client.get("/search", params={"q": q, **values})


def seen(answer: Response) -> BeautifulSoup:
    """The page, which must be valid and load or run nothing."""
    html5lib.HTMLParser(strict=True).parse(answer.text)
    page = BeautifulSoup(answer.text, "lxml")
    ids = [one["id"] for one in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert not page.find_all(["script", "style", "iframe", "img"])
    names = {name for one in page.find_all(True) for name in one.attrs}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    return page


def titles(page: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in page.select("article h3")]


def link(page: BeautifulSoup, words: str) -> str:
    """The address of the link with these words."""
    found = [one for one in page.find_all("a") if one.get_text().strip() == words]
    assert len(found) == 1, (words, [one.get_text() for one in page.find_all("a")])
    return str(found[0]["href"])


def query_of(address: str) -> str:
    return parse_qs(urlsplit(address).query, keep_blank_values=True)["q"][0]


def facet(page: BeautifulSoup, label: str) -> dict[str, str]:
    """The options of a facet with their counts."""
    (heading,) = [one for one in page.select("#narrow h3") if one.get_text() == label]
    listing = heading.find_next_sibling("ul")
    assert isinstance(listing, Tag)
    items = [item.get_text(" ").split() for item in listing.find_all("li")]
    return {" ".join(words[:-1]): words[-1] for words in items if "remove" not in words}


def test_an_empty_search_is_every_update_newest_first_in_pages_with_the_true_total(world: World) -> None:
    add(world, *numbered(45))
    first = seen(ask(world))
    assert first.find("h2").get_text() == "45 updates"
    assert titles(first)[0] == "Notice 45 on labour"
    assert not first.select("a[rel=prev]")
    second = seen(world.client.get(first.select_one("a[rel=next]")["href"]))
    assert titles(second)[0] == "Notice 25 on labour"
    third = seen(world.client.get(second.select_one("a[rel=next]")["href"]))
    assert len(titles(third)) == 5
    assert not third.select("a[rel=next]")
    assert "Page 3 of 3" in third.get_text()
    assert titles(seen(world.client.get(third.select_one("a[rel=prev]")["href"]))) == titles(second)


def test_a_page_that_is_not_there_says_so_and_leads_to_the_last(world: World) -> None:
    add(world, *numbered(21))
    answer = ask(world, "labour", page="7")
    assert answer.status_code == 404
    page = seen(answer)
    assert "There is no page 7: this search has 2 of them." in page.get_text()
    assert titles(seen(world.client.get(link(page, "To the last page")))) == ["Notice 1 on labour"]
    assert ask(world, "nothing", page="2").status_code == 404


def test_a_page_that_is_no_number_is_the_first_and_that_is_said(world: World) -> None:
    add(world, *numbered(1))
    for page in ("0", "-1", "x", "1e9", "9" * 30, "²", "01", " 2"):
        answer = ask(world, page=page)
        assert answer.status_code == 200
        assert "is no number of a page" in seen(answer).get_text()
    assert "is no order that we know" in seen(ask(world, sort="worst")).get_text()


def test_hits_are_marked_in_title_and_text_with_their_language_and_direction(world: World) -> None:
    arabic = Version("ar", "إشعار", "حظر العمل القسري في القطن", None)
    add(world, publication("1", title="Cotton and labour", text="Raw cotton was seized.", others=(arabic,)))
    page = seen(ask(world, "cotton"))
    (passage,) = page.select(".passage")
    assert [one.get_text() for one in page.select("h3 mark")] == ["Cotton"]
    assert [one.get_text() for one in passage.select("mark")] == ["cotton"]
    assert (passage["lang"], passage["dir"]) == ("en", "ltr")
    assert page.select_one("h3 a")["lang"] == "en"
    (passage,) = seen(ask(world, "القسري")).select(".passage")
    assert (passage["lang"], passage["dir"], passage.mark.get_text()) == ("ar", "rtl", "القسري")


def test_a_passage_that_only_repeats_the_title_is_left_out(world: World) -> None:
    title = "A notice on labour " + "in many fields " * 10 + "and on cotton at its end"
    add(world, publication("1", title=title, text=f"{title}\nRaw cotton was seized."), publication("2", title=title))
    passages = [one.get_text() for one in seen(ask(world, "cotton")).select(".passage")]
    assert passages == ["Raw cotton was seized."]


def test_what_a_licence_keeps_from_us_is_not_shown_and_said(world: World) -> None:
    text = {"text": "Raw cotton was seized.", "summary": "About silk."}
    add(world, publication("1", source="ca_example", **text), publication("2", source="gb_example", **text))
    said = {one.select_one(".facts").get_text(): one for one in seen(ask(world, "cotton")).select("article")}
    assert len(said) == 2
    assert not any("seized" in one.get_text() for one in said.values())
    assert any("Nothing of the text is shown" in words for words in said)
    assert any("its summary alone" in words for words in said)
    summaries = [one.get_text() for one in seen(ask(world, "silk")).select(".passage")]
    assert summaries == ["About silk."]
    assert [one.get_text() for one in seen(ask(world)).select(".passage")] == ["About silk."]


def test_how_the_query_was_read_is_said_wherever_it_differs(world: World) -> None:
    assert "Read as:" not in ask(world, 'cotton "due diligence" topic:trade').text
    assert seen(ask(world, "C-190/24 jurisdiction:uk")).select_one(".read").get_text() == '"C-190/24" jurisdiction:GB'
    hopeless = seen(ask(world, "§"))
    assert "holds no word that a text could have" in hopeless.get_text()
    assert "Follow" not in hopeless.select_one("#narrow").get_text(), "nothing can ever come of it"
    assert "An update has exactly one kind" in seen(ask(world, "kind:bill kind:news")).get_text()


def test_a_facet_links_to_the_query_with_its_filter_and_a_chosen_one_back(world: World) -> None:
    add(world, publication("1", statements=stated(Facet.TOPIC, "import-ban", "trade")),
        publication("2", statements=stated(Facet.TOPIC, "import-ban"), source="eu_example"))  # fmt: skip
    page = seen(ask(world, "labour"))
    assert facet(page, "Topic") == {"import ban": "2", "trade": "1"}
    assert facet(page, "Source") == {"Example Gazette": "1", "Official Journal": "1"}
    narrowed = link(page, "trade")
    assert query_of(narrowed) == "labour topic:trade"
    page = seen(world.client.get(narrowed))
    assert len(titles(page)) == 1
    assert page.select_one(".tags li").get_text().startswith("Topic: trade")
    assert query_of(page.select_one(".tags a")["href"]) == "labour"
    assert query_of(link(page, "import ban")) == "labour topic:import-ban", "its count is that of this search"


def test_a_long_facet_shows_ten_and_all_on_demand(world: World) -> None:
    codes = ["AT", "BE", "BR", "CA", "CH", "DE", "ES", "FR", "GB", "IT", "JP", "US"]
    add(world, *(publication(code, statements=stated(Facet.JURISDICTION, code)) for code in codes))
    page = seen(ask(world))
    assert len(facet(page, "Jurisdiction")) == 10
    assert "All 12" in page.select_one("#narrow details summary").get_text()
    assert len(page.select("#narrow details li")) == 2


def test_order_and_query_stay_in_every_address_of_a_search(world: World) -> None:
    add(world, *numbered(21, text="cotton"))
    page = seen(ask(world, "cotton", sort="best"))
    assert "Best first: where your words stand" in page.get_text()
    assert [parse_qs(urlsplit(page.select_one("a[rel=next]")["href"]).query)] == [
        {"q": ["cotton"], "sort": ["best"], "page": ["2"]}
    ]
    assert link(page, "Newest first") == "/search?q=cotton"
    assert page.select_one("input[name=sort]")["value"] == "best"
    assert page.select_one("input[name=q]")["value"] == "cotton"


def test_a_search_is_followed_by_mail_and_by_its_own_feed(world: World) -> None:
    add(world, publication("1", text="cotton & silk"), publication("2", published="2020-01-01"))
    page = seen(ask(world, 'cotton -"x y"'))
    assert query_of(link(page, "Follow by mail").replace("/subscribe", "")) == 'cotton -"x y"'
    assert world.client.get(link(page, "Follow by mail")).status_code == 200
    for words in ("Atom", "RSS", "JSON Feed"):
        assert world.client.get(link(page, words)).status_code == 200
    alternates = {one["href"] for one in page.select("link[rel=alternate]")}
    assert link(page, "Atom") in alternates
    assert len(alternates) == 3


def test_a_search_for_one_filter_has_the_feed_of_that(world: World) -> None:
    add(world, publication("1"))
    feeds = {
        "": "/feeds/all.atom",
        "jurisdiction:us": "/feeds/j/US.atom",
        "topic:trade": "/feeds/t/trade.atom",
        "sector:cotton": "/feeds/sector/cotton.atom",
        "source:us_example": "/feeds/source/us_example.atom",
        "jurisdiction:ZZ": "/feeds/search.atom?q=jurisdiction%3AZZ",
        "-topic:trade": "/feeds/search.atom?q=-topic%3Atrade",
        "source:zz_unknown": "/feeds/search.atom?q=source%3Azz_unknown",
    }
    for query, feed in feeds.items():
        assert link(seen(ask(world, query)), "Atom") == feed
        assert world.client.get(feed).status_code == 200


def test_it_says_how_much_the_search_would_have_brought_in_four_weeks(world: World) -> None:
    add(world, *numbered(3, published="2026-11-19"), publication("old", title="Old labour", published="2020-01-01"))
    add(world, *numbered(3, start=10, published="2026-10-19"), now="2026-10-20T00:00:00Z")
    assert "it would have brought 3 updates, less than one a week." in seen(ask(world)).get_text()
    assert "it would have brought 1 update, less than one a week." in seen(ask(world, '"notice 2"')).get_text()
    assert "it would have brought nothing" in seen(ask(world, "old")).get_text()
    world.now += timedelta(days=40)
    assert "it would have brought nothing" in seen(ask(world)).get_text()
    add(world, *numbered(10, start=50, published="2026-12-20"), now="2026-12-21T00:00:00Z")
    assert "it would have brought 10 updates, about 3 a week." in seen(ask(world)).get_text()


def test_a_search_that_finds_nothing_says_which_part_is_to_blame(world: World) -> None:
    add(world, *numbered(2, text="cotton"), publication("3", title="hidden silk"))
    page = seen(ask(world, "cotton wool"))
    assert "No update answers this search." in page.get_text()
    assert query_of(link(page, "wool")) == "cotton"
    assert not [one for one in page.find_all("a") if one.get_text() == "cotton"], "without it nothing is found either"
    assert query_of(link(seen(ask(world, "cotton wool zinc")), "cotton")) == "cotton", "what one part finds alone"
    everything = link(seen(ask(world, "silk")), "Search also what we judged not to be about the subject")
    beyond = seen(world.client.get(everything))
    assert titles(beyond) == ["hidden silk"]
    assert "Judged not to be about the subject." in beyond.get_text()


def test_a_filter_that_is_none_gets_the_one_that_was_meant(world: World) -> None:
    add(world, publication("1"))
    meant = {
        "jursdiction:us": "jurisdiction:US",
        "topics:import-ban": "topic:import-ban",
        "topic:importban": "topic:import-ban",
        "jurisdiction:Germany": "jurisdiction:DE",
        'sector:"palm oil"': "sector:palm-oil",
        "-knd:bill": "-kind:bill",
    }
    for typed, filter_ in meant.items():
        page = seen(ask(world, f"labour {typed}"))
        assert query_of(link(page, f"labour {filter_}")) == f"labour {filter_}"
        assert "Did you mean" in page.get_text()
    both = seen(ask(world, "jursdiction:us topics:trade"))
    assert query_of(link(both, "jurisdiction:US topic:trade")) == "jurisdiction:US topic:trade"


def test_words_with_a_colon_that_resemble_no_filter_get_no_advice(world: World) -> None:
    for typed in ("note:this", "https://example.org/x", "a:b"):
        assert "Did you mean" not in ask(world, typed).text


def test_a_number_typed_shows_its_update_also_where_it_is_not_the_newest_answer(world: World) -> None:
    add(world, publication("2026-10001", published="2026-10-01"), publication("2", text="see 2026-10001"))
    page = seen(ask(world, "2026-10001"))
    assert "This is what you typed the number of:" in page.get_text()
    first = page.select_one("article h3 a")["href"]
    assert first == f"/u/{publication('2026-10001').id.removeprefix('urn:uuid:')}"
    by_id = seen(ask(world, publication("2").id))
    assert by_id.select_one("article h3 a")["href"].endswith(publication("2").id.removeprefix("urn:uuid:"))


def test_a_group_is_one_entry_that_names_its_other_sources(world: World) -> None:
    same = {"celex": ("32026R0001",)}
    add(world, publication("1", identifiers=same))
    add(world, publication("2", source="eu_example", identifiers=same, text="silk"), now="2026-11-21T00:00:00Z")
    page = seen(ask(world, "silk"))
    assert page.find("h2").get_text() == "One update"
    assert "also at Official Journal" in page.select_one("article").get_text()
    assert [one.get_text() for one in page.select(".passage mark")] == ["silk"]


def test_an_empty_store_says_that_nothing_is_there_yet(world: World) -> None:
    page = seen(ask(world))
    assert page.find("h2").get_text() == "0 updates"
    assert "Nothing has been gathered yet." in page.get_text()
    assert not page.select("#narrow h3")


def test_hostile_words_show_as_typed_and_do_nothing(world: World) -> None:
    for evil in ("<script>alert(1)</script>", "{{ 7*7 }}", "</title><script>", "' onfocus=x autofocus='", "&lt;b&gt;"):
        assert seen(ask(world, evil)).select_one("input[name=q]")["value"] == evil
    for evil in HOSTILE.values():
        seen(ask(world, evil))


def test_hostile_titles_and_texts_show_as_they_are_and_do_nothing(world: World) -> None:
    add(world, *hostile())
    for query in ("", "script", "alert", "強制労働", "evil", "include:all frame"):
        page = seen(ask(world, query))
        assert page.select("article")
        assert not page.select("article a[href^=javascript]")
    assert "<script>alert(1)</script>" in titles(seen(ask(world, "script")))
    assert all("\u202e" not in title for title in titles(seen(ask(world, "evil"))))


def test_nothing_typed_is_an_error(world: World) -> None:
    add(world, publication("1", text="a b x 強"))
    for typed in ("x" * 10_000, "強" * 5_000, "a " * 5_000, "topic:trade " * 900, "published:2026 " * 700):
        answer = ask(world, typed)
        assert answer.status_code == 200
        assert f"This search has {len(typed.strip()):,} characters; the first" in seen(answer).get_text()
    for typed in ("\x00", "-", '"', "NEAR(a b)", "%00%ff", "\ud7ff\uffff", "a\u2028b", "\ufdd0"):
        answer = ask(world, typed)
        assert answer.status_code == 200
        seen(answer)
    assert world.client.get("/search?q=%FF%FE%00").status_code == 200


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_any_text_of_any_script_gets_a_valid_page(world: World, typed: str) -> None:
    answer = world.client.get(f"/search?q={quote(typed, errors='replace')}")
    assert answer.status_code == 200
    seen(answer)


def test_head_answers_as_get_without_a_body_and_results_stay_out_of_search_engines(world: World) -> None:
    add(world, publication("1"))
    answer = world.client.head("/search?q=labour")
    assert (answer.status_code, answer.content) == (200, b"")
    assert seen(ask(world, "labour")).select_one("meta[name=robots]")["content"] == "noindex"
    assert not router.include_in_schema


def test_very_many_searches_of_one_visitor_are_told_when_to_come_back(world: World) -> None:
    site = Site(
        head=HEAD, key=b"k" * 32, mails=Mails(Renderer(HEAD, {}), b"k" * 32), store=world.store,
        clock=lambda: world.now, deliver=lambda: None, mail_folder=world.folder,
        searches=RateLimit(3, timedelta(minutes=5)),
    )  # fmt: skip
    client = TestClient(create_app(site))
    assert [client.get("/search").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/search")
    assert answer.headers["retry-after"] == "300"
    assert "Please try again in 300 seconds" in seen(answer).get_text()
    world.now += timedelta(seconds=301)
    assert client.get("/search").status_code == 200

"""The page about the service says true numbers, and the page of the codes has every code where feeds point to."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from db.outbox import BODY_DAYS
from db.people import ERASED_AFTER_DAYS, PENDING_DAYS
from db.sources import sync_sources
from feeds.headline import words as in_words
from model.codes import DateType, Facet, Kind, Sector, Stage, Topic
from model.measured import Measured, measured, measured_from_dict
from model.source import Republish
from tests.feeds.making import fill, numbered, source
from tests.web.seeing import seen, words
from tests.web.test_pages import World
from web import about
from web.meanings import date_types, facets, kinds, stages, topics


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


FIGURES = {
    "day": "2026-10-01", "records": 80, "review": 1, "languages": {"en": {}, "ja": {}},
    "decisions": {"relevance": {"precision": 0.96, "recall": 1.0, "f1": 0.98, "labelled": 48}},
    "accuracy": {"kind": 0.73, "stage": 0.81, "relevance": 0.975},
}  # fmt: skip


def test_measured_figures_are_shown_as_they_were_measured(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "measured", lambda: measured_from_dict(FIGURES))
    page = seen(world.client.get("/about"))
    assert "Measured on 1 October 2026 with 80 documents in 2 languages" in words(page)
    assert words(page, "#tagging tbody tr") == "about our subject or not 96 % 100 % 48"
    assert "the kind was right in 73 % of the documents and the stage in 81 %" in words(page)
    assert "1 document was left to a person" in words(page)


def test_without_measured_figures_the_page_says_so_and_invents_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "measured", lambda: None)
    shown = words(seen(world.client.get("/about")), "#tagging")
    assert "No figures have been measured for this installation." in shown
    assert "%" not in shown


def test_the_figures_that_come_with_the_program_are_shares_of_known_decisions() -> None:
    found = measured()
    assert isinstance(found, Measured)
    assert found.records > 0
    assert {one.decision for one in found.figures} <= about._decisions().keys()
    assert all(0 <= share <= 1 for one in found.figures for share in (one.precision, one.recall))


def test_what_is_kept_and_how_long_is_what_the_program_does(world: World) -> None:
    shown = words(seen(world.client.get("/about")), "#privacy")
    assert f"forgotten after {PENDING_DAYS} days" in shown
    assert f"erased {ERASED_AFTER_DAYS} days after your last subscription ended" in shown
    assert f"the words of a mail {BODY_DAYS} days after" in shown


def test_each_source_stands_with_its_licence_and_what_is_shown(world: World) -> None:
    assert "No source is known yet" in words(seen(world.client.get("/about")), "#licences")
    hostile = replace(source("ca_example", Republish.NONE), licence="<b>free</b>", licence_url="javascript:alert(1)")
    sync_sources(world.store(), [source(), hostile])
    page = seen(world.client.get("/about"))
    assert "2 sources" in words(page, "#gathering")
    assert "<b>free</b> title, tags and the link only" in words(page, "#licences")
    assert page.select_one("#licences a[href='https://example.org/licence']")


def test_the_letterhead_and_the_way_to_leave_are_there(world: World) -> None:
    page = seen(world.client.get("/about"))
    assert "Not legal advice." in words(page)
    assert page.select_one("#privacy a[href='/link']")
    assert page.select_one("#programs a[href^='/api/v1']")


def test_every_facet_has_its_place_where_feeds_point_to(world: World) -> None:
    fill(world.store(), *numbered(1))
    page = seen(world.client.get("/taxonomy"))
    feed = world.client.get("/feeds/all.atom").text
    anchors = set(re.findall(r"/taxonomy#([a-z]+)", feed))
    assert {"topic", "kind", "jurisdiction"} <= anchors
    assert {str(facet) for facet in Facet} | anchors <= {str(one["id"]) for one in page.find_all("section", id=True)}


def test_every_code_is_listed_with_its_words_and_meaning(world: World) -> None:
    page = seen(world.client.get("/taxonomy"))
    for facet, codes in ((Facet.TOPIC, Topic), (Facet.SECTOR, Sector), (Facet.KIND, Kind), (Facet.STAGE, Stage)):
        for code in codes:
            row = words(page, f"#{facet}-{code}")
            assert row.startswith(f"{code} {in_words(code)}"), row
    assert (set(topics()), set(kinds()), set(stages())) == (set(Topic), set(Kind), set(Stage))
    assert (set(facets()), set(date_types())) == (set(Facet), set(DateType))


def test_jurisdictions_are_those_with_updates(world: World) -> None:
    assert not seen(world.client.get("/taxonomy")).select("#jurisdiction tbody tr")
    fill(world.store(), *numbered(1))
    assert words(seen(world.client.get("/taxonomy")), "#jurisdiction tbody") == "US United States"


@pytest.mark.parametrize("path", ["/about", "/taxonomy"])
def test_a_head_has_no_body(world: World, path: str) -> None:
    head = world.client.head(path)
    assert (head.status_code, head.content) == (200, b"")

"""The pages of the sources: each state in words, what may be missing, the visits; nothing from outside as markup."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.holder import own_holder
from db.alarms import Alarm, refresh_alarms
from db.runs import finish_run, start_run
from db.sources import sync_sources
from model.codes import Outcome
from model.source import Confidence, Republish, Source
from tests.db.making import publication, save
from tests.feeds.making import source, tagger
from tests.web.seeing import seen, words
from tests.web.test_pages import World
from web.standing import confidence_words, every, outcome_label, outcome_words, republish_words


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def declare(world: World, *sources: Source) -> None:
    sync_sources(world.store(), sources)


def visit(world: World, outcome: Outcome | None, time: str, reason: str = "Because.", name: str = "us_example",
          holder: str = "1:x") -> None:  # fmt: skip
    store = world.store()
    start_run(store, name, f"{name} {time}", time, holder)
    if outcome:
        finish_run(store, f"{name} {time}", outcome, reason, {"answers": 7, "problems": 1}, time, source=name)


def card(world: World, name: str = "us_example") -> str:
    return words(seen(world.client.get("/sources")), f"#{name}")


def test_without_a_source_the_page_says_so(world: World) -> None:
    assert "No source is known yet" in words(seen(world.client.get("/sources")))


def test_a_source_that_was_never_visited_counts_as_missing(world: World) -> None:
    declare(world, source())
    page = seen(world.client.get("/sources"))
    assert "1 source in 1 jurisdiction: 0 answer well, 1 has not been visited yet." in words(page)
    assert "Not visited yet: what it publishes is missing here." in words(page, "#us_example")
    assert "Last asked never" in words(page, "#us_example")
    assert "not visited" in words(seen(world.client.get("/sources/us_example")))


def test_a_source_that_answers_well_says_when_and_how_often(world: World) -> None:
    declare(world, source())
    visit(world, Outcome.NEW, "2026-11-22T05:00:00Z", "3 new.")
    visit(world, Outcome.UNCHANGED, "2026-11-23T05:00:00Z")
    shown = card(world)
    assert "answers well" in shown
    assert "Read; nothing was new." in shown
    assert "every 6 hours" in shown
    assert "Last answered 23 November 2026, 05:00 UTC Last new 22 November 2026, 05:00 UTC" in shown
    assert "Known gaps: No annexes." in shown
    assert "What may be missing now" not in words(seen(world.client.get("/sources")))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.BLOCKED, "It kept our program out, and we do not go round that: robots.txt forbids it."),
        (Outcome.FAILED, "It could not be read: robots.txt forbids it."),
        (Outcome.SUSPICIOUS, "It answered, but not as it should"),
    ],
)
def test_a_source_in_trouble_stands_on_top_with_reason_and_since_when(
    world: World, outcome: Outcome, said: str
) -> None:
    declare(world, source(), source("ca_example"))
    visit(world, Outcome.NEW, "2026-11-10T05:00:00Z")
    visit(world, outcome, "2026-11-20T05:00:00Z", "no answer")
    visit(world, outcome, "2026-11-21T05:00:00Z", "robots.txt forbids it.")
    visit(world, Outcome.NEW, "2026-11-21T05:00:00Z", name="ca_example")
    page = seen(world.client.get("/sources"))
    assert "2 sources in 2 jurisdictions: 1 answers well, 1 does not." in words(page)
    top = page.select_one("section")
    assert top is not None
    assert [one["href"] for one in top.select("a")] == ["#us_example"]
    for part in (words(page, "section"), words(page, "#us_example")):
        assert said in part
        assert "since 20 November 2026: what it published since may be missing here." in part


def test_a_source_that_never_answered_and_one_read_in_part_are_told_apart(world: World) -> None:
    declare(world, source(), source("ca_example"))
    visit(world, Outcome.FAILED, "2026-11-21T05:00:00Z", "no answer")
    visit(world, Outcome.PARTIAL, "2026-11-21T05:00:00Z", "one record lacks its title", name="ca_example")
    assert "We have not been able to read it since we began on 21 November 2026" in card(world)
    assert "some of what it published since may be missing here" in card(world, "ca_example")


def test_a_skipped_visit_does_not_hide_the_trouble_before(world: World) -> None:
    declare(world, source())
    visit(world, Outcome.FAILED, "2026-11-21T05:00:00Z", "no answer")
    visit(world, Outcome.SKIPPED, "2026-11-22T05:00:00Z", "the host asked us to wait")
    shown = card(world)
    assert "something is missing" in shown
    assert "Not asked this time: the host asked us to wait. The visit before: It could not be read: no answer." in shown


def test_a_visit_without_end_is_going_on_or_broke_off(world: World) -> None:
    declare(world, source())
    visit(world, None, "2026-11-23T05:59:00Z", holder=own_holder())
    assert "It is being read just now." in card(world)
    visit(world, None, "2026-11-23T05:59:30Z", holder=f"{os.getpid()}:another boot")
    assert "The visit broke off" in card(world)


def test_silence_beyond_what_is_usual_is_said(world: World) -> None:
    declare(world, source())
    visit(world, Outcome.NEW, "2026-11-01T05:00:00Z")
    visit(world, Outcome.UNCHANGED, "2026-11-23T05:00:00Z")
    assert "Nothing new since 1 November 2026, which is longer than usual (up to 7 days)." in card(world)
    assert "Quiet for longer than usual 1" in words(seen(world.client.get("/sources")))
    world.now = datetime(2026, 11, 5, tzinfo=UTC)
    assert "longer than usual" not in card(world)


def test_an_open_alarm_about_a_source_is_told(world: World) -> None:
    declare(world, source())
    alarms = [Alarm("source us_example", "It fails.", "Look."), Alarm("disk", "Full.", "Empty it.")]
    refresh_alarms(world.store(), alarms, "2026-11-22T05:00:00Z")
    page = words(seen(world.client.get("/sources")))
    assert page.count("An alarm about it is open since 22 November 2026, 05:00 UTC.") == 2
    assert "Full." not in page


def test_a_source_has_a_page_with_its_facts_updates_and_last_visits(world: World) -> None:
    declare(world, source(requests_per_day=300))
    save(world.store(), *(publication(str(n), title=f"Notice {n} on labour") for n in range(7)), tagger=tagger)
    for minute in range(23):
        visit(world, Outcome.UNCHANGED, f"2026-11-22T05:{minute:02}:00Z")
    page = seen(world.client.get("/sources/us_example"))
    shown = words(page)
    assert len(page.select("tbody tr")) == 20
    assert "The latest 20 of 23." in shown
    assert words(page, "tbody tr").startswith("22 November 2026, 05:22 UTC unchanged Read; nothing was new. 7 answers")
    assert len(page.select("article.entry")) == 5
    rest = page.find("a", string="All 7 updates")
    assert rest is not None
    assert seen(world.client.get(str(rest["href"]))).find("h2").get_text() == "7 updates"
    assert "of at most 300" in shown
    assert page.select_one("a[href='/feeds/source/us_example.atom']")
    assert page.select_one("a[href='https://example.org/licence']")


def test_what_a_source_says_of_itself_or_of_its_faults_stays_words(world: World) -> None:
    hostile = source(homepage="javascript:alert(1)", licence="<i>", licence_url="x:y",
                     known_gaps="</article><script>alert(1)</script>")  # fmt: skip
    declare(world, replace(hostile, name="<b>Gazette</b>"))
    visit(world, Outcome.FAILED, "2026-11-21T05:00:00Z", "<script>alert(1)</script>\u202e")
    for path in ("/sources", "/sources/us_example"):
        page = seen(world.client.get(path))
        assert "<script>alert(1)</script>" in words(page)
        assert "<b>Gazette</b>" in words(page)


def test_unknown_sources_are_404_and_capitals_lead_to_the_right_address(world: World) -> None:
    declare(world, source())
    assert "no source with the name “xx_none”" in words(seen(world.client.get("/sources/xx_none"), 404))
    moved = world.client.get("/sources/US_Example")
    assert (moved.status_code, moved.headers["location"]) == (308, "/sources/us_example")
    for path in ("/sources", "/sources/us_example"):
        head = world.client.head(path)
        assert (head.status_code, head.content) == (200, b"")


def test_every_outcome_confidence_and_permission_has_words() -> None:
    assert len({outcome_words(outcome, "") for outcome in Outcome}) == len(Outcome)
    assert len({outcome_label(outcome) for outcome in (*Outcome, None)}) == len(Outcome) + 1
    assert len({confidence_words(one) for one in Confidence}) == len(Confidence)
    assert len({republish_words(one) for one in Republish}) == len(Republish)


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "every hour"), (6, "every 6 hours"), (24, "once a day"), (168, "every 7 days")]
)
def test_a_rhythm_reads_as_people_say_it(hours: int, said: str) -> None:
    assert every(timedelta(hours=hours)) == said

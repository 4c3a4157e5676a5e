"""The schedule over a real store, with a command of the tests in place of ours."""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.matcher import match_changes
from alerts.runs import make_due
from crawlers.holder import own_holder
from db.alarms import open_alarms
from db.connect import Store, write
from db.digests import begin_run
from db.runs import finish_run, start_run
from db.sources import sync_sources
from db.store import open_store
from db.tasks import TaskOutcome, claim, task_states
from model.codes import Outcome
from model.subscription import Cadence
from service.children import Children
from service.plan import LIMITS, Kind
from service.schedule import Given, Schedule
from tests.alerts.mailing import source
from tests.alerts.making import PRESS, ZONE, item, save, subscribe

MONDAY = datetime(2026, 10, 12, 5, 0, 30, tzinfo=UTC)


class World:
    """Services over one store, a clock that the test moves, and what their commands were asked to do."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.seconds = folder, MONDAY, 0.0
        self.db = open_store(folder)
        self.done = folder / "done.jsonl"
        self.services: list[Schedule] = []

    def service(self, code: str = "", *, crawls: bool = False, holder: str | None = None) -> Schedule:
        """A service whose commands note their words, then run ``code``."""
        note = f"import json, sys, time; open({str(self.done)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')"
        children = Children(lambda words: [sys.executable, "-c", f"{note}; {code}", *words], lambda: self.seconds)
        given = Given(
            self.folder,
            ZONE,
            lambda: self.now,
            lambda: self.seconds,
            holder or own_holder(),
            crawls=crawls,
            tells=False,
        )
        schedule = Schedule(given, children)
        schedule.begin()
        self.services.append(schedule)
        return schedule

    def asked(self) -> list[str]:
        lines = self.done.read_text().splitlines() if self.done.exists() else []
        return [" ".join(json.loads(line)) for line in lines]

    def let(self, *services: Schedule) -> None:
        """Wake these services until nothing runs any more."""
        for _ in range(200):
            for service in services:
                service.wake()
            if not any(service.children.running for service in services):
                return
            time.sleep(0.02)
        raise AssertionError("something runs on and on")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    for service in made.services:
        service.children.kill()
        service.children.wait(5)
    made.db.close()


def on_monday(db: Store) -> None:
    """A weekly digest waits for a reader."""
    subscribe(db, "labour")
    save(db, "2026-10-09T10:00:00Z", item("1", "labour"))
    match_changes(db, "2026-10-09T10:00:00Z")


def test_two_services_make_the_digest_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    on_monday(world.db)
    # Both are this process: that the other one lives cannot be seen by its name.
    monkeypatch.setattr("service.schedule.is_alive", lambda _: True)
    one, other = world.service(), world.service(holder="1:other")
    for _ in range(3):
        one.wake()
        other.wake()
    world.let(one, other)
    assert world.asked().count("digest run due") == 1
    assert world.asked().count("crawl --declare") == 1


def test_what_a_killed_service_had_claimed_is_taken_over(world: World) -> None:
    on_monday(world.db)
    assert claim(world.db, "digests", "2026-10-12T05:00:00Z", None, "1:dead", "2026-10-12T05:00:00Z")
    service = world.service()
    service.wake()
    world.let(service)
    assert "digest run due" in world.asked()
    assert task_states(world.db)["digests"].holder == own_holder()


def test_a_command_that_fails_is_noted_with_its_last_words_and_tried_again_after_a_pause(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "vigilex")
    on_monday(world.db)
    service = world.service("sys.exit('vigilex: the disk is full')")
    world.let(service)
    state = task_states(world.db)["digests"]
    assert (state.outcome, state.failures, state.said) == (TaskOutcome.FAILED, 1, "the disk is full")
    assert "the disk is full" in str([record.__dict__.get("keys") for record in caplog.records])
    world.let(service)
    assert world.asked().count("digest run due") == 1
    for _ in range(2):
        world.now += timedelta(minutes=3)
        world.let(service)
    assert task_states(world.db)["digests"].failures == 3
    world.seconds += 121
    service.wake()
    assert "task digests" in [alarm.key for alarm in open_alarms(world.db)]


def test_a_source_that_does_not_answer_is_said_once_until_the_reason_changes(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "vigilex")
    sync_sources(world.db, [source("es_boe", "BOE")])
    service = world.service("sys.exit(1 if sys.argv[1:] == ['crawl', 'es_boe'] else 0)", crawls=True)
    world.let(service)

    def visit(run: str, outcome: Outcome, reason: str) -> None:
        """Let the next visit, which the command of this test only pretends to make, end like this."""
        world.now += timedelta(days=2)
        stamp = world.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        service.wake()
        assert service.children.running
        start_run(world.db, "es_boe", run, stamp, "1:x")
        finish_run(world.db, run, outcome, reason, {}, stamp)
        world.let(service)
        assert task_states(world.db)["crawl es_boe"].outcome is TaskOutcome.DONE

    world.let(service)
    for number, (outcome, reason) in enumerate([
        (Outcome.FAILED, "No route."), (Outcome.FAILED, "No route."), (Outcome.BLOCKED, "403."), (Outcome.NEW, ""),
    ]):  # fmt: skip
        visit(f"run-{number}", outcome, reason)
    said = [record.__dict__["keys"]["reason"] for record in caplog.records if record.message == "source_unreached"]
    assert said == ["No route.", "403."]
    assert "source_answers_again" in caplog.messages


def test_a_visit_that_is_over_is_done_while_the_command_is_stuck_at_another_source(world: World) -> None:
    sync_sources(world.db, [source("es_boe", "BOE"), source("gb_govuk", "GOV.UK")])
    world.let(world.service())  # declares the sources
    service = world.service("time.sleep(60 if 'gb_govuk' in sys.argv else 0)", crawls=True)
    while not service.children.count(Kind.CRAWL):
        service.wake()
    assert [task.name for task in service.children.running[-1].tasks] == ["crawl es_boe", "crawl gb_govuk"]
    start_run(world.db, "es_boe", "run", "2026-10-12T05:00:31Z", "1:x")
    start_run(world.db, "gb_govuk", "run", "2026-10-12T05:00:31Z", "1:x")
    finish_run(world.db, "run", Outcome.FAILED, "No route.", {}, "2026-10-12T05:00:31Z", source="es_boe")
    world.now += timedelta(seconds=3)
    service.wake()
    seen = task_states(world.db)
    assert (seen["crawl es_boe"].outcome, seen["crawl gb_govuk"].outcome) == (TaskOutcome.DONE, None)
    world.seconds += LIMITS[Kind.CRAWL].longest.total_seconds() + 1
    world.let(service)
    seen = task_states(world.db)
    assert (seen["crawl es_boe"].outcome, seen["crawl gb_govuk"].outcome) == (TaskOutcome.DONE, TaskOutcome.STUCK)


def test_an_end_in_order_gives_claims_back(world: World) -> None:
    on_monday(world.db)
    service = world.service("time.sleep(60)")
    service.wake()
    assert task_states(world.db)["digests"].outcome is None
    service.end(5)
    assert task_states(world.db)["digests"].outcome is TaskOutcome.STOPPED
    service.wake()
    assert service.children.running == []


def test_a_store_that_cannot_be_read_is_said_once_and_the_schedule_lives_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "vigilex")
    service = world.service()
    file = world.folder / "vigilex.db"
    file.rename(world.folder / "away")
    for _ in range(3):
        service.wake()
    assert caplog.messages.count("store_unusable") == 1
    assert service.pulse().woken == service.begun
    (world.folder / "away").rename(file)
    world.now += timedelta(seconds=9)
    service.wake()
    assert service.pulse().woken == world.now.replace(microsecond=0)


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (lambda _: None, []),
        (on_monday, ["digests"]),
        (lambda db: begin_run(db, Cadence.DAILY, MONDAY.date(), 0, "2026-10-12T05:00:00Z"), ["digests"]),
        (lambda db: save(db, "2026-10-09T10:00:00Z", item("1", "labour")), ["mails"]),
    ],
)
def test_the_store_says_what_mail_is_to_be_made(
    world: World, prepare: Callable[[Store], object], expected: list[str]
) -> None:
    prepare(world.db)
    world.let(world.service())
    assert sorted(set(task_states(world.db)) - {"declare", "backup", "housekeeping"}) == expected


def test_mails_that_wait_are_tried_and_not_while_sending_is_paused(world: World) -> None:
    on_monday(world.db)
    make_due(world.db, PRESS, "2026-10-12T05:00:10Z")
    with write(world.db):
        world.db.execute("INSERT INTO sender VALUES (1, '2026-10-12T05:00:20Z', '554')")
    service = world.service()
    world.let(service)
    assert "digest run due" not in world.asked()
    with write(world.db):
        world.db.execute("DELETE FROM sender")
    world.let(service)
    assert world.asked().count("digest run due") == 1

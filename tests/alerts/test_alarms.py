"""What is broken: each kind of fault after its patience, and not before; opened and closed by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.alarms import LEAST_DISK, Standing, alarms, standing
from db.alarms import Alarm, open_alarms, refresh_alarms
from db.clock import later
from db.connect import Store
from db.runs import Trouble, finish_run, start_run, troubles
from db.sender import Pause
from db.sources import SourceState, sync_sources
from db.store import open_store
from db.tasks import TaskOutcome, TaskState
from model.codes import Outcome
from tests.alerts.mailing import source
from tests.alerts.making import ZONE

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIME = "2026-11-23T12:00:00Z"
BOE = SourceState("es_boe", source("es_boe", "BOE"), Outcome.UNCHANGED, None, "r", TIME, TIME, 3)
WELL = Standing([BOE], {}, {}, None, None, 0, None, LEAST_DISK, TIME)


def ago(hours: float) -> str:
    return later(TIME, -hours * 3600)


def task(name: str, **values: object) -> TaskState:
    usual = TaskState(name, ago(1), 1, "1:x", ago(1), ago(1), TaskOutcome.DONE, 0, None, ago(1))
    return replace(usual, **values)  # type: ignore[arg-type]


def keys(**changes: object) -> list[str]:
    return [alarm.key for alarm in alarms(NOW, replace(WELL, **changes))]  # type: ignore[arg-type]


def trouble(outcome: Outcome, hours: float, count: int = 1) -> dict[str, object]:
    return {"troubles": {"es_boe": Trouble(count, ago(hours), outcome, "Why")}}


def test_nothing_is_broken_where_all_is_well() -> None:
    assert keys(tasks={name: task(name) for name in ("backup", "mails", "crawl es_boe")}) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (trouble(Outcome.FAILED, 23.9, 9), []),
        (trouble(Outcome.FAILED, 24.1, 1), ["source es_boe"]),
        (trouble(Outcome.BLOCKED, 30, 2), []),
        (trouble(Outcome.BLOCKED, 1, 3), ["source es_boe"]),
        (trouble(Outcome.SUSPICIOUS, 1, 3), ["source es_boe"]),
        ({"states": [replace(BOE, last_new=ago(9 * 24))]}, []),
        ({"states": [replace(BOE, last_new=ago(9 * 24 + 1))]}, ["silent es_boe"]),
        # Nobody looked for a month: that says nothing about the source.
        ({"states": [replace(BOE, last_new=ago(30 * 24), last_answered=ago(29 * 24))]}, []),
        ({"pause": Pause(ago(1), "554 no")}, ["sender"]),
        ({"failing_since": ago(5)}, []),
        ({"failing_since": ago(7)}, ["mail server"]),
        ({"failing_since": ago(7), "pause": Pause(ago(1), "554 no")}, ["sender"]),
        ({"digest_due": NOW - timedelta(minutes=59)}, []),
        ({"digest_due": NOW - timedelta(minutes=61)}, ["digest"]),
        ({"digest_due": NOW - timedelta(hours=2), "tasks": {"digests": task("digests", outcome=None)}}, []),
        ({"failed_mails": 1}, ["failed mails"]),
        ({"tasks": {"backup": task("backup", done_at=ago(35))}}, []),
        ({"tasks": {"backup": task("backup", done_at=ago(37))}}, ["backup"]),
        ({"tasks": {"backup": task("backup", done_at=None, due_at=ago(37))}}, ["backup"]),
        ({"tasks": {"backup": task("backup", outcome=TaskOutcome.FAILED, failures=1)}}, ["backup"]),
        ({"disk_free": LEAST_DISK - 1}, ["disk"]),
        ({"tasks": {"mails": task("mails", outcome=TaskOutcome.FAILED, failures=2)}}, []),
        ({"tasks": {"mails": task("mails", outcome=TaskOutcome.FAILED, failures=3)}}, ["task mails"]),
        ({"tasks": {"mails": task("mails", outcome=None, failures=3)}}, ["task mails"]),
        ({"tasks": {"mails": task("mails", outcome=TaskOutcome.STUCK, failures=1)}}, ["task mails"]),
        ({"latest": ago(-0.9)}, []),
        ({"latest": ago(-1.1)}, ["clock"]),
    ],
)
def test_each_fault_is_told_after_its_patience(changes: dict[str, object], expected: list[str]) -> None:
    assert keys(**changes) == expected


def test_every_alarm_says_what_to_do_and_holds_no_blank_of_its_form() -> None:
    bad = replace(
        WELL, troubles={"es_boe": Trouble(3, ago(30), Outcome.FAILED, "No {route} to host")}, pause=Pause(TIME, "554"),
        digest_due=NOW - timedelta(days=1), failed_mails=2, disk_free=0, latest=ago(-5),
        tasks={"backup": task("backup", failures=1, said="Disk full"), "x": task("x", failures=3, said="Oh")},
    )  # fmt: skip
    found = alarms(NOW, bad)
    assert len(found) == 8
    assert all(one.remedy and one.what for one in found)
    assert "No {route} to host" in found[0].what
    assert "vigilex crawl es_boe" in found[0].remedy


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def visit(db: Store, number: int, outcome: Outcome | None, at: str) -> None:
    start_run(db, "es_boe", f"run-{number}", at, "1:x")
    if outcome:
        finish_run(db, f"run-{number}", outcome, f"Reason {number}", {}, at)


def test_troubles_are_counted_since_the_last_good_visit(db: Store) -> None:
    sync_sources(db, [BOE.declared])
    good = (Outcome.NEW, Outcome.UNCHANGED)
    assert troubles(db, good) == {}
    outcomes = [Outcome.FAILED, Outcome.NEW, Outcome.FAILED, Outcome.SKIPPED, Outcome.BLOCKED, Outcome.SKIPPED, None]
    for number, outcome in enumerate(outcomes):
        visit(db, number, outcome, ago(10 - number))
    assert troubles(db, good) == {"es_boe": Trouble(2, ago(8), Outcome.BLOCKED, "Reason 4")}
    visit(db, 9, Outcome.PARTIAL, ago(0))
    assert troubles(db, good)["es_boe"].count == 3
    assert troubles(db, (*good, Outcome.PARTIAL)) == {}


def test_the_store_tells_how_all_stands(db: Store) -> None:
    sync_sources(db, [BOE.declared])
    visit(db, 1, Outcome.FAILED, ago(25))
    assert [one.key for one in alarms(NOW, standing(db, ZONE, LEAST_DISK, TIME))] == ["source es_boe"]


def test_an_alarm_opens_once_keeps_its_beginning_and_closes_by_itself(db: Store) -> None:
    assert refresh_alarms(db, [Alarm("disk", "Full", "Make room")], ago(3)) == (["disk"], [])
    assert refresh_alarms(db, [Alarm("disk", "Fuller", "Make room")], ago(2)) == ([], [])
    (found,) = open_alarms(db)
    assert (found.what, found.since) == ("Fuller", ago(3))
    assert refresh_alarms(db, [], ago(1)) == ([], ["disk"])
    assert open_alarms(db) == []
    assert refresh_alarms(db, [Alarm("disk", "Full", "Make room")], ago(0)) == (["disk"], [])
    assert open_alarms(db)[0].since == ago(0)

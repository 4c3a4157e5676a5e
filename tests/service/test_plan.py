"""What is due: a pure function, tried over clocks, failures and nights."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.runs import Run, Trouble
from db.sources import SourceState
from db.tasks import TaskOutcome, TaskState
from model.codes import Outcome
from service.arguments import timestamp
from service.plan import Facts, Kind, Task, due, is_visited, last_time, next_times, pause_after, still_wanted
from tests.alerts.mailing import source

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
BEGUN = NOW - timedelta(days=2)


def ago(**span: float) -> str:
    return timestamp(NOW - timedelta(**span))


def task(name: str, **values: object) -> TaskState:
    usual = TaskState(name, ago(minutes=30), 1, "1:x", ago(minutes=30), ago(minutes=29), TaskOutcome.DONE, 0, None,
                      ago(minutes=29))  # fmt: skip
    return replace(usual, **values)  # type: ignore[arg-type]


DONE = {name: task(name) for name in ("declare", "backup", "housekeeping")}


def state(name: str, host: str = "", requests: int = 0) -> SourceState:
    declared = replace(source(name, name), hosts=(host or f"{name}.example",), rhythm=timedelta(hours=6))
    return SourceState(name, declared, None, None, None, None, None, requests)


def run(name: str, outcome: Outcome | None, hours: float) -> Run:
    return Run("r", name, ago(hours=hours), "1:x", ago(hours=hours) if outcome else None, outcome, None, {})


QUIET = Facts(
    states=[state("a"), state("b")], runs={name: run(name, Outcome.NEW, 1) for name in "ab"}, troubles={}, tasks=DONE,
    digest_due=None, mail_waits=False, alarm_mail_waits=False, begun=BEGUN, crawls=True, zone=ZURICH,
)  # fmt: skip


def names(**changes: object) -> list[str]:
    return [task.name for task in due(NOW, replace(QUIET, **changes))]  # type: ignore[arg-type]


def runs(outcome: Outcome | None, hours: float) -> dict[str, object]:
    return {"runs": {"a": run("a", outcome, hours), "b": run("b", Outcome.NEW, 1)}}


def failed(count: int) -> dict[str, object]:
    return {"troubles": {"a": Trouble(count, ago(hours=50), Outcome.FAILED, "")}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"runs": {}}, ["crawl a", "crawl b"]),
        ({"runs": {}, "crawls": False}, []),
        (runs(Outcome.NEW, 5.9), []),
        (runs(Outcome.NEW, 6), ["crawl a"]),
        (runs(Outcome.FAILED, 0.2) | failed(1), ["crawl a"]),
        (runs(Outcome.FAILED, 0.2) | failed(2), []),
        (runs(Outcome.FAILED, 5.9) | failed(50), []),
        (runs(Outcome.FAILED, 6) | failed(50), ["crawl a"]),
        (runs(Outcome.NEW, -2), ["crawl a"]),  # the clock went back
        ({"runs": {}, "states": [state("a", requests=100), state("b", requests=99)]}, ["crawl b"]),
        ({"digest_due": NOW - timedelta(hours=6)}, ["digests"]),
        ({"digest_due": NOW - timedelta(hours=6), "mail_waits": True}, ["digests"]),
        ({"mail_waits": True}, ["mails"]),
        ({"alarm_mail_waits": True}, ["alarm mail"]),
        ({"tasks": DONE | {"backup": task("backup", due_at=ago(hours=13))}}, ["backup"]),
        ({"tasks": DONE | {"backup": task("backup", due_at="2026-11-23T02:00:00Z")}}, []),
        ({"tasks": DONE | {"housekeeping": task("housekeeping", due_at=ago(days=3))}}, ["housekeeping"]),
    ],
)
def test_what_is_due(changes: dict[str, object], expected: list[str]) -> None:
    assert names(**changes) == expected


def test_sources_are_declared_by_each_service_before_any_is_visited() -> None:
    assert names(tasks={name: DONE[name] for name in ("backup", "housekeeping")}, runs={}) == ["declare"]
    before = task("declare", due_at=ago(days=3), done_at=ago(days=3))
    assert names(tasks=DONE | {"declare": before}, runs={}) == ["declare"]


def test_a_source_waits_for_another_that_is_visited_at_the_same_host() -> None:
    states = [state("a", "one.example"), state("b", "one.example"), state("c")]
    going = DONE | {"crawl b": task("crawl b", outcome=None)}
    assert names(states=states, runs={}, tasks=going) == ["crawl c"]
    assert names(states=states, runs={}) == ["crawl a", "crawl b", "crawl c"]


@pytest.mark.parametrize(
    ("last", "may"),
    [
        ({"outcome": None}, False),
        ({"due_at": "2026-11-23T12:00:00Z"}, False),
        ({"due_at": "2026-11-23T12:00:00Z", "outcome": TaskOutcome.LOST}, True),
        ({"due_at": "2026-11-23T12:00:00Z", "outcome": TaskOutcome.STOPPED}, True),
        ({"outcome": TaskOutcome.FAILED, "failures": 1, "ended_at": ago(seconds=59)}, False),
        ({"outcome": TaskOutcome.FAILED, "failures": 1, "ended_at": ago(seconds=60)}, True),
        ({"outcome": TaskOutcome.STUCK, "failures": 4, "ended_at": ago(minutes=7)}, False),
        ({"outcome": TaskOutcome.STUCK, "failures": 99, "ended_at": ago(minutes=60)}, True),
        ({"started_at": ago(hours=-2), "due_at": ago(hours=-2)}, True),  # the clock went back
    ],
)
def test_a_task_is_done_once_for_its_moment_and_again_after_a_failure(last: dict[str, object], may: bool) -> None:
    assert names(mail_waits=True, tasks=DONE | {"mails": task("mails", **last)}) == (["mails"] if may else [])


def test_mails_are_tried_while_digests_fail_and_never_beside_them() -> None:
    late = {"digest_due": NOW - timedelta(hours=6), "mail_waits": True}
    failing = task("digests", outcome=TaskOutcome.FAILED, failures=9, ended_at=ago(minutes=1))
    assert names(**late, tasks=DONE | {"digests": failing}) == ["mails"]
    assert names(**late, tasks=DONE | {"digests": replace(failing, outcome=None)}) == []


def test_an_error_of_a_command_that_did_its_work_leaves_nothing_to_do() -> None:
    crawl = Task("crawl a", Kind.CRAWL, NOW - timedelta(hours=1), ("crawl", "a"))
    seen = [still_wanted(crawl, NOW, replace(QUIET, runs={"a": one})) for one in (
        run("a", Outcome.FAILED, 0.5), run("a", None, 0.5), run("a", Outcome.FAILED, 2))]  # fmt: skip
    assert seen == [False, True, True]
    mails = Task("mails", Kind.MAIL, NOW, ())
    assert [still_wanted(mails, NOW, QUIET), still_wanted(mails, NOW, replace(QUIET, mail_waits=True))] == [False, True]
    assert still_wanted(Task("backup", Kind.BACKUP, NOW, ()), NOW, QUIET)


@pytest.mark.parametrize(
    ("changes", "visited"),
    [
        ({"runs": {}}, False),
        (runs(Outcome.FAILED, 0.4), True),
        (runs(None, 0.4), False),
        (runs(Outcome.NEW, 0.6), False),  # the visit before
        (runs(Outcome.NEW, -2), False),  # one from before the clock was put back
    ],
)
def test_a_task_is_done_when_the_visit_that_it_began_has_ended(changes: dict[str, object], visited: bool) -> None:
    crawl = Task("crawl a", Kind.CRAWL, NOW - timedelta(hours=1), ("crawl", "a"))
    facts = replace(QUIET, tasks={crawl.name: task(crawl.name, outcome=None)}, **changes)  # type: ignore[arg-type]
    assert is_visited(crawl, NOW, facts) is visited


def test_pauses_grow_from_a_minute_to_an_hour() -> None:
    assert [pause_after(count) // timedelta(minutes=1) for count in (0, 1, 2, 3, 6, 7, 1000)] == [
        1,
        1,
        2,
        4,
        32,
        60,
        60,
    ]


def test_next_times_are_those_of_the_zone() -> None:
    assert {name: timestamp(time) for name, time in next_times(NOW, QUIET).items()} == {
        "backup": "2026-11-24T02:00:00Z",
        "crawl": "2026-11-23T17:00:30Z",
        "daily digest": "2026-11-24T06:00:00Z",
        "housekeeping": "2026-11-24T03:00:00Z",
        "weekly digest": "2026-11-30T06:00:00Z",
    }


@given(now=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda time: time.replace(tzinfo=UTC)))  # noqa: DTZ001
def test_every_night_has_one_backup_also_where_clocks_change(now: datetime) -> None:
    at = datetime(2026, 1, 1, 2, 30).time()  # noqa: DTZ001 - an hour that some nights have twice and some not at all
    last = last_time(now, at, ZURICH)
    following = last_time(last + timedelta(hours=26), at, ZURICH)
    assert last <= now < following
    assert timedelta(hours=22) < following - last < timedelta(hours=26)

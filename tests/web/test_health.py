"""``/healthz`` and ``/metrics``: what was due is done, or it is said; nothing about people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from alerts.mails import Mails
from alerts.render import Renderer
from db.alarms import Alarm, refresh_alarms
from db.connect import open_existing
from db.runs import finish_run, start_run
from db.sender import pause_sender
from db.sources import count_request, sync_sources
from db.store import open_store
from db.tasks import TaskOutcome, claim, end_task
from model.codes import Outcome
from tests.alerts.mailing import HEAD, source
from tests.alerts.making import item, save, subscribe
from web.app import create_app
from web.health import Facts, health
from web.pulse import Pulse
from web.site import Site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIME = "2026-11-23T12:00:00Z"
WELL = Facts(TIME, TIME, timedelta(hours=6), None, 0)
PULSE = Pulse(NOW - timedelta(days=3), NOW, crawls=True, next_due={"backup": NOW + timedelta(hours=14)})


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("facts", "pulse", "late"),
    [
        (WELL, PULSE, []),
        (WELL, replace(PULSE, woken=ago(seconds=119)), []),
        (WELL, replace(PULSE, woken=ago(seconds=121)), ["The schedule has not woken"]),
        (replace(WELL, last_crawl="2026-11-22T23:00:00Z"), PULSE, []),
        (replace(WELL, last_crawl="2026-11-22T22:59:00Z"), PULSE, ["No visit to a source"]),
        (replace(WELL, last_crawl=None), PULSE, ["No visit to a source"]),
        (replace(WELL, last_crawl=None), replace(PULSE, begun=ago(hours=1)), []),
        (replace(WELL, last_crawl=None), replace(PULSE, crawls=False), []),
        (replace(WELL, last_crawl=None), None, []),
        (replace(WELL, last_crawl=None, shortest=None), PULSE, []),
        (WELL, replace(PULSE, digest_due=ago(minutes=59)), []),
        (WELL, replace(PULSE, digest_due=ago(minutes=61)), ["The digests"]),
        (WELL, replace(PULSE, digest_due=ago(days=2), begun=ago(minutes=5)), []),
    ],
)
def test_late_is_what_is_beyond_its_bound(facts: Facts, pulse: Pulse | None, late: list[str]) -> None:
    found = health(NOW, facts, pulse)
    assert [reason for said, reason in zip(late, found.reasons, strict=True) if not reason.startswith(said)] == []
    assert found.late is bool(late)


def test_a_paused_sender_and_alarms_are_said_and_are_not_late() -> None:
    found = health(NOW, replace(WELL, paused="2026-11-20T06:00:00Z: 554", alarms=2), PULSE)
    assert (found.late, len(found.reasons)) == (False, 2)


def test_what_is_said_but_not_late_answers_200(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    pause_sender(db, "554 no", "2026-11-20T06:00:00Z")
    db.close()
    answer = client(tmp_path).get("/healthz")
    assert (answer.status_code, answer.json()["status"], len(answer.json()["reasons"])) == (200, "ok", 1)


def client(folder: Path, pulse: Pulse | None = PULSE) -> TestClient:
    site = Site(
        head=HEAD, key=b"k" * 32, mails=Mails(Renderer(HEAD, {}), b"k" * 32), store=lambda: open_existing(folder),
        clock=lambda: NOW, deliver=lambda: None, mail_folder=folder / "mail", pulse=lambda: pulse, version="1.2.3",
    )  # fmt: skip
    return TestClient(create_app(site))


def test_just_started_on_an_empty_store_is_well(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    answer = client(tmp_path, replace(PULSE, begun=NOW)).get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok", "reasons": [], "last_crawl": None, "last_digest": None,
        "next_due": {"backup": "2026-11-24T02:00:00Z"},
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_late_answers_503(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    answer = client(tmp_path, replace(PULSE, woken=ago(hours=1))).get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stale")


def test_a_store_that_cannot_be_read_is_stale(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stale")
    assert str(tmp_path) not in answer.text


def test_robots_keep_out(tmp_path: Path) -> None:
    said = client(tmp_path).get("/robots.txt").text
    assert "Disallow: /healthz\n" in said
    assert "Disallow: /metrics\n" in said


def test_the_figures_are_those_of_the_store_and_name_nobody(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    sync_sources(db, [source("es_boe", "BOE")])
    count_request(db, "es_boe", TIME[:10])
    start_run(db, "es_boe", "r", TIME, "1:x")
    finish_run(db, "r", Outcome.NEW, "", {}, TIME)
    subscribe(db, "gloves", address="ana@example.org")
    save(db, TIME, item("1", "labour"), item("2", "perhaps"))
    pause_sender(db, "554 5.7.1", TIME)
    refresh_alarms(db, [Alarm("disk", "Full", "Make room")], TIME)
    claim(db, "backup", TIME, None, "1:x", TIME)
    end_task(db, "backup", "1:x", TaskOutcome.DONE, None, TIME)
    db.close()
    answer = client(tmp_path).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text) for sample in family.samples
    }  # fmt: skip
    seconds = NOW.timestamp()
    assert found == {
        ("vigilex_build_info", "1.2.3"): 1,
        ("vigilex_source_outcome", "es_boe", "new"): 1,
        ("vigilex_source_last_answered_timestamp_seconds", "es_boe"): seconds,
        ("vigilex_source_last_new_timestamp_seconds", "es_boe"): seconds,
        ("vigilex_source_requests_today", "es_boe"): 1,
        ("vigilex_updates", "visible"): 1,
        ("vigilex_updates", "review"): 1,
        ("vigilex_mails_waiting",): 0,
        ("vigilex_sender_paused",): 1,
        ("vigilex_tasks", "running"): 0,
        ("vigilex_tasks", "failed"): 0,
        ("vigilex_last_backup_timestamp_seconds",): seconds,
        ("vigilex_alarms_open",): 1,
    }
    assert "ana@" not in answer.text

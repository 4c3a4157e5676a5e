"""``vigilex up`` and ``vigilex alarms`` as a person runs them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx2
import pytest

from crawlers.holder import is_alive
from db.alarms import open_alarms
from db.clock import later
from db.connect import open_existing
from db.runs import finish_run, latest_runs, start_run
from db.sources import declared, sync_sources
from db.store import open_store
from db.tasks import task_states
from model.codes import Outcome
from model.subscription import Cadence
from service.cli import main
from service.commands.up import running_clock
from tests.alerts.mailing import source
from tests.alerts.making import item, save, subscribe

ROOT = Path(__file__).resolve().parents[2]
MONDAY = "2026-10-12T05:00:00Z"


@contextmanager
def up(folder: Path, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The service over the store in ``folder``: (its address, its process)."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "service", "up", "--no-crawl", "--port", "0", "--data", str(folder), *words]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield re.findall(r"http://127\.0\.0\.1:\d+", line)[0], process
        finally:
            process.kill()


def until(true: Callable[[], object]) -> None:
    for _ in range(400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def test_from_an_empty_folder_to_pages_and_a_clean_end(tmp_path: Path) -> None:
    with up(tmp_path, "--now", MONDAY) as (address, process):
        with httpx2.Client(base_url=address, transport=httpx2.HTTPTransport(retries=5)) as client:
            assert client.get("/subscribe").status_code == 200
            health = client.get("/healthz").json()
            assert health["status"] == "ok"
            until(lambda: client.get("/healthz").json()["next_due"])
            assert client.get("/healthz").json()["next_due"]["weekly digest"] == "2026-10-19T05:00:00Z"
            assert client.get("/feeds/all.json").json()["feed_url"] == f"{address}/feeds/all.json"
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert all(line.startswith("{") for line in said.splitlines()), said
    assert '"event": "ended"' in said


def test_the_write_ahead_log_stays_while_nothing_is_done_since_a_full_disk_would_not_let_it_be_made_again(
    tmp_path: Path,
) -> None:
    with up(tmp_path, "--now", MONDAY):
        for _ in range(20):
            assert (tmp_path / "vigilex.db-shm").exists()
            time.sleep(0.01)


def test_a_killed_service_leaves_no_child_that_works_on(tmp_path: Path) -> None:
    with up(tmp_path) as (_, process):
        until(lambda: "declare" in task_states(open_existing(tmp_path)))
        # The child does nothing else than to end; what matters is that nobody is left to wait for it.
        (child,) = children_of(process.pid)
        process.kill()
        process.wait()
        until(lambda: not Path(f"/proc/{child}").exists())
        assert not is_alive(task_states(open_existing(tmp_path))["declare"].holder)


def test_the_mails_of_its_children_have_its_clock_and_lead_to_the_port_that_listens(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    subscribe(db, "", Cadence.IMMEDIATE)
    save(db, MONDAY, item("1", text="labour", published="2026-10-12"))
    db.close()
    with up(tmp_path, "--now", MONDAY) as (address, _):
        until(lambda: [True for file in tmp_path.glob("mail/*.eml") if b"Number 1" in file.read_bytes()])
    (mail,) = (message_from_bytes(file.read_bytes(), policy=default) for file in tmp_path.glob("mail/*.eml"))
    assert str(mail["Date"]).startswith("Mon, 12 Oct 2026 05:0")
    assert f"<{address}/" in mail["List-Unsubscribe"]


def children_of(number: int) -> list[int]:
    path = Path(f"/proc/{number}/task/{number}/children")
    if not path.exists():
        pytest.skip("this system does not tell the children of a process")
    for _ in range(100):
        threads = Path(f"/proc/{number}/task").glob("*/children")
        if found := [int(word) for path in threads for word in path.read_text().split()]:
            return found
        time.sleep(0.05)
    raise AssertionError("the service has started nothing")


def test_a_port_that_is_taken_is_said_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["up", "--port", port, "--data", str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err.startswith(f"vigilex: Port {port} of 127.0.0.1 cannot be used")
    assert not (tmp_path / "new").exists()


def test_what_the_sources_declare_is_written_down_without_a_visit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["crawl", "--declare", "--data", str(tmp_path)]) == 0
    db = open_existing(tmp_path)
    assert "es_boe" in [one.id for one in declared(db)]
    assert latest_runs(db) == []
    assert capsys.readouterr().out == ""


def test_a_clock_that_was_set_runs_on() -> None:
    seconds = [100.0]
    clock = running_clock(datetime(2026, 10, 12, 5, tzinfo=UTC), lambda: seconds[0])
    seconds[0] += 90
    assert clock() == datetime(2026, 10, 12, 5, 1, 30, tzinfo=UTC)


def test_the_alarms_are_listed_and_told_by_mail_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    db = open_store(tmp_path)
    sync_sources(db, [source("es_boe", "BOE")])
    start_run(db, "es_boe", "r", later(MONDAY, -90_000), "1:x")
    finish_run(db, "r", Outcome.FAILED, "No route to host.", {}, MONDAY)
    db.close()
    words = ["alarms", "--data", str(tmp_path), "--now", MONDAY]
    assert main(words) == 0
    assert "BOE (es_boe) could not be reached: No route to host." in capsys.readouterr().out
    assert main([*words, "--mail"]) == 1
    assert "organisation.contact is no mail address" in capsys.readouterr().err
    monkeypatch.setenv("VIGILEX_ORGANISATION__CONTACT", "office@example.org")
    for _ in range(2):
        assert main([*words, "--mail"]) == 0
    (mail,) = (tmp_path / "mail").glob("*.eml")
    assert b"To: office@example.org" in mail.read_bytes()
    assert [alarm.key for alarm in open_alarms(open_existing(tmp_path))] == ["source es_boe"]

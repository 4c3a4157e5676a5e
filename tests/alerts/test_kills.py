"""Killed anywhere, started again: nothing is lost, and each kill costs at most one copy more, the same one."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from alerts.runs import make_due
from db.store import open_store
from model.subscription import Cadence
from tests.alerts.making import PRESS, item, save, subscribe

PEOPLE = 12
MONDAY = "2026-10-19T05:00:00Z"

# A sender in a process of its own: its server notes each mail in a file, and the process dies where it is told.
SENDER = """
import os, signal, sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from alerts.outbox import Postman, deliver
from alerts.runs import make_due
from crawlers.holder import is_alive, own_holder
from db.store import open_store
from tests.alerts.making import PRESS

folder, plan = Path(sys.argv[1]), sys.argv[2]
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(True))

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def send(address, body):
    send.count += 1
    if plan == f"before {send.count}":
        die()
    with open(folder / "server", "ab") as server:
        server.write(body.replace(b"\\r\\n", b" ") + b"\\n")
    if plan == f"after {send.count}":
        die()
    if plan == f"term {send.count}":
        os.kill(os.getpid(), signal.SIGTERM)
send.count = 0

def compose(digest, message_id, now):
    compose.count += 1
    if plan == f"making {compose.count}":
        die()
    return PRESS.compose(digest, message_id, now)
compose.count = 0

db = open_store(folder)
make_due(db, replace(PRESS, compose=compose), sys.argv[3])
clock = datetime.fromisoformat(sys.argv[3]).astimezone(UTC)
deliver(db, Postman(send, own_holder(), lambda: clock, is_alive, lambda: bool(stop)))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    db = open_store(tmp_path)
    for number in range(PEOPLE):
        subscribe(db, "labour", Cadence.WEEKLY, f"person{number}@example.org")
    save(db, "2026-10-13T10:00:00Z", item("1", "labour"), item("2", "labour"))
    db.close()
    return tmp_path


def start(folder: Path, plan: str) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, str(folder), plan, MONDAY], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )


def arrived(folder: Path) -> Counter[str]:
    return Counter((folder / "server").read_text().splitlines())


def test_killed_while_making_and_around_the_servers_answer_nobody_is_missed(folder: Path) -> None:
    plans = ["making 3", "making 1", "after 1", "before 3", "after 2", "before 1", "after 3"]
    for plan in plans:
        assert start(folder, plan).wait(60) == -signal.SIGKILL, plan
    assert start(folder, "").wait(60) == 0
    found = arrived(folder)
    assert len(found) == PEOPLE, "each person's mail, and each copy of it the same bytes"
    assert sum(found.values()) - PEOPLE <= sum(plan.startswith("after") for plan in plans)


def test_told_to_end_it_sends_no_copy(folder: Path) -> None:
    assert start(folder, "term 2").wait(60) == 0
    assert sum(arrived(folder).values()) == 2
    assert start(folder, "").wait(60) == 0
    assert sorted(arrived(folder).values()) == [1] * PEOPLE


def test_two_that_make_and_send_at_once_send_each_mail_once(folder: Path) -> None:
    both = [start(folder, ""), start(folder, "")]
    assert [process.wait(60) for process in both] == [0, 0]
    assert sorted(arrived(folder).values()) == [1] * PEOPLE


def test_an_immediate_alert_survives_the_kill_of_its_maker(folder: Path) -> None:
    db = open_store(folder)
    subscribe(db, "labour", Cadence.IMMEDIATE, "eve@example.org")
    save(db, "2026-10-19T04:00:00Z", item("3", "labour"), sha256="cd" * 32)
    db.close()
    assert start(folder, "making 1").wait(60) == -signal.SIGKILL
    assert start(folder, "").wait(60) == 0
    assert [line for line in arrived(folder) if "eve@" in line and '"items": ["3"]' in line]
    assert len(arrived(folder)) == PEOPLE + 1
    db = open_store(folder)
    assert make_due(db, PRESS, MONDAY)[0].mails == 0
    db.close()

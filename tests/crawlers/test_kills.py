"""kill -9 at five points of a crawl: the next crawl goes on, nothing is lost, nothing is there twice."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawlers import archive, keeping, visit
from db import marks
from db.runs import INTERRUPTED
from db.snapshots import all_snapshots
from db.store import open_store
from tests.crawlers.harness import Plan, Trap, run
from tests.crawlers.misbehaving import Server, misbehaving

TRAPS = (Trap("steps.test", expected=0),)


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_call(
    number: int, owner: Any, name: str, *, before: Callable[..., Any] | None, after: Callable[..., Any] | None
) -> None:
    """Wrap a function from outside so that its call of this number is the last thing that the process does."""
    original, calls = getattr(owner, name), iter(range(1, 1000))

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        last = next(calls) == number
        if last and before:
            before(*args)
        result = original(*args, **kwargs)
        if last and after:
            after(*args)
        return result

    setattr(owner, name, wrapped)


def after_the_archive_before_the_commit() -> None:
    at_call(2, keeping.Keeper, "evidence", before=None, after=die)


def in_the_transaction() -> None:
    at_call(2, marks, "put_marks", before=None, after=die)


def after_the_commit_before_the_next_request() -> None:
    at_call(2, visit.Visit, "_save", before=None, after=die)


def in_the_middle_of_a_record() -> None:
    at_call(3, archive, "_to_disk", before=tear, after=None)


def while_waiting_for_the_next_request() -> None:
    at_call(3, visit.Visit, "count_request", before=die, after=None)


def tear(out: Any) -> None:
    out.flush()
    os.truncate(out.fileno(), out.tell() - 150)
    die()


POINTS = [
    after_the_archive_before_the_commit,
    in_the_transaction,
    after_the_commit_before_the_next_request,
    in_the_middle_of_a_record,
    while_waiting_for_the_next_request,
]


@pytest.fixture
def server() -> Iterator[Server]:
    with misbehaving() as running:
        yield running


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
def test_a_killed_crawl_is_taken_up_where_it_was(server: Server, tmp_path: Path, point: Callable[[], None]) -> None:
    killed = run(Plan(tmp_path, TRAPS, server.origin, prepare=point))
    assert killed.exitcode == -signal.SIGKILL
    again = run(Plan(tmp_path, TRAPS, server.origin))
    assert again["xx_steps"].outcome in ("new", "unchanged")
    db = open_store(tmp_path)
    runs = [(row[0], row[1]) for row in db.execute("SELECT outcome, reason FROM runs ORDER BY id")]
    assert runs[0] == ("failed", INTERRUPTED)
    assert sorted(row[0] for row in db.execute("SELECT native_id FROM updates")) == ["doc-doc1", "doc-doc3"]
    assert [row[0] for row in db.execute("SELECT count(*) FROM changes GROUP BY update_id")] == [1, 1]
    assert db.execute("SELECT count(*) FROM leases").fetchone()[0] == 0
    for stored in all_snapshots(db, None):
        assert archive.read(tmp_path / "archive", archive.Place(stored.snapshot.warc, stored.snapshot.offset))
    db.close()

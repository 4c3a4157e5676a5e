"""Child processes: seen when they fail, ended where they get stuck, and gone when the service is gone."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from db.tasks import TaskOutcome
from service.children import Children, Ended, outcome_of
from service.plan import LIMITS, Kind, Task

ROOT = Path(__file__).resolve().parents[2]
SLEEPS = "import sys, time; print('ready', file=sys.stderr, flush=True); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"


def children(code: str, clock: list[float]) -> Children:
    return Children(lambda words: [sys.executable, "-c", code, *words], lambda: clock[0])


def crawl(name: str) -> Task:
    return Task(f"crawl {name}", Kind.CRAWL, datetime(2026, 1, 1, tzinfo=UTC), ("crawl", name))


def wait(running: Children) -> Ended:
    for _ in range(1000):
        if found := running.ended():
            return found[0]
        time.sleep(0.01)
    raise AssertionError("the child did not end")


def ready(running: Children) -> None:
    while running.running[0].said != "ready":
        time.sleep(0.01)


def test_one_command_visits_several_sources_and_its_last_words_are_kept() -> None:
    running = children("import sys; print('vigilex:', *sys.argv[1:], file=sys.stderr); sys.exit(1)", [0.0])
    running.start([crawl("a"), crawl("b")])
    ended = wait(running)
    assert (ended.code, ended.reason, [task.name for task in ended.tasks]) == (1, "crawl a b", ["crawl a", "crawl b"])
    assert running.running == []


def test_no_mail_address_is_kept_of_what_a_child_says() -> None:
    running = children("import sys; sys.exit('no mail to ana@example.org')", [0.0])
    running.start([crawl("a")])
    assert wait(running).reason == "no mail to …"


def test_a_killed_child_is_seen() -> None:
    running = children(SLEEPS, [0.0])
    running.start([crawl("a")])
    running.running[0].process.kill()
    ended = wait(running)
    assert (ended.was_killed, ended.reason) == (True, "it was killed (signal 9)")
    assert outcome_of(ended, still_wanted=False) is TaskOutcome.FAILED


def test_a_stuck_child_is_told_to_end_and_then_killed() -> None:
    clock, limit = [0.0], LIMITS[Kind.CRAWL]
    running = children(DEAF, clock)
    running.start([crawl("a")])
    ready(running)
    clock[0] = limit.longest.total_seconds() + 1
    assert running.ended() == []
    time.sleep(0.05)
    assert running.ended() == []
    clock[0] += limit.grace.total_seconds() + 1
    ended = wait(running)
    assert (ended.stuck, ended.code) == (True, -9)
    assert outcome_of(ended, still_wanted=True) is TaskOutcome.STUCK


def test_an_end_in_order_is_waited_for_and_the_deaf_are_killed() -> None:
    running = children(DEAF, [0.0])
    running.start([crawl("a")])
    ready(running)
    running.tell_to_end()
    assert [ended.code for ended in running.wait(0.05)] == [-9]


def ended(code: int) -> Ended:
    return Ended((crawl("a"),), code, stuck=False, said="", seconds=1)


def test_what_an_exit_code_means() -> None:
    seen = [outcome_of(ended(code), wanted) for code in (0, 1, 2) for wanted in (False, True)]
    done, failed = TaskOutcome.DONE, TaskOutcome.FAILED
    assert seen == [done, done, done, failed, failed, failed]


def child_of_nobody(body: str, words: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """A process that watches for its service as commands do, and says "ready" when it begins to wait."""
    code = "import signal, sys, threading, time\nfrom service.child import end_with_the_service\n" + body
    code += "\nprint('ready', flush=True)\ntime.sleep(60)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([sys.executable, "-c", code, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env=environment, text=True)  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def test_a_child_ends_when_its_service_is_gone_even_where_it_is_deaf() -> None:
    start = "threading.Thread(target=end_with_the_service, args=[0.1], daemon=True).start()"
    for body, code in ((start, -15), (f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{start}", 1)):
        with child_of_nobody(body) as child:
            assert child.stdin is not None
            assert child.poll() is None
            child.stdin.close()
            assert child.wait(10) == code

"""The schedule: looks at the store every few seconds, starts what is due, and sees how it ends.

``plan`` decides what is due; claims in the store (``db.tasks``) see to it that several services do each thing once.
"""

import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.alarms import ANSWERED, look
from alerts.runs import alerts_due, digest_due
from alerts.secretariat import mail_waits
from crawlers.due import WELL
from crawlers.health import ALARMING
from crawlers.holder import is_alive
from db.connect import DatabaseError, Store, StoreError, open_existing
from db.outbox import mail_is_due
from db.runs import latest_runs, troubles
from db.sender import sender_pause
from db.sources import source_states
from db.tasks import BAD, TaskOutcome, TaskState, claim, end_task, mark_lost, take_as_done, task_states
from service import logs
from service.arguments import timestamp
from service.children import Children, Ended, outcome_of
from service.plan import NIGHTLY, Facts, Kind, Task, due, is_visited, next_times, still_wanted
from web.pulse import Pulse

MOST_CRAWLS = 2
"""Crawling commands at once; each visits several sources."""

# Seconds between two looks for what is broken. The first is later: what fell due while no service ran is done by then.
_LOOK_EVERY, _FIRST_LOOK = 60.0, 120.0


@dataclass(frozen=True, slots=True)
class Given:
    """What a service was given: its store, its clock, its name as a holder of claims. ``tells``: there is a mail
    address of the secretariat; ``timer`` counts seconds, whatever is done to clocks."""

    data: Path
    zone: ZoneInfo
    clock: Callable[[], datetime]
    timer: Callable[[], float]
    holder: str
    crawls: bool
    tells: bool


@dataclass
class Schedule:
    """The schedule of one service. ``wake`` and ``end`` may be called from different threads."""

    given: Given
    children: Children
    _ended: list[Ended] = field(default_factory=list)
    _unreached: dict[str, str] = field(default_factory=dict)
    _fault: str | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.begun = self._now()
        self._next_look = self.given.timer() + _FIRST_LOOK
        self._pulse = Pulse(self.begun, self.begun, self.given.crawls)

    def pulse(self) -> Pulse:
        """The schedule as health looks at it."""
        return self._pulse

    def begin(self) -> None:
        """Before the first waking: what is done every night is due from tonight on. Raises StoreError."""
        db = open_existing(self.given.data)
        try:
            take_as_done(db, NIGHTLY, self.given.holder, timestamp(self.begun))
        finally:
            db.close()

    def wake(self) -> None:
        """See what has ended and start what is due. Raises nothing: what goes wrong is logged, and tried again."""
        if self._stopping.is_set() or not self._turn.acquire(blocking=False):
            return
        try:
            self._wake()
            self._fault = None
        except (StoreError, DatabaseError, OSError) as error:
            if self._fault != str(error):
                logs.error("store_unusable", reason=str(error))
            self._fault = str(error)
        finally:
            self._turn.release()

    def stop(self) -> None:
        """Start nothing more, and tell what runs to end. Safe in a signal handler."""
        self._stopping.set()
        self.children.tell_to_end()

    def end(self, seconds: float) -> None:
        """Wait so long for what runs to end, kill the rest, and give its claims back."""
        self.stop()
        with self._turn:  # a waking that had begun before may have started something more
            self.children.tell_to_end()
            self._ended += self.children.wait(seconds)
            try:
                db = open_existing(self.given.data)
            except StoreError as error:
                logs.error("store_unusable", reason=str(error))
                return
            try:
                for ended in self._ended:
                    self._note(db, ended, self._facts(db, self._now()), stopped=ended.code != 0)
            finally:
                db.close()

    def _wake(self) -> None:
        now = self._now()
        db = open_existing(self.given.data)
        try:
            self._see_to_ended(db, now)
            for name in mark_lost(db, timestamp(now), self._runs):
                logs.warning("task_lost", name=name)
            facts = self._facts(db, now)
            self._start(db, due(now, facts), facts, now)
            self._look(db, now)
        finally:
            db.close()
        self._pulse = Pulse(self.begun, now, self.given.crawls, facts.digest_due, next_times(now, facts))

    def _facts(self, db: Store, now: datetime) -> Facts:
        zone, time = self.given.zone, timestamp(now)
        return Facts(
            states=source_states(db, time),
            runs={run.source: run for run in latest_runs(db)},
            troubles=troubles(db, WELL),
            tasks=task_states(db),
            digest_due=digest_due(db, zone, time),
            mail_waits=alerts_due(db, time) or (sender_pause(db) is None and mail_is_due(db, time)),
            alarm_mail_waits=self.given.tells and mail_waits(db, zone, time),
            begun=self.begun,
            crawls=self.given.crawls,
            zone=zone,
        )

    def _see_to_ended(self, db: Store, now: datetime) -> None:
        # Kept until it is noted: while the store cannot be written, nothing is forgotten.
        self._ended += self._visited(db, now)
        self._ended += self.children.ended()
        while self._ended:
            self._note(db, self._ended[0], self._facts(db, now))
            self._tell_of_sources(db, self._ended[0].tasks)
            del self._ended[0]

    def _visited(self, db: Store, now: datetime) -> list[Ended]:
        """The visits that are over while their command goes on: the slowest source must not hold up the others."""
        crawls = [child for child in self.children.running if child.kind is Kind.CRAWL and not child.stuck]
        if not crawls:
            return []
        facts = self._facts(db, now)
        over = [(child, [task for task in child.tasks if is_visited(task, now, facts)]) for child in crawls]
        return [self.children.let_go(child, tasks) for child, tasks in over if tasks]

    def _note(self, db: Store, ended: Ended, facts: Facts, *, stopped: bool = False) -> None:
        """Note how the tasks of a child ended, and log it."""
        now = self._now()
        for task in ended.tasks:
            outcome = TaskOutcome.STOPPED if stopped else outcome_of(ended, still_wanted(task, now, facts))
            bad = outcome in BAD
            said = ended.reason if bad else None
            end_task(db, task.name, self.given.holder, outcome, said, timestamp(now))
            log = logs.warning if bad else logs.info
            told = {"said": said} if said else {}
            log("task_ended", name=task.name, outcome=str(outcome), seconds=round(ended.seconds, 1), **told)

    def _tell_of_sources(self, db: Store, tasks: Sequence[Task]) -> None:
        """Log which of the sources just visited did not answer, at the first time and when the reason changes."""
        bad = {name: trouble for name, trouble in troubles(db, ANSWERED).items() if trouble.outcome in ALARMING}
        for source in (word for task in tasks if task.kind is Kind.CRAWL for word in task.words[1:]):
            if trouble := bad.get(source):
                if self._unreached.get(source) != trouble.reason:
                    logs.warning("source_unreached", source=source, outcome=str(trouble.outcome),
                                 reason=trouble.reason, since=trouble.since)  # fmt: skip
                self._unreached[source] = trouble.reason
            elif self._unreached.pop(source, None):
                logs.info("source_answers_again", source=source)

    def _start(self, db: Store, tasks: Sequence[Task], facts: Facts, now: datetime) -> None:
        crawls = [task for task in tasks if task.kind is Kind.CRAWL]
        batches = [[task] for task in tasks if task.kind is not Kind.CRAWL]
        if crawls and self.children.count(Kind.CRAWL) < MOST_CRAWLS:
            batches.append(crawls)
        for batch in batches:
            claimed = [task for task in batch if self._claimed(db, task, facts.tasks.get(task.name), now)]
            if claimed and not self._stopping.is_set():
                self._start_one(db, claimed, now)

    def _claimed(self, db: Store, task: Task, known: TaskState | None, now: datetime) -> bool:
        return claim(db, task.name, timestamp(task.due_at), known, self.given.holder, timestamp(now))

    def _start_one(self, db: Store, tasks: Sequence[Task], now: datetime) -> None:
        try:
            self.children.start(tasks)
        except OSError as error:
            for task in tasks:
                said = f"it could not be started: {error.strerror}"
                end_task(db, task.name, self.given.holder, TaskOutcome.FAILED, said, timestamp(now))
            logs.error("task_not_started", names=", ".join(task.name for task in tasks), reason=str(error))
            return
        logs.info("task_started", names=", ".join(task.name for task in tasks))

    def _look(self, db: Store, now: datetime) -> None:
        """What is broken, opened and closed, once a minute."""
        if self.given.timer() < self._next_look:
            return
        self._next_look = self.given.timer() + _LOOK_EVERY
        opened, closed = look(db, self.given.zone, shutil.disk_usage(self.given.data).free, timestamp(now))
        for key in opened:
            logs.warning("alarm_opened", key=key)
        for key in closed:
            logs.info("alarm_closed", key=key)

    def _runs(self, task: TaskState) -> bool:
        """Whether somebody does this task: a living other service, or a child of ours."""
        if task.holder != self.given.holder:
            return is_alive(task.holder)
        return any(one.name == task.name for child in self.children.running for one in child.tasks)

    def _now(self) -> datetime:
        # As the store writes it: to the second.
        return self.given.clock().astimezone(UTC).replace(microsecond=0)

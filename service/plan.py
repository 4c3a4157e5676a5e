"""What is to be started now: pure functions of the time and of how everything stands. The scheduler only wakes.

A task is due for a moment, and is done once for it, by whichever service claims it first (``db.tasks``). What failed is
started again after a pause that grows; what was lost with its service, or stopped with it, at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from alerts.due import moment_of
from crawlers.due import due_at
from db.clock import moment
from db.runs import Run, Trouble
from db.sources import SourceState
from db.tasks import BAD, TaskOutcome, TaskState
from model.subscription import Cadence

BACKUP_AT = time(3)
HOUSEKEEPING_AT = time(4)
"""The local times of what is done every night."""

CLOCK_WENT_BACK = timedelta(hours=1)
"""What lies further ahead was written by a clock that has been put back since; nothing waits for it."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_PAUSE = timedelta(hours=1)


class Kind(StrEnum):
    """What a task does; tasks of one kind share a limit and, but for crawls, never run side by side."""

    DECLARE = "declare"
    CRAWL = "crawl"
    MAIL = "mail"
    ALARM = "alarm"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Limit:
    """After ``longest`` a task is stuck and told to end; ``grace`` later it is killed."""

    longest: timedelta
    grace: timedelta = timedelta(minutes=1)


LIMITS = {
    Kind.DECLARE: Limit(timedelta(minutes=5)),
    Kind.CRAWL: Limit(timedelta(hours=2)),
    # A mail server may take ten minutes to say that it has taken a mail: who hangs up before sends it twice.
    Kind.MAIL: Limit(timedelta(hours=2), timedelta(minutes=11)),
    Kind.ALARM: Limit(timedelta(minutes=20)),
    Kind.BACKUP: Limit(timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be started for the moment ``due_at`` (UTC): ``vigilex`` with these words."""

    name: str
    kind: Kind
    due_at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """How everything stands.

    ``troubles`` are the visits since the last good one of each source, ``digest_due`` the moment of a digest that is
    due and not made. ``mail_waits``: alerts are to be made or mails to be sent; ``alarm_mail_waits``: the secretariat
    is to be told. ``begun`` is when this service began; ``crawls`` whether it visits sources.
    """

    states: Sequence[SourceState]
    runs: Mapping[str, Run]
    troubles: Mapping[str, Trouble]
    tasks: Mapping[str, TaskState]
    digest_due: datetime | None
    mail_waits: bool
    alarm_mail_waits: bool
    begun: datetime
    crawls: bool
    zone: ZoneInfo


def due(now: datetime, facts: Facts) -> list[Task]:
    """What may be started at ``now`` (UTC), the most important first."""
    free = [task for task in wanted(now, facts) if _may_start(now, task, facts.tasks.get(task.name))]
    busy = {kind for kind in Kind if kind is not Kind.CRAWL and _runs(kind, facts.tasks)}
    chosen: list[Task] = []
    for task in free:
        if task.kind not in busy:
            chosen.append(task)
        if task.kind is not Kind.CRAWL:
            busy.add(task.kind)
    return chosen


def wanted(now: datetime, facts: Facts) -> list[Task]:
    """All that is due at ``now``, whether it runs, has just failed, or may be started."""
    found = [Task("declare", Kind.DECLARE, facts.begun, ("crawl", "--declare"))]
    if facts.digest_due:
        found.append(_mail("digests", facts.digest_due))
    if facts.mail_waits:
        found.append(_mail("mails", now.replace(second=0, microsecond=0)))
    found.append(_mail("housekeeping", last_time(now, HOUSEKEEPING_AT, facts.zone)))
    if facts.alarm_mail_waits:
        found.append(Task("alarm mail", Kind.ALARM, now.replace(second=0, microsecond=0), ("alarms", "--mail")))
    found.append(Task("backup", Kind.BACKUP, last_time(now, BACKUP_AT, facts.zone), ("backup",)))
    return [*found, *_crawls(now, facts)]


NIGHTLY = ("backup", "housekeeping")


def still_wanted(task: Task, now: datetime, facts: Facts) -> bool:
    """Whether a task that ended with an error left its work undone, by what the store says.

    A command also ends with an error where it did its work and met a trouble that the store now knows of: a source
    that does not answer, a mail that must wait.
    """
    if task.kind is Kind.CRAWL:
        run = facts.runs.get(_source(task))
        return run is None or run.ended_at is None or moment(run.started_at) < task.due_at
    if task.kind is Kind.MAIL:
        return any(one.name in ("digests", "mails") for one in wanted(now, facts))
    return True


def is_visited(task: Task, now: datetime, facts: Facts) -> bool:
    """Whether the visit for which a task was started has ended, though its command may go on with other sources."""
    run, last = facts.runs.get(_source(task)), facts.tasks.get(task.name)
    if run is None or run.ended_at is None or last is None:
        return False
    # One that lies ahead is an older one, of before the clock was put back.
    return moment(last.started_at) <= moment(run.started_at) <= now


def next_times(now: datetime, facts: Facts) -> dict[str, datetime]:
    """For each kind of work when it comes next; what is overdue has a time that has passed."""
    times = {
        "daily digest": _next_digest(now, facts, Cadence.DAILY),
        "weekly digest": _next_digest(now, facts, Cadence.WEEKLY),
        "backup": _next_time(now, BACKUP_AT, facts.zone),
        "housekeeping": _next_time(now, HOUSEKEEPING_AT, facts.zone),
    }
    if facts.crawls and facts.states:
        times["crawl"] = min(_visit_due(now, state, facts) for state in facts.states)
    return times


def last_time(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The last moment (UTC), not after ``now``, at which clocks in ``zone`` showed ``at``."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while (found := datetime.combine(day, at, zone).astimezone(UTC)) > now:
        day -= timedelta(days=1)
    return found


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: a minute, doubled up to an hour."""
    return min(timedelta(minutes=1) * (1 << min(max(failures, 1) - 1, 10)), _LONGEST_PAUSE)


def _mail(name: str, due_at: datetime) -> Task:
    return Task(name, Kind.MAIL, due_at, ("digest", "run", "due"))


def _runs(kind: Kind, tasks: Mapping[str, TaskState]) -> bool:
    names = {Kind.MAIL: ("digests", "mails", "housekeeping"), Kind.ALARM: ("alarm mail",)}.get(kind, (str(kind),))
    return any(name in tasks and tasks[name].outcome is None for name in names)


def _may_start(now: datetime, task: Task, last: TaskState | None) -> bool:
    if last is None:
        return True
    if last.outcome is None:
        return False
    if moment(last.started_at) - now > CLOCK_WENT_BACK:
        return True
    if last.outcome in BAD:
        return now - moment(last.ended_at or last.started_at) >= pause_after(last.failures)
    return last.outcome is not TaskOutcome.DONE or moment(last.due_at) < task.due_at


def _crawls(now: datetime, facts: Facts) -> Iterator[Task]:
    """The sources to be visited; one that shares a host with a source that is being visited waits for it."""
    declared = facts.tasks.get("declare")
    if not facts.crawls or declared is None or moment(declared.done_at or declared.due_at) < facts.begun:
        return
    going = {name.removeprefix("crawl ") for name, task in facts.tasks.items() if task.outcome is None}
    asked = {host for state in facts.states if state.source in going for host in state.declared.hosts}
    for state in facts.states:
        time_ = _visit_due(now, state, facts)
        if time_ <= now and (state.source in going or not asked & set(state.declared.hosts)):
            yield Task(f"crawl {state.source}", Kind.CRAWL, time_, ("crawl", state.source))


def _source(task: Task) -> str:
    return task.words[-1]


def _visit_due(now: datetime, state: SourceState, facts: Facts) -> datetime:
    """When a source is to be visited again: by its rhythm, later after trouble, tomorrow where today is used up."""
    last, trouble = facts.runs.get(state.source), facts.troubles.get(state.source)
    time_ = due_at(state.declared, last, trouble.count if trouble else 1) or _EVER
    if last and moment(last.started_at) - now > CLOCK_WENT_BACK:
        time_ = _EVER
    if state.requests_today >= state.declared.requests_per_day:
        tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return max(time_, tomorrow)
    return time_


def _next_time(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    day = now.astimezone(zone).date()
    while (found := datetime.combine(day, at, zone).astimezone(UTC)) <= now:
        day += timedelta(days=1)
    return found


def _next_digest(now: datetime, facts: Facts, cadence: Cadence) -> datetime:
    day = now.astimezone(facts.zone).date()
    while moment_of(day, facts.zone) <= now or (cadence is Cadence.WEEKLY and day.weekday() != 0):
        day += timedelta(days=1)
    return moment_of(day, facts.zone)
